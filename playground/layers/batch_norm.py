"""Batch normalization: each channel is made of mean 0 and variance 1 over the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import normalization as kernels
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.initializers import Constant, Zeros
from playground.layers import Layer


def by_channel(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(n, c): rows times positions, and channels."""
    channels = inputs[1].size
    return rows * inputs[0].size // channels, channels


def two_a_channel(inputs: Sequence[Tensor]) -> tuple[Shape, ...]:
    """Mean and inverse deviation."""
    return inputs[1].shape, inputs[1].shape


batch_norm = Operation(
    "batch_norm",
    kernels.batch_norm_forward,
    kernels.batch_norm_backward,
    sizes=by_channel,
    statistics=two_a_channel,
    scratch=lambda rows, inputs: 5 * inputs[1].size,
    multiply_adds=lambda inputs: 3 * inputs[0].size,
    inference=kernels.batch_norm_inference,
    output_unread=True,
)


class BatchNorm(Layer):
    """Gives each channel mean 0 and variance 1 over the batch and all positions, then a learnt scale and shift (Ioffe and Szegedy 2015).

    When the network is not training it uses running averages of the batches' means and variances instead. As PyTorch has it: momentum is
    the share of the new batch in the average, and the running variance is the unbiased one. A batch of a single number has variance 0:
    the answer is the shift, and the running variance stays as it was.
    """

    kind: Literal["batch_norm"] = "batch_norm"
    title: ClassVar[str] = "Batch normalization"
    momentum: float = Field(0.1, ge=0, le=1, title="Momentum", description="How much of each batch goes into the running averages.")
    epsilon: float = Field(1e-5, ge=1e-8, le=0.1, title="Epsilon", description="Added to the variance, so that nothing is divided by 0.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape; the last axis is that of the channels."""
        channels = (x.shape[-1],)
        return graph.apply(
            batch_norm,
            x,
            graph.parameter("scale", channels, Constant(value=1), regularized=False),
            graph.parameter("shift", channels, Zeros(), regularized=False),
            graph.state("running_mean", channels, 0),
            graph.state("running_variance", channels, 1),
            graph.setting("momentum", self.momentum),
            graph.setting("epsilon", self.epsilon),
        )

    def note(self) -> str:
        """A short name."""
        return "batch norm"
