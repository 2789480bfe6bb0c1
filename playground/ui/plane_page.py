"""The plane lab's page: settings, stage, charts, guide."""

from __future__ import annotations

import streamlit as st

from playground.experiment import Experiment
from playground.labs.plane import PlaneLab
from playground.labs.presets import PRESETS
from playground.link import decode
from playground.live.house import the_house
from playground.live.seats import Seat
from playground.run import Run
from playground.ui.charts import charts
from playground.ui.guide import guide
from playground.ui.instant import press, press_next
from playground.ui.popovers import OPEN_DATA, settings_row
from playground.ui.stage import UPLOAD, stage

SEAT = "plane seat"  # in the session's state


def plane_page() -> None:
    """From the settings, drawn first, to the charts below the fold."""
    seat = seated()
    if st.session_state.pop(UPLOAD, False):
        press_next(OPEN_DATA)
    shown = seat.experiment  # read once: the stage may change it while the page is drawn
    settings_row(seat, shown)
    stage(seat, shown)
    charts(seat)
    guide()
    press()


def seated() -> Seat:
    """The seat of this browser page; a new one takes what the link says, or says why it cannot."""
    if SEAT not in st.session_state:
        st.session_state[SEAT] = seat = the_house().sit(PlaneLab, PRESETS[0].experiment)
        if "x" in st.query_params:
            follow(st.query_params["x"], seat)
    taken: Seat = st.session_state[SEAT]
    return taken


def follow(link: str, seat: Seat) -> None:
    """Begin with the experiment in the link. One that cannot be read or run leaves the page as it is, and a sentence."""
    try:
        experiment = decode(link, Experiment)
        PlaneLab(Run(experiment))
    except ValueError as error:
        st.toast(f"{error} This is the page without it.", duration="infinite")
    else:
        seat.start(experiment)
