"""The first page: every lab and every preset, the way in, and links of before there was one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import playground
from playground import Experiment
from playground.labs import labs
from playground.link import decode, encode
from playground.live.house import the_house
from playground.ui.home import lab_of, show_of, told
from playground.ui.lab_page import seat_key

SCRIPT = Path(playground.__file__).parent / "ui" / "main.py"


@pytest.fixture
def page() -> AppTest:
    test = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert not test.exception
    return test


def test_every_lab_is_on_show(page: AppTest) -> None:
    assert set(the_house().exhibits) >= set(labs())


@pytest.mark.parametrize("name", labs())
def test_a_lab_is_told_in_words_and_links(name: str) -> None:
    lab = labs()[name]
    words = told(lab)
    assert words["motto"].endswith(".")
    assert [preset["title"] for preset in words["presets"]] == [preset.title for preset in lab.presets]
    for said, preset in zip(words["presets"], lab.presets, strict=True):
        page, _, address = said["href"].partition("?x=")
        assert page == name
        assert decode(address, Experiment) == preset.experiment


@pytest.mark.parametrize("name", labs())
def test_what_is_on_show_is_one_of_the_labs_presets(name: str) -> None:
    lab, show = labs()[name], show_of(labs()[name])
    assert show.experiment in [preset.experiment for preset in lab.presets]
    assert lab.on_show.preset in ["", *(preset.name for preset in lab.presets)]
    assert show.steps > show.steps_per_second > 0


@pytest.mark.parametrize("name", labs())
def test_a_link_finds_its_lab(name: str) -> None:
    for preset in labs()[name].presets:
        assert lab_of(encode(preset.experiment)) == name


def test_a_link_that_cannot_be_read_is_for_the_first_lab() -> None:
    assert lab_of("1.nonsense") == next(iter(labs()))


def test_a_link_of_before_there_was_a_first_page_leads_into_the_lab() -> None:
    experiment = labs()["plane"].presets[3].experiment
    test = AppTest.from_file(SCRIPT, default_timeout=60)
    test.query_params["x"] = encode(experiment)
    test.run()
    assert not test.exception
    assert test.session_state[seat_key("plane")].experiment == experiment


def script(lab: str, preset: str | None) -> None:
    import streamlit as st

    from playground.ui import home
    from playground.ui.lab_page import pages

    known = pages()
    there = st.navigation(list(known.values()))
    if not st.session_state.setdefault("gone", []):
        st.session_state.gone.append(lab)
        home.go_in({"lab": lab, "preset": preset}, known)
    there.run()


@pytest.mark.parametrize("name", labs())
def test_a_click_leads_inside_with_the_preset(name: str) -> None:
    preset = labs()[name].presets[-1]
    test = AppTest.from_function(script, kwargs={"lab": name, "preset": preset.name}, default_timeout=60).run()
    assert not test.exception
    assert test.session_state[seat_key(name)].experiment == preset.experiment


@pytest.fixture(autouse=True)
def ended() -> Any:
    """The test runner's sessions all have one name, so nobody else ends what they started."""
    yield
    for session in the_house().sessions:
        the_house().drop(session)
