"""ConvTranspose2D: each pixel paints a window of weights, so that maps grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from kernels import convolution as kernels
from playground.activations import AnyActivation
from playground.activations.tanh import Tanh
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.initializers import AnyInitializer, Glorot, Zeros
from playground.layers import Layer
from playground.layers.windows import Padding, want_image


def transposed(down: int, across: int, taps: int, stride: int, before: int) -> Operation:
    """x (height, width, channels), weight (taps, taps, channels, filters), bias (filters,) -> (down, across, filters)."""

    def shape(inputs: Sequence[Tensor]) -> Shape:
        return down, across, inputs[2].size

    def sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
        return (rows, *inputs[0].shape, *shape(inputs), taps, taps, stride, 1, before, before, 1)

    return Operation(
        "transposed",
        kernels.transposed_forward,
        kernels.transposed_backward,
        sizes=sizes,
        shape=shape,
        scratch=lambda rows, inputs: kernels.scratch_places(sizes(rows, inputs)),
        multiply_adds=lambda inputs: inputs[0].size // inputs[0].shape[2] * inputs[1].size,
        output_unread=True,
    )


class ConvTranspose2D(Layer):
    """Paints a window of weights for each pixel, which makes maps larger: a convolution run backwards (Zeiler et al. 2010)."""

    kind: Literal["conv_transpose2d"] = "conv_transpose2d"
    title: ClassVar[str] = "ConvTranspose2D"
    filters: int = Field(8, ge=1, le=256, title="Filters", description="How many maps are painted.")
    kernel: int = Field(4, ge=1, le=11, title="Kernel size", description="Height and width of what each pixel paints, in pixels.")
    stride: int = Field(2, ge=1, le=4, title="Stride", description="How many times larger the maps become.")
    padding: Padding = Field(
        "same", title="Padding", description='"same" cuts the maps to stride times the size; "valid" keeps all that was painted.'
    )
    activation: AnyActivation = Field(default_factory=Tanh, title="Activation", description="What each filter makes of its sums.")
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights begin; biases begin with 0."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(height, width, channels) -> (output height, output width, filters). Raises ShapeError when x is no image."""
        want_image(self.title, x)
        same = self.padding == "same"
        before = max(0, self.kernel - self.stride) // 2 if same else 0
        down, across = (size * self.stride if same else (size - 1) * self.stride + self.kernel for size in x.shape[:2])
        weight = graph.parameter("weight", (self.kernel, self.kernel, x.shape[2], self.filters), self.initializer)
        bias = graph.parameter("bias", (self.filters,), Zeros(), regularized=False)
        total = graph.apply(transposed(down, across, self.kernel, self.stride, before), x, weight, bias, name="sum")
        return self.activation.build(graph, total)

    def note(self) -> str:
        """Its filters and window."""
        return f"{self.filters} filters {self.kernel}×{self.kernel}, {self.stride} times larger"
