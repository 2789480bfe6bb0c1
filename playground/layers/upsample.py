"""Upsample2D: an image made larger without weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import resize as kernels
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.layers import Layer
from playground.layers.windows import want_image


def larger(factor: int) -> Callable[[Sequence[Tensor]], Shape]:
    """The output's shape."""
    return lambda inputs: (inputs[0].shape[0] * factor, inputs[0].shape[1] * factor, inputs[0].shape[2])


def sizes(factor: int) -> Callable[[int, Sequence[Tensor]], tuple[int, ...]]:
    """The kernels' sizes."""
    return lambda rows, inputs: (rows, *inputs[0].shape, factor)


def nearest(factor: int) -> Operation:
    """x (height, width, channels) -> (factor height, factor width, channels)."""
    return Operation("nearest", kernels.nearest_forward, kernels.nearest_backward, sizes=sizes(factor), shape=larger(factor))


def bilinear(factor: int) -> Operation:
    """x (height, width, channels) -> (factor height, factor width, channels)."""
    return Operation("bilinear", kernels.bilinear_forward, kernels.bilinear_backward, sizes=sizes(factor), shape=larger(factor))


class Upsample2D(Layer):
    """Makes an image larger by repeating its pixels, or by passing smoothly from one to the next."""

    kind: Literal["upsample2d"] = "upsample2d"
    title: ClassVar[str] = "Upsample2D"
    factor: int = Field(2, ge=1, le=8, title="Factor", description="How many times larger height and width become.")
    method: Literal["nearest", "bilinear"] = Field(
        "nearest", title="Between pixels", description='"nearest" repeats pixels, "bilinear" takes a mean of the four that are near.'
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (factor height, factor width, channels). Raises ShapeError when x is no image."""
        want_image(self.title, x)
        operation = nearest(self.factor) if self.method == "nearest" else bilinear(self.factor)
        return graph.apply(operation, x)

    def note(self) -> str:
        """Its factor."""
        return f"{self.factor} times larger"
