"""Dropout: neurons fall silent by chance while training, so that none relies on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import dropout as kernels
from playground.engine.graph import Graph, Operation, Tensor
from playground.layers import Layer

dropout = Operation(
    "dropout",
    kernels.dropout_forward,
    kernels.dropout_backward,
    auxiliary=lambda inputs: (inputs[0].shape,),
    training_only=True,
)


def by_position(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(rows, positions, channels)."""
    channels = inputs[0].shape[-1]
    return rows, inputs[0].size // channels, channels


spatial_dropout = Operation(
    "spatial_dropout",
    kernels.spatial_dropout_forward,
    kernels.spatial_dropout_backward,
    sizes=by_position,
    auxiliary=lambda inputs: (inputs[0].shape[-1:],),
    training_only=True,
)


class Dropout(Layer):
    """Silences each input with some probability while training, and scales the others up so that the sum stays (Srivastava et al. 2014)."""

    kind: Literal["dropout"] = "dropout"
    title: ClassVar[str] = "Dropout"
    rate: float = Field(0.2, ge=0, le=0.95, title="Rate", description="The share of inputs that fall silent in each training step.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape."""
        return graph.apply(dropout, x, graph.setting("rate", self.rate), graph.random)

    def note(self) -> str:
        """Its kind and rate."""
        return f"dropout {self.rate:g}"


class SpatialDropout(Layer):
    """Silences whole channels at all positions at once while training: neighbours tell too much of a single one (Tompson et al. 2015)."""

    kind: Literal["spatial_dropout"] = "spatial_dropout"
    title: ClassVar[str] = "Spatial dropout"
    rate: float = Field(0.2, ge=0, le=0.95, title="Rate", description="The share of channels that fall silent in each training step.")

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape; the last axis is that of the channels."""
        return graph.apply(spatial_dropout, x, graph.setting("rate", self.rate), graph.random)

    def note(self) -> str:
        """Its kind and rate."""
        return f"spatial dropout {self.rate:g}"
