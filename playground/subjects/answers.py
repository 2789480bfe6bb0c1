"""Activations: what a layer, or one of its neurons or maps, makes of the batch."""

from __future__ import annotations

import numpy as np

from playground.run import Run
from playground.subjects import (
    Facts,
    Findings,
    Index,
    Row,
    Subject,
    checked,
    feature,
    layer_of,
    mean,
    multiply_adds,
    numbers,
    output_of,
    share,
    spread_rows,
    words,
)

PICTURES, SIDE = 16, 64


class Answers(Subject):
    """A tensor with a row for each example: a neuron, a map, a pixel of one, a gate, a latent number, a feature."""

    place = 3
    kind = "answers"
    spread = "activations"
    labels = ("mean over the batch", "∂L/∂a, mean size")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """Whether examples flow through it."""
        tensor = run.network.graph.tensors.get(name)
        return tensor is not None and tensor.batched and name in run.program.places

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, index)
        self.shape = run.network.graph.tensors[name].shape
        checked(name, index, self.shape)
        self.layer = layer_of(run, name)
        self.column = next((column for column in run.network.columns if column.name == self.layer), None)
        self.output = self.layer is not None and name == output_of(run, self.layer)
        if index:
            self.kind = "map" if len(self.shape) == 3 and len(index) == 1 else "unit"

    def part(self) -> str:
        """Which of the layer's numbers."""
        own = "" if self.output else self.name.removeprefix(f"{self.layer}/").replace("_", " ")
        if not self.index:
            return own or "activations"
        *place, unit = self.index
        named = self._named(unit)
        if len(self.shape) == 3:
            named = f"map {unit + 1}" + (f", pixel ({place[1]}, {place[0]})" if len(place) == 2 else "")
        elif len(self.shape) == 2 and place:
            named = f"unit {unit + 1}, step {place[0] + 1}"
        return f"{own} {named}".strip() if own or named else words(self.index)

    def _named(self, unit: int) -> str:
        """A feature's label, an output's class, else a neuron's number."""
        run = self.run
        if self.name == run.network.input.name:
            return feature(run, unit) or f"number {unit + 1}"
        classes = run.dataset.classes
        if self.column is run.network.columns[-1] and len(classes) == self.shape[-1]:
            return f"output for {classes[unit]}"
        return f"{'neuron' if len(self.shape) == 1 else 'unit'} {unit + 1}"

    def edit(self) -> Facts | None:
        """A neuron's bias may be set."""
        return {"label": "bias", "name": f"{self.layer}/bias", "index": self.index[-1:]} if self._biased else None

    @property
    def _biased(self) -> bool:
        bias = self.run.network.graph.parameters.get(f"{self.layer}/bias")
        return bool(self.index) and self.output and bias is not None and bias.tensor.shape == self.shape[-1:]

    def now(self) -> Findings:
        """Answers to the batch, and gradients with respect to them."""
        costs, bias = self._costs(), self._bias()
        if not self.stepped:
            return Findings(None, None, [*bias, *costs])
        values, gradients = self.view(self.name), self._gradients()
        rows: list[Row] = [*bias, *spread_rows(values), *self._flat(values), *costs]
        slope = mean(np.abs(gradients)) if gradients is not None else None
        pictures = self._picture(values), self._picture(gradients) if gradients is not None else None
        return Findings(mean(values), slope, rows, values, gradients, *pictures)

    def _gradients(self) -> np.ndarray | None:
        name = f"{self.name}.grad"
        return self.view(name) if name in self.run.program.places else None

    def _bias(self) -> list[Row]:
        if not self._biased:
            return []
        name, unit = f"{self.layer}/bias", self.index[-1]
        rows: list[Row] = [("bias", float(self.run.view(name)[unit]), "number")]
        if self.stepped:
            rows.append(("∂L/∂b", float(self.run.view(f"{name}.grad")[unit]), "gradient"))
        return rows

    def _flat(self, values: np.ndarray) -> list[Row]:
        """Where the activation hardly lets a gradient through."""
        activation = getattr(self.column.record, "activation", None) if self.column and self.output else None
        low, high = getattr(activation, "flat", (-np.inf, np.inf))
        if not np.isfinite([low, high]).any():
            return []
        return [("saturated", share((values <= low) | (values >= high)), "percent")]

    def _costs(self) -> list[Row]:
        rest, rows = self.shape[: len(self.shape) - len(self.index)], self.run.view(self.name).shape[0]
        count = numbers(rest)
        costs: list[Row] = [("shape", rest, "shape")] if rest else []
        costs += [("examples", rows, "count"), ("bytes", 4 * rows * count, "bytes")]
        if self.output and self.layer and (work := multiply_adds(self.run, self.layer)):
            costs.append(("multiply-adds", round(work * count / numbers(self.shape)), "count"))
        return costs

    def _picture(self, values: np.ndarray) -> np.ndarray | None:
        """Maps, or what a sequence's steps are, in the mean over the batch."""
        left = len(self.shape) - len(self.index)
        if left < 1 or len(self.shape) < 2:
            return None
        average = values.mean(axis=0, dtype=np.float32)
        if left == 3:
            return np.ascontiguousarray(average[..., :PICTURES].transpose(2, 0, 1))
        if left == 1:
            return np.ascontiguousarray(average[None, None, :SIDE])
        return np.ascontiguousarray(average[None] if len(self.shape) == 3 else average.T[None, :SIDE, :SIDE])
