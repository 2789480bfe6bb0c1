"""What a recurrent layer has at every step: its gates, its states, and the gradient that goes back in time."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.layers.bidirectional import Bidirectional
from playground.layers.recurrent import Gate, Recurrent
from playground.run import Run
from playground.subjects import Findings, Index, Row, Subject, amount, checked, layer_of, mean, spread_rows

STATES = "/states/"  # stands between a layer, or one direction of it, and what its gate is called: "lstm_1/states/forget"
SIDE = 64  # of the picture: units and steps at most


class State(Subject):
    """A gate or a state, (steps, hidden) for each example: all of it, a unit, or a unit at one step."""

    place = 0
    kind = "answers"
    spread = "values"
    labels = ("mean over the batch", "")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """Whether a layer has a gate of that name."""
        scope, _, gate = name.rpartition(STATES)
        layer = recurrent(run, scope)
        return layer is not None and any(known.name == gate for known in layer.gates)

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, index)
        self.scope, _, own = name.rpartition(STATES)
        layer = recurrent(run, self.scope)
        assert layer is not None
        self.gate: Gate = next(gate for gate in layer.gates if gate.name == own)
        self.shape = self._values().shape[1:]
        checked(name, index, self.shape)
        if index:
            self.kind = "unit"
        state, gradient = layer.carrier
        self.carried = f"{self.scope}/{gradient}" if state == own else None
        if self.carried:
            self.labels = (self.labels[0], f"∂L/∂{self.gate.symbol}, mean size")

    def part(self) -> str:
        """ "forget gate, unit 3, step 5"; of two directions which one."""
        way = self.scope.removeprefix(layer_of(self.run, self.name) or "").strip("/")
        own = self.gate.name if self.gate.signed else f"{self.gate.name} gate"
        *step, unit = self.index or (None,)
        place = [f"unit {unit + 1}"] if unit is not None else []
        return ", ".join([f"{way} {own}".strip(), *place, *(f"step {t + 1}" for t in step)])

    def _values(self) -> np.ndarray:
        """(examples, steps, hidden), no copy."""
        kept = self.run.view(f"{self.scope}/{self.gate.tensor}")
        return kept if self.gate.index is None else kept[:, :, self.gate.index]

    def now(self) -> Findings:
        """Of the newest batch, with the loss's whole gradient where it goes from step to step by this state."""
        rows, left = len(self._values()), self.shape[: len(self.shape) - len(self.index)]
        chosen: Any = (..., *self.index)
        costs: list[Row] = [("shape", left, "shape")] if left else []
        costs += [("examples", rows, "count"), ("bytes", 4 * rows * amount(left), "bytes")]
        if not self.stepped:
            return Findings(None, None, costs)
        values = self._values()[chosen]
        gradients = self.run.view(self.carried)[chosen] if self.carried else None
        slope = mean(np.abs(gradients)) if gradients is not None else None
        pictures = picture(values), picture(gradients) if gradients is not None else None
        return Findings(mean(values), slope, [*spread_rows(values), *costs], values, gradients, *pictures)


def recurrent(run: Run, scope: str) -> Recurrent | None:
    """The recurrent layer, or direction of one, in that place of the graph."""
    for column in run.network.columns:
        if column.name == scope and isinstance(column.record, Recurrent):
            return column.record
        if isinstance(column.record, Bidirectional) and scope in (f"{column.name}/forward", f"{column.name}/backward"):
            return column.record.layer
    return None


def picture(values: np.ndarray) -> np.ndarray | None:
    """The mean over the batch, units down and steps across; None of a single number."""
    if values.ndim < 2:
        return None
    average = values.mean(axis=0, dtype=np.float32).reshape(len(values[0]), -1)
    return np.ascontiguousarray(average.T[None, :SIDE, :SIDE])
