"""Group normalization: groups of channels are made of mean 0 and variance 1 over the positions of one example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import normalization as kernels
from playground.engine.graph import Graph, Operation, ShapeError, Tensor
from playground.initializers import Constant, Zeros
from playground.layers import Layer


def group_norm(groups: int) -> Operation:
    """The operation for so many groups."""

    def sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
        channels = inputs[1].size
        return rows, inputs[0].size // channels, channels, groups

    return Operation(
        "group_norm",
        kernels.group_norm_forward,
        kernels.group_norm_backward,
        sizes=sizes,
        auxiliary=lambda _: ((groups,), (groups,)),
        scratch=lambda rows, inputs: 6 * inputs[1].size,
        multiply_adds=lambda inputs: 3 * inputs[0].size,
        output_unread=True,
    )


class GroupNorm(Layer):
    """Gives each group of channels mean 0 and variance 1 over the positions of one example, then a learnt scale and shift (Wu and He 2018).

    It does not care how large the batch is. As many groups as channels make instance normalization, one group layer normalization.
    """

    kind: Literal["group_norm"] = "group_norm"
    title: ClassVar[str] = "Group normalization"
    groups: int = Field(2, ge=1, le=64, title="Groups", description="Into how many groups the channels are split, neighbours together.")
    epsilon: float = Field(1e-5, ge=1e-8, le=0.1, title="Epsilon", description="Added to the variance, so that nothing is divided by 0.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape; the last axis is that of the channels. Raises ShapeError when the groups do not share it evenly."""
        channels = x.shape[-1]
        if channels % self.groups:
            fit = ", ".join(str(count) for count in range(1, channels + 1) if channels % count == 0)
            raise ShapeError(f"GroupNorm cannot split {channels} channels into {self.groups} groups of one size. Choose one of: {fit}.")
        scale = graph.parameter("scale", (channels,), Constant(value=1), regularized=False)
        shift = graph.parameter("shift", (channels,), Zeros(), regularized=False)
        return graph.apply(group_norm(self.groups), x, scale, shift, graph.setting("epsilon", self.epsilon))

    def ahead(self) -> str:
        """The mean over all positions knows of all steps."""
        return "Take Layer normalization over features."

    def note(self) -> str:
        """A short name."""
        return "group norm"
