"""The sequence lab in the browser: gates while it trains, text written and typed, series, slow motion, layers, its link, every screen."""

import re

import pytest

from playground import Experiment, link

TEXT = {
    "data": {"kind": "text", "window": 24, "text": "the cat sat on the mat, and the rat sat on the hat. " * 40},
    "layers": [{"kind": "embedding", "entries": 16, "width": 8}, {"kind": "lstm", "hidden": 24, "sequence": True}],
    "optimizer": {"kind": "adam", "learning_rate": 0.02},
}


@pytest.fixture
def reading(visitor):
    """A visit to the sequence lab's page."""
    return visitor().open("sequence")


def opened(visitor, experiment, **options):
    """A visit to the sequence lab with an experiment of its own."""
    return visitor(**options).open(f"sequence?x={link.encode(Experiment.model_validate(experiment))}")


def steps(visit):
    return visit.page.locator("canvas.steps")


def hover(visit, share, y):
    """Point at a step by its share of the width, some pixels below the top of the ground."""
    box, left = steps(visit).bounding_box(), visit.page.locator(".corner").bounding_box()["width"]
    visit.page.mouse.move(box["x"] + left + share * (box["width"] - left), box["y"] + y)


def test_the_first_frame_has_gates_names_and_a_cell(reading):
    assert reading.stage("state") == "paused"
    assert [column["kind"] for column in reading.scene("columns")] == ["sequence", "lstm", "head"]
    assert reading.colours("canvas.steps") > 60
    assert reading.colours(".cell canvas") > 20
    names = reading.page.locator(".heads").inner_text()
    assert all(name in names for name in ("Forget", "Input", "Output", "Candidate", "Cell", "Hidden", "Gradient"))


def test_the_figure_moves_while_it_trains(reading):
    before = steps(reading).screenshot()
    probabilities = reading.values("sequence/probabilities")
    reading.play()
    reading.wait("__stage.step > 50 && __stage.fps > 0", seconds=60)
    reading.pause()
    assert reading.values("sequence/probabilities") != probabilities
    assert sum(reading.values("sequence/probabilities")) == pytest.approx(1, abs=1e-4)
    assert steps(reading).screenshot() != before
    assert max(reading.values("sequence/gradient/1")) > 0


def test_the_frame_follows_the_pointer_and_the_keys(reading):
    hover(reading, 0.51, 60)
    reading.page.get_by_label(re.compile("unit 1, step 31: before")).wait_for()
    hover(reading, 0.51, 80)
    reading.page.get_by_label(re.compile(r"unit ([2-9]|\d\d), step 31: before")).wait_for()
    steps(reading).focus()
    reading.page.keyboard.press("Home")
    reading.page.keyboard.press("ArrowRight")
    reading.page.get_by_label(re.compile("unit .*, step 2: before")).wait_for()
    reading.page.keyboard.press("ArrowDown")
    assert "Step 2" in steps(reading).get_attribute("aria-label")


def test_another_sequence_is_chosen_or_typed(reading):
    row = reading.scene("samples")[3]["row"]
    reading.page.get_by_role("button", name="Look at a sequence of").nth(3).click()
    reading.wait(f"__tap.frame.sequence.row === {row}")
    before = reading.values("sequence/probabilities")
    reading.page.get_by_label("A sequence of your own").fill("HHHH")
    reading.wait(
        f"__tap.frame.sequence.row === null && JSON.stringify(__tap.values('sequence/probabilities')) !== JSON.stringify({before})"
    )


def test_text_is_typed_and_written_while_it_trains(visitor):
    visit = opened(visitor, TEXT)
    visit.page.get_by_label("Text to be read and written on from").fill("the cat ")
    visit.wait("__tap.frame.sequence.text === 'the cat '")
    assert "after" in visit.page.locator(".next .aside").inner_text()
    visit.page.get_by_label("Temperature").fill("0.3")
    visit.wait("__tap.frame.writing.temperature === 0.3")
    visit.play()
    visit.press("Write")
    visit.wait("__tap.frame.writing.on && __tap.frame.writing.text.length > 8")
    visit.wait("__tap.frame.sequence.text.endsWith(__tap.frame.writing.text.slice(-8))")
    visit.press("Stop")
    visit.wait("!__tap.frame.writing.on")
    visit.pause()
    written = len(visit.frame("writing")["text"])
    visit.press("Write one character")
    visit.wait(f"__tap.frame.writing.text.length === {written} + 1")
    # However much was written, all of a short text is among the steps.
    visit.page.get_by_label("Text to be read and written on from").fill("the mat ")
    visit.wait("__tap.frame.sequence.text === 'the mat '")
    box = visit.page.locator(".strip.text canvas").bounding_box()
    visit.page.mouse.move(box["x"] + 30, box["y"] + 10)
    visit.page.locator(".alternatives.on").wait_for()
    assert "%" in visit.page.locator(".alternatives.on").inner_text()


