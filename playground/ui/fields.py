"""A record's fields as a person meets them: what kind of widget each one asks for, and the values it offers."""

from __future__ import annotations

import math
import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from playground.record import Choice, Record

Shape = Literal["toggle", "choice", "several", "slider", "number", "magnitude", "family", "record", "own"]

ROUND = (1, 2, 3, 5, 7)  # what a magnitude may begin with, in each decade
DECADES = 3  # that a magnitude reaches up and down from its default
WIDE = 1000  # a range whose ends are so many times apart is one of magnitudes
SHORT = 64  # whole numbers over a range up to this are slid, over a longer one typed


@dataclass(frozen=True)
class Setting:
    """One field of a record: its words, its range, and the shape of the widget that fits.

    "own" is what no single widget can hold (layers, points, columns of a table): the stage and the upload have their own for those.
    """

    name: str
    title: str
    description: str
    shape: Shape
    whole: bool = False  # an integer
    optional: bool = False  # None is a value: off
    low: float = -math.inf
    high: float = math.inf
    step: float = 1.0
    options: tuple[Any, ...] = ()  # of a choice, or several; of a magnitude, from small to large
    family: type[Record] | None = None

    @property
    def bounded(self) -> bool:
        """Whether the range has two ends that a widget can count to."""
        return max(abs(self.low), abs(self.high)) < 2**53

    @property
    def format(self) -> str:
        """How a slider writes its value: as many decimals as its steps have."""
        return "%d" if self.whole else f"%.{max(0, -math.floor(math.log10(self.step)))}f"

    def middle(self) -> float:
        """What an optional number begins with when it is switched on."""
        value = math.sqrt(max(self.low, 1e-3) * self.high)
        return round(value) if self.whole else value


@lru_cache(maxsize=256)
def settings(kind: type[Record]) -> tuple[Setting, ...]:
    """Every field of a record but its tag."""
    return tuple(setting(name, field) for name, field in kind.model_fields.items() if name not in ("kind", "version"))


def setting(name: str, field: FieldInfo) -> Setting:
    """What the field's type, range, title and description say."""
    annotation, optional = without_none(field.annotation)
    metadata = list(field.metadata)
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        metadata += inner
    said: dict[str, Any] = {
        "name": name,
        "title": field.title or name.replace("_", " ").capitalize(),
        "description": field.description or "",
    }
    said["optional"] = optional
    choice = next((part for part in metadata if isinstance(part, Choice)), None)
    if choice is not None:
        return Setting(**said, shape="family", family=choice.family)
    if annotation is bool:
        return Setting(**said, shape="toggle")
    if get_origin(annotation) is Literal:
        return Setting(**said, shape="choice", options=get_args(annotation))
    if get_origin(annotation) is tuple and get_origin(get_args(annotation)[0]) is Literal:
        return Setting(**said, shape="several", options=get_args(get_args(annotation)[0]))
    if annotation in (int, float):
        return number(said, annotation is int, metadata, field.get_default(call_default_factory=True))
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return Setting(**said, shape="record", family=annotation)
    return Setting(**said, shape="own")


def without_none(annotation: Any) -> tuple[Any, bool]:
    """The type apart from None, and whether None is allowed."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    parts = get_args(annotation)
    first = next(part for part in parts if part is not types.NoneType)
    return (first if len(parts) == 2 else annotation), types.NoneType in parts


def number(said: dict[str, Any], whole: bool, metadata: list[Any], default: Any) -> Setting:
    """A slider where the range is short, a slider over magnitudes where only the order of size matters, else a number to type."""
    low, open_low = bound(metadata, Ge, Gt, -math.inf)
    high, open_high = bound(metadata, Le, Lt, math.inf)
    if whole:
        low, high = low + open_low, high - open_high
        shape: Shape = "slider" if high - low <= SHORT else "number"
        return Setting(**said, shape=shape, whole=True, low=low, high=high, step=coarse(default) if shape == "number" else 1)
    if is_magnitude(low, high, open_low, default):
        return Setting(
            **said, shape="magnitude", low=low, high=high, options=magnitudes(low, high, default, zero=low == 0 and not open_low)
        )
    step = fine(default, high - low)
    low, high = low + open_low * step, high - open_high * step
    return Setting(**said, shape="slider" if math.isfinite(high - low) else "number", low=low, high=high, step=step)


def is_magnitude(low: float, high: float, open_low: bool, default: float) -> bool:
    """Whether the order of size is what matters: of what is above 0 without a smallest, of a wide range, of what is usually tiny or off."""
    if low > 0:
        return high / low >= WIDE
    return low == 0 and (open_low or (high > 1 if default == 0 else high / default >= WIDE))


def bound(metadata: list[Any], closed: type[Any], opened: type[Any], missing: float) -> tuple[float, bool]:
    """A limit among the metadata, and whether it itself is excluded."""
    for part in metadata:
        if isinstance(part, closed):
            return getattr(part, closed.__name__.lower()), False
        if isinstance(part, opened):
            return getattr(part, opened.__name__.lower()), True
    return missing, False


def coarse(default: int | None) -> int:
    """The step of a whole number over a long range: 500 goes by hundreds, 10 by ones."""
    return int(10 ** math.floor(math.log10(default))) if default and default >= 100 else 1


def fine(default: float, span: float) -> float:
    """The step of a fraction: as fine as the default is written, a hundredth of the range or so."""
    decimals = max(0, 2 - math.ceil(math.log10(span))) if 0 < span < math.inf else 2
    written = f"{default:.9f}".rstrip("0").partition(".")[2]
    return float(10.0 ** -max(decimals, len(written)))


def magnitudes(low: float, high: float, default: float, zero: bool) -> tuple[float, ...]:
    """Round numbers about the default, as many in each decade; a default of 0 stands at the foot of the five decades below 1."""
    middle = math.floor(math.log10(default)) if default else -2
    values = (float(f"{digit}e{power}") for power in range(middle - DECADES, middle + DECADES + 1) for digit in ROUND)
    return (*((0.0,) if zero else ()), *(value for value in values if low <= value <= high))
