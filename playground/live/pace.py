"""How fast a run goes: as fast as it can, so many steps a second, or stage by stage in slow motion."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.engine.instructions import kind_of
from playground.run import Run

SLICE = 0.006  # seconds of training in one turn
GROWTH = 4  # a turn takes at most so many times the steps of the one before: the first steps may load code
TICK = 1 / 60  # a paced run takes its steps together, so often
PATIENCE = 0.1  # seconds of steps that a run which cannot keep up is still asked to make up for

DURATIONS = {"forward": 1.1, "loss": 1.4, "backward": 1.1, "update": 1.4}  # seconds a stage is on show


class Load:
    """How many steps fit into one turn, learned from the turns before."""

    def __init__(self) -> None:
        self.times = 1
        self._each = math.inf  # seconds a step takes

    def learn(self, done: int, seconds: float) -> None:
        """So many steps took so long."""
        if not done:
            return
        each = seconds / done
        self._each = each if math.isinf(self._each) else (self._each + each) / 2
        self.times = max(1, min(GROWTH * max(done, self.times), int(SLICE / max(self._each, 1e-9))))


@dataclass
class Quota:
    """The steps that a paced run owes by now."""

    steps_per_second: float
    since: float = field(default_factory=time.monotonic)
    done: int = 0

    def owed(self, now: float) -> int:
        """Steps to do now, the first one at once; what a slow machine cannot make up for is forgotten."""
        most = 1 + int(PATIENCE * self.steps_per_second)
        owed = 1 + int((now - self.since) * self.steps_per_second) - self.done
        if owed > most:
            self.since, self.done = now - (most - 1) / self.steps_per_second, 0
        return max(0, min(owed, most))

    def due(self, now: float) -> float:
        """When to take steps again."""
        if self.owed(now):
            return now
        return max(self.since + self.done / self.steps_per_second, now + TICK if self.steps_per_second * TICK > 1 else now)


@dataclass
class Motion:
    """Slow motion: the program stands at the end of a stage, and a clock says how long that stage has been on show."""

    brisk: bool = False  # for people who want less motion: stages last half as long
    sample: int = 0  # the row of the batch that is followed
    index: int = -1  # the stage on show
    before: np.ndarray | None = None  # the shown weights before the update on show
    elapsed: float = 0.0  # seconds, up to `since`
    since: float | None = None  # when the clock was started; None: it stands

    def enter(self, run: Run) -> None:
        """Show the stage where the run stands, the first one when it stands between two steps."""
        reached = [i for i, stage in enumerate(run.stages) if stage.stop <= run.position]
        self.index = reached[-1] if reached else run.advance()

    def go_on(self, run: Run, weights: np.ndarray) -> None:
        """Execute the next stage and show it from its beginning. weights: the shown ones, as they are before it."""
        running = self.since is not None
        self.index = run.advance()
        self.before = weights if kind_of(run.stages[self.index].segment) == "update" else None
        self.elapsed, self.since = 0.0, time.monotonic() if running else None

    def go_to(self, run: Run, segment: str, weights: Callable[[], np.ndarray]) -> None:
        """On to the next stage of that segment, perhaps the next batch's, shown from its beginning."""
        for _ in run.stages:
            self.go_on(run, weights())
            if run.halted or run.stages[self.index].segment == segment:
                return

    def play(self, running: bool) -> None:
        """Start or stop the clock."""
        if running != (self.since is not None):
            self.elapsed, self.since = self.shown(), time.monotonic() if running else None

    def finish(self, run: Run) -> None:
        """Show the stage's end."""
        self.elapsed, self.since = self.duration(run), None

    def ended(self, run: Run) -> bool:
        """Whether the stage has been on show (nearly) for long enough."""
        return self.shown() > 0.95 * self.duration(run)

    def shown(self) -> float:
        """Seconds the stage has been on show."""
        return self.elapsed + (time.monotonic() - self.since if self.since is not None else 0.0)

    def duration(self, run: Run) -> float:
        """Seconds the stage is on show in all."""
        return DURATIONS[kind_of(run.stages[self.index].segment)] / (2 if self.brisk else 1)

    def due(self, run: Run) -> float:
        """When the stage has been on show for long enough."""
        return time.monotonic() + self.duration(run) - self.shown()

    def facts(self, run: Run) -> dict[str, Any]:
        """What a frame says of it."""
        names = [column.name for column in run.network.columns]
        columns = ({"column": names.index(stage.layer)} if stage.layer else {} for stage in run.stages)
        segment = run.stages[self.index].segment
        scored = any(stage.segment == segment.replace(kind_of(segment), "loss") for stage in run.stages[: self.index + 1])
        losses, target = run.network.compared(segment)
        duration = self.duration(run)
        return {
            "index": self.index,
            "stages": [{"segment": stage.segment} | column for stage, column in zip(run.stages, columns, strict=True)],
            "elapsed": min(self.shown(), duration),
            "duration": duration,
            "running": self.since is not None,
            "sample": self.sample,
            "batch": run.view("picked").tolist(),
            "loss": float(run.view(losses)[self.sample :: run.batch_rows].mean()) if scored else None,  # a real row's and a generated one's
            "target": float(run.view(target)[self.sample].ravel()[0]),
            **run.experiment.task.followed(run, self.index, self.sample),
        }
