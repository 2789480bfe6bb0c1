"""Charts below the fold: drawn only while they are open, and once a second at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from playground.experiment import Experiment
from playground.live.seats import Seat
from playground.ui import figures
from playground.ui.palette import Palette, palette
from playground.ui.snapshot import Snapshot, snapshot

EVERY = 1.0  # seconds
CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}
SOON = "The curves begin with the first step: press play."
LATE = "The run did not answer in time. The charts come with the next second."

Draw = Callable[[Snapshot, Palette], go.Figure]


def charts(seat: Seat) -> None:
    """The expander; what is in it costs nothing while it is closed."""
    with st.expander("Charts", key="charts", on_change="rerun") as expander:
        if expander.open:
            choice(seat.experiment)
            study(seat)


def choice(experiment: Experiment) -> None:
    """Which charts are drawn: only what is supervised has answers that are right or wrong, and a text has too many for a matrix."""
    dataset = experiment.dataset()
    answers = "Predictions" if dataset.task == "regression" else "Confusion"
    judged = experiment.task.kind == "supervised" and not dataset.each_step
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        picked = picker("Charts", "chart", ["Curves", *([answers] if judged else []), "Weights"])
        if picked == "Curves":
            picker("Scale", "chart scale", ["Log", "Linear"])


def picker(label: str, key: str, options: list[str]) -> str:
    """One of a few, side by side."""
    return st.segmented_control(label, options, key=key, default=options[0], required=True, label_visibility="collapsed")


@st.fragment(run_every=EVERY)
def study(seat: Seat) -> None:
    """The chosen charts of this moment."""
    try:
        seen = seat.ask(snapshot)
    except TimeoutError:
        st.markdown(LATE)
        return
    if st.session_state["chart"] == "Curves" and len(seen.history) < 2:
        st.markdown(SOON)
        return
    draws = chosen(st.session_state["chart"], seen, st.session_state.get("chart scale") != "Linear")
    for column, (name, draw) in zip(st.columns(len(draws)), draws.items(), strict=True):
        figure = draw(seen, palette(st.context.theme.type))
        column.plotly_chart(figure, theme=None, config=CONFIG, key=name, alt=f"{name} at step {seen.step}")


def chosen(name: str, seen: Snapshot, log: bool) -> dict[str, Draw]:
    """The figures that a choice means for this task."""
    if name == "Curves":
        return {"Loss and accuracy": partial(figures.curves, log=log)}
    if name == "Weights":
        return {"Weights and gradients": figures.histograms}
    if seen.task == "regression":
        return {"Predicted against true": figures.fit}
    both: dict[str, Draw] = {"Confusion matrix": figures.confusion}
    return both | ({"ROC curve": figures.roc} if len(seen.classes) == 2 else {})
