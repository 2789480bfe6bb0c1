"""RMS normalization: each position's features are made of root mean square 1."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kernels import normalization as kernels
from playground.engine.graph import Graph, Operation, Tensor
from playground.initializers import Constant
from playground.layers import Layer
from playground.layers.layer_norm import by_row, each_row

rms_norm = Operation(
    "rms_norm",
    kernels.rms_norm_forward,
    kernels.rms_norm_backward,
    sizes=by_row,
    auxiliary=lambda inputs: (each_row(inputs),),
    multiply_adds=lambda inputs: 2 * inputs[0].size,
    output_unread=True,
)


class RMSNorm(Layer):
    """Gives each position's features root mean square 1, then a learnt scale; the mean stays (Zhang and Sennrich 2019)."""

    kind: Literal["rms_norm"] = "rms_norm"
    title: ClassVar[str] = "RMS normalization"
    epsilon: float = Field(1e-6, ge=1e-8, le=0.1, title="Epsilon", description="Added to the mean square, so that nothing is divided by 0.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape."""
        scale = graph.parameter("scale", x.shape[-1:], Constant(value=1), regularized=False)
        return graph.apply(rms_norm, x, scale, graph.setting("epsilon", self.epsilon))

    def note(self) -> str:
        """A short name."""
        return "RMS norm"
