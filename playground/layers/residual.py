"""Residual: layers with a way around them."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from playground.engine.graph import Graph, ShapeError, Tensor, add
from playground.layers import AnyLayer, Layer, stack
from playground.layers.dense import Dense


class Residual(Layer):
    """y = x + layers(x): what the layers learn is the difference, and gradients have a way around them (He et al. 2016)."""

    kind: Literal["residual"] = "residual"
    title: ClassVar[str] = "Residual"
    layers: tuple[AnyLayer, ...] = Field(
        default_factory=lambda: (Dense(),),
        min_length=1,
        max_length=8,
        title="Layers",
        description="The layers inside; the last must have as many neurons as come in.",
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The same shape. Raises ShapeError when the layers inside make another."""
        inner = stack(graph, self.layers, x)
        if inner.shape != x.shape:
            raise ShapeError(
                f"A residual block adds what comes in, {x.shape}, to what its layers make of it, {inner.shape}. "
                f"Give its last layer {x.size} neurons."
            )
        return graph.apply(add, inner, x)
