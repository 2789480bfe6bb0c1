"""The inspector of a session: its frames, its chronicle, and that looking changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.live.chronicle import RECORDS, Chronicle
from playground.live.commands import action
from playground.live.frames import pack, unpack
from playground.live.inspector import BINS, Inspector, spread, thinned
from tests.live.lab import CIRCLE, PATIENCE, Eyes, drive, house, state


@pytest.fixture
def eyes():
    with house(threads=2) as home:
        eyes = Eyes(drive(home))
        eyes.see(lambda frame: frame["state"] == "paused")
        yield eyes


def inspect(eyes, name, index=None):
    return eyes.after({"do": "inspect", "name": name, "index": index})["inspected"]


def told(eyes, command):
    return eyes.session.do(action(command)).result(PATIENCE)


def test_nothing_is_inspected_at_first(eyes):
    assert eyes.frame["inspected"] is None
    assert not any(name.startswith("inspect/") for name in eyes.arrays)


def test_what_is_inspected_comes_with_the_frames_and_goes_on(eyes):
    found = inspect(eyes, "dense_1/output", [1])
    assert (found["name"], found["index"], found["value"]) == ("dense_1/output", [1], None)
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["inspected"]["step"] > 1000 and len(eyes.arrays["inspect/history"]) > 3)
    steps, values, gradients = eyes.arrays["inspect/history"].T
    assert (np.diff(steps) > 0).all()
    assert np.isfinite(values[1:]).all()
    assert np.isfinite(gradients[1:]).all()
    assert eyes.arrays["inspect/values"].shape == (BINS,)
    assert eyes.arrays["inspect/values"].sum() == eyes.session.run.batch_rows
    eyes.after({"do": "pause"})
    assert eyes.frame["inspected"]["step"] == eyes.frame["step"]


def test_it_is_closed(eyes):
    inspect(eyes, "loss")
    assert inspect(eyes, None) is None


def test_a_refusal_leaves_what_was_inspected(eyes):
    inspect(eyes, "dense_1/weight", [0, 1])
    assert "There is no 'conv2d_1'" in told(eyes, {"do": "inspect", "name": "conv2d_1"})
    assert eyes.after({"do": "pause"})["inspected"]["name"] == "dense_1/weight"


def test_another_scene_keeps_it_while_it_is_there(eyes):
    inspect(eyes, "dense_2/output", [1])
    assert eyes.after({"do": "set", "path": ["layers", 0, "units"], "value": 7})["inspected"]["name"] == "dense_2/output"
    assert eyes.after({"do": "remove", "path": ["layers", 1]})["inspected"] is None


def test_a_restart_begins_its_history_anew(eyes):
    inspect(eyes, "head")
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["step"] > 100)
    eyes.after({"do": "pause"})
    eyes.after({"do": "restart"})
    assert eyes.arrays["inspect/history"][:, 0].tolist() == [0]


def test_a_new_viewer_gets_all_of_it(eyes):
    inspect(eyes, "dense_1")
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["step"] > 100)
    other = Eyes(eyes.session)
    other.see(lambda frame: bool(other.scene))  # a frame made just before it came has none for it
    assert "inspect/history" in other.arrays


@pytest.mark.parametrize("name", ["loss", "optimizer", "dense_1", "dense_1/weight", "sample"])
def test_inspected_or_not_the_bits_are_the_same(eyes, name):
    inspect(eyes, name, [0] if name == "sample" else None)
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["step"] > 300)
    eyes.after({"do": "pause"})
    alone = Run(CIRCLE)
    alone.step(eyes.session.run.steps)
    assert state(eyes.session.run) == state(alone)


@pytest.mark.parametrize("name", ["loss", "optimizer", "dense_1", "dense_1/weight", "dense_1/output", "sample"])
def test_what_is_no_number_any_more_is_said_without_a_fuss(name):
    run = Run(Experiment.model_validate({"data": "hills", "layers": ["dense"], "optimizer": {"kind": "sgd", "learning_rate": 1000}}))
    run.step(500)
    assert run.diverged
    inspector = Inspector(run)
    inspector.open(name, (0,) if name == "sample" else ())
    facts, arrays = inspector.frame(0.0, False, True)
    assert unpack(pack(arrays, facts))[0]["inspected"]["name"] == name


def test_slow_motion_shows_memory_as_it_stands(eyes):
    inspect(eyes, "dense_1/weight")
    eyes.after({"do": "pace", "stage": True})
    eyes.after({"do": "stage", "segment": "backward"})
    assert eyes.frame["inspected"]["gradient"] is not None
    eyes.after({"do": "stage", "segment": "update"})
    assert eyes.frame["inspected"]["step"] == eyes.frame["step"]
    assert eyes.arrays["inspect/history"][-1, 0] == eyes.frame["step"]


def test_a_chronicle_is_thinned_as_it_grows_and_ends_with_the_newest():
    chronicle = Chronicle()
    for step in range(5 * RECORDS):
        chronicle.note(step, step / 2, None)
    steps, values, gradients = chronicle.rows.T
    assert RECORDS / 4 < len(steps) <= RECORDS
    assert (steps[0], steps[-1]) == (0, 5 * RECORDS - 1)
    assert np.diff(steps).max() < 4 * np.median(np.diff(steps))
    assert np.array_equal(values, steps / 2)
    assert np.isnan(gradients).all()


def test_a_chronicle_forgets_what_was_gone_back_behind():
    chronicle = Chronicle()
    for step in (0, 5, 10, 15):
        chronicle.note(step, 1, 1)
    chronicle.note(7, 2, 2)
    assert chronicle.rows[:, 0].tolist() == [0, 5, 7]


def test_spreads_count_finite_numbers_between_the_lowest_and_the_highest():
    facts, counts = spread("weights", np.array([0, 1, 1, 2, np.nan, np.inf], np.float32))
    assert (facts["low"], facts["high"]) == (0, 2)
    assert (counts.sum(), counts[0], counts[BINS // 2], counts[-1]) == (4, 1, 2, 1)
    assert spread("weights", np.ones(5, np.float32))[1].sum() == 5
    assert spread("weights", np.full(3, np.nan, np.float32))[0] is None
    assert spread("weights", None)[0] is None
    assert thinned(np.zeros((100_000, 4), np.float32)).size <= 20_000
