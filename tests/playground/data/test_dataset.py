"""Features out of raw rows: inputs as they stand beside what is computed of them."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import Axis, Column, DataSet


def dataset(dtype: type) -> DataSet:
    raw = np.random.default_rng(0).normal(size=(7, 3)).astype(dtype)
    columns = (
        Column("c", "c", 2, mean=0.5, scale=2.0),
        Column("ab", "ab", lambda raw: raw[:, 0] * raw[:, 1], mean=-1.0),
        Column("a", "a", 0, on=False),
    )
    inputs = tuple(Axis(name, name, -4, 4) for name in "abc")
    y, rows = np.zeros((7, 1), np.float32), np.arange(7)
    return DataSet("regression", (), ("y",), inputs, columns, raw, y, rows[:5], rows[5:])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_features_are_what_the_columns_say(dtype: type) -> None:
    data = dataset(dtype)
    a, b, c = data.raw.T
    before = data.raw.copy()
    found = data.features(["a", "ab", "c"])(data.raw)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.column_stack([(c - 0.5) / 2, a * b + 1, a]), rtol=1e-6)
    np.testing.assert_array_equal(data.raw, before)
    np.testing.assert_array_equal(data.features()(data.raw), found[:, :2])


def test_no_row_makes_no_row() -> None:
    assert dataset(np.float32).features()(np.zeros((0, 3))).shape == (0, 2)
