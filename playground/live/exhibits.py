"""Runs on show: one for each lab, trained for all who look at the first page at once, and begun anew when it has learned."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.experiment import Experiment
from playground.live.roles import MakeLab
from playground.live.session import Session

if TYPE_CHECKING:
    from playground.live.house import House

EVERY = 2.0  # seconds after which an exhibit does something by itself
SEEDS = 10_000


@dataclass(frozen=True)
class Show:
    """What is shown: an experiment, how fast it is trained, and after how many steps it begins anew with another seed."""

    experiment: Experiment
    steps_per_second: float
    steps: int


class Exhibit:
    """A lab's run on show. It goes on while anybody looks; nobody drives it. From any thread."""

    def __init__(self, house: House, make_lab: MakeLab, show: Show) -> None:
        self.house = house
        self.make_lab = make_lab
        self.show = show
        self._session: Session | None = None
        self._turn, self._again = 0, 0.0
        self._lock = threading.Lock()

    def attend(self) -> Session:
        """The session to look at, opened for the first who comes. Raises as House.open does."""
        with self._lock:
            if self._session is None or not self._session.alive:
                self._session = self.house.open(self.make_lab, self.show.experiment, on_show=True)
            return self._session

    def beat(self) -> None:
        """Somebody looks at what `attend` has given."""
        session, now = self._session, time.monotonic()
        if session is None or not session.alive:
            return  # who still looks at it will be told; the next who comes opens another
        session.beat()
        if now >= self._again:
            self._again = now + EVERY
            self._turn += 1
            session.do(self._go_on)

    def _go_on(self, session: Session) -> None:
        run = session.run
        if run.diverged is not None or run.stopped or run.steps >= self.show.steps:
            session.begin(self.show.experiment.replace(seed=(self.show.experiment.seed + self._turn) % SEEDS))
        if not session.playing:
            session.set_pace(None, self.show.steps_per_second)
            session.play()
        session.lab.show_off(self._turn)
