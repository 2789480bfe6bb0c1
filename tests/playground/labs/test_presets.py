"""The gallery: every preset does what its sentence says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import load
from playground.labs import Preset, labs
from playground.labs.plane import PlaneLab
from playground.labs.plane_gallery import PRESETS

NAMED = {preset.name: preset.experiment for preset in PRESETS}


def run(name: str, **changes: Any) -> Run:
    return Run(NAMED[name].replace(**changes))


def layers(name: str, **changes: Any) -> list[dict[str, Any]]:
    return [layer.model_dump() | changes for layer in NAMED[name].layers]


@pytest.fixture(params=[preset for lab in labs().values() for preset in lab.presets], ids=lambda preset: preset.name)
def preset(request: pytest.FixtureRequest) -> Preset:
    return request.param


def test_a_preset_is_drawn_and_takes_a_step(preset: Preset) -> None:
    fresh = Run(preset.experiment)
    assert fresh.step(20) == 20
    assert np.isfinite(fresh.metrics()["train/loss"])
    assert fresh.dataset is load(preset.experiment.data)


def test_its_sentence_is_short_and_asks_for_something(preset: Preset) -> None:
    assert 60 <= len(preset.sentence) <= 125
    assert preset.sentence[-1] in ".?"
    assert 20 <= len(preset.question) <= 55
    assert preset.question.endswith("?")
    assert preset.title


def test_names_and_titles_are_used_once_and_groups_stand_together() -> None:
    assert len(PRESETS) >= 12
    for values in ([preset.name for preset in PRESETS], [preset.title for preset in PRESETS]):
        assert len(set(values)) == len(values)
    groups = [preset.group for preset in PRESETS]
    assert len([group for group, before in zip(groups, [None, *groups], strict=False) if group != before]) == len(set(groups))


def test_the_first_screen_is_the_circle() -> None:
    first = PRESETS[0].experiment
    assert (first.data.kind, [layer.units for layer in first.layers]) == ("circle", [4, 2])  # type: ignore[attr-defined]


def test_a_changed_experiment_still_gets_a_tip() -> None:
    assert PlaneLab(Run(NAMED["circle"].replace(seed=1))).tip() == PRESETS[0].sentence
    assert PlaneLab(Run(Experiment.model_validate({"data": "digits", "layers": ["dense"]}))).tip() == PRESETS[-1].sentence
    assert PlaneLab(Run(Experiment.model_validate({"data": "moons"}))).tip() == ""


LEARNED = {  # epochs, and the test accuracy then
    "circle": (60, 0.97), "neuron": (30, 0.97), "xor": (60, 0.97), "squares": (30, 0.99), "waves": (150, 0.97),
    "spiral": (150, 0.97), "residual": (60, 0.95), "blobs": (40, 0.93),
    "arms": (100, 0.97), "sparse": (100, 0.95),
    "breast_cancer": (15, 0.96), "digits": (6, 0.96),
}  # fmt: skip


@pytest.mark.parametrize("name", LEARNED)
def test_what_is_said_to_be_learned_is_learned(name: str) -> None:
    epochs, accuracy = LEARNED[name]
    assert run(name).train(epochs=epochs)["test/accuracy"] >= accuracy


def test_xor_needs_its_hidden_layer_or_the_product() -> None:
    assert run("xor", layers=[]).train(epochs=30)["test/accuracy"] < 0.6
    assert run("xor", layers=[], features=["x1x2"]).train(epochs=30)["test/accuracy"] > 0.97


def test_a_single_neuron_without_weights_gives_one_answer() -> None:
    neuron = run("neuron")
    neuron.view("head/weight")[:] = 0
    assert np.ptp(neuron.predict(neuron.dataset.raw)) == 0


def test_painted_points_are_learned() -> None:
    assert run("painted").train(epochs=200)["train/accuracy"] >= 0.9


def test_seven_layers_do_not_learn_without_a_way_around() -> None:
    assert run("deep").train(epochs=120)["test/accuracy"] < 0.8


def test_gradients_vanish_through_sigmoids_and_not_through_tanh() -> None:
    stuck = run("vanishing")
    assert stuck.train(epochs=60)["test/accuracy"] < 0.6
    first, last = (np.abs(stuck.view(f"dense_{i}/weight.grad")).mean() for i in (1, 6))
    assert first < last / 100
    assert run("vanishing", layers=layers("vanishing", activation="tanh")).train(epochs=60)["test/accuracy"] > 0.97


def test_large_steps_kill_relus_and_small_ones_do_not() -> None:
    dying = run("dying")
    assert dying.train(epochs=30)["test/accuracy"] < 0.6
    dying.probe()
    dead = [(dying.view(f"probe/{name}/output") == 0).all(axis=0).mean() for name in ("dense_1", "dense_2")]
    assert max(dead) >= 0.5
    slower = NAMED["dying"].optimizer.model_copy(update={"learning_rate": 0.03})
    assert run("dying", optimizer=slower).train(epochs=60)["test/accuracy"] > 0.95


def test_too_high_a_rate_overflows_and_one_below_the_edge_does_not() -> None:
    fast = run("too_fast")
    fast.train(epochs=30)
    assert fast.diverged is not None
    assert fast.diverged.step < 500
    slower = NAMED["too_fast"].optimizer.model_copy(update={"learning_rate": 0.07})
    assert run("too_fast", optimizer=slower).train(epochs=30)["test/loss"] < 0.01


def test_neurons_that_begin_alike_stay_alike_until_one_is_changed() -> None:
    alike = run("symmetry")
    alike.train(epochs=40)
    weights = alike.view("dense_1/weight")
    assert np.ptp(weights, axis=1).max() == 0
    weights[0, 0] = -1
    alike.train(epochs=40)
    assert np.ptp(weights, axis=1).min() > 0.5


def test_a_wide_network_learns_noise_by_heart_unless_it_is_held_back() -> None:
    epochs = 250
    begun, learned = (run("memorising").train(epochs=n) for n in (40, epochs))
    assert learned["train/loss"] < 0.08
    assert learned["test/loss"] > 1.5 * begun["test/loss"]
    for name in ("decay", "dropout"):
        held = run(name).train(epochs=epochs)
        assert held["test/loss"] < learned["test/loss"] / 2
        assert held["train/loss"] > 2 * learned["train/loss"]


def test_l1_leaves_two_inputs() -> None:
    sparse = run("sparse")
    sparse.train(epochs=150)
    weights = np.abs(sparse.view("head/weight")[:, 0])
    assert sorted(np.argsort(weights)[-2:]) == [2, 3]
    assert np.sort(weights)[-2] > 20 * np.sort(weights)[-3]


def test_numbers_are_predicted() -> None:
    assert run("hills").train(epochs=150)["test/loss"] < 0.02
    assert run("sine").train(epochs=200)["test/loss"] < 0.02
    assert run("sine", layers=[], features=["sin_x1"]).train(epochs=30)["test/loss"] < 0.01
    explained = 1 - run("diabetes").train(epochs=10)["test/loss"]
    assert 0.4 < explained < 0.65, "about half"
