"""GRU: a recurrent layer with two gates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal

from pydantic import Field

from kernels import gru as kernels
from kernels.gru import GATES
from playground.engine.graph import Graph, Operation, Shape, Tensor
from playground.initializers import Zeros
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

KEPT = "states.auxiliary_1"  # the first that `kept` describes


def kept(inputs: Sequence[Tensor]) -> tuple[Shape, ...]:
    """Gates (time, 3, hidden) in the order reset, update, candidate, and the candidate's recurrent part before its reset (time, hidden)."""
    time, hidden = states_shape(inputs)
    return (time, GATES, hidden), (time, hidden)


@cache
def gru(reverse: bool) -> Operation:
    """The GRU's kernels in one direction."""
    return Operation(
        "states",
        kernels.gru_forward,
        kernels.gru_backward,
        sizes=lambda rows, inputs: (*recurrent_sizes(rows, inputs), int(reverse)),
        shape=states_shape,
        auxiliary=kept,
        scratch=lambda rows, inputs: kernels.gru_room(*recurrent_sizes(rows, inputs)),
        multiply_adds=recurrent_multiply_adds,
    )


class GRU(Recurrent):
    """Gated recurrent unit: one gate says how much of the state is renewed, another what the new part sees of it (Cho et al. 2014).

    The reset gate acts after the recurrent product, as PyTorch has it, so that product has a bias of its own.
    """

    kind: Literal["gru"] = "gru"
    title: ClassVar[str] = "GRU"
    gates: ClassVar[tuple[Gate, ...]] = (
        Gate("reset", "r", KEPT, 0),
        Gate("update", "z", KEPT, 1),
        Gate("candidate", "n", KEPT, 2, signed=True),
        HIDDEN,
    )
    keep_bias: float = Field(
        0.0,
        ge=-5,
        le=5,
        title="Keep bias",
        description="Where the update gates' biases begin. Above 0 the state is kept from the start, as by an LSTM's forget bias.",
    )

    def states(self, graph: Graph, x: Tensor) -> Tensor:
        """(time, hidden)."""
        weights = self.weights(graph, x, GATES)
        bias = graph.parameter("bias", (GATES * self.hidden,), GateBias(GATES, 1, self.keep_bias), regularized=False)
        recurrent_bias = graph.parameter("recurrent_bias", (GATES * self.hidden,), Zeros(), regularized=False)
        return graph.apply(gru(self.reverse), x, *weights, bias, recurrent_bias, *rest_of(x))
