"""One run being driven: commands come in, frames come out, and in between it trains.

Any thread may hand in actions and questions, and take the camera's newest frame; all else happens in turns, one thread at a time.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from playground.experiment import Experiment
from playground.live.camera import Camera
from playground.live.edits import at_rate
from playground.live.facts import Gauges
from playground.live.frames import Facts
from playground.live.inspector import Inspector
from playground.live.pace import SLICE, Load, Motion, Quota
from playground.live.recovery import Recovery, divergence_message
from playground.live.roles import House, Lab, MakeLab
from playground.live.scheduler import NEVER
from playground.live.viewer import Viewer
from playground.run import Run
from playground.sentences import Refused, refusal

POLL = 0.1  # seconds between two looks at how far the kernels are
BROKEN = "That failed for a reason that is not yours; the server's log has it. Nothing was changed."

T = TypeVar("T")
logger = logging.getLogger(__name__)

Action = Callable[["Session"], None]  # raises ValueError when it cannot be done, and then has changed nothing


@dataclass
class Lease:
    """Who drives a session, and when it last said so."""

    holder: str | None = None  # the key of a seat; None while nobody does
    period: float = 1.0  # how often it says so
    beaten: float = 0.0


class Session:
    """A run, the way it is driven, and those who watch."""

    def __init__(self, house: House, make_lab: MakeLab, run: Run, on_show: bool = False) -> None:
        self.house = house
        self.make_lab = make_lab
        self.token = secrets.token_urlsafe(18)
        self.on_show = on_show  # looked at by all and driven by nobody: its token is told to nobody
        self.lease = Lease(beaten=time.monotonic())
        self.alive = True
        self.resting = False
        self.playing = False
        self.quota: Quota | None = None
        self.motion: Motion | None = None
        self.look: tuple[str, int] | None = None
        self.message: Facts | None = None
        self.error: Facts | None = None
        self.run = run
        self.load, self.gauges, self.recovery = Load(), Gauges(run), Recovery(run)
        self.inspector = Inspector(run)
        self.camera = Camera(self)
        self._inbox: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._refusals = 0
        self._missing, self._look_again = 0, 0.0  # kernels that are not compiled yet, and when to count them again
        self._numbered: tuple[Any, int] = (None, 0)  # who sends numbered commands, and the last one obeyed
        house.admit(self, run)
        self._drive(run, make_lab(run))

    # ---------------------------------------------------------------- from any thread

    @property
    def experiment(self) -> Experiment:
        """What is being trained."""
        return self.run.experiment

    def do(self, action: Action) -> Future[str | None]:
        """Hand in what is to be done; the future is the sentence that refuses it, None when it was done."""
        return self._put(lambda: self._obey(action))

    def do_once(self, source: Any, numbered: list[tuple[int, Action]]) -> None:
        """Actions that may come twice or overlap: each number of a source is done once, in order."""
        if source != self._numbered[0]:
            self._numbered = (source, 0)
        for number, action in numbered:
            if number > self._numbered[1]:
                self._numbered = (source, number)
                self.do(action)

    def ask(self, question: Callable[[Run], T]) -> Future[T]:
        """The answer to a question about the run, taken between two turns."""
        return self._put(lambda: question(self.run))

    def beat(self, period: float | None = None) -> None:
        """Somebody is there, and will say so again within the period."""
        self.lease.beaten = time.monotonic()
        self.lease.period = period or self.lease.period
        if self.resting:
            self.house.call(self)

    def watch(self, viewer: Viewer) -> None:
        """Let somebody look; it gets a frame as soon as it has room."""
        self._put(lambda: self._let_in(viewer))

    def leave(self, viewer: Viewer) -> None:
        """Somebody looks no longer."""
        self._put(lambda: self._let_out(viewer))

    def watch_anew(self) -> None:
        """A viewer that looked away looks again."""
        self._put(lambda: self.camera.changed(urgent=True))

    def wanted(self) -> None:
        """A viewer has room again."""
        self.house.call(self, self.camera.wanted())

    def _put(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self._inbox.append((work, future))
        self.house.call(self)  # also when it was given up: who waits must get an answer
        return future

    # ---------------------------------------------------------------- a turn

    def turn(self) -> float:
        """Commands, else a slice of training; then a frame, if somebody has room for one. Returns when to go on."""
        now = time.monotonic()
        obeyed = self._read_inbox()
        if not self.alive or now - self.lease.beaten > self.house.keep:
            self.house.drop(self)
            return NEVER
        self._rest(now - self.lease.beaten > self.house.grace)
        if self.resting:
            return self.lease.beaten + self.house.keep
        if not self.run.ready:
            self._prepare(now)
        else:
            if self.training and not obeyed:
                self._train(now)
            if self.lab.go_on(now):
                self.camera.changed()
        self.camera.show()
        return self._due(time.monotonic())

    @property
    def training(self) -> bool:
        """Whether the next turn takes steps."""
        return self.playing and self.run.ready and not self.resting

    @property
    def state(self) -> str:
        """What a frame calls it."""
        if self.run.diverged is not None:
            return "diverged"
        if not self.run.ready:
            return "preparing"
        if self.run.stopped and not self.run.dataset.obstacle:
            return "finished"
        return "resting" if self.resting else "playing" if self.playing else "paused"

    def _read_inbox(self) -> bool:
        read = bool(self._inbox)
        while self._inbox:
            work, future = self._inbox.popleft()
            try:
                future.set_result(work())
            except Exception as error:
                future.set_exception(error)
        return read

    def _let_in(self, viewer: Viewer) -> None:
        self.camera.viewers = (*self.camera.viewers, viewer)
        self.camera.changed(urgent=True)

    def _let_out(self, viewer: Viewer) -> None:
        self.camera.viewers = tuple(other for other in self.camera.viewers if other is not viewer)

    def _obey(self, action: Action) -> str | None:
        self.camera.changed(urgent=True)
        try:
            action(self)
        except ValueError as error:
            refused = refusal(error)
        except Exception:
            logger.exception("An action failed")
            refused = Refused(BROKEN)
        else:
            self.error = None
            return None
        self._refusals += 1
        self.error = {"number": self._refusals, "text": str(refused), "path": refused.path}
        return str(refused)

    def _rest(self, resting: bool) -> None:
        if resting != self.resting:
            self.resting = resting
            self.camera.changed()
            self._start_clocks()

    def _prepare(self, now: float) -> None:
        """Wait for the kernels' compilation elsewhere; load them when it is done."""
        if now < self._look_again:
            return
        self._look_again = now + POLL
        missing = self.run.missing()
        if len(missing) != self._missing:
            self._missing = len(missing)
            self.camera.changed()
        if not missing or not self.house.prepare(missing):
            self.run.compile()
            self.house.settle(self.run.kernels())
            self.camera.changed(urgent=True)
            self._start_clocks()
            self._notice()

    def _train(self, now: float) -> None:
        if self.motion is not None:
            if now >= self.motion.due(self.run):
                self.motion.go_on(self.run, self.lab.weights())
        elif self._score(now):
            self._take_steps(min(self.load.times, self.quota.owed(now)) if self.quota else self.load.times, self.gauges.costly)
            self._score(now)
        self._notice()

    def _score(self, now: float) -> bool:
        """A slice of the scores that are wanted; whether none is missing."""
        return self.gauges.score(now + SLICE, bool(self.camera.viewers))

    def _take_steps(self, times: int, leave: bool = False) -> None:
        if not times:
            return
        begun = time.monotonic()
        done = self.run.step(times, self.house.lend, leave)
        now = time.monotonic()
        self.load.learn(done, now - begun)
        if self.quota is not None:
            self.quota.done += done
        self.recovery.follow(self.run, now)

    def _notice(self) -> None:
        """Stop when the run has."""
        if self.run.diverged is not None:
            self._halt(divergence_message(self.run, self.recovery))
        elif self.run.stopped and not self.run.dataset.obstacle:
            off = {"do": "set", "path": ["training", "early_stopping"], "value": None}
            self._halt(note(self.run.stopped) | {"kind": "stopped", "actions": [{"title": "Switch early stopping off", "do": off}]})

    def _halt(self, message: Facts) -> None:
        self.pause()
        self.message = message
        self.camera.changed(urgent=True)

    def _due(self, now: float) -> float:
        due = self.lease.beaten + self.house.grace
        due = min(due, self.lab.due() if self.run.ready else self._look_again)
        if self.training:
            due = min(due, self.motion.due(self.run) if self.motion else self.quota.due(now) if self.quota else now)
        return min(due, self.camera.due())

    def facts(self) -> Facts:
        """What a frame says of the session itself."""
        total = len(self.run.kernels())
        source, done = self._numbered
        return {
            "state": self.state,
            "step": self.run.steps,
            "epoch": self.run.epoch,
            "pace": {"stage": self.motion is not None, "steps_per_second": self.quota.steps_per_second if self.quota else 0},
            "kernels": {"done": total if self.run.ready else total - self._missing, "total": total},
            "slow": self.motion.facts(self.run) if self.motion and self.motion.index >= 0 else None,
            "message": self.message,
            "error": self.error,
            "tab": None if self.on_show else self.token,
            "from": source,
            "done": done,
        }

    # ---------------------------------------------------------------- what commands do

    def play(self) -> None:
        """Train on. Raises Refused when the run cannot."""
        self.check()
        self.playing = True
        self.message = None
        self._start_clocks()

    def pause(self) -> None:
        """Stand still, with the curve's point by these weights if it is due."""
        self.playing = False
        if self.run.ready:
            self.run.record()
        self._start_clocks()

    def step(self) -> None:
        """One batch; in slow motion the end of the stage on show, or else the next stage, from its beginning to its end."""
        self._stand()
        if self.motion is None:
            self._take_steps(1)
        elif self.motion.ended(self.run):
            self.motion.go_on(self.run, self.lab.weights())
            self.motion.play(True)
        else:
            self.motion.finish(self.run)
        self._notice()

    def go_to(self, segment: str) -> None:
        """In slow motion, on to the next stage of that segment: the loss, say, or the update."""
        self._stand()
        if segment not in {stage.segment for stage in self.run.stages}:
            raise Refused(f"A step of this run has no segment {segment!r:.40}.")
        if self.motion is None:
            self.set_pace(Motion(), 0)
        assert self.motion is not None
        self.motion.go_to(self.run, segment, self.lab.weights)
        self.motion.play(True)
        self._notice()

    def _stand(self) -> None:
        """Pause, before steps that are taken one by one. Raises Refused when the run cannot train, or not yet."""
        self.check()
        if not self.run.ready:
            raise Refused("The kernels are still being prepared. Wait a moment.")
        self.pause()

    def check(self) -> None:
        """Raises Refused when the run cannot train."""
        if self.run.diverged is not None:
            raise Refused("The run has diverged. Go back first, or restart it.")
        if self.run.stopped:
            raise Refused(self.run.stopped)

    def set_pace(self, motion: Motion | None, steps_per_second: float) -> None:
        """Slow motion, or so many steps a second (0: as many as it can)."""
        if motion is not None and self.motion is not None:
            self.motion.brisk = motion.brisk
            return
        self.motion = motion
        self.quota = Quota(steps_per_second) if steps_per_second and motion is None else None
        self._start_clocks()
        self._notice()

    def has_unit(self, name: str, unit: int) -> bool:
        """Whether a hidden layer of that name has that unit."""
        return any(column.name == name and unit < column.units for column in self.run.network.columns[1:-1])

    def begin(self, experiment: Experiment) -> None:
        """A new run, at step 0. Raises as Run() does."""
        self._adopt(Run(experiment))

    def change(self, experiment: Experiment) -> None:
        """The run that goes on with another experiment, from some way before if it has diverged. Raises as Run() does."""
        if self.run.diverged is not None:
            Run(experiment)  # refused before anything is changed
            self.recovery.rewind(self.run)
        self._adopt(self.run.change(experiment))

    def open(self, content: bytes) -> None:
        """Go on with a saved run. Raises SavedRunError."""
        self._adopt(Run.load(content))

    def touched(self) -> None:
        """Weights were changed by hand."""
        self.run.changed()
        self.recovery.take(self.run)

    def go_back(self, learning_rate: float | None) -> None:
        """Leave a divergence: the last finite step, or some way before with another rate. Raises ValueError when that does not fit."""
        if self.run.diverged is None:
            raise Refused("The run has not diverged, so there is nothing to go back from.")
        if learning_rate is None:
            self.recovery.go_back(self.run)
        else:
            self.change(at_rate(self.experiment, learning_rate))
        rate = "" if learning_rate is None else f", at rate {learning_rate:g}"
        self.message = note(f"Back at step {self.run.steps:,}{rate}.")
        self._start_clocks()

    def _adopt(self, run: Run) -> None:
        """Drive this run from now on: a new one, or the same with other settings. Refused before anything is changed."""
        self.house.admit(self, run)
        lab = self.make_lab(run)
        lab.follow(self.lab)
        self._drive(run, lab)

    def _drive(self, run: Run, lab: Lab) -> None:
        self._missing, self._look_again = len(run.missing()), 0.0
        if run is not self.run:
            self.load, self.gauges, self.recovery = Load(), Gauges(run), Recovery(run)
            self.motion = Motion(self.motion.brisk) if self.motion else None
        else:
            self.recovery.take(run)
        self.run, self.lab = run, lab
        self.inspector.follow(run)
        self.look = self.look if self.look and self.has_unit(*self.look) else None
        self.message = note(run.dataset.obstacle) if run.dataset.obstacle else None
        self.playing = self.playing and not run.stopped
        self.camera.new_scene()
        self._start_clocks()
        self._notice()

    def _start_clocks(self) -> None:
        """Let time count from now on as the session is now: trains or stands, at this pace."""
        self.gauges.rest()
        if self.quota is not None:
            self.quota = Quota(self.quota.steps_per_second)
        if self.motion is not None and self.run.ready:
            if self.motion.index < 0 and not self.run.stopped:
                self.motion.enter(self.run)
            self.motion.play(self.training)


def note(text: str) -> Facts:
    """A message that asks for nothing."""
    return {"kind": "note", "text": text, "detail": "", "actions": []}
