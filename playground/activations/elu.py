"""ELU: x, or alpha (e^x - 1) where it is negative."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class ELU(Activation):
    """Identity above 0, a soft floor at -alpha below (Clevert et al. 2016)."""

    kind: Literal["elu"] = "elu"
    title: ClassVar[str] = "ELU"
    symbol: ClassVar[str] = "ELU"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("elu", kernels.elu_forward, kernels.elu_backward)
    alpha: float = Field(1.0, ge=0.01, le=10, title="Alpha", description="How deep the floor is for very negative sums.")

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return -0.99 * self.alpha, math.inf
