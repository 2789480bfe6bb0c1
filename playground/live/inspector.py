"""What is looked at closely: its numbers some times a second, how they came about, how they are spread. It reads memory only."""

from __future__ import annotations

import time

import numpy as np

from playground.live.chronicle import Chronicle
from playground.live.frames import Arrays, Facts
from playground.run import Run
from playground.sentences import Refused
from playground.subjects import Findings, Index, Subject, find

EVERY = 0.1  # seconds between two looks while the run trains, at least
SHARE = 0.02  # of the time may go into looking
BINS = 40  # of a histogram
MOST = 20_000  # numbers that are counted into one


class Inspector:
    """One subject of a run, or none. It belongs to the session's turns."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.subject: Subject | None = None
        self._asked: tuple[str, Index] = ("", ())
        self._chronicle = Chronicle()
        self._again = 0.0
        self._facts: Facts = {}
        self._arrays: Arrays = {}

    def open(self, name: str | None, index: Index = ()) -> None:
        """Look at that; at nothing when there is no name. Raises Refused when the run has no such thing."""
        subject = find(self.run, name, index) if name is not None else None
        if subject is not None:
            found(subject)  # what cannot be said is refused here
        self.subject = subject
        self._asked, self._chronicle, self._again = (name or "", index), Chronicle(), 0.0

    def follow(self, run: Run) -> None:
        """Go on with another run, or with the same after a change: with what has the same name there, if there is one."""
        self.run, self._again = run, 0.0
        if self.subject is None:
            return
        try:
            self.subject = find(run, *self._asked)
        except Refused:
            self.open(None)

    def frame(self, now: float, training: bool, whole: bool) -> tuple[Facts, Arrays]:
        """The fact "inspected" and its arrays: those only when they are new, or `whole`, for somebody who has none yet."""
        if self.subject is None:
            return {"inspected": None}, {}
        due = not training or now >= self._again
        if due:
            self._look(self.subject)
            done = time.monotonic()
            self._again = done + max(EVERY, (done - now) / SHARE)
        return {"inspected": self._facts}, self._arrays if due or whole else {}

    def _look(self, subject: Subject) -> None:
        now, (name, index) = found(subject), self._asked
        if self.run.position == 0:
            self._chronicle.note(self.run.steps, now.value, now.gradient)
        spreads = {"values": spread(subject.spread, now.values), "gradients": spread("gradients", now.gradients)}
        seen = pictures(now)
        self._facts = {
            "name": name,
            "index": index or None,
            "step": self.run.steps,
            **subject.facts(),
            "value": now.value,
            "gradient": now.gradient,
            "rows": now.rows,
            "table": now.table,
            "pictures": list(seen),
            "spreads": {key: facts for key, (facts, _) in spreads.items() if facts},
        }
        counts = {f"inspect/{key}": counts for key, (facts, counts) in spreads.items() if facts}
        self._arrays = {"inspect/history": self._chronicle.rows, **counts, **seen}


def found(subject: Subject) -> Findings:
    """What it is now; of numbers that have become infinite the mean may be none."""
    with np.errstate(over="ignore", invalid="ignore"):
        return subject.now()


def spread(title: str, numbers: np.ndarray | None) -> tuple[Facts | None, np.ndarray]:
    """Where the finite ones of many numbers lie: {title, low, high}, and how many in each of BINS equal parts, int32."""
    some = thinned(numbers) if numbers is not None else np.empty(0, np.float32)
    finite = some[np.isfinite(some)]
    if finite.size < 2:
        return None, np.zeros(BINS, np.int32)
    low, high = float(finite.min()), float(finite.max())
    if high == low:
        low, high = low - max(abs(low), 1e-3) / 2, high + max(abs(high), 1e-3) / 2
    counts = np.histogram(finite.astype(np.float64), BINS, (low, high))[0]
    return {"title": title, "low": low, "high": high}, counts.astype(np.int32)


def thinned(numbers: np.ndarray) -> np.ndarray:
    """About MOST of them, flat, evenly spread over the first axis."""
    every = -(-numbers.size // MOST)
    return numbers[::every].ravel() if numbers.ndim else numbers.reshape(1)


def pictures(now: Findings) -> Arrays:
    """What there is to be seen of a subject."""
    both = {"inspect/picture": now.picture, "inspect/picture.grad": now.picture_gradient}
    return {name: picture for name, picture in both.items() if picture is not None}
