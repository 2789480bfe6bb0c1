"""Losses and hits over the parts of the data, a chunk at a time: who has others to serve need not do all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kernels.kernel import HALT
from playground.tasks.segments import rows_of, scored

if TYPE_CHECKING:
    from playground.run import Run

SCORED = {"train": 500, "test": 2000}  # rows that are taken of a split at least, if there are so many
BUDGET = 2e8  # multiply-adds beyond which no more than those are


class Tally:
    """What is known of one step's weights, which stay as they are meanwhile. Cut into chunks or not, it is the same to the last bit."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.found: dict[str, np.ndarray] = {}  # by split: loss, hits and the loss's terms, each the mean over the rows
        self._split, self._rows, self._left = "", 0, 0

    def missing(self, run: Run) -> str | None:
        """A split that is not through yet."""
        return next((split for split in SCORED if f"evaluate/{split}" in run.program.segments and split not in self.found), None)

    def go_on(self, run: Run, split: str) -> None:
        """One chunk more of a split."""
        if split != self._split:
            self._begin(run, split)
        halted, run.memory[HALT] = run.memory[HALT], 0
        run.execute(f"evaluate/{split}")
        run.memory[HALT] = halted
        self._left -= 1
        if not self._left:
            losses, terms = run.view("evaluate/totals") / (self._rows * run.network.losses.size), run.view("evaluate/terms") / self._rows
            self.found[split], self._split = np.concatenate([losses, terms]), ""

    def _begin(self, run: Run, split: str) -> None:
        for name in ("counters", "totals", "terms"):
            run.view(f"evaluate/{name}")[:] = 0
        rows = scored(run.dataset, rows_of(run.dataset, run.network))[split].count
        chunk, each = len(run.view("evaluate/input")), run.program.cost.multiply_adds / (3 * run.batch_rows)
        affordable = max(SCORED[split], int(BUDGET / each)) // chunk * chunk
        self._rows = min(rows, max(chunk, affordable))  # the first rows of a split are a fair sample of it
        self._split, self._left = split, -(-self._rows // chunk)
