"""The first page: each lab as a living picture, and every preset of every lab as a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from playground import link
from playground.experiment import Experiment
from playground.labs import Lab, labs
from playground.live.exhibits import Show
from playground.live.house import the_house
from playground.ui import files
from playground.ui.lab_page import seated
from playground.ui.popovers import load

OPENED = "home"  # the component's key: its state has what was clicked


def home_of(pages: Mapping[str, st.Page]) -> Callable[[], None]:
    """The script of the first page; `pages` are the labs' by name."""

    def home() -> None:
        if "x" in st.query_params:  # a link of the time when the first page was a lab's
            st.switch_page(pages[lab_of(st.query_params["x"])], query_params={"x": st.query_params["x"]})
        for lab in labs().values():
            the_house().put_on_show(lab, show_of(lab))
        pictures = files.component("home", "home/home.js", "home/home.html", ("home/home.css",))
        opened = pictures(data={"labs": [told(lab) for lab in labs().values()]}, key=OPENED, on_open_change=lambda: None).open
        if opened:
            go_in(opened, pages)

    return home


def lab_of(address: str) -> str:
    """The lab that a link is for; one that cannot be read is for the first, which says so."""
    try:
        experiment = link.decode(address, Experiment)
    except ValueError:
        return next(iter(labs()))
    fitting = (name for name, lab in labs().items() if experiment.task.kind in lab.tasks and experiment.data.group in lab.groups)
    return next(fitting, next(iter(labs())))


def show_of(lab: type[Lab]) -> Show:
    """What a lab has on show."""
    chosen = next((preset for preset in lab.presets if preset.name == lab.on_show.preset), lab.presets[0])
    return Show(chosen.experiment, lab.on_show.steps_per_second, lab.on_show.steps)


def told(lab: type[Lab]) -> dict[str, Any]:
    """A lab and its presets, in words."""
    presets = [
        {
            "name": preset.name,
            "title": preset.title,
            "question": preset.question,
            "sentence": preset.sentence,
            "href": f"{lab.name}?x={link.encode(preset.experiment)}",
        }
        for preset in lab.presets
    ]
    return {"name": lab.name, "title": lab.title, "motto": lab.motto, "href": lab.name, "presets": presets}


def go_in(opened: Mapping[str, Any], pages: Mapping[str, st.Page]) -> None:
    """To the page of a lab, with a preset if one was clicked."""
    lab = labs()[opened["lab"]]
    seat = seated(lab)
    for preset in lab.presets:
        if preset.name == opened["preset"]:
            load(seat, preset)
    st.switch_page(pages[lab.name])
