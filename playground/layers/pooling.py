"""Pooling: each window of an image becomes one pixel, so that maps shrink and small shifts matter less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import pooling as kernels
from kernels.kernel import Kernel
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.layers import Layer
from playground.layers.windows import Axis, Padding, Window, image_axes, want_image, window_of


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
        # Adaptive windows, which have no taps, see each number about once.
        multiply_adds=lambda inputs: down.count * across.count * inputs[0].shape[2] * down.taps * across.taps or inputs[0].size,
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

    def window(self, x: Tensor) -> Window:
        """Its windows on x: each map has its own."""
        return window_of(*self.axes(x), self.stride, groups=x.shape[2])

    def note(self) -> str:
        """Its kind and window."""
        return f"{self.kind.removesuffix('_pool2d')} pool {self.size}×{self.size}"


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


class AdaptivePooling(Layer):
    """What pooling to a chosen size has in common."""

    height: int = Field(2, ge=1, le=64, title="Height", description="How many windows lie below each other: the output's height in pixels.")
    width: int = Field(2, ge=1, le=64, title="Width", description="How many windows lie side by side: the output's width in pixels.")

    def axes(self, x: Tensor) -> tuple[Axis, Axis]:
        """Windows without a size: each reaches over its share of x. Raises ShapeError when x is no image."""
        want_image(self.title, x)
        return Axis(x.shape[0], 0, self.height, 0), Axis(x.shape[1], 0, self.width, 0)

    def note(self) -> str:
        """The size it makes."""
        return f"pool to {self.height}×{self.width}"


class AdaptiveMaxPool2D(AdaptivePooling):
    """Splits an image of any size into as many windows as are asked for, and keeps the largest number of each (He et al. 2014).

    Windows are as even as can be: where the size leaves a remainder they overlap by a pixel, as PyTorch's.
    """

    kind: Literal["adaptive_max_pool2d"] = "adaptive_max_pool2d"
    title: ClassVar[str] = "AdaptiveMaxPool2D"

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, channels). Raises ShapeError when x is no image."""
        down, across = self.axes(x)
        operation = pooling("max_pool", kernels.max_pooling_forward, kernels.max_pooling_backward, down, across, 0, winners=True)
        return graph.apply(operation, x)


class AdaptiveAveragePool2D(AdaptivePooling):
    """Splits an image of any size into as many windows as are asked for, and makes each its mean.

    Windows are as even as can be: where the size leaves a remainder they overlap by a pixel, as PyTorch's.
    """

    kind: Literal["adaptive_average_pool2d"] = "adaptive_average_pool2d"
    title: ClassVar[str] = "AdaptiveAveragePool2D"

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, channels). Raises ShapeError when x is no image."""
        down, across = self.axes(x)
        operation = pooling("average_pool", kernels.average_pooling_forward, kernels.average_pooling_backward, down, across, 0)
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
