"""Layer normalization: each example is made of mean 0 and variance 1 by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import normalization as kernels
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.initializers import Constant, Zeros
from playground.layers import Layer


def by_row(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(n, k): what is normalized by itself, and how many numbers that is."""
    return rows * inputs[0].size // inputs[1].size, inputs[1].size


def each_row(inputs: Sequence[Tensor]) -> Shape:
    """One number for all that is normalized together."""
    return (inputs[0].size // inputs[1].size,)


layer_norm = Operation(
    "layer_norm",
    kernels.layer_norm_forward,
    kernels.layer_norm_backward,
    sizes=by_row,
    auxiliary=lambda inputs: (each_row(inputs), each_row(inputs)),
    multiply_adds=lambda inputs: 3 * inputs[0].size,
    output_unread=True,
)


class LayerNorm(Layer):
    """Gives each example mean 0 and variance 1 by itself, then a learnt scale and shift (Ba, Kiros and Hinton 2016).

    Over the last axis (the features of each position by themselves, as in a transformer) or over all axes at once.
    """

    kind: Literal["layer_norm"] = "layer_norm"
    title: ClassVar[str] = "Layer normalization"
    over: Literal["features", "everything"] = Field(
        "features", title="Over", description="The features of each position by themselves, or all numbers of an example together."
    )
    epsilon: float = Field(1e-5, ge=1e-8, le=0.1, title="Epsilon", description="Added to the variance, so that nothing is divided by 0.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape."""
        together = x.shape[-1:] if self.over == "features" else x.shape
        scale = graph.parameter("scale", together, Constant(value=1), regularized=False)
        shift = graph.parameter("shift", together, Zeros(), regularized=False)
        return graph.apply(layer_norm, x, scale, shift, graph.setting("epsilon", self.epsilon))

    def ahead(self) -> str:
        """The mean over everything knows of all steps."""
        return "" if self.over == "features" else "Normalize over the features of each position."

    def note(self) -> str:
        """A short name."""
        return "layer norm"
