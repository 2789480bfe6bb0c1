"""Leaky ReLU: x, or a small share of it where it is negative."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class LeakyReLU(Activation):
    """ReLU with a small slope where it is negative, so that no neuron dies (Maas et al. 2013)."""

    kind: Literal["leaky_relu"] = "leaky_relu"
    title: ClassVar[str] = "Leaky ReLU"
    symbol: ClassVar[str] = "LeakyReLU"
    gain: ClassVar[float] = 0.5
    operation: ClassVar[Operation] = elementwise("leaky_relu", kernels.leaky_relu_forward, kernels.leaky_relu_backward)
    slope: float = Field(0.01, ge=0, le=1, title="Slope", description="How steep it is where the sum is negative.")