def test_a_character_that_was_not_learned_is_refused(visitor):
    visit = opened(visitor, TEXT)
    read = visit.frame("sequence")["text"]
    visit.page.get_by_label("Text to be read and written on from").fill("the Ω")
    visit.wait_for_text("Not done.")
    assert visit.frame("sequence")["text"] == read


def test_a_forecast_is_looked_at_by_a_click(visitor):
    visit = opened(visitor, {"data": {"kind": "damped_sines", "window": 20}, "layers": [{"kind": "gru", "hidden": 8}]})
    visit.wait("__tap.values('sequence/forecast').every(Number.isFinite)")
    assert visit.page.locator(".ahead").is_visible()
    assert not visit.page.locator(".next").is_visible()
    row = visit.frame("sequence")["row"]
    box = visit.page.locator(".strip.series canvas").bounding_box()
    visit.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 40)
    visit.wait(f"__tap.frame.sequence.row > {row}")
    answer = f"{float(visit.frame('sequence')['answer']):.2f}".replace("-", "\N{MINUS SIGN}")
    visit.page.get_by_label(f"The network says {answer}").wait_for()


def test_a_series_of_ones_own_is_drawn(visitor):
    visit = opened(visitor, {"data": {"kind": "damped_sines", "window": 20}, "layers": [{"kind": "gru", "hidden": 8}]})
    answer = visit.frame("sequence")["answer"]
    box, left = visit.page.locator("canvas.reading").bounding_box(), visit.page.locator(".corner").bounding_box()["width"]
    visit.page.mouse.move(box["x"] + left + 300, box["y"] + 10)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 50, steps=8)
    visit.page.mouse.up()
    visit.wait(f"__tap.frame.sequence.row === null && __tap.frame.sequence.answer !== {answer!r}")
    visit.wait("(values => values.at(-1) === Math.min(...values.slice(8)))(__tap.values('sequence/window'))")


def test_slow_motion_goes_to_the_update_and_back_to_speed(reading):
    seen, said = zip(*reading.slow_motion("update"), strict=True)
    assert list(dict.fromkeys(seen)) == ["forward", "loss", "backward", "update"]
    for begin in ("Forward in time", "Backward in time", "Update"):
        assert any(sentence.startswith(begin) for sentence in said), f"{begin} is not in {said}"
    reading.send(do="pace", steps_per_second=0)
    reading.play()
    reading.wait("__stage.step > 20")


def test_layers_come_and_go_and_keep_the_sequence_whole(reading):
    reading.page.locator(".pan").hover(position={"x": 300, "y": 40})
    reading.press("Put a layer before the head")
    reading.page.get_by_role("menuitem", name="GRU").click()
    reading.wait("__tap.scene.columns.length === 4")
    assert [layer["sequence"] for layer in reading.scene("experiment")["layers"]] == [True, False]
    reading.page.get_by_role("button", name="LSTM 32", exact=True).click()
    reading.page.get_by_role("dialog").get_by_label("Hidden size").fill("8")
    reading.page.keyboard.press("Tab")
    reading.wait("__tap.scene.columns[1].units === 8")
    reading.page.get_by_role("dialog").get_by_role("button", name="Remove layer").click()
    reading.wait("__tap.scene.columns.length === 3")


def test_a_link_opens_the_same_network(visitor):
    experiment = {"data": "remember", "layers": [{"kind": "bidirectional", "layer": {"kind": "gru", "hidden": 6}}]}
    visit = opened(visitor, experiment)
    assert Experiment.model_validate(visit.scene("experiment")) == Experiment.model_validate(experiment)
    assert visit.page.get_by_text("backward in time").is_visible()
    visit.send(do="set", path=["layers", 0, "layer", "hidden"], value=7)
    visit.wait("__tap.scene.columns[1].units === 7")
    visit.wait("location.search.includes(new URLSearchParams(__tap.scene.link).get('x'))")
    visit.reload()
    assert visit.scene("columns")[1]["units"] == 7
