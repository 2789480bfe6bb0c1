"""Sessions with real runs: commands, pace, slow motion, frames and their limits, and that looking changes nothing."""

from __future__ import annotations

import time

import numpy as np
import pytest

from playground import Run
from playground.live.commands import action
from playground.live.house import SHARE, TICK
from tests.live.lab import CIRCLE, PATIENCE, Eyes, drive, house, state, until


@pytest.fixture
def home():
    with house(threads=2) as built:
        yield built


@pytest.fixture
def session(home):
    return drive(home)


@pytest.fixture
def eyes(session):
    eyes = Eyes(session)
    eyes.see(lambda frame: frame["state"] == "paused")
    return eyes


def told(session, command):
    """The sentence that refuses a command, None when it was obeyed."""
    return session.do(action(command)).result(PATIENCE)


def test_the_first_frame_is_there_before_play(eyes):
    assert eyes.frame["step"] == 0
    assert eyes.frame["train"] > 0
    assert eyes.scene["experiment"]["data"]["kind"] == "circle"
    assert eyes.arrays["network/weights"].shape == (2, 4)


def test_play_trains_and_pause_stands_still(eyes):
    assert eyes.after({"do": "play"})["state"] == "playing"
    first = eyes.see(lambda frame: frame["step"] > 100)
    assert eyes.see(lambda frame: frame["step"] > first["step"] + 1000)["samples_per_second"] > 0
    paused = eyes.after({"do": "pause"})
    assert paused["state"] == "paused"
    time.sleep(0.05)
    assert not eyes.look()
    assert eyes.session.run.steps == paused["step"]


def test_toggle_does_either(eyes):
    assert eyes.after({"do": "toggle"})["state"] == "playing"
    assert eyes.after({"do": "toggle"})["state"] == "paused"


def test_step_takes_one_and_pauses(eyes):
    eyes.after({"do": "play"})
    playing = eyes.after({"do": "pause"})["step"]
    assert eyes.after({"do": "step"})["step"] == playing + 1
    assert eyes.after({"do": "step"})["step"] == playing + 2
    assert eyes.frame["state"] == "paused"


def test_a_touch_is_the_labs_own_affair(session):
    assert told(session, {"do": "touch", "what": "pad", "value": [1, 2]}) is None
    assert session.lab.touched == ("pad", [1, 2])
    assert told(session, {"do": "touch", "what": "pad", "value": "hot"}) == "That is too hot."
    assert session.lab.touched == ("pad", [1, 2])


def test_a_lab_goes_on_by_itself_while_the_run_stands_and_while_it_trains(session, eyes):
    lab, last = session.lab, []
    lab.due = lambda: last[-1] + 0.02 if last else 0.0
    lab.go_on = lambda now: now >= lab.due() and (last.append(now) or True)
    numbers = set()
    for command in ("pause", "play"):
        eyes.after({"do": command})
        begun = len(last)
        until(lambda begun=begun: eyes.look() and len(last) > begun + 5)
        numbers.add(eyes.frame["seq"])
    assert np.diff(last).min() >= 0.02
    assert len(numbers) == 2


def test_another_lab_is_told_of_the_one_before(session, eyes):
    before = session.lab
    eyes.after({"do": "set", "path": ["layers", 0, "units"], "value": 3})
    assert session.lab.before is before


def test_restart_is_the_same_run_again(session, eyes):
    begin = state(session.run)
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["step"] > 100)
    eyes.after({"do": "pause"})
    assert eyes.after({"do": "restart"})["step"] == 0
    assert state(session.run) == begin


def test_another_seed_is_another_run(session, eyes):
    begin = state(session.run)
    assert eyes.after({"do": "seed"})["step"] == 0
    assert eyes.scene["experiment"]["seed"] != CIRCLE.seed
    assert state(session.run) != begin


def test_a_weight_set_by_hand_is_in_the_next_frame(eyes):
    eyes.after({"do": "play"})
    eyes.after({"do": "pause"})
    before = eyes.frame["train"]
    eyes.after({"do": "edit", "name": "dense_1/weight", "index": [1, 2], "value": -3.5})
    assert eyes.arrays["network/weights"][1, 2] == np.float32(-3.5)
    assert eyes.frame["train"] != before


