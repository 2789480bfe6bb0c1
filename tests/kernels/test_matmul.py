"""Products and dense layers, against NumPy in float64: sizes below, at and above those of registers, tiles, panels and blocks."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from kernels import matmul
from kernels.kernel import kernel
from tests.kernels.desk import normal, relative_error, run

SCRATCH = np.full(matmul.SCRATCH, np.nan)

SIZES = [
    (1, 1, 1),
    (10, 2, 4),
    (10, 4, 2),
    (10, 8, 1),
    (10, 1, 8),
    (10, 8, 8),
    (3, 7, 9),
    (5, 17, 13),
    (1, 16, 24),
    (33, 9, 31),
    (2, 64, 70),
]


@pytest.mark.parametrize(("n", "k", "m"), SIZES)
def test_forward(n: int, k: int, m: int) -> None:
    x, w, b = normal(n, k), normal(k, m), normal(m)
    *_, y, _ = run(matmul.dense_forward, n, k, m, x, w, b, np.full((n, m), np.nan), SCRATCH)
    assert relative_error(y, x @ w + b) < 1e-6


@pytest.mark.parametrize(("n", "k", "m"), SIZES)
def test_backward_adds(n: int, k: int, m: int) -> None:
    x, w, dy = normal(n, k), normal(k, m, seed=1), normal(n, m, seed=2)
    dx, dw, db = normal(n, k, seed=3), normal(k, m, seed=4), normal(m, seed=5)
    unread = np.full((n, m), np.nan)
    results = run(matmul.dense_backward, n, k, m, x, w, np.full(m, np.nan), unread, dx, dw, db, dy, SCRATCH)
    new_dx, new_dw, new_db = results[4:7]
    assert relative_error(new_dx, dx + dy @ w.T) < 1e-6
    assert relative_error(new_dw, dw + x.T @ dy) < 1e-6
    assert relative_error(new_db, db + dy.sum(axis=0)) < 1e-6


def test_backward_without_a_gradient_of_the_input() -> None:
    n, k, m = 3, 5, 4
    x, w, dy = normal(n, k), normal(k, m), normal(n, m)
    *_, dw, _, _, _ = run(
        matmul.dense_backward, n, k, m, x, w, np.zeros(m), np.zeros((n, m)), None, np.zeros((k, m)), np.zeros(m), dy, SCRATCH
    )
    assert relative_error(dw, x.T @ dy) < 1e-6


def test_backward_without_gradients_of_the_weights() -> None:
    n, k, m = 3, 5, 4
    x, w, dy = normal(n, k), normal(k, m), normal(n, m)
    dx = run(matmul.dense_backward, n, k, m, x, w, np.zeros(m), np.zeros((n, m)), np.zeros((n, k)), None, None, dy, SCRATCH)[4]
    assert relative_error(dx, dy @ w.T) < 1e-6


@pytest.mark.parametrize(("n", "k", "m"), SIZES)
@pytest.mark.parametrize("rows", [1, 3, 16])
def test_weights_in_ranges_have_the_same_bits(n: int, k: int, m: int, rows: int) -> None:
    x, w, dy = normal(n, k), np.full((k, m), np.nan), normal(n, m, seed=2)
    unread = np.full(m, np.nan), np.full((n, m), np.nan)
    dw, db = whole = normal(k, m, seed=4), normal(m, seed=5)
    *_, expected_dw, expected_db, _, _ = run(matmul.dense_backward, n, k, m, x, w, *unread, None, *whole, dy, SCRATCH)
    for first in range(0, k, rows):
        *_, dw, db, _, _ = run(matmul.dense_weights, first, min(rows, k - first), n, k, m, x, w, *unread, None, dw, db, dy, SCRATCH)
    np.testing.assert_array_equal(dw, expected_dw)
    np.testing.assert_array_equal(db, expected_db)


def test_nan_stays_in_its_row() -> None:
    x, w = normal(4, 9), normal(9, 3)
    x[2, 5] = np.nan
    *_, y, _ = run(matmul.dense_forward, 4, 9, 3, x, w, np.zeros(3), np.zeros((4, 3)), SCRATCH)
    np.testing.assert_array_equal(np.isnan(y).all(axis=1), [False, False, True, False])
    assert np.isfinite(np.delete(y, 2, axis=0)).all()


@kernel
def product_of_matrices(memory, data, operands):
    """C = A B or C += A B.  operands: m, n, k, a_row, a_column, b_row, b_column, adds | A, B, C, scratch."""
    m, n, k, adds = operands[0], operands[1], operands[2], operands[7] == 1
    a, b, c, scratch = operands[8], operands[9], operands[10], operands[11]
    a_row, a_column, b_row, b_column = operands[3], operands[4], operands[5], operands[6]
    matmul.multiply(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, n, adds, scratch)


def product(a: np.ndarray, b: np.ndarray, c: np.ndarray, adds: bool, a_turned: bool = False, b_turned: bool = False) -> np.ndarray:
    """A B, or C + A B, by the kernel; a turned matrix lies in memory column by column."""
    (m, k), n = a.shape, b.shape[1]
    a_strides, b_strides = (1, m) if a_turned else (k, 1), (1, k) if b_turned else (n, 1)
    a, b = a.T.copy() if a_turned else a, b.T.copy() if b_turned else b
    return run(product_of_matrices, m, n, k, *a_strides, *b_strides, int(adds), a, b, c, SCRATCH)[2]


FORMS = [(False, False), (True, False), (False, True), (True, True)]
BLOCKED = [(1, 1, 1), (2, 3, 1), (7, 33, 9), (13, 16, 40), (17, 47, 31), (50, 20, 300), (200, 9, 12), (195, 258, 40), (12, 270, 530)]


@pytest.mark.parametrize("turned", FORMS)
@pytest.mark.parametrize("size", BLOCKED)
def test_products(size: tuple[int, int, int], turned: tuple[bool, bool]) -> None:
    m, n, k = size
    a, b, c = normal(m, k), normal(k, n, seed=1), normal(m, n, seed=2)
    assert relative_error(product(a, b, np.full((m, n), np.nan), False, *turned), a @ b) < 1e-6
    assert relative_error(product(a, b, c, True, *turned), c + a @ b) < 1e-6


@kernel
def product_of_panels(memory, data, operands):
    """C = A B or C += A B by way of B's panels.  operands: m, n, k, adds | A, B, C, panels (k, n + PANEL), scratch."""
    m, n, k, adds, a, b = operands[0], operands[1], operands[2], operands[3] == 1, operands[4], operands[5]
    matmul.lay_panels(memory, k, n, b, n, 1, operands[7])
    matmul.multiply_panels(memory, m, n, k, a, k, operands[7], operands[6], n, adds, operands[8])


