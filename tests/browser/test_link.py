"""The experiment in the address bar: shared, opened again, and refused when it is broken."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from playground import Experiment
from playground.labs.plane_gallery import PRESETS
from playground.link import encode

USUAL = Experiment.model_validate(
    {"data": {"kind": "spiral", "noise": 0.1}, "layers": [{"kind": "dense", "units": 5, "activation": "relu"}]}
)
GOOD = encode(USUAL)


def link_of(visit):
    return parse_qs(urlsplit(visit.page.url).query)["x"][0]


def test_the_address_follows_and_opens_the_same_experiment_elsewhere(visit, visitor):
    visit.press("One neuron more in Hidden 1")
    visit.wait("__tap.scene.experiment.layers[0].units === 5")
    visit.wait("new URL(location).searchParams.get('x') === new URLSearchParams(__tap.scene.link).get('x')")
    other = visitor().open(f"plane?x={link_of(visit)}")
    assert other.scene("experiment") == visit.scene("experiment")
    assert other.frame("step") == 0


def test_the_link_is_copied(visitor):
    visit = visitor(permissions=["clipboard-read", "clipboard-write"]).open(f"plane?x={GOOD}")
    visit.press(re.compile("Copy link"))
    visit.wait_for_text("Copied")
    assert visit.page.evaluate("() => navigator.clipboard.readText()") == visit.page.url


def test_other_parameters_stay(visitor):
    visit = visitor().open("plane?embed_options=show_toolbar")
    visit.press("One neuron more in Hidden 1")
    visit.wait("new URL(location).searchParams.has('x') && location.search.includes('embed_options')")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_opens_by_its_link(visitor, preset):
    link = encode(preset.experiment)
    assert len(link) <= 2000
    visit = visitor().open(f"plane?x={link}")
    assert visit.scene("data")["kind"] == preset.experiment.data.kind
    visit.play()
    visit.wait("__stage.step > 10")


BROKEN = {
    "cut": GOOD[: len(GOOD) // 2],
    "of another version": "9" + GOOD[1:],
    "no link at all": "hello",
    "changed": GOOD[:10] + "AAAA" + GOOD[14:],
}


@pytest.mark.parametrize("link", BROKEN.values(), ids=BROKEN)
def test_a_broken_link_gives_a_sentence_and_the_usual_page(visitor, link):
    visit = visitor().open(f"plane?x={link}")
    said = visit.wait_for_text(re.compile("This is the page without it"))
    assert re.match(r"^(This|What this) link", said.inner_text().removeprefix("info").strip()) or "link" in said.inner_text()
    visit.play()
    visit.wait("__stage.step > 100")


def test_a_network_over_its_budget_is_refused_by_its_figures(visitor):
    wide = [{"kind": "dense", "units": 1024}] * 16
    visit = visitor().open(f"plane?x={encode(USUAL.replace(layers=wide, training={'batch_size': 1024}))}")
    visit.wait_for_text(re.compile("million multiply-adds"))
    visit.play()
