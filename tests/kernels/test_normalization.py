"""Normalization, against NumPy in float64: sizes of 1, sizes that fill no register, gradients that nobody needs."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import normalization
from tests.kernels.desk import normal, relative_error, run

EPSILON = float(np.float32(1e-3))
MOMENTUM = 0.25
TOLERANCE = 3e-6
SIZES = [(2, 1), (3, 2), (6, 5), (7, 8), (10, 9), (33, 21), (3000, 3)]


def blank(*shape: int) -> np.ndarray:
    """What a kernel must write and not read."""
    return np.full(shape, np.nan)


def inverse_of(x: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    return 1 / np.sqrt(x.var(axis=axis, keepdims=True) + EPSILON)


def standardized(x: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    return (x - x.mean(axis=axis, keepdims=True)) * inverse_of(x, axis)


def gradient_of_standardized(x: np.ndarray, g: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """What a gradient g of the standardized numbers is to x."""
    z = standardized(x, axis)
    return inverse_of(x, axis) * (g - g.mean(axis=axis, keepdims=True) - z * (g * z).mean(axis=axis, keepdims=True))


# ------------------------------------------------------------------ batch normalization


def batch_norm(x: np.ndarray, kernel: object = normalization.batch_norm_forward) -> list[np.ndarray]:
    """[x, scale, shift, running mean, running variance, momentum, epsilon, y, mean, inverse, scratch] afterwards."""
    n, c = x.shape
    learnt = (normal(c, seed=1), normal(c, seed=2), normal(c, seed=3), normal(c, seed=4) ** 2)
    written = (blank(n, c), blank(c), blank(c), blank(5 * c))
    return run(kernel, n, c, x, *learnt, np.array([MOMENTUM]), np.array([EPSILON]), *written)


@pytest.mark.parametrize(("n", "c"), SIZES)
def test_batch_norm(n: int, c: int) -> None:
    x = normal(n, c)
    _, scale, shift, mean, variance, _, _, y, batch_mean, inverse, _ = batch_norm(x)
    assert relative_error(y, standardized(x, 0) * scale + shift) < TOLERANCE
    assert relative_error(mean, (1 - MOMENTUM) * normal(c, seed=3) + MOMENTUM * x.mean(axis=0)) < TOLERANCE
    assert relative_error(variance, (1 - MOMENTUM) * normal(c, seed=4) ** 2 + MOMENTUM * x.var(axis=0, ddof=1)) < TOLERANCE
    assert relative_error(batch_mean, x.mean(axis=0)) < TOLERANCE
    assert relative_error(inverse, inverse_of(x, 0)[0]) < TOLERANCE


@pytest.mark.parametrize("c", [1, 5, 8, 9])
def test_batch_norm_of_one_number_a_channel(c: int) -> None:
    _, _, shift, mean, variance, _, _, y, _, inverse, _ = batch_norm(normal(1, c))
    np.testing.assert_array_equal(y[0], shift)
    np.testing.assert_array_equal(variance, (normal(c, seed=4) ** 2).astype(np.float32))
    assert np.isfinite(mean).all()
    assert np.isfinite(inverse).all()


@pytest.mark.parametrize(("n", "c"), [(1, 1), *SIZES])
def test_batch_norm_at_inference(n: int, c: int) -> None:
    x = normal(n, c)
    _, scale, shift, mean, variance, _, _, y, *_ = batch_norm(x, normalization.batch_norm_inference)
    np.testing.assert_array_equal(mean, normal(c, seed=3))
    assert relative_error(y, (x - mean) / np.sqrt(variance + EPSILON) * scale + shift) < TOLERANCE


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize(("n", "c"), [(1, 3), *SIZES])
def test_batch_norm_backward_adds(n: int, c: int, needed: bool) -> None:
    x, scale, dy = normal(n, c), normal(c, seed=1), normal(n, c, seed=2)
    dx, dscale, dshift = normal(n, c, seed=3), normal(c, seed=4), normal(c, seed=5)
    unread = (blank(c), blank(c), blank(c), blank(1), blank(1), blank(n, c))
    gradients = (dx if needed else None, dscale, dshift, None, None, None, None, dy)
    kept = (x.mean(axis=0), inverse_of(x, 0)[0], blank(5 * c))
    result = run(normalization.batch_norm_backward, n, c, x, scale, *unread, *gradients, *kept)
    if needed:
        assert relative_error(result[8], dx + gradient_of_standardized(x, dy * scale, 0)) < 1e-5
    assert relative_error(result[-6], dscale + (dy * standardized(x, 0)).sum(axis=0)) < 1e-5
    assert relative_error(result[-5], dshift + dy.sum(axis=0)) < 1e-5


# ------------------------------------------------------------------ group normalization

GROUPED = [(1, 1, 2, 1), (2, 3, 2, 2), (3, 7, 6, 2), (2, 10, 24, 3), (1, 600, 16, 16), (2, 5, 9, 1)]


def grouped(x: np.ndarray, groups: int) -> np.ndarray:
    """(rows, positions, c) as (rows, positions, groups, c / groups)."""
    return x.reshape(*x.shape[:2], groups, -1)


@pytest.mark.parametrize(("rows", "positions", "c", "groups"), GROUPED)
def test_group_norm(rows: int, positions: int, c: int, groups: int) -> None:
    x, scale, shift = normal(rows, positions, c), normal(c, seed=1), normal(c, seed=2)
    written = (blank(rows, positions, c), blank(rows, groups), blank(rows, groups), blank(6 * c))
    result = run(normalization.group_norm_forward, rows, positions, c, groups, x, scale, shift, np.array([EPSILON]), *written)
    parts = grouped(x, groups)
    assert relative_error(result[4], standardized(parts, (1, 3)).reshape(x.shape) * scale + shift) < TOLERANCE
    assert relative_error(result[5], parts.mean(axis=(1, 3))) < TOLERANCE
    assert relative_error(result[6], inverse_of(parts, (1, 3))[:, 0, :, 0]) < TOLERANCE


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize(("rows", "positions", "c", "groups"), GROUPED)
def test_group_norm_backward_adds(rows: int, positions: int, c: int, groups: int, needed: bool) -> None:
    shape = (rows, positions, c)
    x, scale, dy = normal(*shape), normal(c, seed=1), normal(*shape, seed=2)
    dx, dscale, dshift = normal(*shape, seed=3), normal(c, seed=4), normal(c, seed=5)
    parts = grouped(x, groups)
    kept = (parts.mean(axis=(1, 3)), inverse_of(parts, (1, 3))[:, 0, :, 0], blank(6 * c))
    gradients = (dx if needed else None, dscale, dshift, None, dy)
    result = run(
        normalization.group_norm_backward, rows, positions, c, groups, x, scale, blank(c), blank(1), blank(*shape), *gradients, *kept
    )
    if needed:
        ours = gradient_of_standardized(parts, grouped(dy * scale, groups), (1, 3)).reshape(shape)
        assert relative_error(result[5], dx + ours) < 1e-5
    z = standardized(parts, (1, 3)).reshape(shape)
    assert relative_error(result[-6], dscale + (dy * z).sum(axis=(0, 1))) < 1e-5
    assert relative_error(result[-5], dshift + dy.sum(axis=(0, 1))) < 1e-5


# ------------------------------------------------------------------ layer and RMS normalization

ROWS = [(1, 1), (1, 2), (4, 3), (3, 8), (10, 9), (5, 37), (2, 5000)]


@pytest.mark.parametrize(("n", "k"), ROWS)
def test_layer_norm(n: int, k: int) -> None:
    x, scale, shift = normal(n, k) + 5, normal(k, seed=1), normal(k, seed=2)
    x = x.astype(np.float32).astype(np.float64)
    *_, y, mean, inverse = run(
        normalization.layer_norm_forward, n, k, x, scale, shift, np.array([EPSILON]), blank(n, k), blank(n), blank(n)
    )
    assert relative_error(y, standardized(x, 1) * scale + shift) < TOLERANCE
    assert relative_error(mean, x.mean(axis=1)) < TOLERANCE
    assert relative_error(inverse, inverse_of(x, 1)[:, 0]) < TOLERANCE


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize(("n", "k"), ROWS)
def test_layer_norm_backward_adds(n: int, k: int, needed: bool) -> None:
    x, scale, dy = normal(n, k), normal(k, seed=1), normal(n, k, seed=2)
    dx, dscale, dshift = normal(n, k, seed=3), normal(k, seed=4), normal(k, seed=5)
    gradients = (dx if needed else None, dscale, dshift, None, dy)
    kept = (x.mean(axis=1), inverse_of(x, 1)[:, 0])
    result = run(normalization.layer_norm_backward, n, k, x, scale, blank(k), blank(1), blank(n, k), *gradients, *kept)
    if needed:
        assert relative_error(result[5], dx + gradient_of_standardized(x, dy * scale, 1)) < 1e-5
    assert relative_error(result[-5], dscale + (dy * standardized(x, 1)).sum(axis=0)) < 1e-5
    assert relative_error(result[-4], dshift + dy.sum(axis=0)) < 1e-5


def inverse_size(x: np.ndarray) -> np.ndarray:
    return 1 / np.sqrt((x * x).mean(axis=1, keepdims=True) + EPSILON)


@pytest.mark.parametrize(("n", "k"), ROWS)
def test_rms_norm(n: int, k: int) -> None:
    x, scale = normal(n, k), normal(k, seed=1)
    *_, y, inverse = run(normalization.rms_norm_forward, n, k, x, scale, np.array([EPSILON]), blank(n, k), blank(n))
    assert relative_error(y, x * inverse_size(x) * scale) < TOLERANCE
    assert relative_error(inverse, inverse_size(x)[:, 0]) < TOLERANCE


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize(("n", "k"), ROWS)
def test_rms_norm_backward_adds(n: int, k: int, needed: bool) -> None:
    x, scale, dy = normal(n, k), normal(k, seed=1), normal(n, k, seed=2)
    dx, dscale, inverse = normal(n, k, seed=3), normal(k, seed=4), inverse_size(x)
    gradients = (dx if needed else None, dscale, None, dy)
    result = run(normalization.rms_norm_backward, n, k, x, scale, blank(1), blank(n, k), *gradients, inverse[:, 0])
    g, z = dy * scale, x * inverse
    if needed:
        assert relative_error(result[4], dx + inverse * (g - z * (g * z).mean(axis=1, keepdims=True))) < 1e-5
    assert relative_error(result[-3], dscale + (dy * z).sum(axis=0)) < 1e-5
