"""Softplus: ln(1 + e^x)."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Softplus(Activation):
    """A smooth ReLU, never quite 0 (Dugas et al. 2001)."""

    kind: Literal["softplus"] = "softplus"
    title: ClassVar[str] = "Softplus"
    symbol: ClassVar[str] = "softplus"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("softplus", kernels.softplus_forward, kernels.softplus_backward)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return 0.01, math.inf
