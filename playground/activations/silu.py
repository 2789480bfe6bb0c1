"""SiLU: x sigmoid(x)."""

from __future__ import annotations

from typing import ClassVar, Literal

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class SiLU(Activation):
    """x times its sigmoid, also called swish (Elfwing et al. 2018)."""

    kind: Literal["silu"] = "silu"
    title: ClassVar[str] = "SiLU"
    symbol: ClassVar[str] = "SiLU"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("silu", kernels.silu_forward, kernels.silu_backward)
