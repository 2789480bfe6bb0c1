"""The page's word with the session that trains: orders, and the answers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.live.seats import Seat
from playground.record import Record
from playground.ui.widgets import Commit, Path

BUSY = "The run did not answer in time, so it may or may not have taken this. Look again in a moment."


def order(seat: Seat, command: dict[str, Any]) -> str | None:
    """Obeyed between two turns: None. Refused: the sentence that says why."""
    return answer(lambda: seat.command(command))


def committing(seat: Seat) -> Commit:
    """What widgets call with a path of the experiment and its new value."""

    def commit(path: Path, value: Any) -> str | None:
        plain = value.model_dump(mode="json") if isinstance(value, Record) else value
        return order(seat, {"do": "set", "path": list(path), "value": plain})

    return commit


def reopen(seat: Seat, content: bytes) -> str | None:
    """Go on with a saved run: None, or the sentence that refuses it."""
    return answer(lambda: seat.open(content))


def answer(act: Callable[[], str | None]) -> str | None:
    """What comes of it; a house without room refuses too."""
    try:
        return act()
    except TimeoutError:
        return BUSY
    except ValueError as error:
        return str(error)
