"""How well the networks learn: test accuracy on the plane's data sets and on real tables, over several seeds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.report import Figure
from playground import Experiment, Run

TITLE = "Test accuracy"
PLANE_SEEDS, TABLE_SEEDS = range(10), range(5)
EPOCHS, PASS = 300, 0.97

TANH = {"layers": [(4, "tanh", {}), (2, "tanh", {})], "rate": 0.03}
RELU = {"layers": [(8, "relu", {"initializer": "he"})] * 3, "rate": 0.01}
PLANE = {"circle": (TANH, 10), "gauss": (TANH, 10), "xor": (TANH, 8), "spiral": (RELU, 8)}

# Of each table: hidden layers, learning rate, L2, epochs, and the accuracy to reach.
TABLES = {
    "breast_cancer": ([(16, "relu", {})], 0.003, 0.01, 20, 0.96),
    "wine": ([(8, "relu", {})], 0.01, 0.01, 20, 0.97),
    "digits": ([(64, "relu", {})], 0.003, 0.0001, 40, 0.96),
}
SECONDS = 2.0


def measure() -> Iterator[Figure]:
    """Seeds that pass, medians, seconds."""
    for kind, (network, target) in PLANE.items():
        reached = [epochs_to_pass(plane(kind, network, seed)) for seed in PLANE_SEEDS]
        passed = [epoch for epoch in reached if epoch is not None]
        yield Figure(f"{kind}: seeds of 10 with {PASS:.0%} within {EPOCHS} epochs", len(passed), "", target)
        if passed:
            yield Figure(f"{kind}: epochs to get there, median", median(passed))
    for kind, (layers, rate, l2, epochs, target) in TABLES.items():
        results = [trained(table(kind, layers, rate, l2, seed), epochs) for seed in TABLE_SEEDS]
        yield Figure(f"{kind.replace('_', ' ')}: median of 5 seeds", 100 * median(r[0] for r in results), "%", 100 * target)
        yield Figure(f"{kind.replace('_', ' ')}: seconds", median(r[1] for r in results), "s", SECONDS, higher=False)


def plane(kind: str, network: dict, seed: int) -> Experiment:
    """250 points to train on, 250 to test, no noise."""
    data = {"kind": kind, "samples": 500, "noise": 0.0, "test_fraction": 0.5, "seed": seed}
    return experiment(data, network["layers"], network["rate"], 0.0, seed)


def table(kind: str, layers: list, rate: float, l2: float, seed: int) -> Experiment:
    """A quarter of the rows to test on."""
    return experiment({"kind": kind, "test_fraction": 0.25, "seed": seed}, layers, rate, l2, seed)


def experiment(data: dict, layers: list, rate: float, l2: float, seed: int) -> Experiment:
    """Dense layers, Adam, batch 10."""
    dense = [{"kind": "dense", "units": units, "activation": activation, **more} for units, activation, more in layers]
    optimizer = {"kind": "adam", "learning_rate": rate}
    training = {"batch_size": 10, "l2": l2}
    return Experiment.model_validate({"seed": seed, "data": data, "layers": dense, "optimizer": optimizer, "training": training})


def epochs_to_pass(chosen: Experiment) -> int | None:
    """The first epoch with a test accuracy of 97 %; None when there is none."""
    run = Run(chosen)
    return next((epoch + 1 for epoch in range(EPOCHS) if run.train(epochs=1)["test/accuracy"] >= PASS), None)


def trained(chosen: Experiment, epochs: int) -> tuple[float, float]:
    """Test accuracy after so many epochs, and the seconds that took, planning included, compiling not."""
    Run(chosen).step(1)
    begun = time.perf_counter()
    accuracy = Run(chosen).train(epochs=epochs)["test/accuracy"]
    return accuracy, time.perf_counter() - begun
