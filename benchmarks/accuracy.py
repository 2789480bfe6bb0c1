"""How well the networks learn: test accuracy on the plane's data sets, on real tables and on pictures, over several seeds.

A glyph is also right when it is another class that nobody could tell from it in that typeface.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import numpy as np

from benchmarks.report import Figure
from playground import Experiment, Run
from playground.data.glyphs import CHARACTERS, Glyphs
from playground.data.typefaces import alike

TITLE = "Test accuracy"
PLANE_SEEDS, TABLE_SEEDS, PICTURE_SEEDS = range(10), range(5), range(5)
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


def convolution(filters: int, kernel: int = 3, stride: int = 1, activation: str = "relu") -> dict:
    """Its maps keep their size, or the stride's part of it."""
    return {"kind": "conv2d", "filters": filters, "kernel": kernel, "stride": stride, "activation": activation, "initializer": "he"}


def normalised(filters: int) -> list:
    """A convolution whose sums pass batch normalisation before they are cut off below 0."""
    return [convolution(filters, activation="linear"), {"kind": "batch_norm"}, {"kind": "activation", "activation": "relu"}]


def drop(rate: float) -> dict:
    """Dropout."""
    return {"kind": "dropout", "rate": rate}


POOL = {"kind": "max_pool2d"}
# Of each kind of picture: its fields, layers, epochs of one cycle, and the accuracy to reach within so many seconds.
PICTURES = {
    "digit_pictures": (
        {},
        [*normalised(16), *normalised(16), POOL, drop(0.25), *normalised(32), *normalised(32), POOL, drop(0.4)],
        14,
        0.987,
        2.0,
    ),
    "glyphs": (
        {"characters": "capitals", "samples": 20_000},
        [convolution(8, 5, stride=2), convolution(16), POOL, convolution(32), POOL],
        5,
        0.96,
        20.0,
    ),
}


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
    for kind, (fields, layers, epochs, target, seconds) in PICTURES.items():
        results = [seen(pictures({"kind": kind, **fields, "seed": seed}, layers, epochs, seed), epochs) for seed in PICTURE_SEEDS]
        name = f"{kind.replace('_', ' ')}, {results[0][2]} classes"
        yield Figure(f"{name}: median of 5 seeds", 100 * median(r[0] for r in results), "%", 100 * target)
        yield Figure(f"{name}: the worst of them", 100 * min(r[0] for r in results), "%")
        yield Figure(f"{name}: seconds", median(r[1] for r in results), "s", seconds, higher=False)


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


def pictures(data: dict, layers: list, epochs: int, seed: int) -> Experiment:
    """Adam in one cycle, batch 32."""
    plain = Experiment.model_validate(
        {
            "seed": seed,
            "data": data,
            "layers": layers,
            "optimizer": {"kind": "adam", "learning_rate": 0.01},
            "training": {"batch_size": 32},
        }
    )
    steps = epochs * Run(plain, watched=False).steps_per_epoch
    return plain.replace(training={"batch_size": 32, "schedule": {"kind": "one_cycle", "duration": steps}})


def seen(chosen: Experiment, epochs: int) -> tuple[float, float, int]:
    """The share of test pictures that are told right, the seconds that training took, planning included, and the number of classes."""
    Run(chosen, watched=False).step(1)
    begun = time.perf_counter()
    run = Run(chosen, watched=False)
    run.train(epochs=epochs)
    seconds = time.perf_counter() - begun
    return float(told_right(run).mean()), seconds, len(run.dataset.classes)


def told_right(run: Run) -> np.ndarray:
    """Of each test picture, whether the likeliest class is its own, or one that looks the same in its typeface (n,) bool."""
    dataset, data = run.dataset, run.experiment.data
    answers = run.predict(dataset.raw[dataset.test]).argmax(axis=1)
    if not isinstance(data, Glyphs):
        return answers == dataset.y[dataset.test, 0]
    classes, faces = (numbers[dataset.test] for numbers in data.made_of())
    same = np.stack([alike(face, CHARACTERS[data.characters]) for face in data.faces])
    return same[faces, answers, classes]
