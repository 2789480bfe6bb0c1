"""Who may drive which session: a page has a seat, a browser tab a token, and a session a lease that beats keep alive.

A reload finds its session again, a duplicated tab gets one of its own, and the session of a closed page rests, then is given up.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from playground.experiment import Experiment
from playground.live.commands import action
from playground.live.session import Session
from playground.live.viewer import Glancer
from playground.run import Run

if TYPE_CHECKING:
    from playground.live.house import House
    from playground.live.roles import MakeLab

PATIENCE = 2.5  # periods without a beat after which a page counts as gone
PAGE_PATIENCE = 10.0  # seconds that a run of the page's script waits for an answer

T = TypeVar("T")


class Seat:
    """One page's right to drive a session; its key opens the live socket."""

    def __init__(self, house: House, make_lab: MakeLab, usual: Experiment) -> None:
        self.house = house
        self.make_lab = make_lab
        self.key = secrets.token_urlsafe(18)
        self.usual = usual
        self.wish: Experiment | None = None
        self._session: Session | None = None
        self._glancer: Glancer | None = None
        self._sockets = 0
        self._lock = threading.Lock()

    @property
    def session(self) -> Session | None:
        """What it drives, if it has claimed a session that is still there."""
        if self._session and not self._session.alive:
            self.wish, self._session = self._session.experiment, None  # its memory can go, what it trained is what comes next
        return self._session

    @property
    def experiment(self) -> Experiment:
        """What is being trained here, or will be."""
        return self.session.experiment if self.session else self.wish or self.usual

    def start(self, experiment: Experiment) -> None:
        """Say what the address asks for, before a session is claimed: if the tab's last one trains something else, it is left."""
        self.wish = experiment

    def claim(self, token: Any) -> Iterator[None]:
        """Find the session to drive: its own, the tab's of before a reload, or none. Yields while that is undecided."""
        session = self.session or self._before(token)
        asked = time.monotonic()
        while session is not None and not self._free(session, asked):
            if session.lease.beaten > asked:  # another page drives it: this tab is a duplicate
                session = None
            else:
                yield
        if session is not None and self._session is not session:
            self._take(session)

    def _before(self, token: Any) -> Session | None:
        session = self.house.session(token)
        same_lab = session is not None and session.make_lab.name == self.make_lab.name
        return session if session and same_lab and self.wish in (None, session.experiment) else None

    def _free(self, session: Session, asked: float) -> bool:
        """Take hold of the session if nobody has it, or if who had it has not been heard for a while."""
        with self.house.lock:
            silent = time.monotonic() - asked > PATIENCE * session.lease.period
            free = session.lease.holder in (None, self.key) or (silent and session.lease.beaten <= asked)
            if free:
                session.lease.holder = self.key
            return free

    def _take(self, session: Session) -> None:
        session.lease.holder = self.key
        session.beat()
        self._session = session

    def drive(self) -> Session:
        """The claimed session, or a new one. Raises as House.open does."""
        with self._lock:
            if self.session is None:
                self._take(self.house.open(self.make_lab, self.wish or self.usual))
            assert self._session is not None
            return self._session

    def command(self, given: Any, patience: float = PAGE_PATIENCE) -> str | None:
        """Obey a command of the page's own; the sentence that refuses it, or None. Raises TimeoutError, and as `drive` does."""
        return self.drive().do(action(given)).result(patience)

    def open(self, content: bytes, patience: float = PAGE_PATIENCE) -> str | None:
        """Go on with a saved run; answers as `command` does."""
        return self.drive().do(lambda session: session.open(content)).result(patience)

    def ask(self, question: Callable[[Run], T], patience: float = PAGE_PATIENCE) -> T:
        """The answer to a question about the run, taken between two of its turns."""
        return self.drive().ask(question).result(patience)

    def arrive(self) -> None:
        """The page has a socket."""
        self._sockets += 1

    def leave(self) -> None:
        """A socket of the page has closed: with the last one, a reload may have the session at once."""
        self._sockets -= 1
        if self._session and not self._sockets and self._session.lease.holder == self.key:
            self._session.lease.holder = None

    # ---------------------------------------------------------------- without a socket

    def glance(self, period: float, revision: int = -1) -> bytes:
        """The newest message, empty before the first, for a page that asks again after a period. revision: of the scene it has drawn."""
        session = self.drive()
        session.lease.holder = self.key
        session.beat(period)
        if self._glancer is None or self._glancer.watched is not session.camera:
            self._glancer = Glancer(session.camera)
            session.watch(self._glancer)
        message = self._glancer.take(revision)
        session.wanted()
        return message

    def look_away(self) -> None:
        """The page looks through a socket from now on."""
        if self.session and self._glancer:
            self.session.leave(self._glancer)
        self._glancer = None


def digest(secret: str) -> str:
    """What a secret is filed under."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
