"""The stage on the page: one component whose JavaScript is several modules, and the way its frames and commands take.

Over the live socket the page's script only hands over a key. Where the socket is not to be had, the stage says so, and from then on a
fragment brings it frames and takes its commands.
"""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from playground.experiment import Experiment
from playground.live.commands import action
from playground.live.house import the_house
from playground.live.seats import Seat
from playground.ui import files

UPLOAD = "playground upload"  # in the session's state while somebody has asked on the stage to bring data of their own
SETTLED = "stage settled"  # in the session's state once the stage has drawn: what is heavy and out of sight waits for it
PERIOD = 0.05  # seconds between two frames without a socket
POLL = 0.02  # seconds between two looks at who may have a session


def stage(lab: str, seat: Seat, shown: Experiment) -> None:
    """Mount a lab's stage, beside settings that show the experiment `shown`.

    When a person asks there to bring data of their own, the script runs with UPLOAD in the session's state.
    """
    mode = _said(lab).get("mode", "socket")
    if mode == "socket":
        seat.look_away()
    component = files.component("stage", "main.js", "stage.html", styles())

    @st.fragment(run_every=PERIOD if mode == "fallback" else None)  # a fragment either way: the component is not mounted anew
    def live() -> None:
        if _said(lab).get("mode", "socket") != mode or seat.experiment != shown or UPLOAD in st.session_state or _settles(lab):
            st.rerun()  # how often a fragment runs, and what the page's other parts show, is settled by the whole script only
        component(
            data=_glance(lab, seat) if mode == "fallback" else {"key": seat.key, "socket": the_house().socket, "lab": lab},
            key=_key(lab),
            on_link_change=lambda: _hear(lab),
            on_command_change=lambda: _obey(lab, seat),
            on_upload_change=_want_upload,
            on_revision_change=_nothing,
        )

    live()


def styles() -> tuple[str, ...]:
    """The style sheets of all labs, the one that they share first."""
    sheets = [name for name in files.names() if name.endswith(".css") and not name.startswith("home/")]
    return tuple(sorted(sheets, key=lambda name: name != "stage.css"))


def _settles(lab: str) -> bool:
    """Whether the stage says for the first time which experiment it shows."""
    if SETTLED in st.session_state or "revision" not in st.session_state.get(_key(lab), {}):
        return False
    st.session_state[SETTLED] = True
    return True


def _key(lab: str) -> str:
    """Of a lab's component."""
    return f"{lab} stage"


def _link(lab: str) -> str:
    """Of our own in the session's state: a widget's is lost when the page changes."""
    return f"{lab} link"


def _said(lab: str) -> dict[str, Any]:
    """What the stage last said about its way: {"mode": "socket" or "fallback", "tab": token, "drawn": revision of its scene or None}."""
    said: dict[str, Any] = st.session_state.get(_link(lab), {})
    return said


def _hear(lab: str) -> None:
    if said := st.session_state[_key(lab)].get("link"):
        st.session_state[_link(lab)] = dict(said)


def _glance(lab: str, seat: Seat) -> bytes:
    """The newest frame; none, and a sentence beside the stage, when the server has no room for a run."""
    for _ in seat.claim(_said(lab).get("tab")):
        time.sleep(POLL)
    drawn = _said(lab).get("drawn")
    try:
        return seat.glance(PERIOD, -1 if drawn is None else drawn)
    except ValueError as error:
        st.warning(str(error))
        return b""


def _obey(lab: str, seat: Seat) -> None:
    """Hand on numbered commands; they come again until a frame says that they were obeyed."""
    if told := st.session_state[_key(lab)].get("command"):
        numbered = [(command["n"], action({key: value for key, value in command.items() if key != "n"})) for command in told["all"]]
        seat.drive().do_once(told["from"], numbered)


def _want_upload() -> None:
    st.session_state[UPLOAD] = True


def _nothing() -> None:
    """The run of the fragment is all that was wanted."""
