"""Registers, of the width that the processor has and of all others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from kernels import simd
from kernels.kernel import kernel
from kernels.simd import WIDTH
from tests.kernels.desk import normal, run

inlined = njit(forceinline=True)


@kernel
def move(memory, data, operands):
    """operands: count | source, target."""
    simd.store(memory, operands[2], simd.load(memory, operands[1], operands[0]), operands[0])


@kernel
def arithmetic(memory, data, operands):
    """operands: | a, b (WIDTH), y (7, WIDTH)."""
    a, b, y = simd.load(memory, operands[0], WIDTH), simd.load(memory, operands[1], WIDTH), operands[2]
    simd.store(memory, y, simd.add(a, b), WIDTH)
    simd.store(memory, y + WIDTH, simd.subtract(a, b), WIDTH)
    simd.store(memory, y + 2 * WIDTH, simd.multiply(a, b), WIDTH)
    simd.store(memory, y + 3 * WIDTH, simd.maximum(a, b), WIDTH)
    simd.store(memory, y + 4 * WIDTH, simd.multiply_add(a, b, simd.spread(np.float32(3))), WIDTH)
    simd.store(memory, y + 5 * WIDTH, simd.lane(a, 2), WIDTH)
    simd.store(memory, y + 6 * WIDTH, simd.spread(simd.total(a)), WIDTH)


@inlined
def four(memory, x, first):
    return (
        simd.load(memory, x + first * WIDTH, WIDTH),
        simd.load(memory, x + (first + 1) * WIDTH, WIDTH),
        simd.load(memory, x + (first + 2) * WIDTH, WIDTH),
        simd.load(memory, x + (first + 3) * WIDTH, WIDTH),
    )


@inlined
def eight(memory, x, first):
    return four(memory, x, first) + four(memory, x, first + 4)


@inlined
def sixteen(memory, x, first):
    return eight(memory, x, first) + eight(memory, x, first + 8)


rows = {4: four, 8: eight, 16: sixteen}[WIDTH]


@kernel
def turn(memory, data, operands):
    """y = xᵀ.  operands: | x, y (WIDTH, WIDTH)."""
    columns = simd.transpose(rows(memory, operands[0], 0))
    for i in range(WIDTH):
        simd.store(memory, operands[1] + i * WIDTH, columns[i], WIDTH)


@pytest.mark.parametrize("count", range(1, WIDTH + 1))
def test_moves_so_many_numbers_and_no_more(count: int) -> None:
    x = normal(count)
    np.testing.assert_array_equal(run(move, count, x, np.zeros(count))[1], x)


def test_arithmetic() -> None:
    a, b = normal(WIDTH), normal(WIDTH, seed=1)
    y = run(arithmetic, a, b, np.zeros((7, WIDTH)))[2]
    expected = [a + b, a - b, a * b, np.maximum(a, b), a * b + 3, np.full(WIDTH, a[2]), np.full(WIDTH, a.sum())]
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6)


def test_the_maximum_with_nan_is_nan() -> None:
    a, b = normal(WIDTH), normal(WIDTH, seed=1)
    a[1] = b[2] = np.nan
    np.testing.assert_array_equal(np.isnan(run(arithmetic, a, b, np.zeros((7, WIDTH)))[2][3]), np.isnan(a + b))


def test_transpose() -> None:
    x = normal(WIDTH, WIDTH)
    np.testing.assert_array_equal(run(turn, x, np.zeros((WIDTH, WIDTH)))[1], x.T)


OUT_OF_BOUNDS = """
import numpy as np
from kernels.kernel import address, execute
from tests.kernels.test_simd import WIDTH, move
memory = np.zeros(20, np.float32)
def call(*operands):
    execute(np.array([address(move)]), np.array([operands]), memory, memory, 1)
for count, source, target in ((WIDTH, 0, 20 - WIDTH), (3, 17, 0)):
    call(count, source, target)
for count, source, target in ((WIDTH, 21 - WIDTH, 0), (WIDTH, 0, 21 - WIDTH), (3, 18, 0), (3, 0, 18), (3, 0, 2**40)):
    try:
        call(count, source, target)
    except IndexError:
        continue
    raise SystemExit(f"{count} numbers went from {source} to {target}")
"""


def test_bounds_are_checked_when_numba_checks_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OUT_OF_BOUNDS], env=os.environ | {"NUMBA_BOUNDSCHECK": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("wish", {"16", "8", "4", "plain"} - {str(WIDTH)})
def test_other_widths(wish: str) -> None:
    files = [str(Path(__file__).with_name(name)) for name in ("test_simd.py", "test_matmul.py")]
    command = [sys.executable, "-m", "pytest", "-q", "-k", "not other_widths and not bounds", *files]
    done = subprocess.run(command, env=os.environ | {"PLAYGROUND_SIMD": wish}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_width_that_there_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import kernels.simd"], env=os.environ | {"PLAYGROUND_SIMD": "5"}, capture_output=True, text=True
    )
    assert "PLAYGROUND_SIMD is '5'. Make it 16, 8, 4 or plain" in done.stderr
