"""What a session is given: a lab that makes its pictures, and a house it lives in with others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from playground.live.frames import Arrays, Facts
from playground.live.pace import Motion
from playground.live.scheduler import FIRST
from playground.run import Run

if TYPE_CHECKING:
    from playground.live.session import Session


class Lab(Protocol):
    """Makes scene and frames of one run."""

    def scene(self, revision: int) -> tuple[Facts, Arrays]:
        """All that changes with the experiment only."""

    def frame(self, look: tuple[str, int] | None, slow: Motion | None) -> tuple[Facts, Arrays]:
        """What the network is now."""

    def weights(self) -> np.ndarray:
        """The shown weights, as frames have them."""

    def touch(self, what: str, value: Any) -> None:
        """A command of the lab's own. Raises ValueError."""

    def follow(self, before: Any) -> None:
        """Take along what a person looked at, when another run takes the place of that lab's."""

    def due(self) -> float:
        """When it wants to `go_on`, in seconds of time.monotonic."""

    def go_on(self, now: float) -> bool:
        """What it does by itself as time passes; whether there is something else to see."""

    def show_off(self, turn: int) -> None:
        """What it does by itself, every other second, where nobody drives it."""


class MakeLab(Protocol):
    """A kind of lab. Raises ValueError when a run is not for it."""

    name: str

    def __call__(self, run: Run) -> Lab:
        """The lab of a run."""


class House(Protocol):
    """What a session asks of the house it lives in (house.py)."""

    grace: float  # seconds without a beat after which a session rests
    keep: float  # seconds without a beat after which it is given up

    def call(self, session: Session, at: float = FIRST) -> None:
        """Give it a turn."""

    def lend(self, work: Callable[[], object], most: int) -> int:
        """Have up to `most` threads do the work, idle ones or soon idle; returns how many."""

    def interval(self, cost: float) -> float:
        """Seconds between two frames of a session, of which each costs so many seconds."""

    def prepare(self, kernels: Iterable[str]) -> bool:
        """See that these kernels get compiled; False when there is no use in waiting for it."""

    def settle(self, kernels: Iterable[str]) -> None:
        """These kernels have been loaded."""

    def admit(self, session: Session, run: Run) -> None:
        """Raises Refused when the house has no room for the run."""

    def drop(self, session: Session) -> None:
        """Give the session up."""
