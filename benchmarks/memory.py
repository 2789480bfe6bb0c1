"""How well recurrent networks remember, forecast and read.

Seconds are the process's own processor time, which is wall time on an idle machine: one thread trains, and scores the test part
besides. Each figure is the median over several seeds; how many of them get there is said beside it. Speeds are wall time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import torch

from benchmarks.report import Figure
from benchmarks.steps import race
from playground import Experiment, Run
from playground.live.scheduler import Scheduler

TITLE = "Sequences: remembering, forecasting, text; one thread if nothing else is said"
SEEDS = range(7, 12)
GOAL, PATIENCE = 0.99, 6.0  # test accuracy to reach, and seconds after which nobody waits any more
FORECAST = 0.03  # of persistence's root mean square error
READING = 1550  # steps
CHARACTERS = 32 * 64  # in a step
LOOK = 25  # steps between two looks at the test part

# Of each network its layer, learning rate, and the seconds it may take. What the gates say of the letters between must stay small until
# the first one is known: with larger recurrent weights, twice the rate or gradients that are not clipped, some seeds forget it again.
# A simple network without gates can do it, too, where its recurrent weights begin as a rotation that keeps every length; where each step
# halves it, no gradient reaches the first letter, and at a small rate it takes long until the weights have grown by chance.
WEAK, HALF = {"kind": "orthogonal", "gain": 0.2}, {"kind": "orthogonal", "gain": 0.5}
REMEMBERING: dict[str, tuple[dict[str, Any], float, float | None]] = {
    "LSTM 32, forget bias 5": ({"kind": "lstm", "hidden": 32, "forget_bias": 5, "recurrent_initializer": WEAK}, 0.01, 3.0),
    "LSTM 32, forget bias 0": ({"kind": "lstm", "hidden": 32, "forget_bias": 0, "recurrent_initializer": WEAK}, 0.01, None),
    "GRU 32, keep bias 3": ({"kind": "gru", "hidden": 32, "keep_bias": 3}, 0.005, 15.0),
    "GRU 32, keep bias 0": ({"kind": "gru", "hidden": 32}, 0.005, None),
    "simple RNN 32, rotation": ({"kind": "simple_rnn", "hidden": 32}, 0.005, None),
    "simple RNN 32, half of it": ({"kind": "simple_rnn", "hidden": 32, "recurrent_initializer": HALF}, 0.001, None),
}


def measure() -> Iterator[Figure]:
    """Seeds, seconds, accuracies."""
    yield from remembering()
    yield from forecasting()
    yield from reading()


def remembering() -> Iterator[Figure]:
    """How soon the first symbol is named."""
    for name, (layer, rate, seconds) in REMEMBERING.items():
        ran = [until(remember(layer, rate, seed), accuracy, lambda value: value >= GOAL) for seed in SEEDS]
        took = [spent for spent, value in ran if value >= GOAL]
        task = f"the first of 60 symbols, {name}"
        yield Figure(f"{task}: seeds of {len(SEEDS)} with {GOAL:.0%} within {PATIENCE:g} s", len(took), "", len(SEEDS) if seconds else None)
        if seconds is not None:
            yield Figure(f"{task}: seconds to get there", median(took or [PATIENCE]), "s", seconds, higher=False)
        else:
            yield Figure(f"{task}: accuracy after {PATIENCE:g} s (chance is 12.5 %)", 100 * median(value for _, value in ran), "%")


def forecasting() -> Iterator[Figure]:
    """How soon a chaotic series is forecast."""
    ran = [until(forecast(seed), error, lambda value: value <= FORECAST) for seed in SEEDS]
    task = "Mackey-Glass 20 steps ahead, GRU 32"
    yield Figure(
        f"{task}: seeds of {len(SEEDS)} with {FORECAST:.0%} of persistence's error", sum(v <= FORECAST for _, v in ran), "", len(SEEDS)
    )
    yield Figure(f"{task}: seconds to get there", median(spent for spent, _ in ran), "s", 4, higher=False)
    runs = [Run(forecast(seed), watched=False) for seed in SEEDS]
    for run in runs:
        run.step(800)
    share = median(error(run) for run in runs)
    yield Figure(f"{task}: error after 800 steps, of persistence's", 100 * share, "%", 3, higher=False)
    dataset = runs[0].dataset
    assert dataset.baseline is not None
    yield Figure(f"{task}: the same, of the series' deviation", 100 * share * dataset.baseline / dataset.target_scale, "%")


def error(run: Run) -> float:
    """Root mean square error on the test part, of persistence's."""
    return run.evaluate()["test/error"]