@pytest.mark.parametrize(("command", "says"), [
    ({"do": "fly"}, "There is no command 'fly'"),
    ({}, "says what to do"),
    ({"do": ["play"]}, "says what to do"),
    ([], "says what to do"),
    ({"do": "play", "loud": True}, "There is no setting 'loud'"),
    ({"do": "edit", "name": "dense_1/weight", "index": [0, 0]}, "Value is missing"),
    ({"do": "edit", "name": "dense_1/weight", "index": [0, 9], "value": 1}, "no place"),
    ({"do": "edit", "name": "dense_1/weight", "index": [-1, 0], "value": 1}, "at least 0"),
    ({"do": "edit", "name": "dense_1/weight", "index": [0], "value": 1}, "no place"),
    ({"do": "edit", "name": "dense_1/weight", "index": [0, 0], "value": float("nan")}, "Value"),
    ({"do": "edit", "name": "random", "index": [0], "value": 1}, "no weight or bias 'random'"),
    ({"do": "look", "name": "dense_1", "unit": 4}, "There is no neuron 4"),
    ({"do": "look", "name": "head", "unit": 0}, "There is no neuron 0"),
    ({"do": "sample", "index": 0}, "in slow motion only"),
    ({"do": "pace", "steps_per_second": -1}, "at least 0"),
    ({"do": "back"}, "has not diverged"),
    ({"do": "set", "path": ["layers", 0, "units"], "value": 10**9}, "at most"),
    ({"do": "set", "path": ["layers", 0], "value": {"kind": "residual", "layers": []}}, "."),
    ({"do": "set", "path": [], "value": 1}, "."),
    ({"do": "set", "path": ["layers"] * 99, "value": 1}, "."),
    ({"do": "feature", "name": "x9", "on": True}, "x9"),
    ({"do": "experiment", "value": None}, "."),
    ({"do": "experiment", "value": {"data": {"kind": "circle"}, "layers": [{"kind": "dense", "units": 1024}] * 17}}, "."),
])  # fmt: skip
def test_what_is_refused_changes_nothing_and_says_why(session, eyes, command, says):
    before, experiment, revision = state(session.run), session.experiment, session.camera.revision
    text = told(session, command)
    assert text is not None
    assert says in text
    assert text.endswith(".")
    eyes.see(lambda frame: frame["error"] is not None and frame["error"]["text"] == text)
    assert (state(session.run), session.experiment, session.camera.revision) == (before, experiment, revision)
    assert eyes.after({"do": "pause"})["error"] is None


def test_a_network_over_its_budget_is_refused_with_its_figures(session):
    large = [{"kind": "dense", "units": 1024}] * 16
    text = told(session, {"do": "experiment", "value": CIRCLE.replace(layers=large, training={"batch_size": 1024}).model_dump(mode="json")})
    assert text is not None
    assert "MB" in text


def test_a_new_layer_keeps_the_other_weights(session, eyes):
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["step"] > 10)
    eyes.after({"do": "pause"})
    before = session.run.view("dense_1/weight").copy()
    revision = eyes.frame["revision"]
    eyes.after({"do": "insert", "path": ["layers", 2], "value": {"kind": "dense", "units": 3, "activation": "tanh"}})
    assert eyes.frame["revision"] == revision + 1
    assert len(eyes.scene["experiment"]["layers"]) == 3
    np.testing.assert_array_equal(session.run.view("dense_1/weight"), before)


def test_a_setting_changes_while_it_plays(session, eyes):
    eyes.after({"do": "play"})
    eyes.after({"do": "set", "path": ["optimizer", "learning_rate"], "value": 0.01})
    assert eyes.frame["state"] == "playing"
    assert eyes.frame["rate"] == pytest.approx(0.01)
    step = eyes.frame["step"]
    eyes.see(lambda frame: frame["step"] > step)


def test_what_is_looked_at_is_forgotten_with_its_layer(session, eyes):
    assert eyes.after({"do": "look", "name": "dense_2", "unit": 1})["look"] == {"name": "dense_2", "unit": 1}
    assert "look" not in eyes.after({"do": "remove", "path": ["layers", 1]})
    assert "look" not in eyes.after({"do": "look"})


@pytest.mark.parametrize("rate", [20, 2000])
def test_a_pace_is_kept(session, eyes, rate):
    assert eyes.after({"do": "pace", "steps_per_second": rate})["pace"] == {"stage": False, "steps_per_second": rate}
    eyes.after({"do": "play"})
    time.sleep(0.5)
    begun, first = time.monotonic(), session.run.steps
    time.sleep(0.5)
    assert (session.run.steps - first) / (time.monotonic() - begun) == pytest.approx(rate, rel=0.15)


# ---------------------------------------------------------------- slow motion