@pytest.mark.parametrize("adds", [False, True])
@pytest.mark.parametrize("size", BLOCKED)
def test_panels_that_are_laid_beforehand_give_the_same_bits(size: tuple[int, int, int], adds: bool) -> None:
    m, n, k = size
    a, b, c = normal(m, k), normal(k, n, seed=1), normal(m, n, seed=2) if adds else np.full((m, n), np.nan)
    panels = np.full(k * (n + matmul.PANEL), np.nan)
    np.testing.assert_array_equal(run(product_of_panels, *size, int(adds), a, b, c, panels, SCRATCH)[2], product(a, b, c, adds))


def test_a_product_has_the_same_bits_in_every_form_and_place() -> None:
    a, b = normal(40, 300), normal(300, 50, seed=1)
    whole = product(a, b, np.zeros((40, 50)), False)
    for turned in FORMS:
        np.testing.assert_array_equal(product(a, b, np.zeros((40, 50)), False, *turned), whole)
    np.testing.assert_array_equal(product(a[5:12], b[:, 3:6], np.zeros((7, 3)), False), whole[5:12, 3:6])


def test_nan_and_infinity_go_where_numpy_lets_them_go() -> None:
    a, b = normal(13, 20), normal(20, 19, seed=1)
    a[3, 4], a[7, 0], b[9, 18], b[2, 2] = np.nan, np.inf, -np.inf, np.nan
    ours = product(a, b, np.zeros((13, 19)), False)
    with np.errstate(invalid="ignore"):
        theirs = a @ b
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_array_equal(np.isinf(ours), np.isinf(theirs))


def test_sizes_are_checked_when_numba_checks_bounds() -> None:
    wrong = """
import numpy as np
from tests.kernels.test_matmul import matmul, product, normal
try:
    product(normal(4, matmul.SCRATCH), normal(4, 3), np.zeros((4, 3)), False)
except IndexError:
    raise SystemExit(0)
raise SystemExit("B is shorter than A is wide, and nobody noticed")
"""
    done = subprocess.run([sys.executable, "-c", wrong], env=os.environ | {"NUMBA_BOUNDSCHECK": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
