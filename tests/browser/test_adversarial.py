"""The adversarial lab in the browser: two networks play, noise is dragged, data painted, slow motion, layers, its link, every screen."""

import numpy as np
import pytest

from playground import Experiment, link


@pytest.fixture
def playing(visitor):
    """A visit to the adversarial lab's page."""
    return visitor().open("adversarial")


def box_of(visit, selector):
    return visit.page.locator(selector).first.bounding_box()


def drag(visit, selector, places):
    """With the pointer pressed over places of an element, as shares of it."""
    box = box_of(visit, selector)
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    visit.page.mouse.move(*at[0])
    visit.page.mouse.down()
    for place in at[1:]:
        visit.page.mouse.move(*place, steps=4)
    visit.page.mouse.up()


def test_it_is_one_click_away(visitor):
    visit = visitor().open()
    visit.page.get_by_role("link", name="Adversarial").click()
    visit.wait("__tap.scene?.lab === 'adversarial' && __stage.state === 'paused'")
    visit.page.get_by_role("application", name="The plane").wait_for()


def test_the_first_frame_shows_both_players_and_what_they_play_for(playing):
    players = [column["player"] for column in playing.scene("columns")]
    assert [player for i, player in enumerate(players) if player not in players[:i]] == [
        "noise", "generator", "sample", "discriminator", "verdict",
    ]  # fmt: skip
    for canvas in (".net > canvas", ".meeting .picture", ".noise canvas", ".loss-of canvas"):
        assert playing.colours(canvas) > 5, canvas
    assert len(playing.values("adversarial/generated")) > 100
    assert playing.page.locator(".thumb[data-index]").count() > 3


def test_the_figure_moves_while_it_trains_and_the_generator_comes_near(playing):
    axes = playing.scene("adversarial")["axes"]
    before = playing.values("adversarial/generated")
    playing.play()
    playing.wait("__stage.step > 3000 && __stage.fps > 0", seconds=60)
    playing.pause()
    after = np.reshape(playing.values("adversarial/generated"), (-1, 2))
    assert not np.allclose(after.ravel(), before)
    assert (np.abs(after[:, 0]) < axes["x"]["high"]).mean() > 0.8
    assert {"generator", "discriminator"} <= set(playing.frame("players"))
    assert len(playing.values("curve/history")) > 3


def test_dragging_the_noise_moves_its_point(playing):
    before = playing.frame("chosen")
    reach = {"normal": 2.6, "uniform": 1.0}[playing.scene("experiment")["task"]["distribution"]]
    drag(playing, ".noise canvas", [(0.5, 0.5), (0.8, 0.2)])
    playing.wait("__tap.frame.chosen.z.every(v => Math.abs(v / argument - 0.6) < 0.03)", reach)
    chosen = playing.frame("chosen")
    assert chosen["sample"] != before["sample"]
    playing.page.locator(".noise canvas").focus()
    playing.page.keyboard.press("ArrowLeft")
    playing.wait("__tap.frame.chosen.z[0] < argument", chosen["z"][0])


def test_a_distribution_is_painted_and_learned(playing):
    playing.press("Paint points")
    playing.wait_for_text("Paint some points")
    drag(playing, ".meeting .overlay", [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)])
    playing.wait("__tap.scene.experiment.data.kind === 'painted' && __tap.scene.experiment.data.points.length > 8")
    playing.press("Done")
    points = np.array(playing.scene("experiment")["data"]["points"])[:, :2]
    assert points[:, 0].max() > 0 > points[:, 0].min()
    playing.play()
    playing.wait("__stage.step > 300")


def test_another_distribution_is_chosen_by_its_picture(playing):
    buttons = playing.page.locator(".thumb[data-index]")
    buttons.nth(1).click()
    playing.wait("__tap.scene.experiment.data.kind === __tap.scene.thumbnails[1].kind")
    assert buttons.nth(1).get_attribute("aria-pressed") == "true"


def test_marks_are_switched_off_and_on(playing):
    names = ["real", "generated", "where the gradient pulls", "warped grid"]
    shown = playing.colours(".meeting .picture")
    for name in names:
        playing.page.get_by_role("button", name=name, exact=True).click()
    playing.page.wait_for_timeout(200)
    assert playing.colours(".meeting .picture") < shown
    for name in names:
        button = playing.page.get_by_role("button", name=name, exact=True)
        assert button.get_attribute("aria-pressed") == "false"
        button.click()


def test_slow_motion_plays_both_turns_and_goes_back_to_speed(playing):
    seen, said = zip(*playing.slow_motion("generator/update"), strict=True)
    assert list(dict.fromkeys(seen)) == [name for name, _ in playing.scene("segments") if "/" in name]
    assert len(set(said)) > 8
    assert playing.page.locator(".words .math").inner_text()
    playing.send(do="pace", steps_per_second=0)
    playing.play()
    playing.wait("__stage.step > 50")


def test_layers_of_both_players_come_and_go(playing):
    columns = len(playing.scene("columns"))
    playing.press("Put a layer before Generator 1")
    playing.wait("__tap.scene.columns.length === argument", columns + 1)
    assert playing.scene("columns")[1]["units"] == 4
    playing.press("One neuron more in Generator 1")
    playing.wait("__tap.scene.columns[1].units === 5")
    playing.press("Put a layer before the verdict")
    playing.wait("__tap.scene.columns.length === argument", columns + 2)
    playing.send(do="remove", path=["task", "generator", 0])
    playing.wait("__tap.scene.columns.length === argument", columns + 1)


def test_a_link_opens_the_same_game(visitor):
    experiment = Experiment.model_validate(
        {
            "data": "ring",
            "layers": [{"kind": "dense", "units": 7}],
            "task": {"kind": "adversarial", "loss": "hinge", "generator": [{"kind": "dense", "units": 5}]},
        }
    )
    visit = visitor().open(f"adversarial?x={link.encode(experiment)}")
    assert Experiment.model_validate(visit.scene("experiment")) == experiment
    assert [column["units"] for column in visit.scene("columns")] == [2, 5, 2, 7, 1]
    visit.send(do="set", path=["task", "generator", 0, "units"], value=6)
    visit.wait("__tap.scene.columns[1].units === 6")
    visit.wait("location.search.includes(new URLSearchParams(__tap.scene.link).get('x'))")
    visit.reload()
    assert visit.scene("columns")[1]["units"] == 6


def test_pictures_make_a_wall(visitor):
    experiment = Experiment.model_validate({"data": "digit_pictures", "task": {"kind": "adversarial", "noise": 16}})
    visit = visitor().open(f"adversarial?x={link.encode(experiment)}")
    assert visit.colours(".wall canvas") > 20
    visit.page.locator(".wall canvas").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.page.get_by_role("application", name="Sample 1, 1: looks").wait_for()
