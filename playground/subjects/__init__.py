"""What of a run may be looked at closely: one class in one file of this package is a new kind of subject.

A subject only reads the run's memory: looking changes no bit.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from playground.run import Run
from playground.sentences import Refused

Facts = dict[str, Any]
Index = tuple[int, ...]
Row = tuple[
    str, Any, str
]  # label, value, and how it is written: "number", "gradient", "small" (as a gradient), "count", "bytes", "percent", "shape" or "text"


@dataclass(frozen=True)
class Findings:
    """A subject at one moment. Numbers that are not known yet are None."""

    value: float | None
    gradient: float | None
    rows: list[Row] = field(default_factory=list)
    values: np.ndarray | None = None  # whose spread is shown
    gradients: np.ndarray | None = None
    picture: np.ndarray | None = None  # (pictures, height, width)
    picture_gradient: np.ndarray | None = None
    table: Facts | None = None


class Subject:
    """Something of a run, by the name that memory has for it, and an index into its last axes. Raises Refused where that does not fit."""

    place: ClassVar[int]  # in the order in which subjects are asked whether a name is theirs
    kind: str
    labels: tuple[str, str]  # of its value and of its gradient
    slope: ClassVar[bool] = True  # whether `gradient` is one
    spread: ClassVar[str] = "values"  # what the histogram is of
    _known: ClassVar[list[type[Subject]]] = []

    def __init_subclass__(cls) -> None:
        Subject._known.append(cls)

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """Whether that name is one of these."""
        raise TypeError(f"{cls.__name__} does not say which names are its own. Give it a has method.")

    def __init__(self, run: Run, name: str, index: Index) -> None:
        self.run, self.name, self.index = run, name, index

    def facts(self) -> Facts:
        """What does not change from step to step."""
        return {
            "kind": self.kind,
            "layer": layer_of(self.run, self.name),
            "part": self.part(),
            "labels": dict(zip(("value", "gradient"), self.labels, strict=True)),
            "slope": self.slope,
            "edit": self.edit(),
        }

    def part(self) -> str:
        """What of its layer it is, in words; "" for all of it."""
        return ""

    def edit(self) -> Facts | None:
        """The number that may be set by hand: {label, name, index} of a row."""
        return None

    def now(self) -> Findings:
        """What it is at this moment."""
        raise TypeError(f"{type(self).__name__} does not say what it is. Give it a now method.")

    def view(self, name: str) -> np.ndarray:
        """Its part of a named array of memory, no copy."""
        chosen: Any = (..., *self.index)
        return np.asarray(self.run.view(name)[chosen])

    @property
    def stepped(self) -> bool:
        """Whether a step has been taken, so that activations and gradients are there."""
        return self.run.steps > 0 or self.run.position > 0


def find(run: Run, name: str, index: Index = ()) -> Subject:
    """The subject of that name. Raises Refused when the run has none."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    for kind in sorted(Subject._known, key=lambda kind: kind.place):
        if kind.has(run, name):
            return kind(run, name, index)
    raise Refused(
        f"There is no {name!r:.60} in this run. Layers, their output, weight and bias, the loss and the optimizer can be inspected."
    )


def layer_of(run: Run, name: str) -> str | None:
    """The column that a name belongs to."""
    columns = run.network.columns
    names = [column.name for column in columns if name == column.name or name.startswith(f"{column.name}/")]
    return max(names, key=len, default=columns[0].name if name == output_of(run, columns[0].name) else None)


def output_of(run: Run, column: str) -> str:
    """The tensor that a column gives: its output, one of its own name, or of the first the input."""
    found = next((name for name in (f"{column}/output", column) if name in run.network.graph.tensors), f"{column}/output")
    first = column == run.network.columns[0].name
    return run.network.input.name if first and found not in run.network.graph.tensors else found


def learners(run: Run) -> list[str]:
    """What stands before the names of those who learn by themselves ("generator/"): of a single network nothing."""
    return [name.removesuffix("gradients") for name in run.program.places if name == "gradients" or name.endswith("/gradients")]


def gradients_of(run: Run) -> np.ndarray:
    """The gradients of all that learns, flat."""
    return np.concatenate([run.view(f"{learner}gradients") for learner in learners(run)])


def feature(run: Run, unit: int) -> str | None:
    """What the number that is fed there is called; None where features have no names of their own, as pixels of a picture."""
    chosen = run.dataset.chosen(run.experiment.features)
    labels = {column.name: column.label for column in run.dataset.columns}
    return labels[chosen[unit]] if not run.dataset.shape and unit < len(chosen) else None


def answered(run: Run) -> bool:
    """Whether each example has one answer that is known, so that single ones may be looked at."""
    network = run.network
    return network.logits.rank == 1 and not network.reconstructs and not run.experiment.task.generative


def checked(name: str, index: Index, shape: tuple[int, ...]) -> Index:
    """The index, if it fits the last axes of the shape. Raises Refused."""
    last = shape[len(shape) - len(index) :]
    if len(index) > len(shape) or any(not 0 <= i < size for i, size in zip(index, last, strict=True)):
        raise Refused(f"{name} has the shape {shape}, there is no place {index} in its last axes.")
    return index


def size(array: np.ndarray) -> float | None:
    """The Euclidean norm, None of nothing."""
    return float(np.sqrt(np.square(array, dtype=np.float64).sum())) if array.size else None


def mean(array: np.ndarray) -> float | None:
    """The mean, None of nothing."""
    return float(array.mean(dtype=np.float64)) if array.size else None


def share(of: np.ndarray) -> float:
    """How much of an array of truths is true."""
    return float(np.count_nonzero(of) / max(of.size, 1))


def multiply_adds(run: Run, scope: str) -> int:
    """Of a layer, for one example, forward."""
    return sum(node.operation.multiply_adds(node.inputs) for node in run.network.graph.nodes if layer_of(run, node.scope) == scope)


def parameters_of(run: Run, scope: str) -> dict[str, tuple[int, ...]]:
    """A layer's parameters by name, with their shapes."""
    return {name: p.tensor.shape for name, p in run.network.graph.parameters.items() if layer_of(run, name) == scope}


def spread_rows(array: np.ndarray) -> list[Row]:
    """What is to be said of many numbers."""
    rows: list[Row] = [("deviation", float(array.std(dtype=np.float64)), "number"), ("largest", float(np.abs(array).max()), "number")]
    if zeros := share(array == 0):
        rows.append(("zeros", zeros, "percent"))
    if broken := share(~np.isfinite(array)):
        rows.append(("not a number", broken, "percent"))
    return rows


def words(index: Index) -> str:
    """Numbers as people count."""
    return ", ".join(str(i + 1) for i in index)


def numbers(shape: tuple[int, ...]) -> int:
    """How many a shape holds."""
    return math.prod(shape)
