"""Windows over a series: nothing of the test part is learned from, and nothing is kept twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import Experiment, Run
from playground.data import Data, DataError, load
from playground.data.dataset import DataSet
from playground.data.own_series import OwnSeries
from playground.data.series import DampedSines, MackeyGlass, Series, parts
from playground.record import members
from playground.saving import state_names

KINDS = [kind for kind, member in members(Data).items() if issubclass(member, Series)]


def series(kind: str, length: int = 3000, **data: Any) -> Series:
    """A series of so many values; one's own comes from a file."""
    if kind != "own_series":
        return members(Data)[kind].model_validate({"length": length} | data)
    values = "\n".join(f"{value:.6f}" for value in DampedSines(length=length).draw())
    return OwnSeries.model_validate(OwnSeries.keep("own.csv", f"load\n{values}".encode()).model_dump() | data)


def experiment(kind: str = "mackey_glass", **data: Any) -> Experiment:
    chosen = {
        "data": series(kind, **({"length": 600, "window": 20} | data)),
        "layers": [{"kind": "gru", "hidden": 8}],
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "training": {"batch_size": 16},
    }
    return Experiment.model_validate(chosen)


def asked(dataset: DataSet, record: Series) -> np.ndarray:
    """Which value of the series each row asks for."""
    return np.arange(len(dataset.raw)) + record.window + record.ahead - 1


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_windows_and_what_follows(kind: str) -> None:
    record = series(kind, 400, window=30, ahead=7)
    values, dataset = record.draw(), load(record)
    assert dataset.shape == (30, 1)
    for row in (0, 5, len(dataset.raw) - 1):
        np.testing.assert_array_equal(dataset.raw[row], values[row : row + 30])
        assert dataset.unscaled(dataset.y[row, 0]) == pytest.approx(values[row + 30 + 7 - 1], abs=1e-6)
    np.testing.assert_array_equal(asked(dataset, record)[-1:], [399])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_known_of_the_test_part(kind: str) -> None:
    record = series(kind, 500)
    values, dataset = record.draw(), load(record)
    known = asked(dataset, record)[dataset.train].max() + 1
    assert dataset.test.min() == known, "the first test window begins right after the last value that is learned from"
    assert dataset.target_mean == pytest.approx(values[:known].mean())
    assert dataset.target_scale == pytest.approx(values[:known].std())
    assert {(column.mean, column.scale) for column in dataset.columns} == {(dataset.target_mean, dataset.target_scale)}


@given(st.integers(1, 300), st.integers(1, 80), st.integers(1, 40), st.floats(0, 0.9))
def test_no_window_reaches_over_the_border(values: int, span: int, apart: int, fraction: float) -> None:
    train, test = parts(values, span, apart, fraction)
    if train.size:
        assert train[0] == 0
        assert train[-1] * apart + span <= values
    if test.size:
        assert test[-1] * apart + span <= values
        assert train[-1] * apart + span <= test[0] * apart
        assert train[-1] * apart + span > (test[0] - 1) * apart, "one more could have been used"


@pytest.mark.parametrize("kind", KINDS)
def test_persistence_is_what_it_says(kind: str) -> None:
    dataset = load(series(kind))
    truth = dataset.unscaled(dataset.y[dataset.test, 0].astype(np.float64))
    assert dataset.baseline == pytest.approx(np.sqrt(np.mean((dataset.raw[dataset.test, -1] - truth) ** 2)), rel=1e-6)
    assert load(series(kind, test_fraction=0)).baseline is None


def test_the_series_is_kept_once() -> None:
    dataset = load(MackeyGlass(length=3000))
    assert np.shares_memory(dataset.y, dataset.windows.series)
    assert dataset.nbytes < 3000 * 4 + 3000 * 8 + 1
    run = Run(Experiment.model_validate({"data": "mackey_glass", "layers": ["gru"]}))
    assert run.data is dataset.windows.series


@pytest.mark.parametrize("kind", KINDS)
def test_batches_are_the_rows_they_say(kind: str) -> None:
    run = Run(experiment(kind))
    dataset = run.dataset
    features = dataset.features()(dataset.raw)
    for _ in range(5):
        run.step(1)
        picked = dataset.train[run.view("picked")]
        np.testing.assert_allclose(run.view("input"), features[picked], atol=1e-6)
        np.testing.assert_array_equal(run.view("target"), dataset.y[picked])


def test_what_is_scored_of_windows() -> None:
    run = Run(experiment())
    run.step(20)
    dataset = run.dataset
    every = dataset.train.size // dataset.test.size
    for split, rows in (("train", dataset.train[::every][: dataset.test.size]), ("test", dataset.test)):
        wrong = (run.predict(dataset.raw[rows]) - dataset.unscaled(dataset.y[rows])) / dataset.target_scale
        assert run.metrics()[f"{split}/loss"] == pytest.approx(np.mean(wrong**2), rel=1e-4)


def test_mackey_glass_is_the_equation_s() -> None:
    values = MackeyGlass(length=1000).draw()
    assert values.min() > 0.2
    assert values.max() < 1.5
    fine = (values[18:-1] - values[16:-3]) / 2 + 0.0  # central differences of a unit, so the equation holds roughly
    past, now = values[: len(fine)], values[17 : 17 + len(fine)]
    assert np.abs(fine - (0.2 * past / (1 + past**10) - 0.1 * now)).max() < 0.02


def test_damped_sines_die_away_and_are_struck_anew() -> None:
    values = DampedSines(noise=0, length=300).draw()
    first, end, again = (np.abs(values[i : i + 30]).max() for i in (0, 120, 150))
    assert end < 0.2 * first
    assert again > 0.5


@pytest.mark.parametrize(("window", "length"), [(200, 250), (60, 100)])
def test_a_window_longer_than_the_series_is_refused(window: int, length: int) -> None:
    with pytest.raises(
        DataError, match=rf"A window of {window} and 20 steps ahead need {2 * window + 40:,} values, and the series has {length}"
    ):
        load(MackeyGlass(window=window, length=length))


def test_it_forecasts_better_than_persistence() -> None:
    run = Run(experiment(length=1500, window=50))
    run.step(400)
    assert np.sqrt(run.metrics()["test/loss"]) * run.dataset.target_scale < 0.2 * run.dataset.baseline


def test_a_saved_run_goes_on_bit_for_bit() -> None:
    run = Run(experiment())
    run.step(9)
    copy, unseen = Run.load(run.save()), Run(experiment(), watched=False)
    run.step(70)
    copy.step(70)
    unseen.step(79)
    for name in state_names(run):
        assert run.view(name).tobytes() == copy.view(name).tobytes()
    np.testing.assert_array_equal(run.view("parameters"), unseen.view("parameters"))
