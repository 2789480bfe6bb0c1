"""DepthwiseConv2D: a window of weights for each channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import depthwise as kernels
from playground.activations import AnyActivation
from playground.activations.tanh import Tanh
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.initializers import AnyInitializer, Glorot, Zeros
from playground.layers import Layer
from playground.layers.windows import Axis, Padding, Window, image_axes, window_of


def depthwise(down: Axis, across: Axis, stride: int, dilation: int) -> Operation:
    """x (height, width, channels), weight (kernel, kernel, 1, channels), bias (channels,) -> (output height, output width, channels)."""

    def shape(inputs: Sequence[Tensor]) -> Shape:
        return down.count, across.count, inputs[2].size

    def sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
        window = (down.taps, across.taps, stride, dilation, down.before, across.before)
        return (rows, *inputs[0].shape, down.count, across.count, *window)

    return Operation(
        "depthwise",
        kernels.depthwise_forward,
        kernels.depthwise_backward,
        sizes=sizes,
        shape=shape,
        multiply_adds=lambda inputs: down.count * across.count * inputs[1].size,
        output_unread=True,
    )


class DepthwiseConv2D(Layer):
    """Slides a window of weights over each channel by itself: patterns in space at a fraction of the cost (Sifre 2014, Chollet 2017)."""

    kind: Literal["depthwise_conv2d"] = "depthwise_conv2d"
    title: ClassVar[str] = "DepthwiseConv2D"
    kernel: int = Field(3, ge=1, le=11, title="Kernel size", description="Height and width of the window, in pixels.")
    stride: int = Field(1, ge=1, le=4, title="Stride", description="How many pixels the window moves at a time.")
    padding: Padding = Field(
        "same", title="Padding", description='"same" lets the window hang over the edges, so that maps keep their size; "valid" does not.'
    )
    dilation: int = Field(1, ge=1, le=4, title="Dilation", description="How far apart the window's pixels are.")
    activation: AnyActivation = Field(default_factory=Tanh, title="Activation", description="What each channel makes of its sums.")
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights begin; biases begin with 0."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, channels). Raises ShapeError when the windows do not fit."""
        down, across = image_axes(self.title, x, self.kernel, self.stride, self.dilation, self.padding)
        channels = x.shape[2]
        weight = graph.parameter("weight", (self.kernel, self.kernel, 1, channels), self.initializer)
        bias = graph.parameter("bias", (channels,), Zeros(), regularized=False)
        total = graph.apply(depthwise(down, across, self.stride, self.dilation), x, weight, bias, name="sum")
        return self.activation.build(graph, total)

    def window(self, x: Tensor) -> Window:
        """Its windows on x: each map has its own."""
        axes = image_axes(self.title, x, self.kernel, self.stride, self.dilation, self.padding)
        return window_of(*axes, self.stride, self.dilation, x.shape[2])

    def note(self) -> str:
        """Its kind and window."""
        return f"depthwise {self.kernel}×{self.kernel}"
