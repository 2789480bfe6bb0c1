"""Charts of real runs: each shows the numbers that the run has."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from playground import Experiment, Run
from playground.ui import figures
from playground.ui.palette import DARK, LIGHT, palette
from playground.ui.snapshot import Snapshot, snapshot

LAYERS = [{"kind": "dense", "units": 4, "activation": "tanh"}, {"kind": "dense", "units": 2, "activation": "tanh"}]


@cache
def trained(data: str, steps: int = 60) -> Run:
    run = Run(Experiment.model_validate({"data": data, "layers": LAYERS}))
    run.step(steps)
    return run


@pytest.fixture
def two() -> Snapshot:
    return snapshot(trained("circle"))


@pytest.fixture
def many() -> Snapshot:
    return snapshot(trained("iris"))


@pytest.fixture
def values() -> Snapshot:
    return snapshot(trained("diabetes"))


def test_a_snapshot_is_the_run_at_one_step(two: Snapshot) -> None:
    run = trained("circle")
    assert (two.step, two.task, two.part) == (60, "classification", "test")
    assert two.answers.shape == (run.dataset.test.size, 2)
    np.testing.assert_allclose(two.answers.sum(axis=1), 1, rtol=1e-6)
    assert np.mean(two.answers.argmax(axis=1) == two.truth) == pytest.approx(run.metrics()["test/accuracy"])
    assert [layer.title for layer in two.layers] == ["Hidden 1", "Hidden 2", "Head"]
    assert [layer.weights.size for layer in two.layers] == [2 * 4 + 4, 4 * 2 + 2, 2 * 1 + 1]


def test_a_snapshot_does_not_change_when_the_run_goes_on() -> None:
    run = Run(trained("circle").experiment)
    before = snapshot(run)
    weights, history = before.layers[0].weights.copy(), before.history.copy()
    run.step(50)
    np.testing.assert_array_equal(before.layers[0].weights, weights)
    np.testing.assert_array_equal(before.history, history)


def test_values_are_in_the_units_they_came_in(values: Snapshot) -> None:
    assert values.truth.shape == values.answers.shape == (trained("diabetes").dataset.test.size, 1)
    assert 20 < values.truth.min() < values.truth.max() < 350  # the illness's progression, not a standardised number


def test_without_test_rows_the_training_rows_answer() -> None:
    run = Run(Experiment.model_validate({"data": {"kind": "circle", "test_fraction": 0.0}, "layers": LAYERS}))
    run.step(30)
    seen = snapshot(run)
    assert (seen.part, len(seen.truth)) == ("train", 500)
    names = {trace.name for trace in figures.curves(seen, LIGHT).data}
    assert "train loss" in names
    assert not names & {"test loss", "test accuracy"}


def lines(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data if trace.name}


@pytest.mark.parametrize("log", [True, False])
def test_curves_are_the_history(two: Snapshot, log: bool) -> None:
    figure = figures.curves(two, LIGHT, log)
    drawn = lines(figure)
    for name, column in (("train loss", 1), ("test loss", 2), ("test accuracy", 3)):
        np.testing.assert_array_equal(drawn[name].y, two.history[:, column])
    assert figure.layout.yaxis.type == ("log" if log else "linear")
    assert figure.layout.uirevision  # a zoom outlives the next drawing


def test_curves_of_a_regression_have_no_accuracy(values: Snapshot) -> None:
    assert set(lines(figures.curves(values, LIGHT))) == {"train loss", "test loss"}


def test_the_confusion_matrix_counts(many: Snapshot) -> None:
    figure = figures.confusion(many, LIGHT)
    counts = metrics.confusion_matrix(many.truth, many.answers.argmax(axis=1), labels=range(3))
    np.testing.assert_array_equal(figure.data[0].customdata, counts)
    np.testing.assert_allclose(
        figure.data[0].z, metrics.confusion_matrix(many.truth, many.answers.argmax(axis=1), labels=range(3), normalize="true")
    )
    assert figure.data[0].x == many.classes


def test_the_roc_curve_has_the_true_area(two: Snapshot) -> None:
    false, true = figures.rates(two.truth == 1, two.answers[:, 1])
    assert np.trapezoid(true, false) == pytest.approx(metrics.roc_auc_score(two.truth, two.answers[:, 1]))
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)
    np.testing.assert_array_equal(figures.roc(two, LIGHT).data[1].y, true)


def test_equal_scores_are_one_step_of_the_roc_curve() -> None:
    positive, scores = np.array([True, False, True, False]), np.array([0.9, 0.5, 0.5, 0.1])
    false, true = figures.rates(positive, scores)
    np.testing.assert_allclose(false, [0, 0, 0.5, 1])
    np.testing.assert_allclose(true, [0, 0.5, 1, 1])


def test_one_class_alone_makes_no_division_by_zero() -> None:
    false, true = figures.rates(np.array([True, True]), np.array([0.2, 0.8]))
    assert np.isfinite(false).all()
    assert true[-1] == 1


def test_predictions_are_drawn_against_the_truth(values: Snapshot) -> None:
    points = figures.fit(values, DARK).data[1]
    np.testing.assert_array_equal(points.x, values.truth[:, 0])
    np.testing.assert_array_equal(points.y, values.answers[:, 0])
    assert figures.explained(values.truth, values.answers) == pytest.approx(metrics.r2_score(values.truth, values.answers), abs=1e-6)


def test_histograms_hold_every_finite_number(two: Snapshot) -> None:
    drawn = figures.histograms(two, LIGHT).data
    sizes = [part.size for layer in two.layers for part in (layer.weights, layer.gradients)]
    assert [int(np.sum(bars.y)) for bars in drawn] == sizes
    broken = figures.bars(np.array([np.nan, np.inf, 1.0, -2.0]), "#000000")
    assert int(np.sum(broken.y)) == 2


def test_charts_take_the_colours_of_the_theme(two: Snapshot) -> None:
    assert (palette("dark"), palette("light"), palette(None)) == (DARK, LIGHT, LIGHT)
    for colours in (LIGHT, DARK):
        assert lines(figures.curves(two, colours))["test loss"].line.color == colours.ink
        assert figures.histograms(two, colours).data[1].marker.color == colours.gradient
