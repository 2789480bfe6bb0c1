"""The variational lab, end to end: it opens, plays, moves, goes in slow motion, and its ring draws pictures."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, link

DENSE = {"kind": "dense", "units": 24, "activation": "relu"}


@pytest.fixture
def seeing(visitor):
    """A visit of the variational lab's page."""
    return visitor().open("variational")


def ring(seeing, across, down):
    """Drag the ring to a place of the map, given as shares of its side."""
    box = seeing.page.locator(".latent canvas").bounding_box()
    to = box["x"] + across * box["width"], box["y"] + down * box["height"]
    axes, reach = seeing.frame("latent")["axes"], seeing.frame("latent")["reach"]
    z = seeing.frame("latent")["z"]
    x, y = (z[axes[0]] / reach + 1) / 2 * box["width"], (1 - z[axes[1]] / reach) / 2 * box["height"]
    seeing.page.mouse.move(box["x"] + x, box["y"] + y)
    seeing.page.mouse.down()
    seeing.page.mouse.move(*to, steps=6)
    seeing.page.mouse.up()
    return (2 * across - 1) * reach, (1 - 2 * down) * reach


def test_the_first_frame_has_both_halves_and_the_map(seeing):
    assert seeing.stage("state") == "paused"
    assert [column["kind"] for column in seeing.scene("columns")] == ["picture", "flatten", "dense", "code", "sample", "dense", "head"]
    assert seeing.colours(".latent canvas") > 20
    assert seeing.colours(".strip.again") > 20
    assert seeing.colours(".framed.again canvas") > 5


def test_the_map_moves_while_it_trains(seeing):
    before = seeing.values("variational/codes")
    seeing.play()
    seeing.wait("__tap.frame.scores['test/loss'] < 27 && __stage.fps > 0", seconds=90)
    seeing.wait("__tap.frame.scores['test/kl'] > 1", seconds=60)
    seeing.pause()
    worth = "__tap.frame.latent.worth.reduce((sum, part) => sum + part)"
    seeing.wait(f"Math.abs({worth} - __tap.frame.scores['test/kl']) < 0.01")  # the map follows a moment later
    after = np.array(seeing.values("variational/codes"))
    assert np.isfinite(after).all()
    assert np.abs(after - before).max() > 0.3


def test_the_ring_is_dragged_and_the_picture_follows(seeing):
    x, y = ring(seeing, 0.3, 0.75)
    seeing.wait("__tap.frame.latent.own")
    seeing.wait(f"Math.abs(__tap.frame.latent.z[0] - ({x})) < 0.05 && Math.abs(__tap.frame.latent.z[1] - ({y})) < 0.05")
    seeing.page.locator(".latent canvas").focus()
    seeing.page.keyboard.press("ArrowRight")
    seeing.wait(f"__tap.frame.latent.z[0] > ({x}) + 0.1")
    seeing.press("Back to the picture")
    seeing.wait("!__tap.frame.latent.own")


def test_a_point_is_clicked_and_its_picture_is_looked_at(seeing):
    box = seeing.page.locator(".latent canvas").bounding_box()
    codes, reach = np.array(seeing.values("variational/codes")).reshape(-1, 2), seeing.frame("latent")["reach"]
    ring_at = np.array(seeing.frame("latent")["z"])
    far = np.linalg.norm(codes - ring_at, axis=1)
    k = int(np.argmax(np.where(np.abs(codes).max(axis=1) < reach, far, 0)))
    x, y = (codes[k, 0] / reach + 1) / 2 * box["width"], (1 - codes[k, 1] / reach) / 2 * box["height"]
    row = seeing.frame("picture")["row"]
    seeing.page.mouse.click(box["x"] + x, box["y"] + y)
    seeing.wait(f"__tap.frame.picture.row !== {row} && !__tap.frame.latent.own")


def test_sliders_panels_and_new_pictures(seeing):
    seeing.page.get_by_role("slider", name="Latent number 2").fill("1.5")
    seeing.wait("__tap.frame.latent.own && Math.abs(__tap.frame.latent.z[1] - 1.5) < 0.01")
    seeing.press("From A to B")
    seeing.page.wait_for_timeout(300)
    assert seeing.colours(".strip.between") > 10
    seeing.page.locator(".pad .thumb").nth(4).click()
    seeing.wait(f"__tap.frame.picture.row === {seeing.scene('samples')[4]['row']}")
    seeing.press("Take the left picture as A")
    seeing.wait("__tap.frame.latent.ends[0] === __tap.frame.picture.row")
    seeing.press("New pictures")
    seeing.press("Draw others")
    seeing.wait("__tap.frame.latent.seed === 1")
    assert seeing.colours(".strip.new") > 10
    seeing.press("Loss")
    seeing.page.get_by_role("img", name="Loss").wait_for()


