"""Who works when: as many threads as cores, and whoever's turn has come the longest ago goes next.

A turn is a few milliseconds, in which a run trains without the GIL. One thread at a time touches a worker, so what it works on needs
no locks.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Protocol

from kernels.processors import cores

FIRST = 0.0  # a time before all others
AT_ONCE = -1.0  # and one before that
NEVER = math.inf

logger = logging.getLogger(__name__)


class Worker(Protocol):
    """What takes turns."""

    def turn(self) -> float:
        """Work a few milliseconds; returns when to go on, in seconds of time.monotonic (NEVER: not before somebody says so)."""


class Errand:
    """A single turn, to help somebody."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work

    def turn(self) -> float:
        """Do it."""
        self.work()
        return NEVER


class Scheduler:
    """Gives turns to workers. The threads are daemons: they end with the process, or with `close`."""

    def __init__(self, threads: int | None = None) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[Worker, float] = {}  # when each is due; of those due at the same time, the first has waited the longest
        self._busy: dict[Worker, float] = {}  # when each that has a turn is wanted again
        self._idle = 0  # threads that wait for something to do
        self._closed = False
        self.threads = [threading.Thread(target=self._serve, name=f"runs-{i + 1}", daemon=True) for i in range(threads or cores())]
        for thread in self.threads:
            thread.start()

    def call(self, worker: Worker, at: float = FIRST) -> None:
        """Give the worker a turn at that time, or earlier if it has one coming."""
        with self._changed:
            if worker in self._busy:
                self._busy[worker] = min(at, self._busy[worker])
            elif at < self._waiting.get(worker, NEVER):
                self._waiting[worker] = at
                self._changed.notify()

    def lend(self, work: Callable[[], object], most: int) -> int:
        """Have idle threads begin the work, and those that are about to end such work. Returns how many: at most `most`, and 0 when
        somebody's turn has come.
        """
        with self._changed:
            if self._closed or min(self._waiting.values(), default=NEVER) <= time.monotonic():
                return 0
            lent = min(self._idle + sum(isinstance(worker, Errand) for worker in self._busy), most)
            for _ in range(lent):
                self._waiting[Errand(work)] = AT_ONCE
            self._changed.notify(lent)
            return lent

    def close(self) -> None:
        """End the threads; turns that have begun are finished."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self.threads:
            thread.join()

    def _serve(self) -> None:
        while self._serve_one():
            pass  # a call of its own: a thread that waits must not hold on to the worker it served last

    def _serve_one(self) -> bool:
        worker = self._next()
        if worker is None:
            return False
        try:
            again = worker.turn()
        except Exception:
            logger.exception("A turn of %r failed", worker)
            again = NEVER
        with self._changed:
            at = min(again, self._busy.pop(worker))
            if at < NEVER:
                self._waiting[worker] = at
        return True

    def _next(self) -> Worker | None:
        """The worker whose turn it is, as soon as there is one; None when closed."""
        with self._changed:
            while not self._closed or AT_ONCE in self._waiting.values():
                wait = min(self._waiting.values(), default=NEVER) - time.monotonic()
                if wait <= 0:
                    return self._begin(min(self._waiting, key=self._waiting.__getitem__))
                self._idle += 1
                self._changed.wait(None if wait == NEVER else wait)
                self._idle -= 1
        return None

    def _begin(self, worker: Worker) -> Worker:
        del self._waiting[worker]
        self._busy[worker] = NEVER
        if self._waiting:
            self._changed.notify()  # this thread is busy now: somebody else must look out for the others
        return worker
