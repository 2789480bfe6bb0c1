"""Clouds whose middles are known."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import load
from playground.data.mixtures import Grid, Islands, Line, Mixture, Ring


@pytest.mark.parametrize(
    ("record", "middles"), [(Ring(), 8), (Ring(clouds=3), 3), (Grid(), 25), (Grid(side=2), 4), (Islands(islands=3), 3)]
)
def test_a_cloud_is_a_class_around_its_middle(record: Mixture, middles: int) -> None:
    dataset = load(record)
    assert dataset.modes is not None
    assert len(dataset.classes) == len(dataset.modes.centres) == middles
    away = dataset.raw - dataset.modes.centres[dataset.y[:, 0].astype(int)]
    counts = np.bincount(dataset.y[:, 0].astype(int))
    assert np.ptp(counts) <= 1
    if isinstance(record, Islands):
        assert np.linalg.norm(away, axis=1).max() <= 3 * record.deviation
    else:
        np.testing.assert_allclose(away.std(axis=0), record.deviation, rtol=0.1)
    assert np.abs(dataset.raw).max() < 6


def test_the_ring_is_round_and_the_grid_has_rows() -> None:
    np.testing.assert_allclose(np.linalg.norm(Ring(radius=3).centres(), axis=1), 3)
    centres = Grid(side=3, apart=1).centres()
    assert sorted(map(tuple, centres)) == [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]


def test_a_line_is_straight_and_told_along() -> None:
    dataset = load(Line(angle=90, deviation=0.05))
    np.testing.assert_allclose(dataset.raw[:, 1] / 5, dataset.y[:, 0], atol=1e-6)
    assert dataset.raw[:, 0].std() == pytest.approx(0.05, rel=0.1)
