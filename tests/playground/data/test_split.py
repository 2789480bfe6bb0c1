"""Test rows: how many, of which class, and that they stay where they are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.data.split import growing_split, split

targets = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(np.array)
fractions = st.floats(0, 0.9)


@given(targets, fractions, st.integers(0, 99))
def test_both_parts_have_the_same_mix(y, fraction, seed):
    train, test = split(y, fraction, seed)
    assert sorted([*train, *test]) == list(range(y.size))
    assert test.size == int(np.floor(y.size * fraction + 1e-9))
    for label in np.unique(y):
        assert abs(np.count_nonzero(y[test] == label) - fraction * np.count_nonzero(y == label)) <= 1


@given(targets, fractions)
def test_a_new_row_moves_no_earlier_one(y, fraction):
    before, after = growing_split(y[:-1], fraction), growing_split(y, fraction)
    assert set(before[0]) <= set(after[0])
    assert set(before[1]) <= set(after[1])


@given(targets, fractions)
def test_the_first_row_of_a_class_is_for_training(y, fraction):
    train, _ = growing_split(y, fraction)
    assert set(y[train]) == set(y)


def test_fractions_that_binary_numbers_miss_are_met() -> None:
    for y in (np.zeros(100), np.arange(100) % 7):
        assert split(y, 0.29, 0)[1].size == 29


def test_rows_come_in_random_order() -> None:
    train, test = split(np.repeat([0, 1], 500), 0.5, 0)
    for rows in (train, test):
        assert 0.3 < np.mean(rows[:100] < 500) < 0.7
