"""The vision lab in the browser: maps while it trains, the pad, the confusion matrix, slow motion, layers, its link, every screen."""

import numpy as np
import pytest

from playground import Experiment, link


@pytest.fixture
def seeing(visitor):
    """A visit to the vision lab's page."""
    return visitor().open("vision")


def canvas(visit):
    return visit.page.locator(".net canvas").first


def test_it_is_one_click_away_and_the_plane_goes_on_meanwhile(visitor):
    visit = visitor().open()
    visit.play()
    step = visit.stage("step")
    visit.page.get_by_role("link", name="Vision").click()
    visit.wait("__tap.scene?.lab === 'vision' && __stage.state === 'paused'")
    assert visit.page.get_by_label("Probabilities").is_visible()
    visit.page.get_by_role("link", name="Plane").click()
    visit.wait("__tap.scene?.lab === 'plane' && __stage.state === 'playing'")
    assert visit.stage("step") > step


def test_the_first_frame_has_pictures_maps_and_kernels(seeing):
    assert seeing.stage("state") == "paused"
    assert [column["kind"] for column in seeing.scene("columns")] == [
        "picture", "conv2d", "max_pool2d", "conv2d", "max_pool2d", "flatten", "dense", "head",
    ]  # fmt: skip
    assert seeing.colours(".net canvas") > 20
    assert seeing.page.get_by_role("group", name="Pictures of the data").get_by_role("button").count() == 10


def test_the_figure_moves_while_it_trains(seeing):
    seeing.play()
    seeing.wait("__tap.frame.accuracy > 0.93 && __stage.fps > 0", seconds=60)
    assert seeing.stage("step") > 100
    probabilities = seeing.values("vision/probabilities")
    assert np.argmax(probabilities) == seeing.frame("picture")["class"]
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)
    seeing.pause()


def test_the_pad_is_classified_stroke_by_stroke(seeing):
    seeing.press("Clear the picture")
    seeing.wait("__tap.frame.picture.row === null")
    blank = seeing.values("vision/probabilities")
    pad = seeing.page.locator(".pad canvas").bounding_box()
    x, y = pad["x"] + pad["width"] / 2, pad["y"]
    seeing.page.mouse.move(x, y + 0.2 * pad["height"])
    seeing.page.mouse.down()
    for i in range(2, 9):
        seeing.page.mouse.move(x, y + 0.1 * i * pad["height"], steps=3)
    seeing.page.mouse.up()
    seeing.wait(f"JSON.stringify(__tap.values('vision/probabilities')) !== JSON.stringify({blank})")
    seeing.page.get_by_role("button", name="Look at a picture of").nth(2).click()
    seeing.wait(f"__tap.frame.picture.row === {seeing.scene('samples')[2]['row']}")


def test_a_cell_of_the_confusion_matrix_opens_its_pictures(seeing):
    seeing.play()
    seeing.wait("__tap.frame.accuracy > 0.9", seconds=60)
    seeing.pause()
    box = seeing.page.locator(".matrix").bounding_box()
    seeing.page.mouse.click(box["x"] + 28, box["y"] + 9)  # the first cell, beside the names
    seeing.wait("__tap.frame.cell && __tap.frame.cell.truth === __tap.frame.cell.found")
    pictures = seeing.page.get_by_role("button", name="Look at picture")
    pictures.first.wait_for()
    assert pictures.count() == min(24, seeing.frame("cell")["count"])
    pictures.first.click()
    seeing.wait("__tap.frame.picture.row === null")
    seeing.page.get_by_role("button", name="Close").click()
    seeing.wait("!__tap.frame.cell")


def test_slow_motion_goes_to_the_update_and_back_to_speed(seeing):
    seen, _ = zip(*seeing.slow_motion("update"), strict=True)
    assert list(dict.fromkeys(seen)) == ["forward", "loss", "backward", "update"]
    assert seeing.page.locator(".words .math").inner_text()
    assert all(0 <= p <= 1 for p in seeing.values("vision/probabilities"))
    seeing.send(do="pace", steps_per_second=0)
    seeing.play()
    seeing.wait("__stage.step > 50")


def test_layers_come_and_go_and_a_bad_one_says_why(seeing):
    seeing.send(do="insert", path=["layers", 0], value={"kind": "conv2d", "filters": 4, "kernel": 3, "activation": "relu"})
    seeing.wait("__tap.scene.columns.length === 9")
    seeing.send(do="remove", path=["layers", 0])
    seeing.wait("__tap.scene.columns.length === 8")
    seeing.send(do="insert", path=["layers", 4], value={"kind": "conv2d", "kernel": 9, "padding": "valid"})
    seeing.wait_for_text("Make the window smaller")
    assert len(seeing.scene("columns")) == 8


def test_a_link_opens_the_same_network(visitor):
    experiment = Experiment.model_validate(
        {"data": "digit_pictures", "layers": [{"kind": "conv2d", "filters": 5, "kernel": 5}, {"kind": "average_pool2d"}]}
    )
    visit = visitor().open(f"vision?x={link.encode(experiment)}")
    assert Experiment.model_validate(visit.scene("experiment")) == experiment
    assert [column["kind"] for column in visit.scene("columns")] == ["picture", "conv2d", "average_pool2d", "head"]
    visit.send(do="set", path=["layers", 0, "filters"], value=7)
    visit.wait("__tap.scene.columns[1].units === 7")
    visit.wait("location.search.includes(new URLSearchParams(__tap.scene.link).get('x'))")
    visit.reload()
    assert visit.scene("columns")[1]["units"] == 7
