"""Divergence: the run stops by itself, says what broke, and goes back to the last finite step, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Run
from playground.live.commands import action
from playground.live.recovery import spoken
from tests.live.lab import CIRCLE, PATIENCE, Eyes, drive, house, state

# Mean squared error on a linear network: the weights grow by a factor each step until they overflow.
WILD = CIRCLE.replace(
    data={"kind": "plane", "samples": 200},
    loss="mse",
    layers=[{"kind": "dense", "units": 3, "activation": "linear"}],
    optimizer={"kind": "sgd", "learning_rate": 1.0},
)


@pytest.fixture
def eyes():
    with house(threads=1) as home:
        eyes = Eyes(drive(home, WILD))
        eyes.see(lambda frame: frame["state"] == "paused")
        yield eyes


def broken():
    """The steps that can be done, by a run of its own."""
    run = Run(WILD)
    run.step(10_000)
    assert run.diverged is not None
    return run.steps


def diverge(eyes):
    eyes.session.do(action({"do": "play"}))
    return eyes.see(lambda frame: frame["state"] == "diverged")


def test_it_stops_and_says_what_broke(eyes):
    frame = diverge(eyes)
    message = frame["message"]
    assert frame["step"] == broken()
    assert message["kind"] == "diverged"
    assert f"Stopped at step {broken() + 1:,}: " in message["text"]
    assert message["text"].endswith("is no longer a number.")
    assert "learning rate is 1" in message["detail"]
    assert [button["do"] for button in message["actions"]] == [{"do": "back"}, {"do": "back", "learning_rate": 0.1}]
    assert "Go back first" in eyes.session.do(action({"do": "play"})).result(PATIENCE)
    assert "Go back first" in eyes.session.do(action({"do": "edit", "name": "dense_1/bias", "index": [0], "value": 0})).result(PATIENCE)


def test_back_is_the_last_finite_state(eyes):
    message = diverge(eyes)["message"]
    frame = eyes.after(message["actions"][0]["do"])
    assert frame["state"] == "paused"
    assert message["actions"][0]["title"] == f"Back to step {frame['step']:,}"
    assert broken() - 1 <= frame["step"] <= broken()
    assert np.isfinite(eyes.session.run.view("parameters")).all()
    other = Run(WILD)
    other.step(frame["step"])
    assert state(eyes.session.run) == state(other)
    assert frame["message"] == {"kind": "note", "text": f"Back at step {frame['step']:,}.", "detail": "", "actions": []}


def test_it_diverges_again_at_the_same_step(eyes):
    first = diverge(eyes)
    eyes.after({"do": "back"})
    second = diverge(eyes)
    assert (second["step"], second["message"]) == (first["step"], first["message"])


def test_back_at_a_lower_rate_trains_on(eyes):
    diverge(eyes)
    frame = eyes.after({"do": "back", "learning_rate": 0.001})
    assert frame["rate"] == pytest.approx(0.001)
    assert eyes.scene["experiment"]["optimizer"]["learning_rate"] == 0.001
    eyes.after({"do": "play"})
    eyes.see(lambda now: now["step"] > frame["step"])
    assert eyes.frame["state"] == "playing"


def test_a_rate_that_does_not_fit_is_refused(eyes):
    diverge(eyes)
    before = state(eyes.session.run)
    assert "Learning rate must be more than 0" in eyes.session.do(action({"do": "back", "learning_rate": -1})).result(PATIENCE)
    assert state(eyes.session.run) == before
    assert eyes.session.run.diverged is not None


def test_another_setting_goes_back_by_itself(eyes):
    diverge(eyes)
    frame = eyes.after({"do": "set", "path": ["optimizer", "learning_rate"], "value": 0.001})
    assert frame["state"] == "paused"
    assert np.isfinite(eyes.session.run.view("parameters")).all()


def test_a_weight_set_by_hand_is_not_lost_on_the_way_back(eyes):
    eyes.after({"do": "step"})
    eyes.after({"do": "edit", "name": "dense_1/weight", "index": [0, 0], "value": 1000})
    diverge(eyes)
    frame = eyes.after({"do": "back"})
    other = Run(WILD)
    other.step(1)
    other.view("dense_1/weight")[0, 0] = 1000
    other.step(frame["step"] - 1)
    assert state(eyes.session.run) == state(other)


def test_slow_motion_stops_too(eyes):
    eyes.after({"do": "edit", "name": "head/weight", "index": [0, 0], "value": 1e6})
    eyes.after({"do": "edit", "name": "dense_1/weight", "index": [0, 0], "value": 1e6})
    eyes.after({"do": "set", "path": ["optimizer", "learning_rate"], "value": 10})
    eyes.after({"do": "pace", "stage": True})
    while eyes.frame["state"] != "diverged":
        eyes.after({"do": "step"})
    assert eyes.after({"do": "back"})["slow"] is not None
    assert np.isfinite(eyes.session.run.view("parameters")).all()


def test_restart_leaves_a_divergence(eyes):
    diverge(eyes)
    frame = eyes.after({"do": "restart"})
    assert (frame["state"], frame["step"], frame["message"]) == ("paused", 0, None)


def test_early_stopping_says_how_to_go_on():
    stopping = CIRCLE.replace(training={"early_stopping": 1}, data={"kind": "gauss", "samples": 100, "noise": 0.5})
    with house(threads=1) as home:
        eyes = Eyes(drive(home, stopping))
        eyes.session.do(action({"do": "play"}))
        frame = eyes.see(lambda frame: frame["state"] == "finished")
        assert frame["message"]["kind"] == "stopped"
        assert "Stopped early" in frame["message"]["text"]
        assert "Stopped early" in eyes.session.do(action({"do": "play"})).result(PATIENCE)
        assert eyes.after(frame["message"]["actions"][0]["do"])["state"] == "paused"
        eyes.after({"do": "play"})
        eyes.see(lambda now: now["step"] > frame["step"])


def test_nothing_to_learn_from_is_said_at_once():
    empty = CIRCLE.replace(data={"kind": "painted", "points": []})
    with house(threads=1) as home:
        eyes = Eyes(drive(home, empty))
        frame = eyes.see(lambda frame: frame["state"] == "paused")
        assert frame["message"]["kind"] == "note"
        assert eyes.session.do(action({"do": "play"})).result(PATIENCE) == frame["message"]["text"]
        assert eyes.after({"do": "pace", "stage": True})["slow"] is None
        assert eyes.session.do(action({"do": "step"})).result(PATIENCE) == frame["message"]["text"]


GAME = CIRCLE.replace(
    data="ring",
    task={
        "kind": "adversarial",
        "loss": "wasserstein",
        "clip": 10.0,
        "generator": [{"kind": "dense", "units": 4, "activation": "linear"}],
        "generator_optimizer": {"kind": "momentum", "learning_rate": 100.0},
    },
    layers=[{"kind": "dense", "units": 4, "activation": "relu"}],
    features=[],
    loss=None,
    optimizer={"kind": "sgd", "learning_rate": 0.1},
)


def test_of_two_players_it_says_whose_numbers_broke_and_slows_both_down():
    with house(threads=1) as home:
        eyes = Eyes(drive(home, GAME))
        eyes.see(lambda frame: frame["state"] == "paused")
        frame = diverge(eyes)
        run = eyes.session.run
        assert run.diverged.step == frame["step"] == run.steps
        assert frame["message"]["text"] == f"Stopped at step {run.steps + 1:,}: the discriminator's head is no longer a number."
        back = eyes.after({"do": "back"})
        assert back["state"] == "paused"
        assert np.isfinite(eyes.session.run.view("parameters")).all()
        other = Run(GAME)
        other.step(back["step"])
        assert state(eyes.session.run) == state(other)
        diverge(eyes)
        eyes.after({"do": "back", "learning_rate": 0.01})
        slower = eyes.session.experiment
        assert slower.optimizer.learning_rate == 0.01
        assert slower.task.generator_optimizer.learning_rate == pytest.approx(10)


def test_both_halves_of_an_autoencoder_have_names():
    task = {"kind": "variational", "decoder": ["dense"]}
    run = Run(CIRCLE.replace(data="digit_pictures", features=(), loss=None, task=task, layers=["flatten", "dense"]))
    names = [spoken(run, column.name) for column in run.network.columns[1:]]
    assert names == ["hidden 1", "hidden 2", "the mean", "the log variance", "the decoder's hidden 1", "the decoder's head"]
    assert spoken(run, "loss") == "the loss"
