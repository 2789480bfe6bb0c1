"""Pages that are closed, reloaded, doubled, cut off; and the way without a socket."""

import math
import re
from pathlib import Path

import pytest

from playground import Experiment
from playground.link import encode
from tests.browser.server import free_port, serving
from tests.browser.visit import Visit

EXPLOSIVE = Experiment.model_validate(
    {
        "data": "plane",
        "layers": [{"kind": "dense", "units": 4, "activation": "linear"}],
        "optimizer": {"kind": "sgd", "learning_rate": 0.001},
    }
)


@pytest.fixture
def playing(visit):
    visit.play()
    visit.wait("__stage.step > 100")
    return visit


def test_a_reload_finds_its_run_again(playing):
    step = playing.frame("step")
    playing.reload()
    assert playing.frame("step") > step
    assert playing.stage("state") == "playing"


def test_a_paused_run_is_there_after_another_page(playing):
    playing.pause()
    step, weights = playing.frame("step"), playing.values("network/weights")
    playing.page.goto("about:blank")
    playing.page.go_back()
    playing.arrived()
    assert playing.frame("step") == step
    assert playing.values("network/weights") == weights


def test_two_tabs_have_two_runs(playing):
    other = Visit(playing.context.new_page(), playing.url).open()
    assert other.frame("step") == 0
    other.play()
    playing.pause()
    other.wait("__stage.step > 100")
    assert playing.stage("state") == "paused"
    assert other.errors == []


def test_a_doubled_tab_gets_a_run_of_its_own(playing):
    with playing.context.expect_page() as opened:
        playing.page.evaluate("() => void window.open(location.href)")  # takes the tab's memory along, as Duplicate does
    double = opened.value
    double.wait_for_function("() => globalThis.__stage?.draws > 0", timeout=30_000)
    playing.pause()
    double.wait_for_function("() => __stage.state === 'paused' && __stage.step === 0", timeout=30_000)


def test_a_closed_page_disturbs_nobody(playing, visitor):
    other = visitor().open()
    other.play()
    playing.page.close()
    step = other.stage("step")
    other.wait("__stage.step > argument + 1000", step)


def test_a_cut_socket_is_mended_in_mid_run(playing):
    playing.page.evaluate("() => __playground.link.cut()")
    playing.wait("__playground.link.mode !== 'socket'")
    playing.wait("__playground.link.mode === 'socket'")
    step = playing.frame("step")
    playing.wait("__stage.step > argument", step)
    assert playing.stage("mounts") == 1


@pytest.fixture
def cut_off(visitor):
    """A visitor behind a proxy that lets no socket of ours through."""
    visit = visitor()
    visit.page.route_web_socket(re.compile(r"/live$"), lambda socket: socket.close())
    visit.open()
    visit.wait("__playground.link.mode === 'fallback'")
    return visit


def test_without_a_socket_the_page_plays_all_the_same(cut_off):
    cut_off.play()
    cut_off.wait("__stage.step > 100")
    draws = cut_off.stage("draws")
    cut_off.page.wait_for_timeout(3000)
    assert cut_off.stage("draws") - draws > 5
    cut_off.pause()
    cut_off.press("One neuron more in Hidden 1")
    cut_off.wait("__tap.scene.experiment.layers[0].units === 5")
    assert cut_off.stage("mounts") == 1


def test_without_a_socket_every_command_is_obeyed_once(cut_off):
    for step in range(1, 6):
        cut_off.press(re.compile("^One step"))
        cut_off.wait("__stage.step === argument", step)


def test_a_run_that_diverges_stops_says_where_and_goes_back(visitor):
    visit = visitor().open(f"plane?x={encode(EXPLOSIVE)}")
    visit.play()
    visit.wait("__stage.step > 50")
    visit.send(do="set", path=["optimizer", "learning_rate"], value=10)
    visit.wait("__stage.state === 'diverged'")
    message = visit.frame("message")
    assert re.search(r"[Ss]tep [\d,\s]+", message["text"])
    assert message["detail"]
    visit.press(message["actions"][0]["title"])
    visit.wait("__stage.state === 'paused' && __tap.frame.step > 0")
    assert all(map(math.isfinite, visit.values("network/weights")))


def test_after_a_restart_of_the_server_the_page_finds_a_new_session(chromium, tmp_path):
    port = free_port()
    context = chromium.new_context()
    with serving(tmp_path, port) as server:
        visit = Visit(context.new_page(), server.url).open()
        visit.play()
    with serving(tmp_path, port):
        visit.wait("globalThis.__stage?.draws > 0 && __playground.link.mode === 'socket' && __stage.state === 'paused'")
    context.close()


def test_the_first_start_of_all_shows_how_far_it_is(chromium, tmp_path):
    context = chromium.new_context()
    with serving(tmp_path, PLAYGROUND_CACHE=str(tmp_path / "cache")) as server:
        visit = Visit(context.new_page(), server.url)
        visit.page.goto(server.url)
        visit.wait_for_text(re.compile(r"Preparing \d+ of \d+ kernels"))
        words = visit.page.locator(".lab small").evaluate_all("all => all.map(node => getComputedStyle(node, '::before').content)")
        assert words == ["none", '"Comes next"', *['"After that"'] * 3]
        visit.page.locator(".lab:first-child:not([data-preparing])", has_text="test loss").wait_for(timeout=120_000)
        visit.page.get_by_role("link", name="Vision").first.click()
        visit.wait_for_text(re.compile(r"Preparing \d+ of \d+ kernels"))
        visit.arrived()
        visit.play()
        visit.wait("__stage.step > 10")
        assert visit.errors == server.complaints(0) == []
        opened = Path(f"/proc/{server.process.pid}/fdinfo").glob("*")  # where Linux tells what is watched
        assert not any("inotify wd" in file.read_text() for file in opened)  # not the environment's files, of which there are thousands
    context.close()
