"""Running averages of batch normalization: PyTorch's, used when not training, kept with a run and when its experiment changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground import Experiment, Run
from tests.kernels.desk import relative_error

STEPS = 30
NORM = {"kind": "batch_norm", "momentum": 0.3}
RUNNING = ("batch_norm_1/running_mean", "batch_norm_1/running_variance")


def run_of(units: int = 5, **changes: Any) -> Run:
    layers = [{"kind": "dense", "units": units, "activation": "relu"}, NORM, {"kind": "dense", "units": 3}]
    return Run(Experiment.model_validate({"data": "circle", "layers": layers, "training": {"batch_size": 7}} | changes))


def trained(**changes: Any) -> Run:
    run = run_of(**changes)
    assert run.step(STEPS) == STEPS
    return run


def test_begin_as_the_standard_normal_distribution() -> None:
    mean, variance = (run_of().view(name) for name in RUNNING)
    assert (mean == 0).all()
    assert (variance == 1).all()


def test_equal_pytorch() -> None:
    run, theirs = run_of(), torch.nn.BatchNorm1d(5, momentum=0.3).double()
    for _ in range(STEPS):
        run.step(1)
        theirs(torch.tensor(run.view("dense_1/output"), dtype=torch.float64))
    assert relative_error(run.view(RUNNING[0]), theirs.running_mean.numpy()) < 1e-5
    assert relative_error(run.view(RUNNING[1]), theirs.running_var.numpy()) < 1e-5


def test_are_used_when_not_training() -> None:
    run = trained()
    before = [run.view(name).copy() for name in RUNNING]
    x = run.dataset.raw[:50]
    inputs = run.dataset.features(run.experiment.features)(x)
    hidden = np.maximum(inputs @ run.view("dense_1/weight") + run.view("dense_1/bias"), 0)
    scale, shift = run.view("batch_norm_1/scale"), run.view("batch_norm_1/shift")
    hidden = (hidden - before[0]) / np.sqrt(before[1] + 1e-5) * scale + shift
    hidden = np.tanh(hidden @ run.view("dense_2/weight") + run.view("dense_2/bias"))
    logits = hidden @ run.view("head/weight") + run.view("head/bias")
    np.testing.assert_allclose(run.predict(x), 1 / (1 + np.exp(-logits)), rtol=1e-4)
    np.testing.assert_allclose(run.predict(x[:1]), run.predict(x)[:1], rtol=1e-6)
    run.evaluate()
    assert all((run.view(name) == value).all() for name, value in zip(RUNNING, before, strict=True))


def test_are_saved_and_loaded() -> None:
    run = trained()
    again = Run.load(run.save())
    assert all((again.view(name) == run.view(name)).all() for name in RUNNING)
    assert run.step(STEPS) == again.step(STEPS)
    assert all((again.view(name) == run.view(name)).all() for name in RUNNING)


def test_return_with_a_checkpoint() -> None:
    run = trained()
    checkpoint, before = run.checkpoint(), [run.view(name).copy() for name in RUNNING]
    run.step(STEPS)
    run.restore(checkpoint)
    assert all((run.view(name) == value).all() for name, value in zip(RUNNING, before, strict=True))


def test_go_on_with_another_optimizer() -> None:
    run = trained()
    after = run.change(run.experiment.replace(optimizer={"kind": "sgd", "learning_rate": 0.01}))
    assert after.steps == STEPS
    assert all((after.view(name) == run.view(name)).all() for name in RUNNING)


@pytest.mark.parametrize("units", [4, 8])
def test_fit_neuron_by_neuron_when_the_network_changes(units: int) -> None:
    run = trained()
    after = run.change(run_of(units=units).experiment)
    assert after.steps == 0
    for name, first in zip(RUNNING, (0, 1), strict=True):
        kept = min(units, 5)
        np.testing.assert_array_equal(after.view(name)[:kept], run.view(name)[:kept])
        assert (after.view(name)[kept:] == first).all()


def test_stay_finite_when_a_batch_is_one_example() -> None:
    run = trained(training={"batch_size": 1})
    assert (run.view(RUNNING[1]) == 1).all()
    assert all(np.isfinite(score) for score in run.metrics().values())
