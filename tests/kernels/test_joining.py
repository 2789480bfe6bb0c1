"""Paths that meet, against NumPy in float64."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import joining
from tests.kernels.desk import normal, relative_error, run


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("widths", [(1, 1), (3, 8), (5, 1, 17), (2, 9, 4, 1, 8, 3)])
def test_concatenate(n: int, widths: tuple[int, ...]) -> None:
    parts = [normal(n, width, seed=seed) for seed, width in enumerate(widths)]
    *_, y = run(joining.concatenate_forward, n, len(widths), *widths, *parts, np.full((n, sum(widths)), np.nan))
    np.testing.assert_array_equal(y, np.concatenate(parts, axis=1))


@pytest.mark.parametrize("missing", [None, 0, 2])
def test_concatenate_backward_adds(missing: int | None) -> None:
    n, widths = 3, (4, 1, 9)
    parts, dy = [normal(n, width) for width in widths], normal(n, sum(widths), seed=9)
    gradients = [None if i == missing else normal(n, width, seed=i + 1) for i, width in enumerate(widths)]
    result = run(joining.concatenate_backward, n, 3, *widths, *parts, np.full((n, sum(widths)), np.nan), *gradients, dy)
    ours = iter(result[4:])
    for gradient, share in zip(gradients, np.split(dy, np.cumsum(widths)[:-1], axis=1), strict=True):
        if gradient is not None:
            np.testing.assert_allclose(next(ours), gradient + share, rtol=1e-6, atol=1e-6)


SIZES = [(1, 1, 1), (2, 1, 5), (3, 4, 8), (2, 30, 21), (1, 2000, 3)]


@pytest.mark.parametrize(("rows", "positions", "c"), SIZES)
def test_position_mean(rows: int, positions: int, c: int) -> None:
    x = normal(rows, positions, c) + 1
    *_, y = run(joining.position_mean_forward, rows, positions, c, x, np.full((rows, c), np.nan))
    assert relative_error(y, x.mean(axis=1)) < 1e-6


@pytest.mark.parametrize(("rows", "positions", "c"), SIZES)
def test_position_mean_backward_adds(rows: int, positions: int, c: int) -> None:
    dx, dy = normal(rows, positions, c), normal(rows, c)
    unread = (np.full(dx.shape, np.nan), np.full(dy.shape, np.nan))
    *_, ours, _ = run(joining.position_mean_backward, rows, positions, c, *unread, dx, dy)
    assert relative_error(ours, dx + dy[:, None] / positions) < 1e-6


@pytest.mark.parametrize(("rows", "positions", "c"), SIZES)
def test_channel_multiply(rows: int, positions: int, c: int) -> None:
    x, s = normal(rows, positions, c), normal(rows, c)
    *_, y = run(joining.channel_multiply_forward, rows, positions, c, x, s, np.full(x.shape, np.nan))
    assert relative_error(y, x * s[:, None]) < 1e-6


@pytest.mark.parametrize("needed", [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize(("rows", "positions", "c"), SIZES)
def test_channel_multiply_backward_adds(rows: int, positions: int, c: int, needed: tuple[bool, bool]) -> None:
    x, s, dy = normal(rows, positions, c), normal(rows, c), normal(rows, positions, c, seed=1)
    dx, ds = normal(rows, positions, c, seed=2), normal(rows, c, seed=3)
    gradients = (dx if needed[0] else None, ds if needed[1] else None)
    *_, first, second, _ = [
        None,
        *run(joining.channel_multiply_backward, rows, positions, c, x, s, np.full(x.shape, np.nan), *gradients, dy),
    ]
    if needed[0]:
        assert relative_error(first if needed[1] else second, dx + dy * s[:, None]) < 1e-6
    if needed[1]:
        assert relative_error(second, ds + (dy * x).sum(axis=1)) < 5e-6
