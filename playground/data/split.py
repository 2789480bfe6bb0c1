"""Which rows are learned from and which are kept for the test."""

from __future__ import annotations

import numpy as np

Split = tuple[np.ndarray, np.ndarray]


def split(y: np.ndarray, fraction: float, seed: int) -> Split:
    """Row numbers (train, test), both in random order; y is (n,).

    Rows are sorted by target, at random among equals, and dealt out in turn: both parts get the same mix of classes or values.
    """
    random = np.random.default_rng((seed, 1))
    shuffled = random.permutation(y.size)
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    test = dealt(np.arange(y.size), fraction)
    return random.permutation(order[~test]), random.permutation(order[test])


def growing_split(y: np.ndarray, fraction: float) -> Split:
    """Row numbers (train, test) such that a row added at the end moves no earlier one: each class deals out its rows as they come."""
    test = np.zeros(y.size, bool)
    for label in np.unique(y):
        test[y == label] = dealt(np.arange(np.count_nonzero(y == label)), fraction)
    return np.flatnonzero(~test), np.flatnonzero(test)


def dealt(place: np.ndarray, fraction: float) -> np.ndarray:
    """Whether the row at this place of the queue is for the test; of any first k rows, floor(k fraction) are. The first never is."""
    rounding = 1e-9  # 0.29 * 100 is 28.999999999999996
    return np.floor((place + 1) * fraction + rounding) > np.floor(place * fraction + rounding)
