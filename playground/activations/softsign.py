"""Softsign: x / (1 + |x|)."""

from __future__ import annotations

from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Softsign(Activation):
    """Like tanh, but it nears -1 and 1 slowly, so it saturates late (Bergstra et al. 2009)."""

    kind: Literal["softsign"] = "softsign"
    title: ClassVar[str] = "Softsign"
    symbol: ClassVar[str] = "softsign"
    operation: ClassVar[Operation] = elementwise("softsign", kernels.softsign_forward, kernels.softsign_backward)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return -0.9, 0.9
