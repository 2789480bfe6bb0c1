"""How well recurrent networks remember.

Seconds are the process's own processor time, which is wall time on an idle machine: one thread trains, and scores the test part
besides. Each figure is the median over several seeds; how many of them get there is said beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.report import Figure
from playground import Experiment, Run

TITLE = "Remembering, one thread"
SEEDS = range(7, 12)
GOAL, PATIENCE = 0.99, 15.0  # test accuracy to reach, and seconds after which nobody waits any more
LOOK = 25  # steps between two looks at the test part

REMEMBERING: dict[str, tuple[dict[str, Any], float | None]] = {
    "LSTM 32, forget bias 3": ({"kind": "lstm", "hidden": 32, "forget_bias": 3}, 3.0),
    "GRU 32, keep bias 3": ({"kind": "gru", "hidden": 32, "keep_bias": 3}, 15.0),
    "simple RNN 32": ({"kind": "simple_rnn", "hidden": 32}, None),
}


def measure() -> Iterator[Figure]:
    """Seeds, seconds, accuracies."""
    for name, (layer, seconds) in REMEMBERING.items():
        ran = [until(remember(layer, seed), accuracy, lambda value: value >= GOAL) for seed in SEEDS]
        took = [spent for spent, value in ran if value >= GOAL]
        task = f"the first of 60 symbols, {name}"
        if seconds is not None:
            yield Figure(f"{task}: seeds of {len(SEEDS)} with {GOAL:.0%}", len(took), "", len(SEEDS))
            yield Figure(f"{task}: seconds to get there", median(took or [PATIENCE]), "s", seconds, higher=False)
        else:
            yield Figure(f"{task}: accuracy after {PATIENCE:g} s (chance is 12.5 %)", 100 * median(value for _, value in ran), "%")


def remember(layer: dict[str, Any], seed: int) -> Experiment:
    """One recurrent layer, Adam 5e-3, batch 32."""
    return Experiment.model_validate(
        {
            "seed": seed,
            "data": {"kind": "remember"},
            "layers": [layer],
            "optimizer": {"kind": "adam", "learning_rate": 0.005},
            "training": {"batch_size": 32},
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
