"""The map of an autoencoder's latent numbers: where the test pictures lie on it, and what pictures its other places mean."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np

from playground.run import Run
from playground.tasks.autoencoder import errors
from playground.tasks.variational import SPREAD

CODES = 400  # pictures that are on the map at most
GRID = 15  # pictures along a side of what is decoded all over the map
STEPS = 9  # pictures on the way from one to another
NEW = 12  # pictures drawn out of nothing
ANEW = 256  # pictures whose codes are found anew in a round
SHARE = 0.02  # of the time may go into all this
PIECE = 0.002  # seconds of it that nobody minds waiting for
SOONEST, LONGEST = 0.08, 2.0  # seconds that are waited: points glide anyhow, and the first time costs more than the others
IDLE = 0.4  # seconds after which there is time for all pictures in one round
LEAST = {"variational": 3.0, "autoencoder": 1.0}  # the map reaches from minus this to this at least
ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)  # where it ends, in each decade
INSIDE = 0.99  # the share of the codes that is to lie on it
ROOM = 1.15  # codes must fit with so much room to spare before the map shrinks, lest it go to and fro
BETTER = 1.5  # another latent number takes an axis when it says so many times as much


class LatentMap:
    """Codes, spreads and decoded pictures, found out in rounds, a piece at a time, as long as somebody looks."""

    def __init__(self, run: Run, samples: np.ndarray) -> None:
        self.run = run
        self.cloudy = run.experiment.task.generative
        self.rows = run.dataset.test if run.dataset.test.size else run.dataset.train
        self.samples = samples  # rows whose reconstructions are shown
        self.size = int(run.view("probe/code").shape[1])
        self.codes = np.full((len(self.rows), self.size), np.nan, np.float32)
        self.log_variances = np.zeros_like(self.codes)
        self.axes: tuple[int, int] = (0, min(1, self.size - 1))  # across and up; twice the same where there is only one
        self.held = False  # whether somebody chose the axes
        self.reach = LEAST[run.experiment.task.kind]
        self.ends: tuple[int, int] = (int(samples[0]), int(samples[1 % len(samples)]))
        self.seed = 0
        self.line = np.zeros((0, 2), np.float32)  # the ends' codes on the axes
        self.decoded: dict[str, np.ndarray] = {}  # pictures (n, pixels) by what they are
        self.fresh = False  # whether they were made since they were last asked for
        self._next, self._again, self._done = 0, 0.0, 0.0
        self._worth: np.ndarray | None = None  # by the present codes, once somebody asked for it
        self._present = 0  # codes that were found by the weights of that version
        self._coded = (-1, -1)
        self._round: Iterator[None] | None = None  # what is left of one
        self._later: np.ndarray | None = None  # what a round that must wait is to be begun with
        self._key: tuple[object, ...] = ()  # what the map was asked for when it was made
        self._steps = -1

    def ask(self, z: np.ndarray) -> None:
        """Somebody looks: begin a round, if it is time for it or something else is wanted, else later; z are the other numbers of the
        map's places.
        """
        now = time.monotonic()
        if (self._round is None and now >= self._again) or (self._wanted(z) != self._key and not self._moving):
            self._begin(z.copy(), now)
        else:
            self._later = z.copy() if self._old else None

    def _wanted(self, z: np.ndarray) -> tuple[object, ...]:
        return self.axes, self.ends, self.seed, *np.delete(z, self.axes).tolist()

    def _begin(self, z: np.ndarray, now: float) -> None:
        self._key, self._later, self._again, self._steps = self._wanted(z), None, now, self.run.steps
        self._round = self._find(z, ANEW if now - self._done < IDLE else len(self.rows))

    def due(self) -> float:
        """When it wants to go on."""
        return math.inf if self._round is None and self._later is None else self._again

    def go_on(self, now: float) -> bool:
        """A piece of the round, if there is one and its time has come; whether that was the last."""
        if self._round is None and self._later is not None and now >= self._again:
            self._begin(self._later, now)
        if self._round is None or now < self._again:
            return False
        begun, ended = time.thread_time(), False
        for _ in self._round:
            if time.thread_time() - begun >= PIECE:
                break
        else:
            ended = True
        spent, self._done = time.thread_time() - begun, time.monotonic()
        self._again = self._done + (min(spent / SHARE, LONGEST) if self._moving else 0.0)
        if ended:
            self._round, self._steps, self._again = None, self.run.steps, max(self._again, self._done + SOONEST)
        return ended

    def _find(self, z: np.ndarray, pictures: int) -> Iterator[None]:
        """All that is found out, a chunk before each stop."""
        for _ in range(math.ceil(min(pictures, len(self.rows)) / self._chunk)):
            self._encode()
            yield
        self._choose()
        yield from self._decode(z)

    @property
    def _moving(self) -> bool:
        """Whether the run has gone on since: then what is shown is made anew soon anyhow."""
        return self.run.steps != self._steps

    @property
    def _old(self) -> bool:
        """Whether anything on the map is by older weights than the present ones."""
        return self._moving or self._coded != self.run.version or self._present < len(self.rows)

    @property
    def _chunk(self) -> int:
        return len(self.run.view("evaluate/input"))

    def _encode(self) -> None:
        """The codes of the next chunk."""
        run, part = self.run, slice(self._next, self._next + self._chunk)
        pictures = run.dataset.raw[self.rows[part]]
        count = len(pictures)
        self.codes[part] = run.encode(pictures)
        if self.cloudy:
            self.log_variances[part] = run.view(f"evaluate/{SPREAD}/output")[:count]
        self._worth = None
        self._next = part.stop if part.stop < len(self.rows) else 0
        self._present = count + (self._present if self._coded == run.version else 0)
        self._coded = run.version

    def _choose(self) -> None:
        """Axes, if nobody chose them, and how far they reach."""
        if not self.held and self.size > 2:
            worth = np.nan_to_num(self.worth())
            best = np.sort(np.argsort(-worth, kind="stable")[:2])
            if worth[best].min() > BETTER * worth[list(self.axes)].min():
                self.axes = (int(best[0]), int(best[1]))
        sizes = np.abs(self.codes[:, list(self.axes)]).max(axis=1)
        sizes = sizes[np.isfinite(sizes)]
        if sizes.size:
            size, least = float(np.quantile(sizes, INSIDE)), LEAST[self.run.experiment.task.kind]
            grown, shrunk = rounded(max(size, least)), rounded(max(ROOM * size, least))
            self.reach = min(max(self.reach, grown), max(shrunk, grown))

    def worth(self) -> np.ndarray:
        """What each latent number says of a test picture: its part of the divergence, or where there is none its deviation."""
        if self._worth is None:
            self._worth = self._find_worth()
        return self._worth

    def _find_worth(self) -> np.ndarray:
        known = np.isfinite(self.codes).all(axis=1)
        if not known.any():
            return np.full(self.size, np.nan)
        codes, spreads = self.codes[known].astype(np.float64), self.log_variances[known].astype(np.float64)
        with np.errstate(over="ignore"):
            found: np.ndarray = ((codes**2 + np.exp(spreads) - 1 - spreads) / 2).mean(axis=0) if self.cloudy else codes.std(axis=0)
        return found

    def _decode(self, z: np.ndarray) -> Iterator[None]:
        """What the map's places mean, the samples again, the way between the ends, and new pictures."""
        run = self.run
        wanted = {"grid": self.places(z), "reconstructed": run.encode(run.dataset.raw[self.samples])}
        yield
        wanted["between"] = self.way()
        yield
        if self.cloudy:
            wanted["new"] = np.random.default_rng([run.experiment.seed, self.seed]).standard_normal((NEW, self.size), np.float32)
        places, made = np.concatenate(list(wanted.values())), []
        for start in range(0, len(places), self._chunk):
            made.append(run.decode(places[start : start + self._chunk]))
            yield
        stops = np.cumsum([len(part) for part in wanted.values()])[:-1]
        self.decoded = dict(zip(wanted, np.split(np.concatenate(made), stops), strict=True))
        self.fresh = True

    def places(self, z: np.ndarray) -> np.ndarray:
        """(GRID², latent) the middles of the map's cells, the top row first; what is on neither axis is z's."""
        middles = ((np.arange(GRID) + 0.5) / GRID * 2 - 1) * self.reach
        places = np.tile(z.astype(np.float32), (GRID * GRID, 1))
        places[:, self.axes[1]] = np.repeat(-middles, GRID)
        places[:, self.axes[0]] = np.tile(middles, GRID)
        return places

    def way(self) -> np.ndarray:
        """(STEPS, latent) from the code of one end to the other's, evenly."""
        codes = self.run.encode(self.run.dataset.raw[list(self.ends)])
        first, last = codes
        self.line = codes[:, list(self.axes)]
        shares = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
        way: np.ndarray = first + shares * (last - first)
        return way

    def errors(self) -> np.ndarray:
        """(samples,) float32: how far each sample is from what was made of it, as the loss says."""
        return errors(self.run.experiment.task, self.run.dataset.raw[self.samples], self.decoded["reconstructed"])

    def shown(self) -> np.ndarray:
        """(n, 2) float32: codes of the first pictures on the map's axes; NaN where they are not known yet.

        A single latent number has one axis: each class gets a line of its own.
        """
        codes = np.ascontiguousarray(self.codes[:CODES, list(self.axes)])
        if self.size == 1:
            classes = self.run.dataset.y[self.rows[:CODES], 0]
            codes[:, 1] = self.reach * (1 - 2 * (classes + 0.5) / len(self.run.dataset.classes))
        return codes


def rounded(size: float) -> float:
    """The next round number."""
    decade = 10.0 ** math.floor(math.log10(size))
    return next((part * decade for part in ROUND if part * decade >= size * (1 - 1e-6)), 10 * decade)