def forecast(seed: int) -> Experiment:
    """A window of 50 values, Adam 5e-3, batch 32."""
    return Experiment.model_validate(
        {
            "seed": seed,
            "data": {"kind": "mackey_glass", "window": 50, "ahead": 20},
            "layers": [{"kind": "gru", "hidden": 32}],
            "optimizer": {"kind": "adam", "learning_rate": 0.005},
            "training": {"batch_size": 32},
        }
    )


def reading() -> Iterator[Figure]:
    """How soon the help topics are told character by character, and how many characters a second that is."""
    task = "help topics by character, GRU 128"
    Run(text(), watched=False).step(1)
    run = Run(text(), watched=False)
    begun = time.process_time()
    run.step(READING)
    spent = time.process_time() - begun
    yield Figure(f"{task}: bits per character on the last tenth", run.evaluate()["test/bits"], "", 1.9, higher=False)
    yield Figure(f"{task}: seconds of {CHARACTERS * READING / 1e6:.1f} M characters, curve included", spent, "s", 20, higher=False)
    helpers = Scheduler(1)
    ours, helped, theirs = race(run.execute_steps, lambda steps: run.execute_steps(steps, helpers.lend), torch_reader(run))
    helpers.close()
    yield Figure(f"{task}: ours, characters a second", CHARACTERS / ours)
    yield Figure(f"{task}: ours, characters a second, two threads as in the app", CHARACTERS / helped)
    yield Figure(f"{task}: PyTorch's, characters a second", CHARACTERS / theirs)
    yield Figure(f"{task}: times faster, one thread each", theirs / ours, "x", 3)
    yield Figure(f"{task}: times faster, two threads against PyTorch's one", theirs / helped, "x", 3)


def text() -> Experiment:
    """Embedding 32, windows of 64 characters, Adam from 5e-3 to 0 in all its steps, batch 32, the gradients' norm clipped to 1."""
    return Experiment.model_validate(
        {
            "data": {"kind": "text", "window": 64},
            "layers": [{"kind": "embedding", "entries": 103, "width": 32}, {"kind": "gru", "hidden": 128, "sequence": True}],
            "optimizer": {"kind": "adam", "learning_rate": 0.005},
            "training": {"batch_size": 32, "clip": {"kind": "norm", "limit": 1}, "schedule": {"kind": "cosine", "duration": READING}},
        }
    )


def torch_reader(run: Run) -> Callable[[int], object]:
    """The same training step in PyTorch, eager with fused Adam, on windows that begin anywhere."""
    torch.set_num_threads(1)
    assert run.dataset.windows is not None
    classes, series = len(run.dataset.classes), torch.tensor(run.dataset.windows.series).long()
    embedding, gru, head = torch.nn.Embedding(classes, 32), torch.nn.GRU(32, 128, batch_first=True), torch.nn.Linear(128, classes)
    parameters = [p for module in (embedding, gru, head) for p in module.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.005, fused=True)
    windows = series.unfold(0, 65, 1)

    def train(steps: int) -> None:
        for _ in range(steps):
            rows = windows[torch.randint(len(windows), (32,))]
            logits = head(gru(embedding(rows[:, :-1]))[0])
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten()).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1)
            optimizer.step()

    return train


def remember(layer: dict[str, Any], rate: float, seed: int) -> Experiment:
    """One recurrent layer, Adam, batch 32, the gradients' norm clipped to 0.3."""
    return Experiment.model_validate(
        {
            "seed": seed,
            "data": {"kind": "remember"},
            "layers": [layer],
            "optimizer": {"kind": "adam", "learning_rate": rate},
            "training": {"batch_size": 32, "clip": {"kind": "norm", "limit": 0.3}},
        }
    )


def accuracy(run: Run) -> float:
    """Of the test part."""
    test = run.dataset.test
    return float((run.predict(run.dataset.raw[test]).argmax(axis=1) == run.dataset.y[test, 0]).mean())


def until(chosen: Experiment, score: Callable[[Run], float], reached: Callable[[float], bool]) -> tuple[float, float]:
    """Train until the score is good, or patience ends: the seconds that took, and the last score."""
    Run(chosen, watched=False).step(1)  # compiles
    run = Run(chosen, watched=False)
    begun = time.process_time()
    while True:
        run.step(LOOK)
        value, spent = score(run), time.process_time() - begun
        if reached(value) or spent > PATIENCE or run.halted:
            return spent, value
