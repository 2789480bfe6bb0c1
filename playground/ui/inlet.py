"""A place to drop a file: taken at once, refused in a sentence, and empty again for the next one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.ui.widgets import refuse, show_refusal

Take = Callable[[str, bytes], str | None]


def inlet(name: str, title: str, endings: list[str], take: Take) -> None:
    """`take(file name, content)` is called once for each file; the sentence it returns stands here."""
    number = st.session_state.setdefault(f"{name} files", 0)
    st.file_uploader(title, endings, key=f"{name} {number}", on_change=_take, args=(name, f"{name} {number}", take))
    show_refusal(name)


def _take(name: str, key: str, take: Take) -> None:
    file = st.session_state[key]
    if file is not None:
        refuse(name, take(file.name, file.getvalue()))
        st.session_state[f"{name} files"] += 1
