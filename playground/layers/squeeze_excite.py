"""Squeeze and excitation: the whole picture decides how strong each channel is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import joining as kernels
from playground.activations import Activation
from playground.activations.relu import ReLU
from playground.activations.sigmoid import Sigmoid
from playground.engine.graph import Graph, Operation, Shape, ShapeError, Tensor
from playground.initializers import Glorot, He, Initializer, Zeros
from playground.layers import Layer
from playground.layers.dense import dense
from playground.layers.dropout import by_position


def channels_only(inputs: Sequence[Tensor]) -> Shape:
    """(channels,)."""
    return inputs[0].shape[-1:]


position_mean = Operation(
    "position_mean", kernels.position_mean_forward, kernels.position_mean_backward, sizes=by_position, shape=channels_only
)
channel_multiply = Operation("channel_multiply", kernels.channel_multiply_forward, kernels.channel_multiply_backward, sizes=by_position)


class SqueezeExcite(Layer):
    """Makes each channel stronger or weaker by what the mean over all positions says (Hu, Shen and Sun 2018).

    y = x s by channel, s = sigmoid(W2 relu(W1 m + b1) + b2), m the mean of x over positions.
    """

    kind: Literal["squeeze_excite"] = "squeeze_excite"
    title: ClassVar[str] = "Squeeze and excite"
    reduction: int = Field(4, ge=1, le=64, title="Reduction", description="How many channels share one neuron of the narrow layer inside.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape. Raises ShapeError when there are no positions to take a mean of."""
        if x.rank < 2:
            raise ShapeError(
                f"SqueezeExcite needs channels at positions, as (height, width, channels), got {x.shape}. Put it before Flatten."
            )
        channels = x.shape[-1]
        squeezed = graph.apply(position_mean, x)
        narrow = inner_dense(graph, squeezed, max(1, channels // self.reduction), "reduce", He(), ReLU())
        return graph.apply(channel_multiply, x, inner_dense(graph, narrow, channels, "expand", Glorot(), Sigmoid()))

    def note(self) -> str:
        """A short name."""
        return "squeeze, excite"


def inner_dense(graph: Graph, x: Tensor, units: int, name: str, initializer: Initializer, activation: Activation) -> Tensor:
    """activation(x W + b) in a scope of that name."""
    with graph.scope(name):
        weight = graph.parameter("weight", (x.size, units), initializer)
        bias = graph.parameter("bias", (units,), Zeros(), regularized=False)
        return activation.build(graph, graph.apply(dense, x, weight, bias, name="sum"))
