"""Series in time: a window of values, and the value some steps after it. What is tested comes after all that is learned from."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field

from playground.data import Axis, Column, Data, DataError, DataSet
from playground.data.dataset import Windows, fitted, plural


class Series(Data):
    """A series to be forecast, standardised as its training part suggests."""

    group: ClassVar[str] = "sequence"
    row: ClassVar[str] = "window"

    window: int = Field(50, ge=2, le=200, title="Window", description="How many past values the network sees.")
    ahead: int = Field(20, ge=1, le=200, title="Ahead", description="How many steps after the window the value lies that is asked for.")
    test_fraction: float = Field(0.25, ge=0, le=0.9, title="Test share", description="The last part of the series, never trained on.")

    def draw(self) -> np.ndarray:
        """The values in order of time, (values,) float64."""
        raise TypeError(f"{type(self).__name__} does not say what its values are. Give it a draw method.")

    def value(self) -> str:
        """What its values are called."""
        return "value"

    def notes(self) -> tuple[str, ...]:
        """What was done to the values, a sentence each."""
        return ()

    def make(self) -> DataSet:
        """The windows. Raises DataError when the series is too short for one to train on."""
        values = self.draw()
        span = self.window + self.ahead
        train, test = parts(values.size, span, 1, self.test_fraction)
        if not train.size:
            raise DataError(
                f"A window of {self.window} and {plural(self.ahead, 'step')} ahead need {2 * span:,} values, and the series has "
                f"{values.size:,}. Make the window shorter, or the series longer."
            )
        mean, scale = fitted(values[: train.size + span - 1])
        series = ((values - mean) / scale).astype(np.float32)
        rows = values.size - span + 1
        raw = sliding_window_view(values, self.window)[:rows]
        y = sliding_window_view(series[span - 1 :], 1)
        names = [f"t-{before}" if before else "t" for before in reversed(range(self.window))]
        everywhere = Axis.over("value", "value", values, mean)
        inputs = tuple(Axis(name, name, everywhere.low, everywhere.high, mean) for name in names)
        columns = tuple(Column(name, name, i, True, mean, scale) for i, name in enumerate(names))
        last, truth = raw[test, -1], values[test + span - 1]
        baseline = math.sqrt(np.mean((last - truth) ** 2)) if test.size else None
        return DataSet(
            *("regression", (), (f"t+{self.ahead}",), inputs, columns, raw, y, train, test, mean, scale),
            shape=(self.window, 1),
            windows=Windows(series, 1, span - 1),
            baseline=baseline,
            notes=self.notes(),
        )


def parts(values: int, span: int, apart: int, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers (train, test) of windows that take up `span` values, targets included, and begin every `apart` values.

    No value of a training window is in a test window; windows that would share some are in neither. The parts are empty when one is.
    """
    rows = max(0, (values - span) // apart + 1)
    between = -(-span // apart) - 1
    usable = rows - between if fraction else rows
    test = max(1, math.floor(fraction * usable)) if fraction else 0
    train = max(0, usable - test)
    return np.arange(train), np.arange(rows - test, rows) if train else np.arange(0)


class MackeyGlass(Series):
    """Chaos out of a delay: x' = 0.2 x(t - 17) / (1 + x(t - 17)^10) - 0.1 x (Mackey and Glass 1977), a value each unit of time."""

    kind: Literal["mackey_glass"] = "mackey_glass"
    title: ClassVar[str] = "Mackey-Glass"

    length: int = Field(3000, ge=100, le=20_000, title="Length", description="How many values the series has.")

    def draw(self) -> np.ndarray:
        """By Runge and Kutta's fourth order at steps of 0.1; between two steps the past is their mean. The first 300 units are dropped."""
        per_unit, delay, settling = 10, 170, 300
        steps, h = per_unit * (settling + self.length), 1 / per_unit
        x = np.empty(delay + steps + 1)
        x[: delay + 1] = 1.2 + np.random.default_rng((self.seed, 0)).uniform(-0.2, 0.2)
        past = x.tolist()
        for i in range(delay, delay + steps):
            now, first, last = past[i], past[i - delay], past[i - delay + 1]
            begin, middle, end = (0.2 * p / (1 + p**10) for p in (first, (first + last) / 2, last))
            k1 = begin - 0.1 * now
            k2 = middle - 0.1 * (now + h / 2 * k1)
            k3 = middle - 0.1 * (now + h / 2 * k2)
            k4 = end - 0.1 * (now + h * k3)
            past[i + 1] = now + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return np.array(past[delay + per_unit * settling : -1 : per_unit])


class DampedSines(Series):
    """Two sines that die away and are struck anew, again and again, with some noise."""

    kind: Literal["damped_sines"] = "damped_sines"
    title: ClassVar[str] = "Damped sines"

    length: int = Field(3000, ge=100, le=20_000, title="Length", description="How many values the series has.")
    every: int = Field(150, ge=20, le=1000, title="Struck every", description="After how many values the sines begin anew.")
    damping: float = Field(0.02, ge=0, le=0.5, title="Damping", description="The share of their height that they lose at each value.")
    noise: float = Field(0.02, ge=0, le=1, title="Noise", description="The deviation of what chance adds; a sine begins with height 1.")
    ahead: int = Field(5, ge=1, le=200, title="Ahead", description="How many steps after the window the value lies that is asked for.")

    def draw(self) -> np.ndarray:
        """Heights differ from stroke to stroke; periods are 11 and 26 values."""
        random = np.random.default_rng((self.seed, 0))
        strokes = -(-self.length // self.every)
        heights = random.uniform(0.5, 1, (2, strokes))
        since = np.arange(self.every)
        fading = (1 - self.damping) ** since
        waves = [fading * np.sin(2 * np.pi * since / period) for period in (11, 26)]
        clean = sum(np.outer(height, wave) for height, wave in zip(heights, waves, strict=True))
        values: np.ndarray = np.ravel(clean)[: self.length] + self.noise * random.standard_normal(self.length)
        return values
