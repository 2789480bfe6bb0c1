"""What a data set is once it is loaded: rows, targets, a split, and the features that can be made of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

Task = Literal["classification", "regression"]
MARGIN = 0.05  # of the range, beyond the outermost points of a picture


class DataError(ValueError):
    """Data that cannot be used; the message says what came, what fits and what to do."""


def plural(count: int, noun: str) -> str:
    """1 row, 2 rows, 20,000 rows."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(frozen=True)
class Axis:
    """One raw input as a picture needs it: where it begins and ends, and its value when it is not looked at."""

    name: str
    label: str
    low: float
    high: float
    middle: float = 0.0

    @classmethod
    def over(cls, name: str, label: str, values: np.ndarray, middle: float = 0.0) -> Axis:
        """An axis that shows all these values, with a margin."""
        low, high = float(values.min()), float(values.max())
        margin = MARGIN * (high - low) or 1.0
        return cls(name, label, low - margin, high + margin, middle)


@dataclass(frozen=True)
class Column:
    """A feature the network may be fed: (of(raw) - mean) / scale. What is fitted was fitted on the training rows alone."""

    name: str
    label: str
    of: Callable[[np.ndarray], np.ndarray] | int  # raw (n, inputs) -> (n,); a number: that input as it stands
    on: bool = True  # fed when the experiment names no features
    mean: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class Windows:
    """Rows that are windows over one series, which is kept once: row i begins at i `apart`, its targets `lead` numbers further on."""

    series: np.ndarray  # (values,) float32, as the network is fed with it, and as it is asked for it
    apart: int
    lead: int

    def __post_init__(self) -> None:
        self.series.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Modes:
    """Where points gather, when that is known: the middles (modes, 2), and the standard deviation around them along each axis."""

    centres: np.ndarray
    deviation: float


