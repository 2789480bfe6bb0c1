"""A page for tests: one record, its widgets, and a `commit` that keeps the truth in the session's state."""


def sheet(path: str, name: str) -> None:
    """Draw the record under "truth"; the class to validate it with is `name` in the module `path`."""
    import importlib

    import streamlit as st

    from playground.record import members
    from playground.ui.widgets import Form

    family = getattr(importlib.import_module(path), name)
    kinds = members(family) if family.home else {}

    def commit(place, value):
        st.session_state.commits = [*st.session_state.get("commits", []), (place, value)]
        if st.session_state.get("refuse"):
            return "That does not fit here."
        told = st.session_state.truth.model_dump()
        inner = told
        for key in place[:-1]:
            inner = inner[key]
        if place:
            inner[place[-1]] = value
        told = told if place else value
        st.session_state.truth = (kinds[told["kind"]] if kinds else family).model_validate(told)
        return None

    form = Form(commit, "test")
    if kinds:
        form.family(family, st.session_state.truth, (), "Kind")
    else:
        form.record(st.session_state.truth)
