"""What the charts need to know of a run, copied between two of its turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.run import Run

ROWS = 5000  # examples that are answered for a chart at most


@dataclass(frozen=True, eq=False)
class LayerNumbers:
    """The weights and biases of one layer with their gradients, flat."""

    title: str
    weights: np.ndarray
    gradients: np.ndarray


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run at one step.

    history: (records, 4), step, train loss, test loss, test accuracy. `part` says which examples were answered: "test", or "train" when
    nothing is kept for the test. truth: (n,) class indices, or (n, targets) values; answers: (n, classes) probabilities, or (n, targets).
    """

    step: int
    task: str
    classes: tuple[str, ...]
    targets: tuple[str, ...]
    history: np.ndarray
    part: str
    truth: np.ndarray
    answers: np.ndarray
    layers: tuple[LayerNumbers, ...]


def snapshot(run: Run) -> Snapshot:
    """The run as it is now."""
    data = run.dataset
    part, rows = ("test", data.test[:ROWS]) if data.test.size else ("train", data.train[:ROWS])
    answers = run.predict(data.raw[rows])
    if data.task == "classification":
        truth = data.y[rows, 0].astype(int)
        answers = np.column_stack([1 - answers, answers]) if answers.shape[1] == 1 else answers
    else:
        truth = data.unscaled(data.y[rows])
    return Snapshot(run.steps, data.task, data.classes, data.targets, run.history().copy(), part, truth, answers, layers_of(run))


def layers_of(run: Run) -> tuple[LayerNumbers, ...]:
    """Every column of neurons after the features that has weights."""
    columns = run.network.columns[1:]
    titles = [f"Hidden {i + 1}" for i in range(len(columns) - 1)] + ["Head"]
    return tuple(
        LayerNumbers(title, both(run, column.name, ""), both(run, column.name, ".grad"))
        for title, column in zip(titles, columns, strict=True)
        if f"{column.name}/weight" in run.network.graph.parameters
    )


def both(run: Run, name: str, suffix: str) -> np.ndarray:
    """Weights and biases of a layer, flat."""
    return np.concatenate([run.view(f"{name}/{part}{suffix}").ravel() for part in ("weight", "bias")])
