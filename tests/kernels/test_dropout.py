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


SIZES = [(1, 1, 1), (3, 1, 5), (2, 4, 8), (5, 6, 21)]


@pytest.mark.parametrize(("rows", "positions", "c"), SIZES)
def test_channels_fall_silent_at_all_positions(rows: int, positions: int, c: int) -> None:
    x = normal(rows, positions, c)
    written = (np.full_like(x, np.nan), np.full((rows, c), np.nan))
    *_, y, mask = run(dropout.spatial_dropout_forward, rows, positions, c, x, np.array([0.5]), STATE, *written)
    assert set(np.unique(mask)) <= {0, 2}
    np.testing.assert_array_equal(y, x.astype(np.float32) * mask[:, None])


def test_share_of_silent_channels() -> None:
    x = np.ones((200, 2, 50))
    *_, mask = run(dropout.spatial_dropout_forward, 200, 2, 50, x, np.array([0.3]), STATE, x, np.full((200, 50), np.nan))
    assert (mask == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert mask.mean() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize(("rows", "positions", "c"), SIZES)
def test_gradients_of_channels(rows: int, positions: int, c: int, needed: bool) -> None:
    dx, dy, mask = normal(rows, positions, c), normal(rows, positions, c, seed=1), 2.0 * (normal(rows, c) > 0)
    unread = (np.full_like(dx, np.nan), np.ones(1), STATE, np.full_like(dx, np.nan))
    result = run(dropout.spatial_dropout_backward, rows, positions, c, *unread, dx if needed else None, None, None, dy, mask)
    if needed:
        np.testing.assert_allclose(result[4], dx + dy * mask[:, None], rtol=1e-6, atol=1e-6)
