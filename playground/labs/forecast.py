"""What a network says of the test part of a series, found out a chunk at a time, again and again."""

from __future__ import annotations

import math
import time

import numpy as np

from playground.run import Run

MOST = 400  # windows that are asked at most, spread evenly
SHARE = 0.03  # of the time may go into them


class Forecast:
    """The newest answers for windows of the test part, or of all where nothing is kept for the test."""

    def __init__(self, run: Run) -> None:
        self.run = run
        rows = run.dataset.test if run.dataset.test.size else run.dataset.train
        self.rows = rows[:: -(-len(rows) // MOST)]
        assert run.dataset.windows is not None
        self.times = self.rows * run.dataset.windows.apart + run.dataset.windows.lead
        self.values = np.full(len(self.rows), np.nan, np.float32)
        self._next, self._again, self._step, self._asked = 0, 0.0, -1, False

    def ask(self) -> None:
        """Somebody looks: begin another round if the weights are others than those of the last one."""
        self._asked = self._step != self.run.steps

    def due(self) -> float:
        """When it wants to go on."""
        return self._again if (self._asked or self._next) and not self.run.halted else math.inf

    def go_on(self, now: float) -> bool:
        """Another chunk, if its time has come; whether it had."""
        if now < self.due():
            return False
        if self._next == 0:
            self._step, self._asked = self.run.steps, False
        begun = time.monotonic()
        chunk = slice(self._next, self._next + len(self.run.view("evaluate/input")))
        self.values[chunk] = self.run.predict(self.run.dataset.raw[self.rows[chunk]])[:, 0]
        self._next = chunk.stop if chunk.stop < len(self.rows) else 0
        done = time.monotonic()
        self._again = done + (done - begun) / SHARE
        return True

    def drawn(self) -> np.ndarray:
        """(windows, 2) float32: the time of the value asked for, and the forecast in the data's units; NaN where there is none yet."""
        return np.column_stack([self.times, self.values]).astype(np.float32)
