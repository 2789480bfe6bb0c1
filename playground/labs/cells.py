"""A network's layers as a sequence goes through them: of recurrent ones the gates and states at each step, of others what they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine.graph import Shape
from playground.labs.blocks import sentence_case
from playground.labs.views import Arrays
from playground.layers import Layer
from playground.layers.bidirectional import Bidirectional
from playground.layers.recurrent import Gate, Recurrent
from playground.run import Run
from playground.tasks.network import Column, shown_with

SHOWN = 32  # units of a column that are sent at most


@dataclass(frozen=True)
class Half:
    """One direction of a recurrent layer: where it stands in the graph, what its arrays' names begin with, and its record."""

    scope: str
    prefix: str  # "", or "backward/"
    layer: Recurrent

    def gradient(self, run: Run) -> np.ndarray:
        """The loss's gradient by what goes from step to step, in training: (rows, steps, hidden)."""
        return run.view(f"{self.scope}/{self.layer.carrier[1]}")


@dataclass(frozen=True, eq=False)
class Cells:
    """A layer, the sequence before all of them, or the head behind."""

    name: str
    path: tuple[str | int, ...] | None
    kind: str
    title: str
    shape: Shape  # (steps, units), (units,), or of codes (steps,)
    units: int  # of one direction
    source: int | None
    activation: dict[str, str] | None
    parameters: int
    multiply_adds: int
    halves: tuple[Half, ...]  # of a recurrent layer
    shown_with: str  # the column of its stage in slow motion; "" when it is what is fed

    @property
    def shown(self) -> int:
        """The first so many units are sent."""
        return min(self.units, SHOWN)

    def states(self, run: Run, prefix: str, row: int, read: int) -> Arrays:
        """Gates and states of a row of the pass of that prefix, (read, shown) float16 each, by "<gate>" or "backward/<gate>"."""
        arrays: Arrays = {}
        for half in self.halves:
            for gate in half.layer.gates:
                kept = run.view(f"{prefix}{half.scope}/{gate.tensor}")[row, :read]
                arrays[half.prefix + gate.name] = halves(
                    kept[..., : self.shown] if gate.index is None else kept[:, gate.index, : self.shown]
                )
        return arrays

    def part(self, answer: np.ndarray, read: int) -> np.ndarray:
        """The shown part of what it makes of one row: (read, shown) or (shown,), float16."""
        answer = answer.reshape(self.shape)
        return halves(answer[:read, : self.shown] if answer.ndim > 1 else answer[: self.shown])

    def gradients(self, run: Run, row: int, read: int) -> Arrays:
        """The loss's gradient by the state at each step for one row of the batch, (read, shown), by "" or "backward"."""
        return {half.prefix.rstrip("/"): half.gradient(run)[row, :read, : self.shown].copy() for half in self.halves}

    def vanishing(self, run: Run) -> Arrays:
        """How large that is at each step: its length, a mean over the batch, (steps,) float32, by "" or "backward"."""
        return {half.prefix.rstrip("/"): lengths(half.gradient(run)) for half in self.halves}

    def scene(self) -> dict[str, Any]:
        """As the stage reads it."""
        gates = [[as_scene(gate) for gate in half.layer.gates] for half in self.halves]
        return {
            "name": self.name,
            "path": self.path,
            "kind": self.kind,
            "title": self.title,
            "sub": " × ".join(map(str, self.shape)),
            "shape": self.shape,
            "shown": list(range(self.shown)),
            "units": self.units,
            "from": self.source,
            "activation": self.activation,
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "gates": gates[0] if gates else [],
            "backward_gates": gates[1] if len(gates) > 1 else [],
            "gradient_of": self.halves[0].layer.carrier[0] if self.halves else None,
            "shown_with": self.shown_with,
        }


def halves(numbers: np.ndarray) -> np.ndarray:
    """As float16, without gaps; what it cannot hold becomes infinite."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(numbers, np.float16)


def lengths(gradients: np.ndarray) -> np.ndarray:
    """(rows, steps, hidden) -> (steps,): Euclidean lengths, a mean over rows."""
    means: np.ndarray = np.sqrt(np.einsum("rth,rth->rt", gradients, gradients)).mean(axis=0)
    return means


def as_scene(gate: Gate) -> dict[str, str]:
    """A gate as the stage reads it."""
    return {"name": gate.name, "symbol": gate.symbol, "range": "signed" if gate.signed else "unit"}


def cells_of(run: Run) -> list[Cells]:
    """The sequence, every layer in the order the data meets them, and the head."""
    return list(columns(run))


def columns(run: Run) -> Iterator[Cells]:
    """The same, one by one."""
    stage_of, shape = shown_with(run.network), run.dataset.shape
    last = ""
    yield Cells("features", None, "sequence", "Sequence", shape, shape[-1] if len(shape) > 1 else 1, None, None, 0, 0, (), "")
    for i, column in enumerate(run.network.columns[1:], 1):
        last = stage_of.get(column.name, last)
        yield cells_for(run, column, i, last)


def cells_for(run: Run, column: Column, i: int, stage: str) -> Cells:
    """One layer, or the head."""
    graph, record = run.network.graph, column.record
    shape = graph.tensors[f"{column.name}/output"].shape
    parameters = sum(p.tensor.size for name, p in graph.parameters.items() if name.startswith(f"{column.name}/"))
    nodes = (node for node in graph.nodes if f"{node.scope}/".startswith(f"{column.name}/"))
    cost = sum(node.operation.multiply_adds(node.inputs) for node in nodes)
    directions = halves_of(column.name, record)
    units = shape[-1] // len(directions) if directions else shape[-1]
    kind, title = (record.kind, sentence_case(record.note())) if record else ("head", "Head")
    return Cells(column.name, column.path, kind, title, shape, units, i - 1, activation_of(record), parameters, cost, directions, stage)


def halves_of(name: str, record: Layer | None) -> tuple[Half, ...]:
    """The directions in which a layer reads; none when it is not recurrent."""
    if isinstance(record, Recurrent):
        return (Half(name, "", record),)
    if isinstance(record, Bidirectional):
        return Half(f"{name}/forward", "", record.layer), Half(f"{name}/backward", "backward/", record.layer)
    return ()


def activation_of(record: Layer | None) -> dict[str, str] | None:
    """A layer's activation as the stage reads it; a simple RNN's is a part of its kernel."""
    activation = getattr(record, "activation", None)
    if activation is None or isinstance(activation, str):
        return None
    return {"kind": activation.kind, "symbol": activation.symbol, "title": activation.title}
