"""A lab's page: settings, stage, charts, guide."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.experiment import Experiment
from playground.labs import Lab, labs
from playground.link import decode
from playground.live.house import the_house
from playground.live.seats import Seat
from playground.run import Run
from playground.ui.charts import charts
from playground.ui.guide import guide
from playground.ui.instant import press, press_next
from playground.ui.popovers import OPEN_DATA, settings_row
from playground.ui.stage import UPLOAD, stage


def pages() -> dict[str, st.Page]:
    """A page for every lab by its name, in their order."""
    return {name: st.Page(page_of(lab), title=lab.title, url_path=name) for name, lab in labs().items()}


def page_of(lab: type[Lab]) -> Callable[[], None]:
    """The script of a lab's page, from the settings, drawn first, to the charts below the fold."""

    def page() -> None:
        seat = seated(lab)
        if st.session_state.pop(UPLOAD, False):
            press_next(OPEN_DATA)
        shown = seat.experiment  # read once: the stage may change it while the page is drawn
        settings_row(lab, seat, shown)
        stage(lab.name, seat, shown)
        charts(seat)
        guide(lab.stage)
        press()

    return page


def seated(lab: type[Lab]) -> Seat:
    """The seat of this browser page in a lab; a new one takes what the link says, or says why it cannot."""
    key = seat_key(lab.name)
    if key not in st.session_state:
        st.session_state[key] = seat = the_house().sit(lab, lab.presets[0].experiment)
        if "x" in st.query_params:
            follow(st.query_params["x"], lab, seat)
    taken: Seat = st.session_state[key]
    return taken


def seat_key(name: str) -> str:
    """Where the session's state has the seat of a lab."""
    return f"{name} seat"


def follow(link: str, lab: type[Lab], seat: Seat) -> None:
    """Begin with the experiment in the link. One that cannot be read or run leaves the page as it is, and a sentence."""
    try:
        experiment = decode(link, Experiment)
        lab(Run(experiment))
    except ValueError as error:
        st.toast(f"{error} This is the page without it.", duration="infinite")
    else:
        seat.start(experiment)