def test_slow_motion_walks_the_stages(session, eyes):
    slow = eyes.after({"do": "pace", "stage": True, "brisk": True})["slow"]
    assert [stage["segment"] for stage in slow["stages"]] == ["forward"] * 3 + ["loss"] + ["backward"] * 3 + ["update"]
    assert [stage.get("column") for stage in slow["stages"]] == [1, 2, 3, None, 3, 2, 1, None]
    assert (slow["index"], slow["loss"], slow["duration"]) == (0, None, 0.55)
    assert len(slow["batch"]) == session.run.batch_rows
    seen = [slow["index"]]
    while eyes.frame["step"] == 0:
        before = session.lab.weights()
        now = eyes.after({"do": "step"})["slow"]
        if now["index"] == seen[-1]:  # the stage was still on show: now it is over
            assert (now["elapsed"], now["running"]) == (now["duration"], False)
        else:
            assert now["running"]
            seen.append(now["index"])
    assert seen == list(range(8))
    assert eyes.frame["state"] == "paused"
    assert eyes.frame["slow"]["loss"] > 0
    np.testing.assert_array_equal(eyes.arrays["slow/before"], before)
    assert not np.array_equal(eyes.arrays["network/weights"], before)


def test_slow_motion_goes_straight_to_a_segment(session, eyes):
    for segment in ("loss", "update", "loss", "backward", "backward", "forward", "forward", "forward", "update"):
        frame = eyes.after({"do": "stage", "segment": segment})
        assert frame["slow"]["stages"][frame["slow"]["index"]]["segment"] == segment
        assert frame["state"] == "paused"
    assert eyes.frame["step"] == 3
    assert told(session, {"do": "stage", "segment": "lunch"}) is not None


def test_slow_motion_plays_by_the_clock(session, eyes):
    eyes.after({"do": "pace", "stage": True, "brisk": True})
    begun = time.monotonic()
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["slow"]["index"] == 1)
    assert 0.5 < time.monotonic() - begun < 1.5
    paused = eyes.after({"do": "pause"})["slow"]
    time.sleep(0.1)
    assert eyes.after({"do": "sample", "index": 3})["slow"] == paused | {"sample": 3, "target": eyes.frame["slow"]["target"]}


def test_slow_motion_is_the_same_training(session, eyes):
    eyes.after({"do": "pace", "stage": True})
    for _ in range(9):
        eyes.after({"do": "step"})
    assert session.run.position > 0
    eyes.after({"do": "pace", "stage": False})
    assert eyes.frame["slow"] is None
    eyes.after({"do": "step"})
    eyes.after({"do": "step"})
    other = Run(CIRCLE)
    other.step(session.run.steps)
    assert state(session.run) == state(other)


def test_a_change_in_the_midst_of_a_step(session, eyes):
    eyes.after({"do": "pace", "stage": True})
    for _ in range(9):
        eyes.after({"do": "step"})
    eyes.after({"do": "set", "path": ["optimizer", "learning_rate"], "value": 0.2})
    assert session.run.position > 0
    eyes.after({"do": "set", "path": ["optimizer"], "value": "adam"})
    eyes.see(lambda frame: frame["slow"] is not None and frame["slow"]["index"] == 0, 60)  # the new optimizer's kernel is compiled first
    eyes.after({"do": "insert", "path": ["layers", 0], "value": {"kind": "dense"}})
    assert len(eyes.frame["slow"]["stages"]) == 10


# ---------------------------------------------------------------- frames


def test_no_more_frames_than_there_is_room_for(session):
    eyes = Eyes(session)
    session.do(action({"do": "play"}))
    until(lambda: session.run.steps > 0 and eyes.viewer.take() is not None)
    until(lambda: eyes.viewer.take() is not None)
    number = session.camera.latest.number
    time.sleep(0.2)
    assert session.camera.latest.number <= number + 1
    assert eyes.viewer.take() is None
    eyes.viewer.acknowledge(number, session.camera.revision)
    session.wanted()
    until(lambda: eyes.viewer.take() is not None)


def test_what_was_lost_is_sent_again(session, eyes):
    eyes.after({"do": "step"})
    session.do(action({"do": "step"}))
    lost = None
    while lost is None:
        lost = eyes.viewer.take()
    begun = time.monotonic()
    again = None
    while again is None:
        again = eyes.viewer.take()
        time.sleep(0.01)
    assert again == lost
    assert 0.9 < time.monotonic() - begun < 2


