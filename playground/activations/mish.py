"""Mish: x tanh(softplus(x))."""

from __future__ import annotations

from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Mish(Activation):
    """x times the tanh of its softplus: smooth, and a little below 0 for negative sums (Misra 2019)."""

    kind: Literal["mish"] = "mish"
    title: ClassVar[str] = "Mish"
    symbol: ClassVar[str] = "Mish"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("mish", kernels.mish_forward, kernels.mish_backward)
