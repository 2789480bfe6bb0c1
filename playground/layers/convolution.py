"""Conv2D: the same small window of weights looks at every place of an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import convolution as kernels
from playground.activations import AnyActivation
from playground.activations.tanh import Tanh
from playground.engine.graph import Graph, Operation, Shape, ShapeError, Tensor
from playground.initializers import AnyInitializer, Glorot, Zeros
from playground.layers import Layer
from playground.layers.windows import Axis, Padding, Window, image_axes, window_of


def convolution(down: Axis, across: Axis, stride: int, dilation: int, groups: int) -> Operation:
    """x (height, width, channels), weight (..., channels / groups, filters), bias (filters,) -> (output height, output width, filters)."""

    def shape(inputs: Sequence[Tensor]) -> Shape:
        return down.count, across.count, inputs[2].size

    def sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
        window = (down.taps, across.taps, stride, dilation, down.before, across.before, groups)
        return (rows, down.size, across.size, inputs[0].shape[-1], *shape(inputs), *window)

    return Operation(
        "convolution",
        kernels.convolution_forward,
        kernels.convolution_backward,
        sizes=sizes,
        shape=shape,
        scratch=lambda rows, inputs: kernels.scratch_places(sizes(rows, inputs)),
        multiply_adds=lambda inputs: down.count * across.count * inputs[1].size,
        output_unread=True,
    )


def check_groups(title: str, channels: int, filters: int, groups: int) -> None:
    """Raise ShapeError when channels or filters cannot be dealt out evenly."""
    if channels % groups or filters % groups:
        raise ShapeError(
            f"{title} deals {channels} channels and {filters} filters out to {groups} groups, which leaves a remainder. "
            f"Take a number of groups that divides both."
        )


class Conv2D(Layer):
    """Slides small windows of weights over an image: each filter looks for the same pattern everywhere (LeCun et al. 1989)."""

    kind: Literal["conv2d"] = "conv2d"
    title: ClassVar[str] = "Conv2D"
    filters: int = Field(8, ge=1, le=256, title="Filters", description="How many patterns are looked for; each makes one map.")
    kernel: int = Field(3, ge=1, le=11, title="Kernel size", description="Height and width of the window, in pixels.")
    stride: int = Field(1, ge=1, le=4, title="Stride", description="How many pixels the window moves at a time.")
    padding: Padding = Field(
        "same", title="Padding", description='"same" lets the window hang over the edges, so that maps keep their size; "valid" does not.'
    )
    dilation: int = Field(1, ge=1, le=4, title="Dilation", description="How far apart the window's pixels are.")
    groups: int = Field(
        1, ge=1, le=256, title="Groups", description="Channels and filters are dealt out to so many groups that see each other not."
    )
    activation: AnyActivation = Field(default_factory=Tanh, title="Activation", description="What each filter makes of its sums.")
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights begin; biases begin with 0."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, filters). Raises ShapeError when the windows or groups do not fit."""
        down, across = image_axes(self.title, x, self.kernel, self.stride, self.dilation, self.padding)
        check_groups(self.title, x.shape[2], self.filters, self.groups)
        weight = graph.parameter("weight", (self.kernel, self.kernel, x.shape[2] // self.groups, self.filters), self.initializer)
        bias = graph.parameter("bias", (self.filters,), Zeros(), regularized=False)
        operation = convolution(down, across, self.stride, self.dilation, self.groups)
        return self.activation.build(graph, graph.apply(operation, x, weight, bias, name="sum"))

    def window(self, x: Tensor) -> Window:
        """Its windows on x."""
        axes = image_axes(self.title, x, self.kernel, self.stride, self.dilation, self.padding)
        return window_of(*axes, self.stride, self.dilation, self.groups)

    def note(self) -> str:
        """Its filters and window."""
        return f"{self.filters} filters {self.kernel}×{self.kernel}"
