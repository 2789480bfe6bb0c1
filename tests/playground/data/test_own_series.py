"""A column of one's own as a series: gaps are filled and told of, and what is no series is refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import DataError, load
from playground.data.own_series import LONGEST, OwnSeries
from playground.data.series import MackeyGlass

WAVE = np.round(np.sin(np.arange(400) / 5), 4)


def use(text: str, **choices: object) -> OwnSeries:
    record = OwnSeries.keep("own.csv", text.encode())
    return OwnSeries.model_validate(record.model_dump() | {"window": 8, "ahead": 3} | choices)


def table(values: object, name: str = "load") -> str:
    return "\n".join([f"day,{name},place", *(f"2024-01-{i % 28 + 1:02d},{value},here" for i, value in enumerate(values))])  # type: ignore[call-overload]


def test_a_column_is_a_series_and_is_forecast() -> None:
    record = use(table(WAVE))
    assert record.columns() == ["day", "load"]
    assert record.value() == "load"
    dataset = load(record)
    np.testing.assert_allclose(dataset.raw[5], WAVE[5:13])
    np.testing.assert_allclose(dataset.unscaled(dataset.y[5]), WAVE[5 + 8 + 3 - 1], rtol=1e-5)
    assert dataset.notes == ()
    assert record.test_fraction == MackeyGlass().test_fraction
    layers = [{"kind": "gru", "hidden": 8}]
    run = Run(Experiment.model_validate({"data": record, "layers": layers, "optimizer": {"kind": "adam", "learning_rate": 0.01}}))
    run.step(300)
    assert run.metrics()["test/error"] < 0.3


def test_gaps_lie_on_straight_lines_and_ends_are_left_out() -> None:
    values = [str(value) for value in WAVE]
    values[0] = values[-1] = values[-2] = ""
    values[10] = values[11] = "NA"
    record = use(table(values))
    drawn = record.draw()
    assert drawn.size == 397
    np.testing.assert_allclose(drawn[9:11], WAVE[9] + (WAVE[12] - WAVE[9]) * np.array([1, 2]) / 3)
    np.testing.assert_allclose(drawn[:9], WAVE[1:10])
    assert load(record).notes == (
        "2 missing values lie now on straight lines between their neighbours.",
        "3 rows without a value left out at the ends.",
    )


REFUSED = {
    "text": (table(WAVE), {"column": "place"}, "'place' has text, and a series is of numbers. Choose one of: day, load."),
    "nothing": (table(["NA"] * 40), {"column": "load"}, "'load' has no values, and a series is of numbers. Choose one of: day."),
    "unknown": (table(WAVE), {"column": "price"}, "price"),
    "constant": (table([3] * 40), {}, "'load' is 3 in every row, so there is nothing to forecast. Choose another column."),
    "short": (table(WAVE[:15]), {}, "A window of 8 and 3 steps ahead need 22 values, and the series has 15."),
    "no numbers": ("a,b\nx,y\nz,w\n", {}, "own.csv has no column of numbers. Choose a file with one value of the series in each row."),
    "too long": ("\n".join(["v", *map(str, range(LONGEST + 1))]), {}, "'v' has 1,000,001 values; 1,000,000 fit. Take a part of its rows."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_series_is_refused_in_a_sentence(case: str) -> None:
    text, choices, sentence = REFUSED[case]
    with pytest.raises(DataError) as caught:
        use(text, **choices).make()
    assert sentence in str(caught.value)


def test_another_server_asks_for_the_file() -> None:
    with pytest.raises(DataError, match="own.csv is not on this server, or no longer. Upload the CSV file, or choose another data set."):
        use(table(WAVE), digest="0" * 64).make()


def test_a_saved_run_carries_the_file() -> None:
    record = use(table(WAVE))
    run = Run(Experiment.model_validate({"data": record, "layers": [{"kind": "gru", "hidden": 4}]}))
    run.step(3)
    loaded = Run.load(run.save())
    assert loaded.experiment == run.experiment
    assert loaded.steps == 3
