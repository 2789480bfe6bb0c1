"""Functions inside kernels: their error in units of the last place, and what they make of infinities and NaN."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from scipy import special

from kernels import mathematics

INF, NAN = np.inf, np.nan

# name: the float64 function, and (from, to, error in ulp) of ranges
TRUTH = {
    "exp": (np.exp, [(-87, 88.7, 1.5), (-1, 1, 1.5)]),
    "expm1": (np.expm1, [(-20, 87.9, 2), (-1, 1, 2), (-1e-3, 1e-3, 1)]),
    "tanh": (np.tanh, [(-12, 12, 3), (-1, 1, 3), (-1e-3, 1e-3, 3)]),
    "sigmoid": (special.expit, [(-80, 20, 3), (-1, 1, 3)]),
    "log1p_unit": (np.log1p, [(0, 1, 2.5), (0, 1e-3, 2.5), (-1 / 3, 0, 2.5)]),
    "log": (np.log, [(1e-37, 1e37, 2.5), (2**-24, 1, 2.5), (0.999, 1.001, 2.5)]),
    "softplus": (lambda x: np.logaddexp(0, x), [(-80, 80, 3), (-1, 1, 3)]),
    "normal_cdf": (special.ndtr, [(-5, 6, 40), (-1, 1, 8)]),
}

# name: what comes of -inf, -1e30, 0, 1e30, inf, NaN
EXTREMES = {
    "exp": (0, 0, 1, INF, INF, NAN),
    "expm1": (-1, -1, 0, INF, INF, NAN),
    "tanh": (-1, -1, 0, 1, 1, NAN),
    "sigmoid": (0, 0, 0.5, 1, 1, NAN),
    "softplus": (0, 0, np.float32(np.log(2)), np.float32(1e30), INF, NAN),
    "normal_cdf": (0, 0, 0.5, 1, 1, NAN),
}


def over(name: str, x: np.ndarray) -> np.ndarray:
    """The function over an array, in a loop as kernels have it."""
    function = getattr(mathematics, name)

    @njit(error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp", "afn"})
    def loop(x, y):
        for i in range(x.size):
            y[i] = function(x[i])

    y = np.empty_like(x)
    loop(x, y)
    return y


@pytest.mark.parametrize("name", TRUTH)
def test_error_in_the_last_place(name: str) -> None:
    truth, ranges = TRUTH[name]
    for low, high, allowed in ranges:
        x = np.linspace(low, high, 200_001).astype(np.float32)
        right = truth(x.astype(np.float64))
        assert np.max(np.abs(over(name, x) - right) / np.spacing(np.abs(right).astype(np.float32))) < allowed, (low, high)


def test_the_circle() -> None:
    circle = mathematics.circle

    @njit(error_model="numpy")
    def loop(turns, points):
        for i in range(turns.size):
            points[i, 0], points[i, 1] = circle(turns[i])

    turns, points = np.linspace(0, 1, 100_001).astype(np.float32), np.empty((100_001, 2), np.float32)
    loop(turns, points)
    angle = 2 * np.pi * turns.astype(np.float64)
    np.testing.assert_allclose(points, np.column_stack([np.cos(angle), np.sin(angle)]), rtol=0, atol=1.5e-7)


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes(name: str) -> None:
    x = np.array([-INF, -1e30, 0, 1e30, INF, NAN], np.float32)
    np.testing.assert_allclose(over(name, x), np.array(EXTREMES[name], np.float32), rtol=1e-6)


def test_the_largest_powers_overflow_no_sooner_than_float32_does() -> None:
    x = np.array([88.72, 88.73, -87.3], np.float32)
    np.testing.assert_allclose(over("exp", x), [np.exp(np.float64(x[0])), INF, np.exp(np.float64(x[2]))], rtol=1e-6)


def test_tanh_keeps_the_sign_of_zero() -> None:
    assert np.signbit(over("tanh", np.array([-0.0], np.float32)))[0]
