"""The numbers that a frame carries beside its arrays, and what they may cost."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from kernels.kernel import execute
from playground.run import Run

WINDOW = 1.0  # seconds over which speed is measured
SCORING = 0.02  # share of the time that may go into evaluating for the screen alone
SCORED_EVERY = 1 / 60  # seconds between two such scores at least
PIECE = 0.003  # seconds of scoring that nobody minds waiting for
CURVE = 0.25  # seconds between two sendings of the curve while it grows
TRIAL = 0.0005  # seconds to measure a stage for
TRIAL_PLACES = 2**22  # float32 places of memory that are copied for it at most


class Gauges:
    """What is known of one run: losses, speed, microseconds a segment."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._marks: deque[tuple[float, int]] = deque()
        self._score_again = 0.0
        self._spent = self._cost = 0.0  # seconds: for the scores on their way, for the last ones
        self._curve_again = 0.0
        self._timing: dict[str, float] | None = None
        self._timed = False

    def facts(self, now: float, training: bool) -> dict[str, Any]:
        """Counters, losses, rate, speed; exact unless the run is training: then `score` sees to them between two turns."""
        scores = (training and self.run.scores) or self.run.evaluate()
        return {
            "step": self.run.steps,
            "epoch": self.run.epoch,
            "train": scores.get("train/loss"),
            "test": scores.get("test/loss"),
            "accuracy": scores.get("test/accuracy", scores.get("train/accuracy")),
            "scores": scores,
            "rate": self.run.rate,
            "samples_per_second": self._speed(now) if training else 0.0,
            "timing": self._segments(),
        }

    def curve_due(self, now: float, training: bool) -> bool:
        """Whether the curve should go with the next frame."""
        if training and now < self._curve_again:
            return False
        self._curve_again = now + CURVE
        return True

    def score(self, until: float, watched: bool) -> bool:
        """Scores that the curve is due to get, or else now and then those who watch, as far as there is time; whether none is missing.

        The run does not train meanwhile, but between two pieces commands are obeyed and frames are made.
        """
        begun = time.monotonic()
        if not self.run.recordable and (not watched or begun < self._score_again):
            return True
        while not (done := self.run.score_on()) and time.monotonic() < until:
            pass
        if done:
            self.run.evaluate()
        now = time.monotonic()
        self._spent += now - begun
        if done:
            self._cost, self._spent = self._spent, 0.0
            self._score_again = now + max(SCORED_EVERY, self._cost / SCORING)
        return done

    @property
    def costly(self) -> bool:
        """Whether scores take so long that they are to be done in pieces."""
        return self._cost > PIECE

    def _speed(self, now: float) -> float:
        """Samples a second over the last second."""
        self._marks.append((now, self.run.steps))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
            self._marks.popleft()
        since, steps = self._marks[0]
        return (self.run.steps - steps) * self.run.batch_rows / (now - since) if now > since else 0.0

    def rest(self) -> None:
        """Forget the speed: the run stands."""
        self._marks.clear()

    def _segments(self) -> dict[str, float] | None:
        if not self._timed and not self.run.halted and not self.run.dataset.obstacle:
            self._timed, self._timing = True, segment_times(self.run)
        return self._timing


def segment_times(run: Run) -> dict[str, float] | None:
    """Microseconds that each segment of a step takes, tried out on a copy of memory; None where that would be too large."""
    if run.program.step_end > TRIAL_PLACES:
        return None
    addresses, operands = run.program.addresses("step"), run.program.segments["step"][1]
    memory, times = run.memory[: run.program.step_end].copy(), dict.fromkeys((stage.segment for stage in run.stages), 0.0)
    for stage in run.stages:
        part = slice(stage.start, stage.stop)
        times[stage.segment] += 1e6 * _trial(addresses[part], operands[part], memory, run.data)
    return times


def _trial(addresses: Any, operands: Any, memory: Any, data: Any) -> float:
    """Seconds that one run of the instructions takes."""
    begun = time.perf_counter()
    execute(addresses, operands, memory, data, 1)
    times = 1 + int(TRIAL / (time.perf_counter() - begun))
    begun = time.perf_counter()
    execute(addresses, operands, memory, data, times)
    return (time.perf_counter() - begun) / times
