"""Widgets of records: every field of every member of every family can be read and changed, and none owns its value."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_test
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from playground.activations import Activation
from playground.data import Data
from playground.initializers import Initializer
from playground.layers import Layer
from playground.losses import Loss
from playground.optimizers import SGD, Adam, Optimizer
from playground.record import Record, members
from playground.schedules import Schedule
from playground.training import Clipping, Training
from playground.ui.fields import Setting, settings
from tests.strategies import family as strategy
from tests.ui.sheet import sheet

FAMILIES: tuple[type[Record], ...] = (Activation, Clipping, Data, Initializer, Layer, Loss, Optimizer, Schedule)
NEEDED = {"upload": {"digest": "0" * 64}}  # fields without a default
RECORDS = [(family, member.model_validate(NEEDED.get(kind, {}))) for family in FAMILIES for kind, member in members(family).items()]
WHOLE = [*RECORDS, (Training, Training())]


def name_of(case: Any) -> str:
    return getattr(case, "kind", case.__class__.__name__) if isinstance(case, Record) else case.__name__


@cache
def sheet_of(family: type[Record]) -> AppTest:
    return AppTest.from_function(sheet, kwargs={"path": family.__module__, "name": family.__name__}, default_timeout=20)


def page(family: type[Record], record: Record) -> AppTest:
    """The family's page with this record on it; what is drawn does not depend on what was drawn before."""
    test = sheet_of(family)
    test.session_state["truth"], test.session_state["commits"], test.session_state["refuse"] = record, [], False
    return checked(test)


def checked(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    return test


def widgets(test: AppTest) -> dict[str, Any]:
    """By the path of the field they set."""
    kinds = ("select_slider", "slider", "number_input", "selectbox", "button_group", "toggle")
    return {widget.key.split()[0]: widget for kind in kinds for widget in test.get(kind)}


def drawn(record: Record, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Setting, Any]]:
    """The settings of a record and of the records in it that a widget shows, with their values."""
    found = []
    for setting in settings(type(record)):
        value, place = getattr(record, setting.name), (*path, setting.name)
        if setting.shape in ("family", "record"):
            found += drawn(value, place)
        elif setting.shape != "own":
            found.append((place, setting, list(value) if setting.shape == "several" else value))
    return found


def another(setting: Setting, value: Any, widget: Any) -> Any:
    """A value that the widget offers and that is not the present one."""
    if setting.shape == "toggle":
        return not value
    if setting.shape == "several":
        return value[1:]
    if setting.options:
        return next(option for option in setting.options if option != value)
    return type(value)(setting.low if value != setting.low else setting.low + setting.step)


@pytest.mark.parametrize(("family", "record"), WHOLE, ids=name_of)
def test_widgets_show_what_the_record_says(family: type[Record], record: Record) -> None:
    found = widgets(page(family, record))
    for path, _, value in drawn(record):
        if value is not None:
            assert found[".".join(("test", *path))].value == value


@pytest.mark.parametrize(("family", "record"), WHOLE, ids=name_of)
def test_each_widget_changes_its_field_and_no_other(family: type[Record], record: Record) -> None:
    test = page(family, record)
    for path, setting, value in drawn(record):
        if value is None:
            continue
        widget = widgets(page(family, record))[".".join(("test", *path))]
        wanted = another(setting, value, widget)
        widget.set_value(wanted)
        truth = checked(test).session_state["truth"]
        assert test.session_state["commits"][-1] == (path, wanted)
        assert [v for p, _, v in drawn(truth) if p != path] == [v for p, _, v in drawn(record) if p != path]
        assert widgets(test)[".".join(("test", *path))].value == wanted


@pytest.mark.parametrize("family", [Activation, Clipping, Initializer, Loss, Optimizer, Schedule], ids=name_of)
@given(data=st.data())
@settings_of_test(max_examples=10, database=None)
def test_any_legal_value_can_be_shown(family: type[Record], data: st.DataObject) -> None:
    record = data.draw(strategy(family))
    found = widgets(page(family, record))
    assert all(found[".".join(("test", *path))].value == value for path, _, value in drawn(record) if value is not None)


@pytest.mark.parametrize("family", FAMILIES, ids=name_of)
def test_a_menu_goes_to_each_member_of_a_family(family: type[Record]) -> None:
    kinds = [kind for kind in members(family) if kind not in NEEDED]
    test = page(family, members(family)[kinds[-1]].model_validate({}))
    for kind in kinds:
        menu = widgets(test)["test.kind"]
        assert menu.options == [member.title for member in members(family).values()]
        menu.set_value(kind)
        assert checked(test).session_state["truth"] == members(family)[kind].model_validate({})


def test_a_refused_change_leaves_the_old_value_and_a_sentence_at_that_setting() -> None:
    test = page(Optimizer, SGD(learning_rate=0.03))
    test.session_state["refuse"] = True
    widgets(test)["test.learning_rate"].set_value(0.1)
    checked(test)
    assert widgets(test)["test.learning_rate"].value == 0.03
    assert [element.value for element in test.markdown] == ["That does not fit here."]
    test.session_state["refuse"] = False
    widgets(test)["test.learning_rate"].set_value(0.1)
    assert not checked(test).markdown


def test_a_change_from_elsewhere_is_shown_and_not_undone() -> None:
    test = page(Optimizer, Adam(learning_rate=0.03))
    test.session_state["truth"] = Adam(learning_rate=0.0061, beta1=0.5)
    checked(test)
    assert widgets(test)["test.learning_rate"].value == 0.0061  # though no round number
    assert widgets(test)["test.beta1"].value == 0.5
    test.session_state["truth"] = SGD()
    assert "test.beta1" not in widgets(checked(test))
    assert test.session_state["commits"] == []


def test_a_closed_popover_opens_on_what_the_record_says() -> None:
    """What the browser is told of a widget it has not shown yet holds the value, in every run."""
    test = page(Optimizer, Adam(learning_rate=0.03))
    for _ in range(2):
        told = widgets(checked(test))["test.beta1"].proto
        assert list(told.default) == [0.9]


def test_a_change_applies_to_what_is_so_now_and_not_to_what_was_drawn() -> None:
    test = page(Optimizer, Adam(learning_rate=0.03))
    test.session_state["truth"] = Adam(learning_rate=0.03, beta1=0.5)
    widgets(test)["test.beta2"].set_value(0.9)
    assert checked(test).session_state["truth"] == Adam(learning_rate=0.03, beta1=0.5, beta2=0.9)


def test_a_number_that_may_be_off_has_a_switch() -> None:
    test = page(Training, Training())
    assert "test.early_stopping" not in widgets(test)
    widgets(test)["test.early_stopping.on"].set_value(True)
    assert checked(test).session_state["truth"].early_stopping == 100
    widgets(test)["test.early_stopping"].set_value(7)
    assert checked(test).session_state["truth"].early_stopping == 7
    widgets(test)["test.early_stopping.on"].set_value(False)
    assert checked(test).session_state["truth"].early_stopping is None
