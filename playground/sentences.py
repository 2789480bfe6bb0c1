"""Refusals as one sentence each: what came, and what fits."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from playground.record import Record

LONGEST = 60  # characters of a value that came

Path = list[str | int]


class Refused(ValueError):
    """A command that cannot be obeyed: one sentence, and where in the experiment the trouble is."""

    def __init__(self, text: str, path: Path | None = None) -> None:
        super().__init__(text)
        self.path = path or []


def refusal(error: ValueError) -> Refused:
    """The error as a sentence and a path."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, ValidationError):
        return _of_validation(error, [])
    return Refused(str(error))


def _of_validation(error: ValidationError, path: Path) -> Refused:
    """The first of the faults; a fault inside a chosen record is an error of its own, further down the path."""
    fault = error.errors(include_url=False)[0]
    path = [*path, *fault["loc"]]
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, ValidationError):
        return _of_validation(cause, path)
    text = str(cause) if cause is not None else _sentence(error.title, path, fault)
    return Refused(text, path)


BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def _sentence(model: str, path: Path, fault: Any) -> str:
    name, came, context = _title(model, path), repr(fault["input"]), fault.get("ctx", {})
    came = came if len(came) <= LONGEST else f"{came[: LONGEST - 3]}..."
    for key in BOUNDS.keys() & context.keys():
        return f"{name} must be {BOUNDS[key]} {context[key]:g}, got {came}."
    match fault["type"].split("_"):
        case ["missing", *_]:
            return f"{name} is missing."
        case ["extra" | "unexpected", *_]:
            return f"There is no setting {path[-1]!r} here."
        case ["literal", *_]:
            return f"{name} must be {context['expected']}, got {came}."
        case ["int", *_]:
            return f"{name} must be a whole number, got {came}."
        case ["float" | "finite", *_]:
            return f"{name} must be a finite number, got {came}."
        case ["unknown", "kind"]:
            return f"{name}: {fault['msg']}."
    return f"{name} {fault['msg'].removeprefix('Input ').removeprefix('String ')}, got {came}."


def _title(model: str, path: Path) -> str:
    """The title of the field a path ends in, else its name in words."""
    names = [key for key in path if isinstance(key, str)]
    if not names:
        return "This"
    field = next((m.model_fields[names[-1]] for m in _records(Record) if m.__name__ == model and names[-1] in m.model_fields), None)
    return field.title if field and field.title else names[-1].replace("_", " ").capitalize()


def _records(family: type[BaseModel]) -> list[type[BaseModel]]:
    return [family, *(record for child in family.__subclasses__() for record in _records(child))]
