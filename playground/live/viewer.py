"""Somebody who looks at a session: what was sent there, what has been drawn, and whether there is room for more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

IN_FLIGHT = 2  # frames sent and not yet drawn, at most; one more where somebody waits for an answer
LOST = 1.0  # seconds without an acknowledgement after which what is in flight counts as lost


class Frame(NamedTuple):
    """A message and its number, which grows. `urgent`: it answers somebody."""

    number: int
    message: bytes
    urgent: bool = False


class Watched(Protocol):
    """What viewers look at: the newest frame and the present scene's revision."""

    latest: Frame
    revision: int


class Viewer(Protocol):
    """What a session asks of its viewers. Both are read by the threads that work on the session."""

    revision: int  # of the scene it has drawn, -1 before the first

    def fresh(self) -> None:
        """There is a new frame. Called from any thread."""

    def hungry(self, urgent: bool) -> bool:
        """Whether there is room for a frame that is not made yet."""


@dataclass(eq=False)
class SocketViewer:
    """A viewer that says what it has drawn. Only one thread takes and acknowledges."""

    watched: Watched
    notify: Callable[[], None]
    watching: bool = True
    revision: int = -1
    flying: list[int] = field(default_factory=list)
    moved: float = 0.0  # when something was last sent or drawn

    def __post_init__(self) -> None:
        self.sent = self.watched.latest.number  # what was made before it came has no scene for it

    def fresh(self) -> None:
        """There is a new frame. Called from any thread."""
        self.notify()

    def hungry(self, urgent: bool) -> bool:
        """Whether all there is was sent, and little enough is under way."""
        return self.watching and self._room(urgent) and self.sent == self.watched.latest.number

    def _room(self, urgent: bool) -> bool:
        return len(self.flying) < IN_FLIGHT + urgent

    def take(self) -> bytes | None:
        """The message to send now: the newest frame if it is new, or if what was sent seems lost."""
        frame, now = self.watched.latest, time.monotonic()
        lost = bool(self.flying) and now - self.moved > LOST
        if lost:
            self.flying.clear()
        if not self.watching or (frame.number == self.sent and not lost) or not self._room(frame.urgent):
            return None
        self.sent, self.moved = frame.number, now
        self.flying.append(frame.number)
        return frame.message

    def acknowledge(self, number: int, revision: int) -> None:
        """The viewer has drawn that frame, and so has no need of those before it."""
        self.flying = [flying for flying in self.flying if flying > number]
        self.revision, self.moved = revision, time.monotonic()


@dataclass(eq=False)
class Glancer:
    """A viewer that comes by now and then."""

    watched: Watched
    revision: int = -1

    def __post_init__(self) -> None:
        self.sent = self.first = self.watched.latest.number  # what was made before it came has no scene for it

    def fresh(self) -> None:
        """It finds new frames when it comes by."""

    def hungry(self, urgent: bool) -> bool:
        """Whether it has been here since the newest frame was made."""
        return self.sent == self.watched.latest.number

    def take(self, revision: int) -> bytes:
        """The newest message, empty while there is none that was made for it. revision: of the scene it has drawn."""
        self.revision, frame = revision, self.watched.latest
        self.sent = frame.number
        return frame.message if frame.number > self.first else b""
