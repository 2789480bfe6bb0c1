"""Concatenate: several ways through the network, their answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import joining as kernels
from playground.engine.graph import Graph, Operation, Shape, ShapeError, Tensor
from playground.layers import AnyLayer, Layer, stack
from playground.layers.dense import Dense


def side_by_side(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(n, count, the width of each): rows times positions, and the last axes."""
    widths = [x.shape[-1] for x in inputs]
    return rows * inputs[0].size // widths[0], len(widths), *widths


def joined_shape(inputs: Sequence[Tensor]) -> Shape:
    """The last axes added up."""
    return *inputs[0].shape[:-1], sum(x.shape[-1] for x in inputs)


concatenate = Operation(
    "concatenate",
    kernels.concatenate_forward,
    kernels.concatenate_backward,
    sizes=side_by_side,
    shape=joined_shape,
    multiply_adds=lambda inputs: sum(x.size for x in inputs),
)


class Concatenate(Layer):
    """Feeds each branch the same input and puts their answers side by side along the last axis (Szegedy et al. 2015).

    A branch without layers passes the input on, so that later layers see it beside what was made of it (Huang et al. 2017).
    """

    kind: Literal["concatenate"] = "concatenate"
    title: ClassVar[str] = "Concatenate"
    branches: tuple[tuple[AnyLayer, ...], ...] = Field(
        default_factory=lambda: ((), (Dense(),)),
        min_length=2,
        max_length=6,
        title="Branches",
        description="The layers of each branch; an empty one passes the input on.",
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(..., sum of the branches' last axes). Raises ShapeError when the branches differ in another axis."""
        outputs = []
        for number, layers in enumerate(self.branches, start=1):
            with graph.scope(f"branch_{number}"):
                outputs.append(stack(graph, layers, x))
        for output in outputs[1:]:
            if output.shape[:-1] != outputs[0].shape[:-1]:
                raise ShapeError(
                    f"Concatenate needs branches that differ in their last axis only, got {outputs[0].shape} and {output.shape}. "
                    "Give their layers the same strides and padding, or end each with a Flatten."
                )
        return graph.apply(concatenate, *outputs)
