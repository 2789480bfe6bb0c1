"""Dense layers, against NumPy in float64: sizes below, at and above the registers' width."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import matmul
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
    *_, dw, _, _, _ = run(matmul.dense_backward, n, k, m, x, w, np.zeros(m), np.zeros((n, m)), None, np.zeros((k, m)), np.zeros(m), dy, SCRATCH)
    assert relative_error(dw, x.T @ dy) < 1e-6


def test_nan_stays_in_its_row() -> None:
    x, w = normal(4, 9), normal(9, 3)
    x[2, 5] = np.nan
    *_, y, _ = run(matmul.dense_forward, 4, 9, 3, x, w, np.zeros(3), np.zeros((4, 3)), SCRATCH)
    np.testing.assert_array_equal(np.isnan(y).all(axis=1), [False, False, True, False])
    assert np.isfinite(np.delete(y, 2, axis=0)).all()
