"""Tables: the right ones, standardised without a look at the test rows."""

import numpy as np
import pytest

from playground.data import load
from playground.data.tabular import BreastCancer, Diabetes, Digits, Iris, Wine

SHAPES = [(Iris, 150, 4, 3), (Wine, 178, 13, 3), (BreastCancer, 569, 30, 2), (Diabetes, 442, 10, 0), (Digits, 1797, 64, 10)]


@pytest.mark.parametrize(("kind", "rows", "inputs", "classes"), SHAPES)
def test_the_table_is_the_one_everybody_knows(kind, rows, inputs, classes):
    dataset = load(kind())
    assert (dataset.raw.shape, len(dataset.classes)) == ((rows, inputs), classes)


@pytest.mark.parametrize("kind", [shape[0] for shape in SHAPES])
def test_training_rows_alone_decide_mean_and_scale(kind: str) -> None:
    dataset = load(kind(seed=3))
    for i, column in enumerate(dataset.columns):
        known = dataset.raw[dataset.train, i]
        assert column.mean == pytest.approx(known.mean())
        assert column.scale == pytest.approx(known.std() or 1.0)
    x = dataset.features()(dataset.raw[dataset.train])
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0)[dataset.raw[dataset.train].std(axis=0) > 0], 1, atol=1e-4)


def test_every_class_is_as_frequent_in_the_test() -> None:
    dataset = load(Wine())
    train, test = (np.bincount(dataset.y[rows, 0].astype(int)) / rows.size for rows in (dataset.train, dataset.test))
    np.testing.assert_allclose(train, test, atol=0.03)


def test_predicted_values_come_back_in_the_target_s_units() -> None:
    dataset = load(Diabetes())
    progression = dataset.unscaled(dataset.y)
    assert progression.min() == pytest.approx(25, abs=1e-3)
    assert progression.max() == pytest.approx(346, abs=1e-3)
    assert dataset.y[dataset.train].std() == pytest.approx(1, abs=1e-4)
