"""The first page in the browser: pictures that live, ways into every lab, old links, every screen."""

import pytest

from playground.labs import labs
from playground.link import encode

LABS = labs()
MOVES = "name => (globalThis.__shows?.[name] ?? 0) > 3"


@pytest.fixture
def home(visitor):
    """A visit to the first page."""
    visit = visitor()
    visit.page.goto(visit.url)
    visit.page.get_by_role("link", name="Plane").first.wait_for()
    return visit


def test_every_picture_lives(home):
    for name in LABS:
        home.page.wait_for_function(MOVES, arg=name, timeout=120_000)
    assert all(colours > 8 for colours in [home.colours(f".lab[data-lab={name}] canvas") for name in LABS])
    home.wait("[...document.querySelectorAll('.lab small')].every(node => node.textContent)")


@pytest.mark.parametrize("name", LABS)
def test_a_picture_leads_inside_and_the_lab_plays(home, name):
    home.page.locator(f".lab[data-lab={name}]").click()
    home.wait("globalThis.__stage?.draws > 0 && __stage.state !== 'preparing'", seconds=120)
    assert home.scene("lab") == name
    home.play()
    home.wait("__stage.step > 5")
    home.pause()


def test_a_question_opens_its_preset(home):
    preset = LABS["plane"].presets[2]
    home.page.get_by_role("link", name=preset.question).click()
    home.wait("globalThis.__tap.scene?.experiment.data.kind === 'xor' && __stage.draws > 0")
    home.page.wait_for_timeout(1000)  # as long as a person needs to find the button; Streamlit mixes up runs of two pages that come at once
    home.page.go_back()
    home.page.get_by_role("link", name=LABS["plane"].presets[0].question).click()
    home.wait("globalThis.__tap.scene?.experiment.data.kind === 'circle'")


def test_a_link_of_before_there_was_a_first_page_still_leads_there(visitor):
    visit = visitor().open(f"?x={encode(LABS['plane'].presets[1].experiment)}")
    assert visit.scene("experiment")["data"]["kind"] == "gauss"
    assert "/plane" in visit.page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 930, 1280, 2560])
def test_it_fits_every_screen(visitor, width, scheme):
    visit = visitor(viewport={"width": width, "height": 844}, color_scheme=scheme)
    visit.page.goto(visit.url)
    visit.page.wait_for_function(MOVES, arg="plane", timeout=120_000)
    assert (visit.brightness() > 128) == (scheme == "light")
    assert visit.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
