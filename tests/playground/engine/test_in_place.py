"""Activations written over their sums, where nobody watches: the same bits in less memory."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run

RELU = {"kind": "dense", "units": 12, "activation": "relu"}
LINEAR = {"kind": "dense", "units": 12, "activation": "linear"}
ACTIVATION = {"kind": "activation", "activation": "relu"}
DROPOUT = {"kind": "dropout", "rate": 0.3}
NETWORKS: dict[str, list[dict[str, object]]] = {
    "dense": [RELU, RELU],
    "a sum that is used twice": [LINEAR, {"kind": "residual", "layers": [ACTIVATION, LINEAR]}],
    "a sum of two branches": [RELU, {"kind": "residual", "layers": [RELU, LINEAR]}, ACTIVATION],
    "dropout before": [RELU, {"kind": "residual", "layers": [DROPOUT, ACTIVATION, LINEAR]}],
    "twice": [RELU, ACTIVATION],
    "the features themselves": [ACTIVATION, RELU],
    "an activation that reads its sums": [{"kind": "dense", "units": 12, "activation": "gelu"}],
    "convolution": [
        {"kind": "reshape", "shape": [8, 8, 1]},
        {"kind": "conv2d", "filters": 4, "kernel": 3, "activation": "linear"},
        {"kind": "batch_norm"},
        ACTIVATION,
        {"kind": "max_pool2d"},
        {"kind": "conv2d", "filters": 4, "kernel": 3, "activation": "relu"},
        {"kind": "flatten"},
    ],
}


MADE = ("dense", "conv2d", "head", "gradients", "adam", "order", "counters", "history", "random", "picked")  # by training


def experiment(layers: list[dict[str, object]], kind: str = "adam", rate: float = 0.01) -> Experiment:
    data = {"kind": "digits", "test_fraction": 0.2}
    optimizer = {"kind": kind, "learning_rate": rate}
    return Experiment.model_validate({"data": data, "layers": layers, "optimizer": optimizer, "training": {"batch_size": 32}})


@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_not_watched_it_learns_the_same_bits(layers: list[dict[str, object]]) -> None:
    chosen = experiment(layers)
    seen, unseen = Run(chosen), Run(chosen, watched=False)
    seen.step(20)
    unseen.step(20)
    np.testing.assert_array_equal(seen.view("parameters"), unseen.view("parameters"))
    assert seen.metrics() == unseen.metrics()
    for name in unseen.names():
        if name.startswith(MADE):
            np.testing.assert_array_equal(seen.view(name), unseen.view(name), err_msg=name)


def test_what_is_written_over_takes_no_room_and_has_no_name() -> None:
    seen, unseen = (Run(experiment([RELU, RELU]), watched) for watched in (True, False))
    assert {"dense_1/sum", "dense_1/output.grad"} <= set(seen.names()) - set(unseen.names())
    assert {"dense_1/output", "dense_1/sum.grad"} <= set(unseen.names())
    assert seen.cost.bytes - unseen.cost.bytes >= 4 * 2 * 32 * (12 + 12)  # sums and gradients of both layers


def test_as_soon_as_somebody_watches_every_tensor_is_there() -> None:
    chosen = experiment([RELU, RELU])
    steady, changing = Run(chosen), Run(chosen, watched=False)
    for watched in (True, False, True):
        steady.step(7)
        changing.step(7)
        changing = changing.watch(watched)
        assert changing.watch(watched) is changing
        assert ("dense_1/sum" in changing.names()) == watched
    steady.step(3)
    changing.step(3)
    for name in steady.names():
        if name.startswith(MADE):
            np.testing.assert_array_equal(steady.view(name), changing.view(name), err_msg=name)


def test_a_run_that_has_diverged_stays_so_when_it_is_watched() -> None:
    run = Run(experiment([RELU], "sgd", 1e9), watched=False)
    run.step(100)
    assert run.halted
    assert run.watch().halted
    assert run.watch().diverged == run.diverged
