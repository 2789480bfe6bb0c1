"""Tiny numbers are 0 inside a program, and what they were outside."""

from __future__ import annotations

import numpy as np

from kernels.denormals import ARM, X86
from kernels.kernel import kernel
from tests.kernels.desk import run

SMALL = np.float32(1e-20)


@kernel
def square(memory, data, operands):
    """x = x².  operands: | x (1)."""
    memory[operands[0]] *= memory[operands[0]]


def test_the_mode_is_for_programs_alone() -> None:
    inside = run(square, np.array([SMALL]))[0][0]
    assert (inside == 0) == (X86 or ARM)
    assert SMALL * SMALL > 0
