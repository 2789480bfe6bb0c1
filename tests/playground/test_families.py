"""What every choice a person can make has: a title, words and a range for each field, and a way there and back through JSON."""

from __future__ import annotations

import json

import pytest
from annotated_types import Ge, Gt, Le, Lt
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from playground.activations import Activation
from playground.initializers import Initializer
from playground.layers import Layer
from playground.losses import Loss
from playground.optimizers import Optimizer
from playground.record import Record, members
from playground.schedules import Schedule
from playground.tasks import Task
from playground.training import Clipping
from tests.strategies import records

FAMILIES = (Activation, Clipping, Initializer, Layer, Loss, Optimizer, Schedule, Task)
MEMBERS = [pytest.param(cls, id=f"{family.__name__.lower()}-{kind}") for family in FAMILIES for kind, cls in members(family).items()]


def fields(cls: type[Record]) -> dict[str, FieldInfo]:
    return {name: field for name, field in cls.model_fields.items() if name != "kind"}


@pytest.mark.parametrize("cls", MEMBERS)
def test_everything_has_words_and_numbers_have_ranges(cls: type[Record]) -> None:
    assert cls.title
    assert cls.__doc__
    for name, field in fields(cls).items():
        assert field.title, name
        assert field.description, name
        if field.annotation in (int, float):
            assert any(isinstance(limit, Ge | Gt) for limit in field.metadata), name
            assert any(isinstance(limit, Le | Lt) for limit in field.metadata), name


@pytest.mark.parametrize("cls", MEMBERS)
@settings(max_examples=5, derandomize=True)
@given(data=st.data())
def test_there_and_back_through_json(cls: type[Record], data: st.DataObject) -> None:
    record = data.draw(records(cls))
    assert cls.model_validate(json.loads(record.model_dump_json())) == record
