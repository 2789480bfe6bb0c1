"""Dropout: its share, its scale, its random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import dropout
from tests.kernels.desk import normal, run

STATE = np.array([1, 2], np.uint64)


def forward(x: np.ndarray, rate: float, state: np.ndarray = STATE) -> list[np.ndarray]:
    """[x, rate, random state, y, mask] afterwards."""
    return run(dropout.dropout_forward, x.size, x, np.array([rate]), state, np.full_like(x, np.nan), np.full_like(x, np.nan))


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.5, 0.95])
def test_share_and_scale(rate: float) -> None:
    x = normal(20_000)
    *_, y, mask = forward(x, rate)
    np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - rate)] if rate else [1], rtol=1e-6)
    np.testing.assert_array_equal(y, x.astype(np.float32) * mask)
    assert (mask == 0).mean() == pytest.approx(rate, abs=0.015)


def test_random_numbers_go_on_where_they_were() -> None:
    x = normal(50)
    _, _, state, _, first = forward(x, 0.5)
    *_, second = forward(x, 0.5, state)
    *_, again = forward(x, 0.5)
    assert (first == again).all()
    assert (first != second).any()


def test_backward_goes_through_the_same_mask() -> None:
    mask, dx, dy = np.array([0, 2, 0, 2, 2.0]), normal(5), normal(5, seed=1)
    *_, ours, _, _ = run(dropout.dropout_backward, 5, dx, np.ones(1), STATE, dx, dx, None, None, dy, mask)
    np.testing.assert_allclose(ours, dx + dy * mask, rtol=1e-6)
