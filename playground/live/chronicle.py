"""What two numbers were, step by step: as many records as fit, the older ones farther apart as time goes on."""

from __future__ import annotations

import numpy as np

RECORDS = 512  # at most; when full, every other one is dropped


class Chronicle:
    """Records of (step, value, gradient), float32, in the order of steps. The newest is always there."""

    def __init__(self) -> None:
        self._rows = np.empty((RECORDS, 3), np.float32)
        self._count, self._apart = 0, 0.0

    @property
    def rows(self) -> np.ndarray:
        """(n, 3): step, value, gradient; NaN where there is none."""
        return self._rows[: self._count]

    def note(self, step: int, value: float | None, gradient: float | None) -> None:
        """What they are at a step: a new record, or in place of the newest where that is too near to the one before."""
        self.cut(step)
        if self._count > 1 and step - self._rows[self._count - 2, 0] < self._apart:
            self._count -= 1
        elif self._count == RECORDS:
            self._thin()
        self._rows[self._count] = (step, np.nan if value is None else value, np.nan if gradient is None else gradient)
        self._count += 1

    def cut(self, step: int) -> None:
        """Forget that step and those after it: the run went back there, or has come no further."""
        self._count = int(np.searchsorted(self.rows[:, 0], step))

    def _thin(self) -> None:
        half = RECORDS // 2
        self._rows[:half] = self._rows[::2]
        self._count, self._apart = half, float(self._rows[half - 1, 0] - self._rows[0, 0]) / half
