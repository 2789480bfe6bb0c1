"""What a field's type and range say about its widget."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field

from playground.activations import Activation
from playground.data import Data
from playground.experiment import Experiment, View
from playground.initializers import Initializer
from playground.layers import Layer
from playground.losses import Loss
from playground.optimizers import Optimizer
from playground.record import Record, members
from playground.schedules import Schedule
from playground.tasks import Task
from playground.training import Clipping, Training
from playground.ui.fields import Setting, settings

FAMILIES: tuple[type[Record], ...] = (Activation, Clipping, Data, Initializer, Layer, Loss, Optimizer, Schedule, Task)
KINDS = [member for family in FAMILIES for member in members(family).values()] + [Training, Experiment, View]
# What no single widget can hold, and who has a place for it: the stage, the Data popover, or a family's own menu.
ELSEWHERE = {
    "layers",
    "decoder",
    "generator",
    "branches",
    "shape",
    "features",
    "axes",
    "points",
    "inputs",
    "digest",
    "name",
    "column",
    "target",
    "others",
    "text",
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_has_words_and_a_widget(kind: type[Record]) -> None:
    for setting in settings(kind):
        assert setting.title
        assert setting.description or setting.shape in ("family", "record")
        assert (setting.shape == "own") == (setting.name in ELSEWHERE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_widget_offers_legal_values_only_and_the_default_among_them(kind: type[Record]) -> None:
    for setting in settings(kind):
        default = kind.model_fields[setting.name].get_default(call_default_factory=True)
        for value in extremes(setting):
            accept(kind, setting, value)
        if setting.shape == "magnitude":
            assert setting.options[0] <= default <= setting.options[-1]
            assert list(setting.options) == sorted(set(setting.options))


def extremes(setting: Setting) -> list[Any]:
    if setting.shape in ("magnitude", "choice"):
        return [setting.options[0], setting.options[-1]]
    if setting.shape == "several":
        return [setting.options, setting.options[:1]]
    if setting.shape not in ("slider", "number"):
        return []
    return [int(end) if setting.whole else end for end in (setting.low, setting.high)]


def accept(kind: type[Record], setting: Setting, value: Any) -> None:
    """The field's own validator takes the value."""
    kind.__pydantic_validator__.validate_assignment(kind.model_construct(), setting.name, value)


class Sample(Record):
    rate: float = Field(0.02, gt=0, le=10)
    share: float = Field(0.5, ge=0, lt=1)
    decay: float = Field(0.999, ge=0, lt=1)
    penalty: float = Field(0.0, ge=0, le=10)
    tiny: float = Field(4e-6, ge=0, le=1)
    epsilon: float = Field(1e-8, ge=1e-12, le=0.1)
    turns: int = Field(3, ge=1, le=9)
    samples: int = Field(500, ge=2, le=20000)
    patience: int | None = Field(None, ge=1, le=100)
    sure: bool = False
    free: float = 1.5


def test_the_range_decides_how_a_number_is_set() -> None:
    found = {setting.name: setting for setting in settings(Sample)}
    shapes = {name: setting.shape for name, setting in found.items()}
    assert shapes == {
        "rate": "magnitude",
        "share": "slider",
        "decay": "slider",
        "penalty": "magnitude",
        "tiny": "magnitude",
        "epsilon": "magnitude",
        "turns": "slider",
        "samples": "number",
        "patience": "number",
        "sure": "toggle",
        "free": "number",
    }
    assert found["rate"].options[0] == 1e-5
    assert found["rate"].options[-1] == 10
    assert found["penalty"].options[:2] == (0, 1e-5)
    assert (found["share"].low, found["share"].high, found["share"].step) == (0, 0.99, 0.01)
    assert (found["decay"].high, found["decay"].step, found["decay"].format) == (0.999, 0.001, "%.3f")
    assert (found["turns"].low, found["turns"].high, found["turns"].format) == (1, 9, "%d")
    assert found["samples"].step == 100
    assert found["patience"].optional
    assert found["patience"].middle() == 10


def test_a_title_is_made_of_the_name_when_there_is_none() -> None:
    assert settings(Sample)[0].title == "Rate"
