"""Buttons that act in the browser, at once and without a run of the script: open the guide, copy the link."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

PRESSED = "button pressed"  # in the session's state: its selector, and which press of this page it is
ASSETS = Path(__file__).with_name("assets")


def instant(act: Literal["guide", "link"], label: str, icon: str) -> None:
    """A tertiary button; `act` names a function in instant.js, `icon` one of Google's Material Symbols."""
    html, css, js = (ASSETS.joinpath(f"instant.{ending}").read_text() for ending in ("html", "css", "js"))
    button = st.components.v2.component("instant", html=html, css=css, js=js)
    button(data={"act": act, "label": label, "icon": icon}, key=f"instant {act}", width="content", height="content")


def press_next(selector: str) -> None:
    """Have the page press one of its own buttons at its next run.

    So popovers are opened and closed: Streamlit does it by itself only for one whose button never changes its words.
    """
    _, count = st.session_state.get(PRESSED, ("", 0))
    st.session_state[PRESSED] = (selector, count + 1)


def press() -> None:
    """Have the page press what is to be pressed, if it is there: once, by its number, also where the next run cuts this one short."""
    if PRESSED in st.session_state:
        selector, number = st.session_state[PRESSED]
        presser = st.components.v2.component("press", js=ASSETS.joinpath("press.js").read_text())
        presser(data={"selector": selector, "number": number}, key="press")
