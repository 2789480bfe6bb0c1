"""Buttons that act in the browser, at once and without a run of the script: open the guide, copy the link."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

PRESSED = "buttons pressed"  # in the session's state: how many
ASSETS = Path(__file__).with_name("assets")


def instant(act: Literal["guide", "link"], label: str, icon: str) -> None:
    """A tertiary button; `act` names a function in instant.js, `icon` one of Google's Material Symbols."""
    html, css, js = (ASSETS.joinpath(f"instant.{ending}").read_text() for ending in ("html", "css", "js"))
    button = st.components.v2.component("instant", html=html, css=css, js=js)
    button(data={"act": act, "label": label, "icon": icon}, key=f"instant {act}", width="content", height="content")


def press(selector: str) -> None:
    """Press a button of the page once it is there: Streamlit opens a popover by itself only if its button never changes its words."""
    presser = st.components.v2.component("press", js=ASSETS.joinpath("press.js").read_text())
    st.session_state[PRESSED] = st.session_state.get(PRESSED, 0) + 1
    presser(data=selector, key=f"press {st.session_state[PRESSED]}")  # mounted anew each time
