"""How like real rows generated ones are, against plain NumPy and SciPy, and what is said when they are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from playground import Run
from playground.data import Data, load
from playground.record import members
from playground.tasks import judging
from playground.tasks.judging import collapse, of_real_rows
from playground.tasks.measures import CELLS, coverage, divergences, shares, spread
from tests.playground.test_adversarial import game


def cloud(seed: int, count: int = 2000, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, scale, (count, 2))


def test_shares_are_a_histogram() -> None:
    points = cloud(1, scale=3)
    inside = points.clip(-6, 6 - 1e-6)
    edges = np.linspace(-6, 6, CELLS + 1)
    expected = np.histogram2d(inside[:, 1], inside[:, 0], (edges, edges))[0].ravel() / len(points)
    assert np.abs(shares(points) - expected).sum() < 0.005, "a point on an edge may fall to either side"
    assert shares(np.array([[np.nan, 0.0], [1e9, -np.inf]])).sum() == 1


def test_divergences_are_what_they_are_called() -> None:
    p, q = shares(cloud(1)), shares(cloud(2, scale=1.5))
    found = divergences(p, q)
    assert found["js"] == pytest.approx(jensenshannon(p, q) ** 2, rel=1e-6)
    assert found["kl"] == pytest.approx(entropy(p, 0.99 * q + 0.01 * p), rel=1e-6)
    assert divergences(p, p) == {"kl": pytest.approx(0, abs=1e-12), "js": pytest.approx(0, abs=1e-12)}
    apart = divergences(shares(cloud(1, scale=0.1) - 3), shares(cloud(1, scale=0.1) + 3))
    assert apart == {"kl": pytest.approx(np.log(100)), "js": pytest.approx(np.log(2))}


@pytest.mark.parametrize("kind", ["ring", "grid", "islands"])
def test_real_points_cover_all_modes(kind: str) -> None:
    dataset = load(members(Data)[kind]())
    assert dataset.modes is not None
    covered, good = coverage(dataset.raw, dataset.modes)
    assert covered == len(dataset.modes.centres)
    assert good > 0.98
    one = dataset.modes.centres[[0]].repeat(50, axis=0)
    assert coverage(one, dataset.modes) == (1, 1.0)
    assert coverage(one + 1000, dataset.modes) == (0, 0.0)
    few = np.concatenate([one, one, dataset.modes.centres[[1]]])
    assert coverage(few, dataset.modes)[0] == 1, "a hundredth is needed"
    assert coverage(np.full((5, 2), np.nan), dataset.modes) == (0, 0.0)


def test_a_normal_cloud_is_near_its_middle_as_often_as_it_should() -> None:
    dataset = load(members(Data)["ring"](samples=20_000))
    assert dataset.modes is not None
    assert coverage(dataset.raw, dataset.modes)[1] == pytest.approx(1 - np.exp(-4.5), abs=0.002)


def test_spread_is_a_mean_distance() -> None:
    assert spread(cloud(3, 20_000)) == pytest.approx(np.sqrt(np.pi), rel=0.1)
    assert spread(np.ones((30, 64))) == 0
    assert spread(np.ones((1, 2))) == 0


def test_a_generator_that_makes_one_thing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert collapse(Run(game(data="ring"))) is None, "it has just begun"
    monkeypatch.setattr(judging, "BEGUN", 0)
    run = Run(game(data="ring"))
    run.view("generator/head/weight")[:] = 0
    run.view("generator/head/bias")[:] = load(run.experiment.data).modes.centres[2]  # type: ignore[union-attr]
    scores = run.evaluate()
    assert (scores["modes"], scores["good"], scores["spread"]) == (1, 1.0, 0)
    assert collapse(run) == "It makes 1 of 8 clouds. Smaller first weights may find more."
    spiral = Run(game(data="spiral"))
    spiral.view("generator/head/weight")[:] = 0
    spiral.evaluate()
    assert collapse(spiral) == "All that it makes is nearly alike. Give the discriminator more neurons, or more steps."
    assert "modes" not in spiral.scores


def test_real_rows_are_measured_once() -> None:
    dataset = load(members(Data)["ring"]())
    assert of_real_rows(dataset)[1] is of_real_rows(dataset)[1]
