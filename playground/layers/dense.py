"""Dense: every input talks to every neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import matmul
from playground.activations import AnyActivation
from playground.activations.tanh import Tanh
from playground.engine.graph import Graph, Operation, Shape, ShapeError, Tensor
from playground.initializers import AnyInitializer, Glorot, Zeros
from playground.layers import Layer


def dense_sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(n, k, m) of x (n, k), W (k, m)."""
    return rows, *inputs[1].shape


def dense_shape(inputs: Sequence[Tensor]) -> Shape:
    """(m,) of the bias."""
    return inputs[2].shape


def dense_multiply_adds(inputs: Sequence[Tensor]) -> int:
    """k m."""
    return inputs[1].size


def dense_scratch(rows: int, inputs: Sequence[Tensor]) -> int:
    """What a matrix product works in."""
    return matmul.SCRATCH


dense = Operation(
    "dense",
    matmul.dense_forward,
    matmul.dense_backward,
    sizes=dense_sizes,
    shape=dense_shape,
    scratch=dense_scratch,
    multiply_adds=dense_multiply_adds,
    output_unread=True,
    spares_weights=True,
    weights=matmul.dense_weights,
)


class Dense(Layer):
    """Every input talks to every neuron: y = activation(x W + b)."""

    kind: Literal["dense"] = "dense"
    title: ClassVar[str] = "Dense"
    units: int = Field(4, ge=1, le=1024, title="Neurons", description="How many neurons the layer has.")
    activation: AnyActivation = Field(default_factory=Tanh, title="Activation", description="What each neuron makes of its sum.")
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights begin; biases begin with 0."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(inputs,) -> (units,). Raises ShapeError when x is not flat."""
        if x.rank != 1:
            raise ShapeError(f"Dense needs a flat input, got {x.shape}. Put a Flatten before it.")
        weight = graph.parameter("weight", (x.size, self.units), self.initializer)
        bias = graph.parameter("bias", (self.units,), Zeros(), regularized=False)
        return self.activation.build(graph, graph.apply(dense, x, weight, bias, name="sum"))
