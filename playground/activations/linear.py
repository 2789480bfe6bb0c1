"""Linear: the sum itself."""

from __future__ import annotations

from typing import ClassVar, Literal

from playground.activations import Activation
from playground.engine.graph import Graph, Tensor


class Linear(Activation):
    """The sum as it is: no operation at all."""

    kind: Literal["linear"] = "linear"
    title: ClassVar[str] = "Linear"
    symbol: ClassVar[str] = "x"
    gain: ClassVar[float] = 0.5

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """x."""
        return x
