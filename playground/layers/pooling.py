"""Pooling: each window of an image becomes one pixel, so that maps shrink and small shifts matter less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import pooling as kernels
from kernels.kernel import Kernel
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.layers import Layer
from playground.layers.windows import Axis, Padding, image_axes, want_image


def pooling(name: str, forward: Kernel, backward: Kernel, down: Axis, across: Axis, stride: int, winners: bool = False) -> Operation:
    """x (height, width, channels) -> (output height, output width, channels); keeps the winners where there are some."""

    def shape(inputs: Sequence[Tensor]) -> Shape:
        return down.count, across.count, inputs[0].shape[2]

    def sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
        return rows, *inputs[0].shape, down.count, across.count, down.taps, stride, down.before, across.before

    return Operation(
        name,
        forward,
        backward,
        sizes=sizes,
        shape=shape,
        auxiliary=lambda inputs: (shape(inputs),) if winners else (),
        multiply_adds=lambda inputs: down.count * across.count * inputs[0].shape[2] * down.taps * across.taps,
    )


class WindowPooling(Layer):
    """What pooling by windows has in common."""

    size: int = Field(2, ge=1, le=8, title="Window", description="Height and width of the window, in pixels.")
    stride: int = Field(2, ge=1, le=8, title="Stride", description="How many pixels the window moves at a time.")
    padding: Padding = Field(
        "valid", title="Padding", description='"same" lets the window hang over the edges; places out there do not count. "valid" does not.'
    )

    def axes(self, x: Tensor) -> tuple[Axis, Axis]:
        """Where the windows lie on x. Raises ShapeError when they do not fit."""
        return image_axes(self.title, x, self.size, self.stride, 1, self.padding)

    def note(self) -> str:
        """Its kind and window."""
        return f"{self.title.lower()} {self.size}×{self.size}"


class MaxPool2D(WindowPooling):
    """Keeps only the largest number of each window: whether a pattern is there counts, not where exactly (Ranzato et al. 2007)."""

    kind: Literal["max_pool2d"] = "max_pool2d"
    title: ClassVar[str] = "MaxPool2D"

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, channels). Raises ShapeError when no window fits."""
        operation = pooling("max_pool", kernels.max_pooling_forward, kernels.max_pooling_backward, *self.axes(x), self.stride, winners=True)
        return graph.apply(operation, x)


class AveragePool2D(WindowPooling):
    """Makes each window its mean: a smaller, smoother image."""

    kind: Literal["average_pool2d"] = "average_pool2d"
    title: ClassVar[str] = "AveragePool2D"

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, channels). Raises ShapeError when no window fits."""
        operation = pooling("average_pool", kernels.average_pooling_forward, kernels.average_pooling_backward, *self.axes(x), self.stride)
        return graph.apply(operation, x)


global_pooling = Operation(
    "global_average_pool",
    kernels.global_pooling_forward,
    kernels.global_pooling_backward,
    sizes=lambda rows, inputs: (rows, inputs[0].size // inputs[0].shape[-1], inputs[0].shape[-1]),
    shape=lambda inputs: inputs[0].shape[-1:],
)


class GlobalAveragePool2D(Layer):
    """Makes each map one number, its mean: how much of a pattern there is in the whole image (Lin et al. 2014)."""

    kind: Literal["global_average_pool2d"] = "global_average_pool2d"
    title: ClassVar[str] = "GlobalAveragePool2D"

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (channels,). Raises ShapeError when x is no image."""
        want_image(self.title, x)
        return graph.apply(global_pooling, x)
