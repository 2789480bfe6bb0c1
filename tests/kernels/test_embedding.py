"""Embedding: rows looked up, gradients gathered, indices that lie outside."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import embedding
from tests.kernels.desk import normal, run

OUTSIDE = np.array([-3, -0.5, 0, 2.7, 4, 5, 1e9, -np.inf, np.inf, np.nan])
MEANT = [0, 0, 0, 2, 4, 4, 4, 0, 4, 0]


@pytest.mark.parametrize(("n", "entries", "width"), [(1, 1, 1), (5, 3, 2), (9, 4, 8), (20, 30, 21)])
def test_forward(n: int, entries: int, width: int) -> None:
    x, w = np.random.default_rng(n).integers(0, entries, n), normal(entries, width)
    *_, y = run(embedding.embedding_forward, n, entries, width, x.astype(np.float32), w, np.full((n, width), np.nan))
    np.testing.assert_array_equal(y, w[x])


def test_an_index_outside_is_the_nearest_end() -> None:
    w = normal(5, 3)
    *_, y = run(embedding.embedding_forward, len(OUTSIDE), 5, 3, OUTSIDE, w, np.zeros((len(OUTSIDE), 3)))
    np.testing.assert_array_equal(y, w[MEANT])


@pytest.mark.parametrize(("n", "entries", "width"), [(1, 1, 1), (5, 3, 2), (9, 4, 8), (20, 30, 21)])
def test_backward_adds_once_for_each_time(n: int, entries: int, width: int) -> None:
    x, dw, dy = np.random.default_rng(n).integers(0, entries, n), normal(entries, width), normal(n, width, seed=1)
    unread = (np.full((entries, width), np.nan), np.full((n, width), np.nan))
    *_, ours, _ = run(embedding.embedding_backward, n, entries, width, x.astype(np.float32), *unread, None, dw, dy)
    np.add.at(dw, x, dy)
    np.testing.assert_allclose(ours, dw, rtol=1e-6, atol=1e-6)


def test_backward_of_an_index_outside() -> None:
    dy = normal(len(OUTSIDE), 3)
    unread = (np.full((5, 3), np.nan), np.full(dy.shape, np.nan))
    *_, ours, _ = run(embedding.embedding_backward, len(OUTSIDE), 5, 3, OUTSIDE, *unread, None, np.zeros((5, 3)), dy)
    expected = np.zeros((5, 3))
    np.add.at(expected, MEANT, dy)
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-6)


def test_lengths_end_before_the_zeros_at_the_end() -> None:
    x = np.array([[3, 0, 2, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 9], [0, 0, 0, 0, 1], [2, np.nan, 0.9, -1, 0]])
    *_, lengths = run(embedding.lengths_forward, 5, 5, x, np.full(5, np.nan))
    np.testing.assert_array_equal(lengths, [3, 0, 5, 5, 1])
