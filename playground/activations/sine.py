"""Sine: sin(frequency x)."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kernels import activation as kernels
from playground.activations import Activation
from playground.engine.graph import Operation, elementwise


class Sine(Activation):
    """A wave: fits patterns that repeat, such as spirals (Sitzmann et al. 2020)."""

    kind: Literal["sine"] = "sine"
    title: ClassVar[str] = "Sine"
    symbol: ClassVar[str] = "sin"
    operation: ClassVar[Operation] = elementwise("sine", kernels.sine_forward, kernels.sine_backward)
    frequency: float = Field(1.0, ge=0.1, le=30, title="Frequency", description="Radians of the wave for each unit of the sum.")
