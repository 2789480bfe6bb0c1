"""Where all sessions of a server live: who may come in, who works, and what each may take."""

from __future__ import annotations

import gc
import sys
import threading
import time
import types
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from playground.experiment import Experiment
from playground.live.exhibits import Exhibit, Show
from playground.live.preparation import Preparation
from playground.live.roles import MakeLab
from playground.live.scheduler import FIRST, Scheduler
from playground.live.seats import Seat, digest
from playground.live.session import Session
from playground.run import Run
from playground.sentences import Refused

GRACE = 60.0  # seconds a session goes on after its last beat, then it rests
KEEP = 3600.0  # seconds it is kept for a page that comes back
SESSIONS = 200  # in one server
MEMORY = 2 * 2**30  # bytes of all runs together
SHARE = 0.12  # of its time that one session may spend on frames
SHARES = 0.5  # of one processor's time that all sessions together may spend on frames
SENDING = 0.00025  # seconds of the event loop's time that it takes to send a frame and hear that it was drawn
TICK = 1 / 66  # seconds between two frames at least: a little less than screens need, so that one that is late costs no picture
KEPT = "playground_kept"  # a module without a file: Streamlit's hot reload drops every other module of ours


class House:
    """All seats and sessions of a server."""

    def __init__(
        self, threads: int | None = None, grace: float = GRACE, keep: float = KEEP, sessions: int = SESSIONS, memory: int = MEMORY
    ) -> None:
        self.grace = grace
        self.keep = keep
        self.most_sessions = sessions
        self.most_memory = memory
        self.socket = False  # whether the live route is there
        self.lock = threading.Lock()  # held for moments only: the event loop takes it, too
        self.scheduler = Scheduler(threads)
        self.preparation = Preparation()
        self.exhibits: dict[str, Exhibit] = {}  # by the name of their lab
        self._sessions: dict[
            str, Session
        ] = {}  # by digest of the token: a lookup by secret would tell by its time how much of a guess is right
        self._seats: weakref.WeakValueDictionary[str, Seat] = weakref.WeakValueDictionary()
        self._settled: set[str] = set()
        self._crowd = (0.0, 1)  # when sessions with viewers were last counted, and how many there were

    # ---------------------------------------------------------------- seats and tokens

    def sit(self, make_lab: MakeLab, usual: Experiment) -> Seat:
        """A new page's seat; it is forgotten with the page. `usual` is the experiment it starts with if nothing else is said."""
        seat = Seat(self, make_lab, usual)
        self._seats[digest(seat.key)] = seat
        return seat

    def seat(self, key: Any) -> Seat | None:
        """The seat with that key."""
        return self._seats.get(digest(key)) if isinstance(key, str) else None

    def session(self, token: Any) -> Session | None:
        """The session with that token."""
        return self._sessions.get(digest(token)) if isinstance(token, str) else None

    @property
    def sessions(self) -> list[Session]:
        """All there are."""
        return list(self._sessions.values())

    def put_on_show(self, make_lab: MakeLab, show: Show) -> None:
        """Let a lab be looked at by all who ask for it by its name."""
        with self.lock:
            self.exhibits.setdefault(make_lab.name, Exhibit(self, make_lab, show))

    def open(self, make_lab: MakeLab, experiment: Experiment, on_show: bool = False) -> Session:
        """A new session. Raises Refused when the house is full, or as Run() does."""
        session = Session(self, make_lab, Run(experiment), on_show)
        self._sessions[digest(session.token)] = session
        self.call(session)
        return session

    def close(self) -> None:
        """Stop all work."""
        self.scheduler.close()
        self.preparation.close()

    # ---------------------------------------------------------------- what sessions ask

    def call(self, session: Session, at: float = FIRST) -> None:
        """Give it a turn."""
        self.scheduler.call(session, at)

    def lend(self, work: Callable[[], object], most: int) -> int:
        """Have up to `most` threads do the work, idle ones or soon idle; returns how many."""
        return self.scheduler.lend(work, most)

    def interval(self, cost: float) -> float:
        """Seconds between two frames of a session, of which each costs so many seconds: more when many sessions are watched."""
        counted, crowd = self._crowd
        now = time.monotonic()
        if now - counted > 1:
            crowd = sum(1 for session in self.sessions if session.camera.viewers and not session.resting)
            self._crowd = (now, crowd)
        return max(TICK, cost / SHARE, crowd * (cost + SENDING) / SHARES)

    def prepare(self, kernels: Iterable[str]) -> bool:
        """See that these kernels get compiled; False when there is no use in waiting for it."""
        return self.preparation.waits_for(kernels)

    def settle(self, kernels: Iterable[str]) -> None:
        """Loading a kernel leaves thousands of objects for ever: keep them out of the garbage collection that follows each script run."""
        with self.lock:
            new = set(kernels) - self._settled
            self._settled |= new
        if new:
            gc.collect(1)
            gc.freeze()

    def admit(self, session: Session, run: Run) -> None:
        """Make room for a run by giving up sessions that rest, the longest first. Raises Refused when that is not enough."""
        others = [other for other in self.sessions if other is not session]
        asleep = sorted((other for other in others if other.resting), key=lambda other: other.lease.beaten)
        while len(others) >= self.most_sessions or self._bytes(others) + run.cost.bytes > self.most_memory:
            if not asleep:
                raise Refused("The server has no room for another run at the moment. Try a smaller network, or come back later.")
            self.drop(asleep[0])
            others.remove(asleep.pop(0))

    def drop(self, session: Session) -> None:
        """Give the session up."""
        if not session.alive:
            return
        session.alive = False
        self._sessions.pop(digest(session.token), None)
        self.call(session)  # a last turn, after which the scheduler forgets it
        for viewer in session.camera.viewers:
            viewer.fresh()

    def _bytes(self, sessions: list[Session]) -> int:
        return sum(session.run.cost.bytes for session in sessions)


_building = threading.Lock()


def the_house() -> House:
    """This server's own house, which outlives hot reloads."""
    module = sys.modules.setdefault(KEPT, types.ModuleType(KEPT))
    if not hasattr(module, "house"):
        with _building:
            if not hasattr(module, "house"):
                module.house = House()  # type: ignore[attr-defined]
    house: House = module.house
    return house