def test_the_scene_comes_until_it_was_drawn(session):
    eyes = Eyes(session)
    eyes.see(lambda frame: bool(frame))
    assert eyes.scene["revision"] == session.camera.revision
    eyes.scene = {}
    eyes.after({"do": "step"})
    assert eyes.scene == {}
    late = Eyes(session)
    late.see(lambda frame: bool(frame))
    assert late.scene["revision"] == session.camera.revision


def test_nobody_looks_no_frames_are_made(session):
    session.do(action({"do": "play"}))
    until(lambda: session.run.steps > 1000)
    assert session.camera.latest.number == 0


def test_frames_keep_to_their_share(home, session, eyes):
    eyes.after({"do": "play"})
    begun = time.monotonic()
    first = eyes.frame["seq"]
    while time.monotonic() - begun < 1:
        eyes.look()
        time.sleep(0.001)
    assert 20 < eyes.frame["seq"] - first <= 1 / TICK + 3


# ---------------------------------------------------------------- the same bits


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("watched", [False, True])
def test_the_same_bits_on_any_thread_watched_or_not(threads, watched):
    with house(threads=threads) as home:
        sessions = [drive(home) for _ in range(3)]
        eyes = [Eyes(session) for session in sessions] if watched else []
        for session in sessions:
            assert told(session, {"do": "play"}) is None
        while min(session.run.steps for session in sessions) < 5000:
            for eye in eyes:
                eye.look()
        for session in sessions:
            assert told(session, {"do": "pause"}) is None
            other = Run(CIRCLE)
            other.step(session.run.steps)
            assert state(session.run) == state(other)


def test_sessions_do_not_disturb_each_other(home, session):
    other = drive(home, CIRCLE.replace(seed=2))
    begin = state(other.run)
    assert told(session, {"do": "play"}) is None
    told(session, {"do": "set", "path": ["optimizer", "learning_rate"], "value": 0.5})
    told(session, {"do": "nonsense"})
    until(lambda: session.run.steps > 1000)
    assert state(other.run) == begin
    assert (other.experiment.seed, other.error, other.state) == (2, None, "paused")


def test_a_saved_run_goes_on_in_another_session(home, session):
    told(session, {"do": "play"})
    until(lambda: session.run.steps > 100)
    told(session, {"do": "pause"})
    saved = session.ask(Run.save).result(PATIENCE)
    other = drive(home, CIRCLE.replace(seed=2))
    assert other.do(lambda session: session.open(saved)).result(PATIENCE) is None
    assert state(other.run) == state(session.run)
    assert "not a saved run" in other.do(lambda session: session.open(b"nonsense")).result(PATIENCE)
    assert state(other.run) == state(session.run)


# ---------------------------------------------------------------- what frames may cost


def test_a_first_frame_that_loads_much_does_not_slow_those_after_it(session):
    camera = session.camera
    camera._cost = camera._next = 0.0
    camera._spend(100.0, 1.0)
    assert camera._next - 100 < 0.1


def test_frames_that_cost_much_come_rarely(session):
    camera, now = session.camera, 100.0
    for _ in range(60):
        camera._spend(now, 0.05)
        now = max(now, camera._next)
    before = camera._next
    camera._spend(now, 0.05)
    assert camera._next - before == pytest.approx(0.05 / SHARE, rel=0.05)


LARGER = CIRCLE.replace(
    data={"kind": "circle", "samples": 5000},
    layers=[{"kind": "dense", "units": 256, "activation": "tanh"}] * 2,
    training={"batch_size": 50},
)


@pytest.mark.parametrize("steps_per_second", [0, 40])
def test_scores_in_pieces_leave_the_same_curve_and_let_commands_in(home, monkeypatch, steps_per_second):
    monkeypatch.setattr("playground.live.facts.PIECE", 0.0)  # whatever they cost
    session = drive(home, LARGER)
    eyes = Eyes(session)
    eyes.see(lambda frame: frame["state"] == "paused")
    pieces = []
    score_on = session.run.score_on
    monkeypatch.setattr(session.run, "score_on", lambda: pieces.append(session.run.steps) or score_on())
    eyes.after({"do": "pace", "steps_per_second": steps_per_second})
    eyes.after({"do": "play"})
    eyes.see(lambda frame: frame["step"] > 110 and len(session.run.history()) > 2, 60)
    eyes.after({"do": "pause"})
    alone = Run(LARGER)
    alone.step(session.run.steps)
    assert state(session.run) == state(alone)
    assert max(map(pieces.count, pieces)) > 2, "more than one piece for a point"
    assert eyes.frame["test"] == pytest.approx(session.run.evaluate()["test/loss"])
