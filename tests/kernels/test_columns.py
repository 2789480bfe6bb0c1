"""Work by columns, against NumPy in float64: fewer columns than a register holds, as many, more; one row, many blocks of rows."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import columns
from kernels.kernel import kernel
from tests.kernels.desk import normal, relative_error, run

SIZES = [(1, 1), (1, 9), (2, 3), (3, 8), (7, 5), (9, 16), (33, 21), (5000, 3), (600, 40), (5, 4100)]


@kernel
def moments_of_columns(memory, data, operands):
    """operands: n, c | x, mean, squares."""
    columns.moments(memory, operands[0], operands[1], operands[2], operands[3], operands[4])


@kernel
def sums_of_columns(memory, data, operands):
    """operands: n, c | x, total."""
    columns.sums(memory, operands[0], operands[1], operands[2], operands[3])


@kernel
def products_of_columns(memory, data, operands):
    """operands: n, c | x, dy, mean, plain, weighted."""
    columns.products(memory, operands[0], operands[1], operands[2], operands[3], operands[4], operands[5], operands[6])


@kernel
def scale_columns(memory, data, operands):
    """operands: n, c | x, mean, factor, shift, y."""
    columns.scale(memory, operands[0], operands[1], operands[2], operands[3], operands[4], operands[5], operands[6])


@kernel
def combine_columns(memory, data, operands):
    """operands: n, c | x, dy, mean, along dy, along x, constant, dx."""
    x, dy, mean, along_dy = operands[2], operands[3], operands[4], operands[5]
    along_x, constant, dx = operands[6], operands[7], operands[8]
    columns.combine(memory, operands[0], operands[1], x, dy, mean, along_dy, along_x, constant, dx)


@pytest.mark.parametrize(("n", "c"), SIZES)
def test_moments(n: int, c: int) -> None:
    x = normal(n, c) + 3 * normal(c)
    _, mean, squares = run(moments_of_columns, n, c, x, np.full(c, np.nan), np.full(c, np.nan))
    x = x.astype(np.float32).astype(np.float64)
    assert relative_error(mean, x.mean(axis=0)) < 5e-7
    assert relative_error(squares, x.var(axis=0) * n) < 1e-6


def test_moments_far_from_zero() -> None:
    """The square of the mean is a million times the variance: a difference of sums would have no digit left."""
    x = (normal(3000, 5) + 1000).astype(np.float32).astype(np.float64)
    _, mean, squares = run(moments_of_columns, 3000, 5, x, np.zeros(5), np.zeros(5))
    assert relative_error(mean, x.mean(axis=0)) < 2e-7
    assert relative_error(squares, x.var(axis=0) * 3000) < 1e-5


@pytest.mark.parametrize(("n", "c"), SIZES)
def test_sums(n: int, c: int) -> None:
    x = normal(n, c)
    _, total = run(sums_of_columns, n, c, x, np.full(c, np.nan))
    assert np.abs(total - x.sum(axis=0)).max() < 1e-7 * np.abs(x).sum(axis=0).max()


@pytest.mark.parametrize(("n", "c"), SIZES)
def test_products(n: int, c: int) -> None:
    x, dy, mean = normal(n, c), normal(n, c, seed=1), normal(c)
    *_, plain, weighted = run(products_of_columns, n, c, x, dy, mean, np.full(c, np.nan), np.full(c, np.nan))
    terms = dy * (x - mean)
    assert np.abs(plain - dy.sum(axis=0)).max() < 1e-7 * np.abs(dy).sum(axis=0).max()
    assert np.abs(weighted - terms.sum(axis=0)).max() < 2e-7 * np.abs(terms).sum(axis=0).max()


@pytest.mark.parametrize(("n", "c"), SIZES)
def test_scale(n: int, c: int) -> None:
    x, mean, factor, shift = normal(n, c), normal(c), normal(c, seed=1), normal(c, seed=2)
    *_, y = run(scale_columns, n, c, x, mean, factor, shift, np.full((n, c), np.nan))
    assert relative_error(y, (x - mean) * factor + shift) < 3e-7


@pytest.mark.parametrize(("n", "c"), SIZES)
def test_combine_adds(n: int, c: int) -> None:
    x, dy, dx = normal(n, c), normal(n, c, seed=1), normal(n, c, seed=2)
    mean, along_dy, along_x, constant = (normal(c, seed=seed) for seed in range(3, 7))
    *_, ours = run(combine_columns, n, c, x, dy, mean, along_dy, along_x, constant, dx)
    assert relative_error(ours, dx + along_dy * dy + along_x * (x - mean) + constant) < 5e-7