def test_slow_motion_goes_through_both_halves_to_the_update_and_back_to_speed(seeing):
    seen, said = zip(*seeing.slow_motion("update"), strict=True)
    assert list(dict.fromkeys(seen)) == ["forward", "loss", "backward", "update"]
    for begin in ("Encode into", "Encode to", "Sample", "Decode into", "Decode to", "Loss", "Backward from", "Backward through the sample"):
        assert any(sentence.startswith(begin) for sentence in said), f"{begin} is not in {said}"
    assert seeing.page.locator(".words .math").inner_text()
    seeing.send(do="pace", steps_per_second=0)
    seeing.play()
    seeing.wait("__stage.step > 50")


def test_layers_come_and_go_in_either_half_and_a_bad_one_says_why(seeing):
    seeing.press("Put a layer before the head")
    seeing.page.get_by_role("menuitem", name="Dense").first.click()
    seeing.wait("__tap.scene.experiment.task.decoder.length === 2")
    seeing.send(do="remove", path=["task", "decoder", 1])
    seeing.wait("__tap.scene.experiment.task.decoder.length === 1")
    seeing.send(do="insert", path=["task", "decoder", 0], value={"kind": "conv2d"})
    seeing.wait_for_text("Put a Reshape before it")
    seeing.send(do="set", path=["task", "latent"], value=0)
    seeing.wait_for_text("Latent must be at least 1, got 0.")
    assert len(seeing.scene("columns")) == 7


def test_the_kind_is_chosen_beside_the_data(seeing):
    seeing.press("Kind VAE")
    seeing.page.get_by_text("How much it costs that clouds").wait_for()
    seeing.send(do="set", path=["task"], value={"kind": "autoencoder", "noise": 0.3})
    seeing.wait("__tap.scene.variational.kind === 'autoencoder' && __tap.scene.variational.noise === 0.3")
    assert len(seeing.scene("experiment")["task"]["decoder"]) == 1
    seeing.page.get_by_role("button", name="Other noise").wait_for()
    seeing.page.keyboard.press("Escape")
    seeing.press("New pictures")
    seeing.wait_for_text("nothing can be drawn out of nothing")


def test_a_link_opens_the_same_network(visitor):
    experiment = Experiment.model_validate(
        {
            "data": "digit_pictures",
            "task": {"kind": "variational", "latent": 5, "beta": 3, "decoder": [DENSE]},
            "layers": ["flatten", DENSE],
        }
    )
    visit = visitor().open(f"variational?x={link.encode(experiment)}")
    assert Experiment.model_validate(visit.scene("experiment")) == experiment
    assert visit.page.get_by_role("slider", name="Latent number").count() == 5
    visit.page.get_by_role("combobox", name="across").select_option("4")
    visit.wait("__tap.frame.latent.axes[0] === 4")
    visit.send(do="set", path=["task", "latent"], value=6)
    visit.wait("__tap.scene.variational.latent === 6")
    visit.wait("location.search.includes(new URLSearchParams(__tap.scene.link).get('x'))")
    visit.reload()
    assert visit.scene("variational")["latent"] == 6


def test_map_and_panels_fit_a_narrow_screen(visitor):
    visit = visitor(viewport={"width": 390, "height": 844}).open("variational")
    for part in (".latent canvas", ".panel.left", ".panel.right .seg"):
        box = visit.page.locator(part).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_with_less_motion_points_are_where_they_are_at_once(visitor):
    visit = visitor(reduced_motion="reduce").open("variational")
    visit.send(do="pace", stage=True, brisk=True)
    visit.wait("__tap.frame.slow && __tap.frame.slow.duration < 1")
    assert visit.colours(".latent canvas") > 20


def test_a_click_on_a_unit_shows_its_numbers(seeing):
    box = seeing.page.locator(".net .below").bounding_box()
    x = seeing.page.locator(".station", has_text="Dense").last.bounding_box()
    seeing.page.mouse.move(x["x"] + x["width"] / 2 - 8, box["y"] + 200, steps=3)
    for down in range(0, 60, 6):
        seeing.page.mouse.click(x["x"] + x["width"] / 2 - 8, box["y"] + 200 + down)
        if seeing.page.locator(".inspector:visible").count():
            break
    seeing.wait("__tap.frame.inspected?.name === 'decoder/dense_1/output'")
