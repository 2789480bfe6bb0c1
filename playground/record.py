"""A choice a person makes is a Record: frozen, validated, tagged by `kind`, and the only source of JSON, links, widgets and tests.

A family (layers, losses, data sets, ...) is an abstract Record that names the package or module its members live in. A member is a
subclass with a `kind`. Nothing else has to be told that a member exists.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

LISTED, NEAR = 16, 8  # kinds that a refusal names all of, and how many of more

R = TypeVar("R", bound="Record")


class Record(BaseModel):
    """Frozen plain data: unknown keys, NaN and infinities are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True, ser_json_inf_nan="strings")

    title: ClassVar[str] = ""  # what a person reads in a menu
    home: ClassVar[str] = ""  # of a family: the package or module whose classes are its members
    _members: ClassVar[dict[str, type[Record]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """A class that names a `home` starts a family, perhaps within another; one with a `kind` joins each family it belongs to."""
        if "home" in cls.__dict__:
            cls._members = {}
        kind = cls.model_fields.get("kind")
        if kind is not None and isinstance(kind.default, str):
            for family in cls.__mro__:
                if family.__dict__.get("home"):
                    family._members[kind.default] = cls  # type: ignore[attr-defined]

    def numbers(self, prefix: str) -> dict[str, float]:
        """Its number fields as live settings, `prefix/field` -> value, in declared order."""
        values = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {f"{prefix}/{name}": float(v) for name, v in values if isinstance(v, int | float) and not isinstance(v, bool)}


def members(family: type[R]) -> dict[str, type[R]]:
    """Every member of a family by its kind, in order of title; imports the family's home first."""
    home = importlib.import_module(family.home)
    for module in pkgutil.iter_modules(getattr(home, "__path__", [])):
        importlib.import_module(f"{family.home}.{module.name}")
    found: dict[str, type[R]] = family._members  # type: ignore[assignment]
    return dict(sorted(found.items(), key=lambda item: item[1].title.lower()))


def listed(kinds: Iterable[str], came: str) -> str:
    """All kinds, or of very many those that sound like what came, or else the first."""
    ordered = sorted(kinds)
    if len(ordered) <= LISTED:
        return ", ".join(ordered)
    near = get_close_matches(came.strip("'"), ordered, NEAR) or ordered[:NEAR]
    return f"{', '.join(near)} and {len(ordered) - len(near)} more"


class Choice:
    """Annotation of a field that holds any member of a family: accepts a member, its dictionary, or its bare kind."""

    def __init__(self, family: type[Record]) -> None:
        self.family = family

    def validate(self, value: Any) -> Record:
        """The member that `value` means."""
        if isinstance(value, self.family):
            return value
        kind = value if isinstance(value, str) else value.get("kind") if isinstance(value, dict) else None
        known = members(self.family)
        if not isinstance(kind, str) or kind not in known:
            came = repr(kind if kind is not None else value)[:60]
            raise PydanticCustomError("unknown_kind", "{came} is not one of: {known}", {"came": came, "known": listed(known, came)})
        return known[kind].model_validate({} if isinstance(value, str) else value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Members are looked up when a value comes, so a family may still grow; each is written out with all its own fields."""
        return core_schema.no_info_plain_validator_function(
            self.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda record: record.model_dump(mode="json")),
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """One of the family's members, as JSON schema."""
        return {"anyOf": [member.model_json_schema() for member in members(self.family).values()]}
