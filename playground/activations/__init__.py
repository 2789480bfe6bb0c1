"""Activations: what a neuron makes of its sum. One class in one file of this package is a new activation."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from playground.engine.graph import Graph, Operation, Tensor
from playground.record import Choice, Record


class Activation(Record):
    """An element-wise operation; its number fields are settings that may change while the run goes on."""

    home: ClassVar[str] = "playground.activations"
    symbol: ClassVar[str] = ""  # how a formula writes it
    gain: ClassVar[float] = 1.0  # what an answer is multiplied with so that most pictures use the whole scale from -1 to 1
    operation: ClassVar[Operation]  # inputs: x and the settings in declared order
    kind: str

    @property
    def flat(self) -> tuple[float, float]:
        """(low, high): a neuron that answers at most low, or at least high, hardly learns there."""
        return -math.inf, math.inf

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The activation of x."""
        settings = (graph.setting(name, value) for name, value in self.numbers("activation").items())
        return graph.apply(self.operation, x, *settings)


AnyActivation = Annotated[Activation, Choice(Activation)]
