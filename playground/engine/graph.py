"""A network as a graph of tensors and operations, built once and lowered to programs by the planner (program.py).

Shapes are those of one example: how many rows flow at a time is the planner's business. Parameters, settings and the random state
have no rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from kernels import memory as moves
from kernels.kernel import Kernel

Shape = tuple[int, ...]
RANDOM = "random"  # the name of the run's random state


class ShapeError(ValueError):
    """Layers that do not fit together: the message says what came, what fits and what to do."""


class Initializer(Protocol):
    """What the engine asks of an initializer (playground.initializers)."""

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """The first values of a parameter of that shape."""
        ...


@dataclass(frozen=True, eq=False)
class Tensor:
    """A named place for numbers. `batched`: one such shape for each row that flows; else one for the whole run.

    `lengths`: of a sequence, how many of its times count in each row, (1,); None when all do. `looked_up`: of vectors that stand in a
    table, the symbols and the table. An operation that takes these besides may do without the vectors.
    """

    name: str
    shape: Shape
    batched: bool = True
    lengths: Tensor | None = None
    looked_up: tuple[Tensor, Tensor] | None = None

    @property
    def rank(self) -> int:
        """How many dimensions one example has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers one example has."""
        return math.prod(self.shape)


ABSENT = Tensor("", (0,), batched=False)  # an input that an operation can do without and does: its offset is -1

Inputs = Sequence[Tensor]


def no_auxiliary(_: Inputs) -> tuple[Shape, ...]:
    """Most operations keep nothing for their backward pass but inputs and output."""
    return ()


def no_scratch(rows: int, inputs: Inputs) -> int:
    """Most operations need no room to work in."""
    return 0


def output_like_first(inputs: Inputs) -> Shape:
    """The shape of the first input."""
    return inputs[0].shape


def all_elements(rows: int, inputs: Inputs) -> tuple[int, ...]:
    """One size: how many numbers the first input has in all."""
    return (rows * inputs[0].size,)


def size_of_first(inputs: Inputs) -> int:
    """One multiply-add for each number of the first input."""
    return inputs[0].size


@dataclass(frozen=True)
class Operation:
    """A kernel pair and what the planner must know to call it.

    forward operands:  sizes | inputs | output | auxiliaries | scratch
    backward operands: sizes | inputs | output | gradients of inputs (-1: nobody needs it) | gradient of output | auxiliaries | scratch

    Auxiliaries are what the forward kernel keeps for its backward: first those with a row for each example, then those without.
    Scratch is room that means nothing before and after; it is an operand only where some is asked for.
    """

    name: str
    forward: Kernel
    backward: Kernel | None
    sizes: Callable[[int, Inputs], tuple[int, ...]] = all_elements
    shape: Callable[[Inputs], Shape] = output_like_first
    auxiliary: Callable[[Inputs], tuple[Shape, ...]] = no_auxiliary
    statistics: Callable[[Inputs], tuple[Shape, ...]] = no_auxiliary  # auxiliaries without rows
    scratch: Callable[[int, Inputs], int] = no_scratch  # float32 places
    multiply_adds: Callable[[Inputs], int] = size_of_first
    training_only: bool = False  # at inference the output is the first input
    inference: Kernel | None = None  # at inference instead of `forward`, with the same operands
    reduces: bool = False  # the output has no rows
    output_unread: bool = False  # backward does not look at the output
    spares_weights: bool = False  # backward takes -1 for the gradients of weights, too
    weights: Kernel | None = None  # of such: gradients of parameters alone, in rows of the second input: first, count | as `backward`
    in_place: bool = False  # output may lie where the first input does, and so may their gradients: backward looks at the output alone


def elementwise(name: str, forward: Kernel, backward: Kernel, in_place: bool = False) -> Operation:
    """y_i = f(x_i); inputs after the first are one-place settings."""
    return Operation(name, forward, backward, in_place=in_place)


add = Operation("add", moves.add_forward, moves.add_backward, output_unread=True)
mean = Operation("mean", moves.mean_forward, moves.mean_backward, shape=lambda _: (), reduces=True)


@dataclass(frozen=True)
class Parameter:
    """A tensor that learns."""

    tensor: Tensor
    initializer: Initializer
    regularized: bool


@dataclass(frozen=True)
class Node:
    """One operation in its place in the graph; `scope` names the layer it belongs to."""

    operation: Operation
    inputs: tuple[Tensor, ...]
    output: Tensor
    auxiliaries: tuple[Tensor, ...]
    scope: str


@dataclass
class Graph:
    """The network as it is written down: layers call `parameter`, `setting` and `apply`."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    settings: dict[str, float] = field(default_factory=dict)
    states: dict[str, tuple[Tensor, float]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)  # by every name they have
    random: Tensor = field(default_factory=lambda: Tensor(RANDOM, (4,), batched=False))
    _scope: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.tensors[RANDOM] = self.random

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Names made inside are prefixed with `name/`; scopes nest."""
        before, self._scope = self._scope, (*self._scope, name)
        try:
            yield
        finally:
            self._scope = before

    def input(self, name: str, shape: Shape) -> Tensor:
        """A tensor that the program fills from the data."""
        return self._tensor(name, shape)

    def parameter(self, name: str, shape: Shape, initializer: Initializer, regularized: bool = True) -> Tensor:
        """A tensor that learns; `regularized` ones feel L1, L2 and weight decay (weights do, biases do not)."""
        tensor = self._tensor(name, shape, batched=False)
        self.parameters[tensor.name] = Parameter(tensor, initializer, regularized)
        return tensor

    def setting(self, name: str, value: float) -> Tensor:
        """A number that may change while the run goes on: a place in memory."""
        tensor = self._tensor(name, (1,), batched=False)
        self.settings[tensor.name] = value
        return tensor

    def state(self, name: str, shape: Shape, value: float) -> Tensor:
        """Numbers that the run keeps and no gradient moves, as running averages are; all of them are `value` at first."""
        tensor = self._tensor(name, shape, batched=False)
        self.states[tensor.name] = (tensor, value)
        return tensor

    def reshape(self, tensor: Tensor, shape: Shape) -> Tensor:
        """The same numbers in another shape of the same size. It costs nothing."""
        return Tensor(tensor.name, shape, tensor.batched, lengths_in(shape, tensor))

    def apply(self, operation: Operation, *given: Tensor | None, name: str | None = None) -> Tensor:
        """The operation's output for these inputs (None: left out), called `name` or else after the operation.

        A sequence that is made of the first input time by time has its lengths.
        """
        inputs = tuple(tensor or ABSENT for tensor in given)
        shape = operation.shape(inputs)
        output = self._tensor(name or operation.name, shape, not operation.reduces, lengths_in(shape, inputs[0]))
        kept = (self._tensor(f"{operation.name}.auxiliary_{i + 1}", shape) for i, shape in enumerate(operation.auxiliary(inputs)))
        shapes = enumerate(operation.statistics(inputs))
        statistics = (self._tensor(f"{operation.name}.statistics_{i + 1}", shape, batched=False) for i, shape in shapes)
        self.nodes.append(Node(operation, inputs, output, (*kept, *statistics), "/".join(self._scope)))
        return output

    def alias(self, tensor: Tensor, name: str) -> Tensor:
        """Give a tensor one more name in the present scope."""
        self.tensors["/".join((*self._scope, name))] = tensor
        return tensor

    def only_looked_at(self, tensor: Tensor) -> bool:
        """Whether all operations that are given a looked-up tensor take the symbols and the table, too, and so can do without it."""
        given = [(node, x) for node in self.nodes for x in node.inputs if x.name == tensor.name]
        return bool(given) and all(x.looked_up is not None and set(x.looked_up) <= set(node.inputs) for node, x in given)

    def _tensor(self, name: str, shape: Shape, batched: bool = True, lengths: Tensor | None = None) -> Tensor:
        full = free = "/".join((*self._scope, name))
        count = 1
        while free in self.tensors:
            count += 1
            free = f"{full}_{count}"
        tensor = self.tensors[free] = Tensor(free, shape, batched, lengths)
        return tensor


def lengths_in(shape: Shape, origin: Tensor) -> Tensor | None:
    """The lengths of a tensor of that shape which is made of `origin`: the same, if it is a sequence of as many times."""
    return origin.lengths if len(shape) > 1 and shape[0] == origin.shape[0] else None
