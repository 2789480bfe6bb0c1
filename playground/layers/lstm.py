"""LSTM: a recurrent layer with a memory that gates guard."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal

from pydantic import Field

from kernels import lstm as kernels
from kernels.lstm import GATES
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.layers.recurrent import (
    HIDDEN,
    Gate,
    GateBias,
    Recurrent,
    recurrent_multiply_adds,
    recurrent_sizes,
    rest_of,
    states_shape,
)

KEPT, CELL, CELL_GRADIENT = "states.auxiliary_1", "states.auxiliary_2", "states.auxiliary_3"  # what `kept` describes


def kept(inputs: Sequence[Tensor]) -> tuple[Shape, ...]:
    """Gates (time, 4, hidden) in the order input, forget, candidate, output; cells (time, hidden); the loss's gradient by cells."""
    time, hidden = states_shape(inputs)
    return (time, GATES, hidden), (time, hidden), (time, hidden)


@cache
def lstm(reverse: bool) -> Operation:
    """The LSTM's kernels in one direction."""
    return Operation(
        "states",
        kernels.lstm_forward,
        kernels.lstm_backward,
        sizes=lambda rows, inputs: (*recurrent_sizes(rows, inputs), int(reverse)),
        shape=states_shape,
        auxiliary=kept,
        scratch=lambda rows, inputs: kernels.lstm_room(*recurrent_sizes(rows, inputs)),
        multiply_adds=recurrent_multiply_adds,
    )


class LSTM(Recurrent):
    """Long short-term memory: a cell keeps what its gates let in, until they forget it (Hochreiter and Schmidhuber 1997)."""

    kind: Literal["lstm"] = "lstm"
    title: ClassVar[str] = "LSTM"
    gates: ClassVar[tuple[Gate, ...]] = (
        Gate("forget", "f", KEPT, 1),
        Gate("input", "i", KEPT, 0),
        Gate("output", "o", KEPT, 3),
        Gate("candidate", "g", KEPT, 2, signed=True),
        Gate("cell", "c", CELL, signed=True),
        HIDDEN,
    )
    carrier: ClassVar[tuple[str, str]] = ("cell", CELL_GRADIENT)
    forget_bias: float = Field(
        1.0,
        ge=-5,
        le=5,
        title="Forget bias",
        description="Where the forget gates' biases begin. Above 0 the cell remembers from the start (Jozefowicz et al. 2015).",
    )

    def states(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, hidden)."""
        weights = self.weights(graph, x, GATES)
        bias = graph.parameter("bias", (GATES * self.hidden,), GateBias(GATES, 1, self.forget_bias), regularized=False)
        return graph.apply(lstm(self.reverse), x, *weights, bias, *rest_of(x))
