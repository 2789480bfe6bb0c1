"""Tanh: The hyperbolic tangent."""

from __future__ import annotations

from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Tanh(Activation):
    """Squeezes every sum between -1 and 1."""

    kind: Literal["tanh"] = "tanh"
    title: ClassVar[str] = "Tanh"
    symbol: ClassVar[str] = "tanh"
    operation: ClassVar[Operation] = elementwise("tanh", kernels.tanh_forward, kernels.tanh_backward)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return -0.99, 0.99
