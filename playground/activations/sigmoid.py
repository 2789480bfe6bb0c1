"""Sigmoid: 1 / (1 + e^-x)."""

from __future__ import annotations

from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Sigmoid(Activation):
    """Squeezes every sum between 0 and 1."""

    kind: Literal["sigmoid"] = "sigmoid"
    title: ClassVar[str] = "Sigmoid"
    symbol: ClassVar[str] = "σ"
    operation: ClassVar[Operation] = elementwise("sigmoid", kernels.sigmoid_forward, kernels.sigmoid_backward)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return 0.01, 0.99
