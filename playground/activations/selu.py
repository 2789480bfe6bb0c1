"""SELU: ELU with the scales that normalize by themselves."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class SELU(Activation):
    """ELU scaled so that deep layers keep mean 0 and variance 1 by themselves, with LeCun's initial weights (Klambauer et al. 2017)."""

    kind: Literal["selu"] = "selu"
    title: ClassVar[str] = "SELU"
    symbol: ClassVar[str] = "SELU"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("selu", kernels.selu_forward, kernels.selu_backward)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return -1.74, math.inf
