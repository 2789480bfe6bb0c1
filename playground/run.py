"""One experiment being trained: the headless face of the playground, and what the live stage drives."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kernels.kernel import HALT
from playground.change import go_on, keep_weights, same_learner, same_program
from playground.data import Picture, picture
from playground.engine.machine import Lend, Machine, lend_none
from playground.engine.program import Cost
from playground.experiment import Experiment
from playground.losses import MSE
from playground.saving import dump, fill, parse
from playground.tally import Tally
from playground.tasks.looking import first_row
from playground.tasks.network import Network, loss_of
from playground.tasks.segments import HISTORY, examples

SECONDS_CHUNK = 0.02  # how long `train(seconds=...)` runs between two looks at the clock


@dataclass(frozen=True)
class Divergence:
    """Where a run ceased to be finite: the step whose loss was not, and the first layer that was not."""

    step: int
    layer: str
    cause: str


class Run(Machine):
    """An experiment with its memory. Plans and draws at once, compiles when it first steps.

    When it is not `watched`, a step keeps only what it needs itself: it is faster and smaller, and some names are missing.
    Raises ShapeError, BudgetError, DataError or ValueError, each one sentence, before anything is allocated.
    """

    def __init__(self, experiment: Experiment, watched: bool = True) -> None:
        self.experiment = experiment
        self.watched = watched
        self.dataset = experiment.dataset()
        task = experiment.task
        self.network: Network = task.build(experiment, self.dataset)
        program = task.compile(experiment, self.dataset, self.network, watched)
        super().__init__(program, self.network.graph, examples(experiment, self.dataset, self.network), experiment.seed)
        self.feed = task.feed(experiment, self.dataset)
        self.view("recorded")[:] = (0, max(self.steps_per_epoch, task.interval))
        self.diverged: Divergence | None = None
        self.stopped: str | None = self.dataset.obstacle or None
        self._scores: tuple[int, dict[str, float]] = (-1, {})
        self._tally = Tally(-1)
        self._changes = 0  # of weights, from outside
        self.look_at(self.dataset.raw[[first_row(self.dataset)]] if self.dataset.shape else self.picture.grid(self.grid))

    # ---------------------------------------------------------------- training

    @property
    def cost(self) -> Cost:
        """Bytes, parameters, multiply-adds and instructions of one step."""
        return self.program.cost

    @property
    def train_rows(self) -> int:
        """Examples to train on."""
        return self.dataset.train.size

    @property
    def test_rows(self) -> int:
        """Examples that are never trained on."""
        return self.dataset.test.size

    @property
    def steps(self) -> int:
        """Optimizer steps done."""
        return int(self.view("steps")[0])

    @property
    def version(self) -> tuple[int, int]:
        """Of the weights: steps done, and changes from outside."""
        return self.steps, self._changes

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return int(self.view("counters")[1])

    @property
    def rate(self) -> float:
        """The learning rate of the last update: the schedule's, where there is one."""
        scheduled = self.experiment.training.schedule.kernel is not None and self.steps > 0
        return float(self.view("rate" if scheduled else "optimizer/learning_rate")[0])

    @cached_property
    def picture(self) -> Picture:
        """The plane through the space of inputs that is looked at. Raises DataError where a row has a shape of its own."""
        return picture(self.dataset, self.experiment.view.axes)

    @property
    def grid(self) -> int:
        """Points a side of that plane."""
        return self.program.places["look/surface"].shape[1]

    @property
    def batch_rows(self) -> int:
        """Examples in a batch: the batch size, or all there are when they are fewer."""
        return int(self.view("picked").size)

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches in the training part."""
        return max(1, self.train_rows // self.batch_rows)

    def step(self, times: int = 1, lend: Lend = lend_none, leave: bool = False) -> int:
        """So many optimizer steps, the rest of a half-done one first; returns how many were done (fewer: diverged or stopped early).

        `lend` finds a thread that helps where a batch is large; it changes no bit. `leave`: go no further than to the curve's next point,
        and leave that to the next call, before which `score_on` may have found it out in pieces.
        """
        first = self.steps
        self.record()
        target = first + times
        if self.complete():
            self.record()
        while self.steps < target and not self.halted and not self.stopped:
            self.execute_steps(min(target, self._next_record()) - self.steps, lend)
            if leave and self.recordable:
                break
            self.record()
        if self.halted and self.diverged is None:
            self.diverged = self._find_divergence()
        return self.steps - first

    def run_to(self, stop: int) -> bool:
        """As the machine does, and notice when the step brings a record or a loss that is not finite."""
        self.record()
        complete = super().run_to(stop)
        if self.halted and self.diverged is None:
            self.diverged = self._find_divergence()
        return complete

    def train(self, epochs: float | None = None, seconds: float | None = None) -> dict[str, float]:
        """Train for so many epochs, or seconds of wall time; returns the metrics."""
        if (epochs is None) == (seconds is None):
            raise ValueError("train takes epochs or seconds, one of them.")
        if epochs is not None:
            self.step(round(epochs * self.steps_per_epoch))
            return self.metrics()
        assert seconds is not None
        end, pace = time.perf_counter() + seconds, 1
        while (left := end - time.perf_counter()) > 0 and not self.halted and not self.stopped:
            begun = time.perf_counter()
            self.step(pace)
            each = (time.perf_counter() - begun) / pace
            pace = max(1, min(4 * pace, int(min(SECONDS_CHUNK, left) / each)))
        return self.metrics()

    def _next_record(self) -> int:
        """The step at which the curve gets its next point. Steps decide, never clocks: a run is the same however it is watched."""
        count, interval = (int(v) for v in self.view("recorded"))
        return count * interval

    @property
    def recordable(self) -> bool:
        """Whether the curve is to get a point by the present weights."""
        return self.steps >= self._next_record() and not self.position and self.train_rows > 0

    def record(self) -> None:
        """Give the curve its point, if it is due."""
        if not self.recordable:
            return
        scores = self.evaluate()
        count = int(self.view("recorded")[0])
        row = (self.steps, scores["train/loss"], scores.get("test/loss", np.nan), scores.get("test/accuracy", np.nan))
        history = self.view("history")
        history[count] = row
        if count + 1 == HISTORY:
            history[: HISTORY // 2] = history[::2]
            self.view("recorded")[:] = (HISTORY // 2, 2 * self.view("recorded")[1])
        else:
            self.view("recorded")[0] += 1
        self._stop_early()

    def _stop_early(self) -> None:
        """Stop when the test loss has not been better for `early_stopping` epochs."""
        patience, history = self.experiment.training.early_stopping, self.history()
        if patience is None or not self.test_rows or len(history) < 2:
            return
        best = history[np.argmin(history[:, 2])]
        if self.steps - best[0] > patience * self.steps_per_epoch:
            self.stopped = f"Stopped early: the test loss has not been below {best[2]:.3f} for {patience} epochs."

    def _find_divergence(self) -> Divergence:
        """The first layer, in the order the batch met them, whose weights or outputs are not finite; the loss when all are."""
        for column in self.network.columns[1:]:
            own = [name for name in self.network.graph.parameters if name.startswith(f"{column.name}/")]
            causes = {name: f"its {'biases' if name.endswith('bias') else 'weights'} overflowed" for name in own}
            for name, cause in (causes | {f"{column.name}/sum": "its sums overflowed"}).items():
                if any(self._broken(f"{flow}{name}") for flow in self.network.passes):
                    return Divergence(self.steps, column.name, cause)
        loss = next((loss for loss in self.network.watched if self._broken(loss)), "loss").removeprefix(self.network.passes[0])
        return Divergence(self.steps, loss, "the outputs grew until their loss overflowed")

    def _broken(self, name: str) -> bool:
        """Whether there is such an array and not all of it is finite."""
        return name in self.program.places and not np.isfinite(self.view(name)).all()

    # ---------------------------------------------------------------- looking

    def evaluate(self) -> dict[str, float]:
        """What the task says of the present weights, once a step at most: mean losses (and accuracy, for classes) over train and test.

        "test/error" is the root mean square error of forecasts as a share of persistence's, which says the last value again.

        Over all rows, or where that would take long (a frame waits for it) over a fair sample of it.
        """
        if self._scores[0] != self.steps:
            self._scores = (self.steps, self.experiment.task.scores(self))
        return self._scores[1]

    @property
    def scores(self) -> dict[str, float]:
        """What `evaluate` said last, perhaps some steps ago; nothing when it has said nothing of these weights yet."""
        return self._scores[1]

    def score_on(self) -> bool:
        """A chunk more of what `evaluate` is to find out of the present step; whether it has nothing more to do."""
        if self._scores[0] == self.steps:
            return True
        tally = self._tallied()
        if (split := tally.missing(self)) is not None:
            tally.go_on(self, split)
        return tally.missing(self) is None

    def _tallied(self) -> Tally:
        if self._tally.step != self.steps:
            self._tally = Tally(self.steps)
        return self._tally

    def score(self, split: str) -> dict[str, float]:
        """Mean loss (and accuracy, for classes) over "train" or "test", by the program's segments of such names; nothing without rows."""
        if not (self.train_rows if split == "train" else self.test_rows):
            return {}
        tally = self._tallied()
        while split not in tally.found:
            tally.go_on(self, split)
        loss, hits, *terms = tally.found[split].tolist()
        scores = {f"{split}/loss": loss}
        if self.dataset.task == "classification" and not self.network.reconstructs:
            scores[f"{split}/accuracy"] = hits
        if self.dataset.each_step and loss_of(self.experiment, self.dataset).information:
            scores[f"{split}/bits"] = loss / math.log(2)
        if split == "test" and self.dataset.baseline and isinstance(loss_of(self.experiment, self.dataset), MSE):
            scores["test/error"] = math.sqrt(loss) * self.dataset.target_scale / self.dataset.baseline
        return scores | {f"{split}/{name}": term for name, term in zip(self.network.terms, terms, strict=True)}

    def metrics(self) -> dict[str, float]:
        """Step, epoch, losses and accuracies now."""
        return {"step": self.steps, "epoch": self.epoch, **self.evaluate()}

    def changed(self) -> None:
        """Say that weights were changed from outside: what is known of the present step is stale."""
        self._changes += 1
        self._scores, self._tally = (-1, {}), Tally(-1)

    def history(self) -> np.ndarray:
        """The curve so far, (records, 4) float32: step, train loss, test loss, test accuracy; NaN where there is none."""
        records: np.ndarray = self.view("history")[: int(self.view("recorded")[0])]
        return records

    def predict(self, x: Any, classes: Any = None) -> np.ndarray:
        """Raw inputs (n, inputs) -> (n, outputs) float32: probabilities of the classes, or values for regression.

        Two classes with one output give one probability, that of the second class. An autoencoder gives the pictures again, a discriminator
        its verdict; a conditional one is to be told the class of each row.
        """
        return self.dataset.unscaled(self.link(self.logits(self.feed(np.atleast_2d(x)), classes))).astype(np.float32)

    def logits(self, inputs: np.ndarray, classes: Any = None) -> np.ndarray:
        """Features (n, features) -> the head's sums (n, outputs), or (n, steps, outputs), float32, by the network as it is."""
        given = {"evaluate/input": inputs}
        if self.network.told:
            given["evaluate/target"] = self.told(classes, len(inputs))
        sums = self.ask("predict", given, f"evaluate/{self.network.logits.name}")
        return sums.reshape(len(inputs), *self.network.logits.shape)

    def told(self, classes: Any, rows: int) -> np.ndarray:
        """The classes (rows, 1) float32 that a network is told. Raises ValueError when they are not one for each row."""
        numbers, known = np.asarray([] if classes is None else classes), len(self.dataset.classes)
        if numbers.shape != (rows,) or not np.isin(numbers, np.arange(known)).all():
            raise ValueError(f"It is told the class of each row: {rows} whole numbers from 0 to {known - 1} fit, got {classes!r:.60}.")
        return numbers.astype(np.float32)[:, None]

    def ask(self, segment: str, given: dict[str, np.ndarray], target: str) -> np.ndarray:
        """What a segment makes of rows, chunk by chunk (n, numbers): they are written where they are named, and `target` is read."""
        out = self.view(target)
        out = out.reshape(len(out), -1)
        count, chunk = len(next(iter(given.values()))), len(out)
        result = np.empty((count, out.shape[1]), np.float32)
        for start in range(0, count, chunk):
            for name, rows in given.items():
                part = rows[start : start + chunk]
                self.view(name)[: len(part)] = part
            self.execute(segment)
            result[start : start + chunk] = out[: len(result[start : start + chunk])]
        return result

    def encode(self, raw: Any) -> np.ndarray:
        """Raw pictures (n, inputs) -> what they are between the halves of an autoencoder (n, latent): the mean, for a variational one."""
        return self.ask("encode", {"evaluate/input": self.feed(np.atleast_2d(raw))}, self._code())

    def decode(self, z: Any) -> np.ndarray:
        """Latent numbers (n, latent) -> the pixels of pictures (n, inputs) float32, from 0 to 1. Raises ValueError when z does not fit."""
        z, size = np.atleast_2d(np.asarray(z, np.float32)), self.view(self._code()).shape[1]
        if z.ndim != 2 or z.shape[1] != size:
            raise ValueError(f"Rows of {size} latent numbers fit here, got an array of shape {z.shape}.")
        return self.link(self.ask("decode", {self._code(): z}, f"evaluate/{self.network.logits.name}"))

    def sample(self, count: int, seed: int = 0, classes: Any = None) -> np.ndarray:
        """So many new rows (count, inputs) out of random numbers that follow from `seed`; the run stays as it is.

        A conditional one makes them of these classes, one for each row, or of all in turn. Raises ValueError for a task that makes nothing.
        """
        return self.experiment.task.sample(self, count, seed, classes)

    def _code(self) -> str:
        if self.network.code is None:
            raise ValueError(f"{self.experiment.task.title} has no latent numbers. Choose an autoencoder.")
        return "evaluate/code"

    def link(self, logits: np.ndarray) -> np.ndarray:
        """What the head makes of its sums: probabilities, or the sums themselves."""
        if self.network.link == "sigmoid":
            return (0.5 * (1 + np.tanh(0.5 * logits.astype(np.float64)))).astype(np.float32)
        if self.network.link == "softmax":
            powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
            shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
            return shares
        return logits

    def look_at(self, raw: np.ndarray) -> None:
        """Set what `probe` runs the network on: the points of the plane (grid², raw inputs), or one row with a shape (1, raw inputs)."""
        self.view("probe/input")[:] = self.feed(raw)

    def probe(self) -> None:
        """Every neuron's answer to what is looked at, into "probe/<layer>/output"."""
        self.execute("probe")

    # ---------------------------------------------------------------- changing and keeping

    def change(self, experiment: Experiment) -> Run:
        """The run that goes on with another experiment.

        It is this very run when only settings changed; another that goes on at the same step when the weights still learn from the same
        examples; else a new one, at step 0, that keeps the weights which fit. Another seed begins anew. Raises as Run() does.
        """
        if experiment == self.experiment:
            return self
        fresh = self._anew(experiment, self.watched)
        if experiment.seed != self.experiment.seed:
            return fresh
        if same_learner(self, fresh):
            if same_program(self.program, fresh.program):
                return self._take_settings(fresh)
            self.complete()
            go_on(self, fresh)
        else:
            keep_weights(self, fresh)
        return fresh

    def watch(self, watched: bool = True) -> Run:
        """The run that goes on, bit for bit, with a name for every tensor or for the needed ones alone."""
        if watched == self.watched:
            return self
        self.complete()
        fresh = self._anew(self.experiment, watched)
        go_on(self, fresh)
        fresh.memory[HALT], fresh.diverged, fresh.stopped = self.memory[HALT], self.diverged, self.stopped
        return fresh

    def _anew(self, experiment: Experiment, watched: bool) -> Run:
        """A run at step 0; a row that is looked at stays so while the data is the same."""
        fresh = Run(experiment, watched)
        if self.dataset.shape and experiment.data == self.experiment.data:
            fresh.view("probe/input")[:] = self.view("probe/input")
        return fresh

    def _take_settings(self, fresh: Run) -> Run:
        for name in fresh.program.settings:
            self.view(name)[:] = fresh.view(name)
        self.view("probe/input")[:] = fresh.view("probe/input")
        self.experiment, self.network, self.feed, self.stopped = fresh.experiment, fresh.network, fresh.feed, fresh.stopped
        vars(self).pop("picture", None)  # its axes may be others
        return self

    def save(self) -> bytes:
        """The run as a safetensors file, the experiment in its metadata."""
        return dump(self)

    @classmethod
    def load(cls, content: bytes) -> Run:
        """The run that `save` wrote; it goes on bit for bit. Raises SavedRunError."""
        experiment, tensors, position = parse(content)
        if "attachment" in tensors:
            experiment.data.attach(tensors["attachment"].tobytes())
        run = cls(experiment)
        fill(run, tensors, position)
        return run
