"""The guide in the sidebar: how to read the stage, and what every choice means."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from playground.activations import Activation
from playground.initializers import Initializer
from playground.layers import Layer
from playground.losses import Loss
from playground.optimizers import Optimizer
from playground.record import Record, members
from playground.schedules import Schedule
from playground.ui.stage import SETTLED
from playground.ui.widgets import about

ASSETS = Path(__file__).with_name("assets")
FAMILIES: dict[str, type[Record]] = {
    "Layers": Layer,
    "Activations": Activation,
    "First weights": Initializer,
    "Losses": Loss,
    "Optimizers": Optimizer,
    "Schedules": Schedule,
}


def guide(stage: str) -> None:
    """The whole guide to a stage; the sidebar is closed at first, so it waits until the stage has drawn."""
    if SETTLED not in st.session_state:
        st.sidebar.markdown("One moment.")
        return
    with st.sidebar:
        st.markdown(text(stage))
        st.markdown("#### Glossary")
        for title, family in FAMILIES.items():
            with st.expander(title):
                st.markdown(glossary(family))


@cache
def text(stage: str) -> str:
    """How to read a stage: what it has of its own, then what all have."""
    return "\n".join(ASSETS.joinpath(name).read_text() for name in (f"guide-{stage}.md", "guide.md"))


@cache
def glossary(family: type[Record]) -> str:
    """A line for each member of a family, out of its docstring."""
    return "\n\n".join(f"**{member.title}.** {about(member)}" for member in members(family).values())
