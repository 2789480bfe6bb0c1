"""Recurrent layers: what they share, and the simplest of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from kernels import recurrent as kernels
from playground.engine.graph import Graph, Operation, Shape, ShapeError, Tensor
from playground.initializers import AnyInitializer, Glorot, Orthogonal, Zeros
from playground.layers import Layer
from playground.record import Choice

# x (time, features), W (features, gates hidden), U (hidden, gates hidden), biases, lengths (or none), the symbols (time,) whose vectors x
# is and the table (entries, features) that these stand in (or none)
Inputs = Sequence[Tensor]


def hidden_of(inputs: Inputs) -> int:
    """How many numbers the state has."""
    return inputs[2].shape[0]


def states_shape(inputs: Inputs) -> Shape:
    """(time, hidden)."""
    return inputs[0].shape[0], hidden_of(inputs)


def recurrent_sizes(rows: int, inputs: Inputs) -> tuple[int, ...]:
    """(rows, time, features, hidden, entries of the table or 0)."""
    return rows, *inputs[0].shape, hidden_of(inputs), inputs[-1].shape[0]


def rest_of(x: Tensor) -> tuple[Tensor | None, ...]:
    """What is known of the sequence besides: lengths, symbols, their table."""
    return x.lengths, *(x.looked_up or (None, None))


def recurrent_multiply_adds(inputs: Inputs) -> int:
    """Both weight matrices at every step."""
    return inputs[0].shape[0] * (inputs[1].size + inputs[2].size)


@cache
def simple_rnn(reverse: bool, activation: str) -> Operation:
    """The simple recurrent network's kernels in one direction."""
    return Operation(
        "states",
        kernels.rnn_forward,
        kernels.rnn_backward,
        sizes=lambda rows, inputs: (*recurrent_sizes(rows, inputs), int(reverse), int(activation == "relu")),
        shape=states_shape,
        scratch=lambda rows, inputs: kernels.rnn_room(*recurrent_sizes(rows, inputs)),
        multiply_adds=recurrent_multiply_adds,
    )


@cache
def one_time(first: bool) -> Operation:
    """The state at the first time or the last that counts, out of all. Inputs: states (time, hidden), lengths (or none)."""
    return Operation(
        "last",
        kernels.one_time_forward,
        kernels.one_time_backward,
        sizes=lambda rows, inputs: (rows, *inputs[0].shape, 0 if first else inputs[0].shape[0] - 1),
        shape=lambda inputs: inputs[0].shape[1:],
        multiply_adds=lambda inputs: inputs[0].shape[1],
    )


@dataclass(frozen=True)
class Gate:
    """Numbers of the state's size that a recurrent layer has at every step: what a person calls them, and where they lie.

    `tensor` is its name within the layer, (time, hidden), or (time, gates, hidden), of which it is number `index`.
    """

    name: str
    symbol: str
    tensor: str
    index: int | None = None
    signed: bool = False  # from -1 to 1 (a cell may be beyond), not from 0 to 1


HIDDEN = Gate("hidden", "h", "states", signed=True)


@dataclass(frozen=True)
class GateBias:
    """0 but for one of the gates, which lie side by side."""

    gates: int
    gate: int
    value: float

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """The bias (gates hidden)."""
        bias = np.zeros((self.gates, shape[0] // self.gates), np.float32)
        bias[self.gate] = self.value
        return bias.reshape(shape)


class Recurrent(Layer):
    """Reads a sequence step by step and keeps a state, which is all it knows of the steps before.

    Where rows have lengths of their own (an embedding with padding gives them), states end with the row: later ones are 0.
    """

    home: ClassVar[str] = "playground.layers"
    gates: ClassVar[tuple[Gate, ...]] = (HIDDEN,)  # in the order in which they are read
    carrier: ClassVar[tuple[str, str]] = ("hidden", "states.grad")  # which of them goes from step to step, and where its gradient is
    hidden: int = Field(16, ge=1, le=512, title="Hidden size", description="How many numbers the state has.")
    sequence: bool = Field(
        False,
        title="Whole sequence",
        description="Hand on the state after every step, not only the last one; a recurrent layer on top wants it.",
    )
    reverse: bool = Field(False, title="Backward", description="Read the sequence from its end to its beginning.")
    initializer: AnyInitializer = Field(
        default_factory=Glorot, title="First weights", description="How the weights of the inputs begin; biases begin with 0."
    )
    recurrent_initializer: AnyInitializer = Field(
        default_factory=Orthogonal, title="First recurrent weights", description="How the weights from state to state begin."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, features) -> (time, hidden), or (hidden,). Raises ShapeError when x is no sequence."""
        if x.rank != 2:
            raise ShapeError(f"{self.title} needs a sequence (time, features), got {x.shape}. Put a Reshape before it.")
        states = self.states(graph, x)
        return states if self.sequence else graph.apply(one_time(self.reverse), states, states.lengths)

    def states(self, graph: Graph, x: Tensor) -> Tensor:
        """The state after every step, (time, hidden)."""
        raise TypeError(f"{type(self).__name__} does not say how it goes from state to state. Give it a states method.")

    def weights(self, graph: Graph, x: Tensor, gates: int) -> tuple[Tensor, Tensor]:
        """Parameters W (features, gates hidden) and U (hidden, gates hidden)."""
        width = gates * self.hidden
        weight = graph.parameter("weight", (x.shape[1], width), self.initializer)
        return weight, graph.parameter("recurrent_weight", (self.hidden, width), self.recurrent_initializer)

    def ahead(self) -> str:
        """Backward it reads from the end."""
        return "Switch Backward off." if self.reverse else ""

    def note(self) -> str:
        """Its kind and size."""
        return f"{self.title} {self.hidden}"


AnyRecurrent = Annotated[Recurrent, Choice(Recurrent)]


class SimpleRNN(Recurrent):
    """Each state is made of the input and of the state before it: h = activation(x W + h U + b) (Elman 1990)."""

    kind: Literal["simple_rnn"] = "simple_rnn"
    title: ClassVar[str] = "Simple RNN"
    activation: Literal["tanh", "relu"] = Field("tanh", title="Activation", description="What the state makes of its sum.")

    def states(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, hidden)."""
        weights = self.weights(graph, x, 1)
        bias = graph.parameter("bias", (self.hidden,), Zeros(), regularized=False)
        return graph.apply(simple_rnn(self.reverse, self.activation), x, *weights, bias, *rest_of(x))
