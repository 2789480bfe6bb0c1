"""GELU: x times the normal distribution's share below x."""

from __future__ import annotations

from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class GELU(Activation):
    """x times the chance that a standard normal number is below x (Hendrycks and Gimpel 2016); the exact form."""

    kind: Literal["gelu"] = "gelu"
    title: ClassVar[str] = "GELU"
    symbol: ClassVar[str] = "GELU"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("gelu", kernels.gelu_forward, kernels.gelu_backward)
