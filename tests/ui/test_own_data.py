"""Series and texts of one's own on the sequence lab's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from playground import Experiment, link
from playground.data import Data
from playground.labs.sequence_gallery import PRESETS
from playground.live.house import the_house
from playground.ui.snapshot import snapshot
from playground.ui.upload import SHORT
from tests.ui.test_lab_pages import Page

POEM = "the cat sat on the mat. the dog sat on the log. " * 10
NAMED = {preset.name: preset.experiment for preset in PRESETS}
WEATHER = ("weather.csv", b"day,rain,wind\n" + b"".join(b"%d,%d,%d\n" % (i, i % 7, i * i % 13) for i in range(200)), "text/csv")


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """The test runner's sessions all have one name, so nobody else ends what they started."""
    yield
    for session in the_house().sessions:
        the_house().drop(session)


def page_of(name: str) -> Page:
    return Page("sequence", link.encode(NAMED[name]))


def data_of(page: Page) -> Data:
    return page.seat.experiment.data


def written(page: Page, text: str) -> Any:
    page.test.text_area[0].set_value(text)
    return data_of(page.run())


def given(page: Page, what: str, file: tuple[str, bytes, str]) -> Data:
    next(w for w in page.test.get("file_uploader") if w.key.rpartition(" ")[0] == what).set_value(file)
    return data_of(page.run())


def says(page: Page, words: str) -> bool:
    return any(words in element.value for element in [*page.test.markdown, *page.test.caption])


def test_a_short_text_is_part_of_the_link_and_a_long_one_is_kept_beside_it() -> None:
    page = page_of("help_topics")
    assert "assert" in page.test.text_area[0].placeholder
    short = written(page, POEM)
    assert (short.kind, short.text) == ("text", POEM)
    assert link.decode(link.encode(page.seat.experiment), Experiment) == page.seat.experiment
    long = written(page, POEM * (1 + SHORT // len(POEM)))
    assert long.kind == "own_text"
    assert long.characters() == POEM * (1 + SHORT // len(POEM))
    assert page.test.text_area[0].placeholder.startswith("the cat")
    assert written(page, POEM).kind == "text"
    assert written(page, "") == NAMED["help_topics"].data


def test_a_text_that_cannot_be_learned_is_a_sentence_and_the_old_one_stays() -> None:
    page = page_of("help_topics")
    for text, sentence in (("a" * 200, "no other character than 'a'"), ("to be", "at least 130, this has 5")):
        assert written(page, text) == NAMED["help_topics"].data
        assert says(page, sentence)
    assert given(page, "text", ("noise.txt", bytes(range(256)), "text/plain")) == NAMED["help_topics"].data
    assert says(page, "noise.txt is not text")


def test_a_text_file_is_learned() -> None:
    page = page_of("help_lstm")
    assert given(page, "text", ("poem.txt", POEM.encode(), "text/plain")).kind == "own_text"
    assert page.seat.experiment.layers == NAMED["help_lstm"].layers


def test_a_column_of_a_table_is_forecast_and_another_can_be_chosen() -> None:
    page = page_of("mackey_glass")
    record: Any = given(page, "series", WEATHER)
    assert (record.kind, record.value()) == ("own_series", "wind")
    assert page.widget("data.column").options == ["day", "rain", "wind"]
    page.widget("data.column").set_value("rain")
    record = data_of(page.run())
    assert record.value() == "rain"
    assert record.draw().max() == 6
    page.widget("data.ahead").set_value(2)
    assert data_of(page.run()).ahead == 2  # type: ignore[attr-defined]


def test_a_table_without_a_series_is_a_sentence() -> None:
    page = page_of("mackey_glass")
    assert given(page, "series", ("names.csv", b"first,last\nada,l\nalan,t\n", "text/csv")) == NAMED["mackey_glass"].data
    assert says(page, "names.csv has no column of numbers")


def charts(page: Page) -> list[str]:
    return [chart.proto.id.rpartition("-")[2] for chart in page.test.get("plotly_chart")]


def test_charts_of_sequences_and_no_confusion_of_characters() -> None:
    page = page_of("both_ways")
    page.test.session_state["charts"] = True
    page.run()
    page.seat.ask(lambda run: run.step(30))
    page.test.button_group(key="chart").set_value("Confusion")
    page.run()
    assert charts(page) == ["Confusion matrix"]
    page.test.button(key="preset help_topics").click()
    page.run()
    assert page.test.button_group(key="chart").options == ["Curves", "Weights"]
    page.seat.ask(lambda run: run.step(2))
    page.test.button_group(key="chart").set_value("Weights")
    page.run()
    assert charts(page) == ["Weights and gradients"]
    layers = page.seat.ask(snapshot).layers
    assert [(layer.title, layer.weights.size) for layer in layers] == [
        ("Hidden 1", 103 * 32),
        ("Hidden 2", 3 * 128 * (32 + 128 + 2)),
        ("Head", 103 * 129),
    ]
