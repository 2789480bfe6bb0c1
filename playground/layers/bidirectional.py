"""Bidirectional: a recurrent layer that reads both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import recurrent as kernels
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.layers import Layer
from playground.layers.lstm import LSTM
from playground.layers.recurrent import AnyRecurrent


def both_sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(rows, times included; columns of either)."""
    a, b = inputs
    return rows * a.size // a.shape[-1], a.shape[-1], b.shape[-1]


def both_shape(inputs: Sequence[Tensor]) -> Shape:
    """The same but for the last axis, along which they are joined."""
    a, b = inputs
    return *a.shape[:-1], a.shape[-1] + b.shape[-1]


both_ways = Operation("both_ways", kernels.both_ways_forward, kernels.both_ways_backward, sizes=both_sizes, shape=both_shape)


class Bidirectional(Layer):
    """Reads the sequence forward and backward with weights of its own each way, both states side by side (Schuster and Paliwal 1997)."""

    kind: Literal["bidirectional"] = "bidirectional"
    title: ClassVar[str] = "Bidirectional"
    layer: AnyRecurrent = Field(
        default_factory=LSTM, title="Layer", description="The recurrent layer there will be two of; its own direction does not count."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, features) -> (time, 2 hidden), or (2 hidden,). Raises ShapeError when x is no sequence."""
        with graph.scope("forward"):
            forward = self.layer.model_copy(update={"reverse": False}).build(graph, x)
        with graph.scope("backward"):
            backward = self.layer.model_copy(update={"reverse": True}).build(graph, x)
        return graph.apply(both_ways, forward, backward)

    def ahead(self) -> str:
        """It reads from the end."""
        return f"Take {self.layer.title} alone, and let it hand on the whole sequence."

    def note(self) -> str:
        """What it holds."""
        return f"{self.layer.note()}, both ways"
