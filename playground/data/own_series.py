"""A series of one's own: a column of a CSV file, its rows in the order of time."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import DataError
from playground.data.dataset import plural
from playground.data.file import FromFile
from playground.data.series import Series
from playground.data.sheet import Sheet, SheetColumn, read

LONGEST = 1_000_000  # values


class OwnSeries(Series, FromFile):
    """Your own series: a column of numbers in a CSV file whose rows follow each other in time."""

    kind: Literal["own_series"] = "own_series"
    title: ClassVar[str] = "Your series"
    what: ClassVar[str] = "series"
    asked: ClassVar[str] = "the CSV file"
    endings: ClassVar[tuple[str, ...]] = ("csv", "tsv", "txt")

    name: str = Field("series.csv", max_length=80, title="File", description="What the file was called.")
    column: str = Field("", max_length=80, title="Column", description="The column of the values; empty: the last one of numbers.")
    ahead: int = Field(1, ge=1, le=200, title="Ahead", description="How many steps after the window the value lies that is asked for.")

    @classmethod
    def read(cls, name: str, content: bytes) -> Sheet:
        """The table that holds it. Raises DataError."""
        return read(name, content)

    def columns(self) -> list[str]:
        """The columns that can be a series. Raises DataError when there is none."""
        sheet: Sheet = self.file()
        names = [column.name for column in sheet.columns if column.kind == "number"]
        if not names:
            raise DataError(f"{self.name} has no column of numbers. Choose a file with one value of the series in each row.")
        return names

    def chosen(self) -> SheetColumn:
        """The column of the values. Raises DataError."""
        sheet: Sheet = self.file()
        names = self.columns()
        column = sheet.column(self.column or names[-1])
        if column.name not in names:
            what = "no values" if column.kind == "empty" else "text"
            raise DataError(f"{column.name!r} has {what}, and a series is of numbers. Choose one of: {', '.join(names[:8])}.")
        return column

    def value(self) -> str:
        """The column's name."""
        return self.chosen().name

    def draw(self) -> np.ndarray:
        """The column without gaps. Raises DataError when it has too many values, or all are the same."""
        values, name = self.known(), self.value()
        if values.size > LONGEST:
            raise DataError(f"{name!r} has {values.size:,} values; {LONGEST:,} fit. Take a part of its rows.")
        gaps = np.isnan(values)
        values[gaps] = np.interp(np.flatnonzero(gaps), np.flatnonzero(~gaps), values[~gaps])
        if values.min() == values.max():
            raise DataError(f"{name!r} is {values[0]:g} in every row, so there is nothing to forecast. Choose another column.")
        return values

    def known(self) -> np.ndarray:
        """From the first value that is there to the last, (values,), NaN in gaps."""
        values = self.chosen().values
        there = np.flatnonzero(np.isfinite(values))
        return values[there[0] : there[-1] + 1].copy()

    def notes(self) -> tuple[str, ...]:
        """Which values were missing, and what stands there now."""
        column, known = self.chosen(), self.known()
        gaps, ends = int(np.isnan(known).sum()), column.values.size - known.size
        notes = []
        if gaps:
            notes.append(f"{plural(gaps, 'missing value')} lie now on straight lines between their neighbours.")
        if ends:
            notes.append(f"{plural(ends, 'row')} without a value left out at the ends.")
        return tuple(notes)
