"""Hypothesis strategies that follow from the fields of records."""

from __future__ import annotations

import types
import typing
from typing import Any, TypeVar

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from playground.record import Choice, Record, members

R = TypeVar("R", bound=Record)

LARGEST = 1e6  # what a number without a limit is drawn up to


def records(cls: type[R], **chosen: st.SearchStrategy[Any]) -> st.SearchStrategy[R]:
    """Records of that class with any legal field values; `chosen` says otherwise for some fields."""
    fields = {name: chosen.get(name, values(field)) for name, field in cls.model_fields.items() if name != "kind"}
    return st.builds(cls, **fields)


def family(base: type[R]) -> st.SearchStrategy[R]:
    """Any member of a family."""
    return st.deferred(lambda: st.one_of([records(member) for member in members(base).values()]))


def values(field: FieldInfo) -> st.SearchStrategy[Any]:
    """The legal values of a field."""
    return of_type(field.annotation, field.metadata)


def of_type(annotation: Any, limits: list[Any]) -> st.SearchStrategy[Any]:
    """The values of an annotated type within limits."""
    choice = next((limit for limit in limits if isinstance(limit, Choice)), None)
    if choice is not None:
        return family(choice.family)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        own = [limit for given in arguments[1:] for limit in (given.metadata if isinstance(given, FieldInfo) else [given])]
        return of_type(arguments[0], [*own, *limits])
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([st.none() if part is type(None) else of_type(part, limits) for part in arguments])
    if origin is tuple:
        return st.lists(of_type(arguments[0], []), min_size=bound(limits, MinLen, 0), max_size=bound(limits, MaxLen, 2)).map(tuple)
    if annotation is bool:
        return st.booleans()
    if annotation is str:
        return st.text(max_size=bound(limits, MaxLen, None))
    return numbers(annotation, limits)


def numbers(kind: type, limits: list[Any]) -> st.SearchStrategy[Any]:
    """Whole or real numbers within limits."""
    low, high = bound(limits, Ge, bound(limits, Gt, -LARGEST)), bound(limits, Le, bound(limits, Lt, LARGEST))
    if kind is int:
        return st.integers(int(low), int(high))
    strict = {"exclude_min": bound(limits, Gt, None) is not None, "exclude_max": bound(limits, Lt, None) is not None}
    return st.floats(low, high, allow_nan=False, **strict)


def bound(limits: list[Any], kind: type, otherwise: Any) -> Any:
    """What one kind of limit says, if it is there."""
    attribute = {Ge: "ge", Gt: "gt", Le: "le", Lt: "lt", MinLen: "min_length", MaxLen: "max_length"}[kind]
    return next((getattr(limit, attribute) for limit in limits if isinstance(limit, kind)), otherwise)
