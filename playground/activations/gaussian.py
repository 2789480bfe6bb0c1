"""Gaussian: e^(-x²)."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Gaussian(Activation):
    """A bump: 1 where the sum is 0, nearly 0 elsewhere."""

    kind: Literal["gaussian"] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    symbol: ClassVar[str] = "gauss"
    operation: ClassVar[Operation] = elementwise("gaussian", kernels.gaussian_forward, kernels.gaussian_backward)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return 0.01, math.inf
