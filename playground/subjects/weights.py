"""Weights, kernels and biases: what learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.optimizers import Optimizer
from playground.record import members
from playground.run import Run
from playground.subjects import Facts, Findings, Index, Row, Subject, checked, feature, learners, mean, size, spread_rows, words

PICTURES, SIDE = 16, 64  # kernels shown at most, and rows or columns of a matrix


class Weights(Subject):
    """A parameter, all of it or a part: a single weight, a kernel, all that comes into a neuron."""

    place = 2
    kind = "weights"
    spread = "weights"
    labels = ("norm", "norm of ∂L/∂w")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """Whether it learns."""
        return name in run.network.graph.parameters

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, index)
        self.shape = run.network.graph.parameters[name].tensor.shape
        checked(name, index, self.shape)
        self.single = len(index) == len(self.shape)
        if self.single:
            self.kind, self.labels = "weight", ("value", "∂L/∂w")
        elif len(self.shape) == 4 and index:
            self.kind = "kernel"

    def part(self) -> str:
        """Which of the layer's weights."""
        own = self.name.rpartition("/")[2].replace("_", " ")
        if not self.index:
            return own
        if len(self.shape) == 4:
            *place, output = self.index
            return (
                f"kernel {output + 1}"
                + (f", input {place[-1] + 1}" if place else "")
                + (f", ({place[1]}, {place[0]})" if place[2:] else "")
            )
        if len(self.shape) == 2 and own == "weight":
            *source, unit = self.index
            return f"{self._source(source[0])} → neuron {unit + 1}" if source else f"weights into neuron {unit + 1}"
        return f"{own} {words(self.index)}"

    def _source(self, unit: int) -> str:
        """What a weight is multiplied with: a feature, or a neuron of the layer before."""
        network = self.run.network
        first = any(
            self.name in {t.name for t in node.inputs} and node.inputs[0].name == network.input.name for node in network.graph.nodes
        )
        return (first and feature(self.run, unit)) or f"neuron {unit + 1}"

    def edit(self) -> Facts | None:
        """A single weight may be set."""
        return {"label": "value", "name": self.name, "index": self.index} if self.single else None

    def now(self) -> Findings:
        """Values, gradients and the optimizer's moments."""
        values, gradients = self.view(self.name), self.view(f"{self.name}.grad")
        known = self.stepped
        if self.single:
            rows: list[Row] = [("value", float(values), "number"), *self._moments(), *self._costs(values)]
            return Findings(float(values), float(gradients) if known else None, rows)
        rows = [*self._costs(values), ("mean", mean(values), "number"), *spread_rows(values), *self._moments()]
        pictures = self._picture(values), self._picture(gradients) if known else None
        return Findings(size(values), size(gradients) if known else None, rows, values, gradients if known else None, *pictures)

    def _costs(self, values: np.ndarray) -> list[Row]:
        rows: list[Row] = [] if self.single else [("shape", values.shape, "shape"), ("parameters", values.size, "count")]
        rows.append(("bytes", 4 * values.size, "bytes"))
        if work := self._work():
            rows.append(("multiply-adds", round(work * values.size), "count"))
        return rows

    def _work(self) -> float:
        """Multiply-adds that one of its numbers takes part in, by example: products are shared out among all that is multiplied."""
        graph, work = self.run.network.graph, 0.0
        for node in graph.nodes:
            factors = {t.name: t.size for t in node.inputs if t.name in graph.parameters and t.rank > 1}
            if self.name in factors:
                work += node.operation.multiply_adds(node.inputs) / sum(factors.values())
        return work

    def _moments(self) -> list[Row]:
        """What its optimizer remembers of it; of several weights the mean."""
        places, rows = self.run.program.places, list[Row]()
        learner = next((learner for learner in learners(self.run) if self.name.startswith(learner)), "")
        first = places[self.name].offset - places[f"{learner}parameters"].offset
        for kind, optimizer in members(Optimizer).items():
            for moment in optimizer.moments:
                whole = f"{learner}{kind}/{moment}"
                if self.stepped and whole in places:
                    stored: Any = self.run.view(whole)[first : first + places[self.name].places].reshape(self.shape)
                    rows.append((f"{optimizer.title}'s {moment.replace('_', ' ')}", mean(stored[(..., *self.index)]), "small"))
        return rows

    def _picture(self, values: np.ndarray) -> np.ndarray | None:
        """Kernels, or a matrix, or what comes into one unit, as far as they can be seen."""
        if len(self.shape) == 4:
            kernels = values.reshape(*values.shape[:2], -1) if self.index else values.mean(axis=2)
            return np.ascontiguousarray(kernels[..., :PICTURES].transpose(2, 0, 1))
        flat = values.reshape(-1, values.shape[-1]) if values.ndim > 1 else values[None]
        return np.ascontiguousarray(flat[None, :SIDE, :SIDE]) if flat.size > 1 else None
