"""A record on the page: every field by the widget its type and range ask for, every family by a menu and the member's own fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from playground.record import Record, members
from playground.ui.fields import Setting, settings
from playground.ui.words import number

Path = tuple[str | int, ...]
Commit = Callable[[Path, Any], str | None]

REFUSED = "refused setting"  # in the session's state: the name of the widget last refused and the sentence why
BORN = "widgets born anew"  # in the session's state: how often, by name
FEW = 4  # options that are laid out side by side; more go into a menu


def tidy(value: Any) -> Any:
    """A slider's value without the dust of its arithmetic."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def scale(setting: Setting, value: float) -> dict[str, Any]:
    """Range, step and form of a number; Streamlit wants all of them whole, or none, and no value beyond the range's ends."""
    kind = int if setting.whole else float
    ends = {"min_value": kind(min(setting.low, value)), "max_value": kind(max(setting.high, value))} if setting.bounded else {}
    return {"step": kind(setting.step), "format": setting.format, **ends}


def with_value(options: Iterable[float], value: float) -> list[float]:
    """The options and the value, in order; no two of them are written alike."""
    return sorted({value, *(option for option in options if number(option) != number(value))})


def words(option: Any) -> str:
    """An option of a Literal as a person reads it."""
    return str(option).replace("_", " ").capitalize()


def about(kind: type[Record]) -> str:
    """What a record is: the first sentence of its docstring."""
    paragraph = " ".join((kind.__doc__ or "").partition("\n\n")[0].split())
    return re.split(r"(?<=[.)])\s+(?=[A-Z])", paragraph, maxsplit=1)[0]


def refuse(name: str, sentence: str | None) -> None:
    """Let the sentence stand at the widget of this name until the next change; None: nothing was refused."""
    st.session_state[REFUSED] = (name, sentence)


def show_refusal(name: str) -> None:
    """The sentence that stands at this widget, if one does."""
    refused, sentence = st.session_state.get(REFUSED, ("", None))
    if refused == name and sentence:
        st.markdown(sentence)


class Form:
    """Widgets that show a record and never own it: what a person changes goes to `commit(path, value)`.

    `commit` returns None, or one sentence when it refuses: then the sentence stands at that setting, which keeps its old value.
    A widget whose value is no longer what the record says is born anew, so none shows or sends what is no longer so. (Setting it by
    Streamlit's session state would be lost on a widget that nobody has seen yet, because its popover was closed.)
    """

    def __init__(self, commit: Commit, name: str = "form") -> None:
        self.commit = commit
        self.name = name

    def record(self, record: Record, path: Path = (), only: Iterable[str] | None = None) -> None:
        """Widgets for the record's fields, or for those named, in that order."""
        known = {setting.name: setting for setting in settings(type(record))}
        for name in known if only is None else only:
            self.field(known[name], getattr(record, name), (*path, name))

    def field(self, setting: Setting, value: Any, path: Path) -> None:
        """One field by what it holds; what no single widget can hold has its own place elsewhere."""
        match setting.shape:
            case "family":
                self.family(setting.family or Record, value, path, setting.title)
            case "record":
                self.record(value, path)
            case "own":
                pass
            case _:
                self.single(setting, value, path)

    def single(self, setting: Setting, value: Any, path: Path) -> None:
        """A switch first when it may be off, then the widget, what it means, and why its last change was refused."""
        if setting.optional:
            self._switch(setting, value, path)
            self.refusal(path, "on")
        if value is not None:
            self._widget(setting, value, path)
        if setting.description:
            st.caption(setting.description)
        self.refusal(path)

    def family(self, family: type[Record], member: Record, path: Path, title: str, kinds: Iterable[str] | None = None) -> None:
        """A menu of the family's members, or of those named, what the chosen one is, and its own fields."""
        known = members(family)
        options = [kind for kind in known if kinds is None or kind in kinds]
        held = self.held(path, member.kind, "kind", read=lambda kind: {"kind": kind})  # type: ignore[attr-defined]
        index = options.index(member.kind)  # type: ignore[attr-defined]
        st.selectbox(title, options, index, format_func=lambda kind: known[kind].title, **held)
        self.refusal(path, "kind")
        st.caption(about(type(member)))
        self.record(member, path)

    def pick(self, family: type[Record], member: Record, path: Path, title: str, kinds: Iterable[str]) -> None:
        """Some members of a family side by side, to go to one of them; none is marked while another one is in use."""
        known, options = members(family), list(kinds)
        current = member.kind if member.kind in options else None  # type: ignore[attr-defined]
        held = self.held(path, current, "pick", read=lambda kind: {"kind": kind})
        st.pills(title, options, default=current, required=True, format_func=lambda kind: known[kind].title, **held)
        self.refusal(path, "pick")

    def refusal(self, path: Path, part: str = "") -> None:
        """The sentence with which the last change at a widget was refused, if it was."""
        show_refusal(self._name(path, part))

    def _switch(self, setting: Setting, value: Any, path: Path) -> None:
        held = self.held(path, value is not None, "on", read=lambda on: setting.middle() if on else None)
        st.toggle(setting.title, value is not None, **held)

    def _widget(self, setting: Setting, value: Any, path: Path) -> None:
        value = list(value) if setting.shape == "several" else value  # as Streamlit has it
        said: dict[str, Any] = {"label": setting.title, **self.held(path, value)}
        said["label_visibility"] = "collapsed" if setting.optional else "visible"
        match setting.shape:
            case "toggle":
                st.toggle(value=value, **said)
            case "choice" if len(setting.options) <= FEW:
                st.segmented_control(options=setting.options, default=value, format_func=words, required=True, **said)
            case "choice":
                st.selectbox(options=setting.options, index=setting.options.index(value), format_func=words, **said)
            case "several":
                st.pills(options=setting.options, selection_mode="multi", default=value, format_func=words, **said)
            case "magnitude":
                st.select_slider(options=with_value(setting.options, value), value=value, format_func=number, **said)
            case "slider":
                st.slider(value=value, **said, **scale(setting, value))
            case _:
                st.number_input(value=value, **said, **scale(setting, value))

    def held(self, path: Path, value: Any, part: str = "", read: Callable[[Any], Any] = tidy) -> dict[str, Any]:
        """Key and callback of a widget that begins with `value`."""
        name = self._name(path, part)
        born: dict[str, int] = st.session_state.setdefault(BORN, {})
        key = f"{name} {born.setdefault(name, 0)}"
        if st.session_state.get(key, value) != value:
            born[name] += 1
            key = f"{name} {born[name]}"
        return {"key": key, "on_change": self._changed, "args": (key, path, read)}

    def _name(self, path: Path, part: str) -> str:
        return ".".join(map(str, (self.name, *path, *filter(None, [part]))))

    def _changed(self, key: str, path: Path, read: Callable[[Any], Any]) -> None:
        refuse(key.rpartition(" ")[0], self.commit(path, read(st.session_state[key])))
