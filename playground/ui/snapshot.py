"""What the charts need to know of a run, copied between two of its turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from playground.run import Run
from playground.tasks.network import Column
from playground.ui.widgets import words

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
    nothing is kept for the test. truth: (n,) class indices, or (n, targets) values; answers: (n, classes) probabilities, or (n, targets);
    both are empty where there is nothing to be right about.
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
    judged = run.experiment.task.kind == "supervised" and not data.each_step
    truth, answers = answers_of(run, rows) if judged else (np.empty(0), np.empty(0))
    return Snapshot(run.steps, data.task, data.classes, data.targets, run.history().copy(), part, truth, answers, layers_of(run))


def answers_of(run: Run, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is true of these rows, and what the network says."""
    data = run.dataset
    answers = run.predict(data.raw[rows])
    if data.task == "regression":
        return data.unscaled(data.y[rows]), answers
    return data.y[rows, 0].astype(int), np.column_stack([1 - answers, answers]) if answers.shape[1] == 1 else answers


def layers_of(run: Run) -> tuple[LayerNumbers, ...]:
    """Every column of neurons that has weights."""
    columns = run.network.columns
    return tuple(
        LayerNumbers(title, both(run, column.name, ""), both(run, column.name, ".grad"))
        for title, column in zip(titles(columns), columns, strict=True)
        if any(parameters_of(run, column.name))
    )


def titles(columns: Sequence[Column]) -> Iterator[str]:
    """Layers are counted within their list (Hidden 1, Decoder 2), all else has a name (Head)."""
    counts: Counter[str | int] = Counter()
    for column in columns:
        if column.path is None:
            yield words(column.name.replace("/", " "))
        else:
            part = "hidden" if column.path[0] == "layers" else column.path[1]
            counts[part] += 1
            yield f"{words(part)} {counts[part]}"


def both(run: Run, name: str, suffix: str) -> np.ndarray:
    """Weights and biases of a layer, flat."""
    return np.concatenate([run.view(f"{parameter}{suffix}").ravel() for parameter in parameters_of(run, name)])


def parameters_of(run: Run, name: str) -> list[str]:
    """The names of a layer's weights and biases."""
    return [parameter for parameter in run.network.graph.parameters if parameter.startswith(f"{name}/")]
