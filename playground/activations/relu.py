"""ReLU: max(x, 0)."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class ReLU(Activation):
    """What is negative becomes 0: fast to learn with, but a neuron that is never positive learns no more (Nair and Hinton 2010)."""

    kind: Literal["relu"] = "relu"
    title: ClassVar[str] = "ReLU"
    symbol: ClassVar[str] = "ReLU"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("relu", kernels.relu_forward, kernels.relu_backward, in_place=True)

    @property
    def flat(self) -> tuple[float, float]:
        """Where its slope is below a fiftieth or so."""
        return 0.0, math.inf
