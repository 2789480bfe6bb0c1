"""Registers of eight numbers."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from kernels import simd
from kernels.kernel import kernel
from tests.kernels.desk import normal, run


@kernel
def move(memory, data, operands):
    """operands: count | source, target."""
    simd.store(memory, operands[2], simd.load(memory, operands[1], operands[0]), operands[0])


@kernel
def arithmetic(memory, data, operands):
    """y = lane 5 of x * 2 + x.  operands: | x, y (8)."""
    x = simd.load(memory, operands[0], 8)
    simd.store(memory, operands[1], simd.multiply_add(simd.lane(x, 5), simd.spread(np.float32(2)), x), 8)


@kernel
def turn(memory, data, operands):
    """y = xᵀ.  operands: | x (8, 8), y (8, 8)."""
    x, y = operands[0], operands[1]
    rows = (
        simd.load(memory, x, 8),
        simd.load(memory, x + 8, 8),
        simd.load(memory, x + 16, 8),
        simd.load(memory, x + 24, 8),
        simd.load(memory, x + 32, 8),
        simd.load(memory, x + 40, 8),
        simd.load(memory, x + 48, 8),
        simd.load(memory, x + 56, 8),
    )
    columns = simd.transpose(rows)
    simd.store(memory, y, columns[0], 8)
    simd.store(memory, y + 8, columns[1], 8)
    simd.store(memory, y + 16, columns[2], 8)
    simd.store(memory, y + 24, columns[3], 8)
    simd.store(memory, y + 32, columns[4], 8)
    simd.store(memory, y + 40, columns[5], 8)
    simd.store(memory, y + 48, columns[6], 8)
    simd.store(memory, y + 56, columns[7], 8)


@pytest.mark.parametrize("count", range(1, 9))
def test_moves_so_many_numbers_and_no_more(count: int) -> None:
    x = normal(count)
    np.testing.assert_array_equal(run(move, count, x, np.zeros(count))[1], x)


def test_arithmetic() -> None:
    x = normal(8)
    np.testing.assert_allclose(run(arithmetic, x, np.zeros(8))[1], 2 * x[5] + x, rtol=1e-6)


def test_transpose() -> None:
    x = normal(8, 8)
    np.testing.assert_array_equal(run(turn, x, np.zeros((8, 8)))[1], x.T)


OUT_OF_BOUNDS = """
import numpy as np
from tests.kernels.test_simd import move
memory = np.zeros(20, np.float32)
for count, source, target in ((8, 0, 12), (3, 17, 0)):
    move(memory, memory, np.array([count, source, target]))
for count, source, target in ((8, 13, 0), (8, 0, 13), (3, 18, 0), (3, 0, 18), (3, 0, 2**40)):
    try:
        move(memory, memory, np.array([count, source, target]))
    except IndexError:
        continue
    raise SystemExit(f"{count} numbers went from {source} to {target}")
"""


def test_bounds_are_checked_when_numba_checks_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OUT_OF_BOUNDS], env=os.environ | {"NUMBA_BOUNDSCHECK": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@kernel
def sum_of_lanes(memory, data, operands):
    """operands: | x (WIDTH), sum (1)."""
    memory[operands[1]] = simd.add_lanes(simd.load(memory, operands[0], simd.WIDTH))


def test_lanes_are_added() -> None:
    x = 2.0 ** np.arange(simd.WIDTH)
    _, total = run(sum_of_lanes, x, np.zeros(1))
    assert total[0] == x.sum()
