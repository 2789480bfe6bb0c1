"""Conv1D: the same small window of weights looks at every time of a sequence."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from playground.activations import AnyActivation
from playground.activations.tanh import Tanh
from playground.engine.graph import Graph, ShapeError, Tensor
from playground.initializers import AnyInitializer, Glorot, Zeros
from playground.layers import Layer
from playground.layers.convolution import check_groups, convolution
from playground.layers.windows import lay, reach


class Conv1D(Layer):
    """Slides small windows of weights along a sequence: each filter looks for the same pattern at all times (Waibel et al. 1989)."""

    kind: Literal["conv1d"] = "conv1d"
    title: ClassVar[str] = "Conv1D"
    filters: int = Field(8, ge=1, le=256, title="Filters", description="How many patterns are looked for; each makes one feature.")
    kernel: int = Field(3, ge=1, le=11, title="Kernel size", description="Length of the window, in time steps.")
    stride: int = Field(1, ge=1, le=4, title="Stride", description="How many time steps the window moves at a time.")
    padding: Literal["same", "valid", "causal"] = Field(
        "same",
        title="Padding",
        description='"same" hangs the window over both ends, "causal" over the beginning only: it sees nothing later; "valid" neither.',
    )
    dilation: int = Field(1, ge=1, le=4, title="Dilation", description="How far apart the window's time steps are.")
    groups: int = Field(
        1, ge=1, le=256, title="Groups", description="Features and filters are dealt out to groups that do not see each other."
    )
    activation: AnyActivation = Field(default_factory=Tanh, title="Activation", description="What each filter makes of its sums.")
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights begin; biases begin with 0."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, features) -> (output time, filters). Raises ShapeError when x is no sequence, or the window or groups do not fit."""
        if x.rank != 2:
            raise ShapeError(f"Conv1D needs a sequence (time, features), got {x.shape}. Put a Reshape before it.")
        time, features = x.shape
        along = lay(time, self.kernel, self.stride, self.dilation, self.padding)
        if along.count < 1:
            raise ShapeError(
                f"Conv1D has windows of {reach(self.kernel, self.dilation)} time steps, and the sequence has only {time}. "
                f'Make the window smaller, or the padding "same".'
            )
        check_groups(self.title, features, self.filters, self.groups)
        weight = graph.parameter("weight", (self.kernel, features // self.groups, self.filters), self.initializer)
        bias = graph.parameter("bias", (self.filters,), Zeros(), regularized=False)
        operation = convolution(lay(1, 1, 1, 1, "valid"), along, self.stride, self.dilation, self.groups)
        total = graph.apply(operation, graph.reshape(x, (1, time, features)), weight, bias, name="sum")
        return self.activation.build(graph, graph.reshape(total, (along.count, self.filters)))

    def ahead(self) -> str:
        """A window may hang over later times."""
        return "" if self.padding == "causal" or self.kernel == 1 else 'Choose the padding "causal".'

    def note(self) -> str:
        """Its filters and window."""
        return f"{self.filters} filters of {self.kernel}"