@dataclass(frozen=True, eq=False)
class DataSet:
    """Rows to learn from. All arrays are read-only, since every run on the same data shares them.

    A classification's y is (n, 1), the index of the class, or (n, steps) where each step of a sequence has one; a regression's is
    (n, targets), (value - target_mean) / target_scale.
    `train` and `test` are row numbers in random order: the first k of either are a fair sample. Of windows they are in the order of time,
    both without gaps; those that reach over the border are in neither.
    """

    task: Task
    classes: tuple[str, ...]  # their names; none for regression
    targets: tuple[str, ...]  # names of what is predicted
    inputs: tuple[Axis, ...]  # what the columns of raw mean
    columns: tuple[Column, ...]
    raw: np.ndarray  # (n, inputs) float64: a time stamp would not fit into float32; pixels are float32
    y: np.ndarray  # float32
    train: np.ndarray  # int64
    test: np.ndarray  # int64
    target_mean: float = 0.0
    target_scale: float = 1.0
    notes: tuple[str, ...] = ()  # what was done to the rows, a sentence each
    obstacle: str = ""  # why nothing can be learned from it; then train is empty
    shape: tuple[int, ...] = ()  # how the numbers of a row lie when it is one thing: `image`, or a sequence (steps, width) or (steps,)
    windows: Windows | None = None  # where rows overlap; then raw and y are views
    modes: Modes | None = None  # what points in the plane were drawn around
    baseline: float | None = None  # root mean square error on the test part, in the target's units, of saying the last value again

    def __post_init__(self) -> None:
        for array in (self.raw, self.y, self.train, self.test):
            array.flags.writeable = False

    @property
    def image(self) -> tuple[int, int, int] | None:
        """Height, width and channels when a row is a picture: its pixels from 0 to 1, row by row."""
        return self.shape if len(self.shape) == 3 else None

    @property
    def each_step(self) -> bool:
        """Whether every step of a row is to be answered, each by a class."""
        return self.task == "classification" and self.y.shape[1] > 1

    @property
    def sequence(self) -> bool:
        """Whether a row is a sequence."""
        return len(self.shape) in (1, 2)

    @property
    def symbols(self) -> int:
        """How many different numbers a row is made of, from 0, where it is one of symbols' numbers; else 0."""
        return len(self.classes) if len(self.shape) == 1 else 0

    @property
    def foretold(self) -> bool:
        """Whether the answers stand in the row itself, further on: then no step may know of later ones."""
        return self.windows is not None and self.windows.lead < self.shape[0]

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        rows = (self.raw, self.y) if self.windows is None else (self.windows.series,)
        return sum(array.nbytes for array in (*rows, self.train, self.test))

    def chosen(self, names: Iterable[str]) -> tuple[str, ...]:
        """These features in the data's own order; none named: its default ones. Raises DataError for a name it does not have."""
        wanted = set(names) or {column.name for column in self.columns if column.on}
        unknown = sorted(wanted - {column.name for column in self.columns})
        if unknown:
            raise DataError(f"There is no feature {unknown[0]!r} here. Choose among: {listing(column.name for column in self.columns)}.")
        return tuple(column.name for column in self.columns if column.name in wanted)

    def features(self, names: Iterable[str] = ()) -> Callable[[np.ndarray], np.ndarray]:
        """The function raw (n, inputs) -> (n, chosen features) float32 that the network is fed with."""
        wanted = set(self.chosen(names))
        columns = [column for column in self.columns if column.name in wanted]
        mean, scale = np.array([(column.mean, column.scale) for column in columns], self.raw.dtype).T

        def compute(raw: np.ndarray) -> np.ndarray:
            values = taken(columns, self.checked(raw))
            values -= mean
            values /= scale
            return values.astype(np.float32, copy=False)

        return compute

    def checked(self, raw: np.ndarray) -> np.ndarray:
        """Raw rows in the type they are kept in. Raises DataError when their width does not fit."""
        raw = np.asarray(raw, self.raw.dtype)
        if raw.ndim != 2 or raw.shape[1] != len(self.inputs):
            names = listing(axis.name for axis in self.inputs)
            raise DataError(f"Rows of {plural(len(self.inputs), 'number')} fit here ({names}), got an array of shape {raw.shape}.")
        return raw

    def unscaled(self, y: np.ndarray) -> np.ndarray:
        """Targets, or predictions of them, in the units they came in."""
        return y * self.target_scale + self.target_mean

    @cached_property
    def shades(self) -> np.ndarray:
        """(n,) float32: what colours a point. The class index, or the first target with the largest one at -1 or 1."""
        first = self.y[:, 0]
        return first if self.task == "classification" else first / np.float32(self.largest)

    @cached_property
    def largest(self) -> float:
        """The size of the first target's largest value as the network sees it, at least 1."""
        return max(1.0, float(np.abs(self.y[:, 0]).max(initial=0)))


def taken(columns: Sequence[Column], raw: np.ndarray) -> np.ndarray:
    """Raw rows (n, inputs) -> a new array (n, columns), not standardised. Inputs as they stand are taken all at once: pixels are many."""
    values = raw.take([column.of if isinstance(column.of, int) else 0 for column in columns], axis=1)
    for i, column in enumerate(columns):
        if not isinstance(column.of, int):
            values[:, i] = column.of(raw)
    return values


def listing(names: Iterable[str], most: int = 12) -> str:
    """Names with commas; a long list ends in how many more there are."""
    names = list(names)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def fitted(values: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of values (n,), which are the training rows' alone. A constant has scale 1."""
    mean, scale = float(values.mean()), float(values.std())
    rounding = 1e-9 * abs(mean)  # a constant's deviation need not come out as exactly 0
    return mean, scale if scale > rounding else 1.0


def standardised(names: Sequence[str], raw: np.ndarray, train: np.ndarray) -> tuple[tuple[Axis, ...], tuple[Column, ...]]:
    """Inputs and features of a table's columns, raw (n, names): one feature each, its mean and scale those of the training rows."""
    inputs, columns = [], []
    for i, name in enumerate(names):
        inputs.append(Axis.over(name, name, raw[:, i], float(np.median(raw[train, i]))))
        columns.append(Column(name, name, i, True, *fitted(raw[train, i])))
    return tuple(inputs), tuple(columns)
