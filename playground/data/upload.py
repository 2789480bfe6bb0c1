"""Tables of one's own: a CSV file, its columns picked for inputs and target."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import DataError, DataSet, load
from playground.data.dataset import Column, Task, fitted, listing, plural, standardised
from playground.data.file import FromFile
from playground.data.sheet import CATEGORIES, Sheet, SheetColumn, read
from playground.data.split import split

CLASSES = 32
INPUTS = 1024  # once categories have become columns
FEW = 10  # a target of so many different whole numbers is taken for classes


class Upload(FromFile):
    """Your own table: a CSV file whose columns you pick."""

    kind: Literal["upload"] = "upload"
    title: ClassVar[str] = "Your table"
    group: ClassVar[str] = "table"
    row: ClassVar[str] = "row"
    what: ClassVar[str] = "table"
    asked: ClassVar[str] = "the CSV file"
    endings: ClassVar[tuple[str, ...]] = ("csv", "tsv", "txt")

    test_fraction: float = Field(0.25, ge=0, le=0.9, title="Test share", description="The share of rows that is never trained on.")
    name: str = Field("table.csv", max_length=80, title="File", description="What the file was called.")
    target: str = Field("", max_length=80, title="Target", description="The column to predict; empty: the last one.")
    inputs: tuple[str, ...] = Field(
        (), max_length=INPUTS, title="Inputs", description="The columns to predict it from; empty: all that fit."
    )
    task: Literal["auto", "classification", "regression"] = Field(
        "auto", title="Task", description="Classes or numbers; auto: classes for text and for at most 10 different whole numbers."
    )
    missing: Literal["median", "frequent", "drop"] = Field(
        "median",
        title="Missing values",
        description="They become the median (text: the most frequent), the most frequent value, or the row is left out.",
    )

    @classmethod
    def read(cls, name: str, content: bytes) -> Sheet:
        """The table. Raises DataError."""
        return read(name, content)

    @classmethod
    def received(cls, name: str, content: bytes) -> Upload:
        """The record of an uploaded file, its last fitting column as the target. Raises DataError when nothing can be learned from it."""
        record = cls.keep(name, content)
        targets = [c.name for c in record.sheet().columns if c.kind == "number" or 0 < len(c.categories) <= CLASSES]
        record = record.model_copy(update={"target": targets[-1] if targets else ""})
        load(record)
        return record

    def sheet(self) -> Sheet:
        """The file's table. Raises DataError when this server does not have it."""
        sheet: Sheet = self.file()
        return sheet

    def make(self) -> DataSet:
        """The rows that have a target, split. Missing values are filled and numbers standardised as the training rows suggest."""
        sheet = self.sheet()
        target = sheet.column(self.target or sheet.columns[-1].name)
        task = self.task_of(target)
        inputs = self.picked(sheet, target)
        rows = self.kept(target, inputs)
        values, classes = indexed(target, rows) if task == "classification" else (numeric(target, rows), ())
        train, test = split(values, self.test_fraction, self.seed)
        mean, scale = (0.0, 1.0) if classes else fitted(values[train])
        scaled = ((values - mean) / scale)[:, None].astype(np.float32)
        raw, names, one_hot = table_of([(column, filled(column, rows, train, self.missing)) for column in inputs])
        axes, columns = standardised(names, raw, train)
        columns = tuple(Column(c.name, c.label, c.of) if c.name in one_hot else c for c in columns)
        notes = notes_of(sheet, target, inputs, rows, self.missing)
        return DataSet(task, classes, (target.name,), axes, columns, raw, scaled, train, test, mean, scale, notes)

    def picked(self, sheet: Sheet, target: SheetColumn) -> list[SheetColumn]:
        """The input columns. Raises DataError when one does not fit, or none does."""
        if target.name in self.inputs:
            raise DataError(f"{target.name!r} is the target, so it cannot be an input too. Leave it out of the inputs.")
        chosen = [sheet.column(name) for name in self.inputs]
        for column in chosen:
            if not column.usable:
                raise DataError(f"{column.name!r} cannot be an input: it has {unusable(column)}. Leave it out.")
        fitting = chosen or [column for column in sheet.columns if column.usable and column.name != target.name]
        if not fitting:
            wanted = f"no column of numbers, or of at most {CATEGORIES} categories, beside {target.name!r}"
            raise DataError(f"{sheet.name} has {wanted}. Add one to learn from.")
        return fitting

    def task_of(self, target: SheetColumn) -> Task:
        """What the target asks for. Raises DataError when it cannot be had."""
        if target.kind == "empty":
            raise DataError(f"{target.name!r} has no values, so it cannot be the target. Choose another column.")
        if target.kind == "text" and self.task == "regression":
            raise DataError(f"{target.name!r} is text, not numbers. Choose classification, or another target.")
        if target.kind == "text" and not target.categories:
            raise too_many(target)
        if self.task != "auto":
            return self.task
        found = target.values[np.isfinite(target.values)]
        whole = target.kind == "number" and target.distinct <= FEW and bool((found == np.rint(found)).all())
        return "classification" if whole or target.kind == "text" else "regression"

    def kept(self, target: SheetColumn, inputs: list[SheetColumn]) -> np.ndarray:
        """Numbers of the rows that can be used. Raises DataError when there are too few."""
        needed = [target, *inputs] if self.missing == "drop" else [target]
        rows = np.flatnonzero(np.logical_and.reduce([np.isfinite(column.values) for column in needed]))
        if rows.size < 2:
            advice = "Fill missing values instead of leaving rows out." if self.missing == "drop" else "Choose another target."
            raise DataError(f"{self.name} has {plural(rows.size, 'row')} without missing values; at least 2 are needed. {advice}")
        return rows


def unusable(column: SheetColumn) -> str:
    """What an unusable column has instead of numbers or categories."""
    return "no values" if column.kind == "empty" else f"{column.distinct:,} different texts, and {CATEGORIES} fit as categories"


def too_many(target: SheetColumn) -> DataError:
    """A target of too many classes."""
    other = "Choose a target with fewer, or regression." if target.kind == "number" else "Choose a target with fewer."
    return DataError(f"{target.name!r} has {target.distinct:,} different values; {CLASSES} classes fit. {other}")


def indexed(target: SheetColumn, rows: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class indices of the rows, and the classes that occur. Raises DataError when they are too many, or one."""
    found, indices = np.unique(target.values[rows], return_inverse=True)
    if found.size > CLASSES:
        raise too_many(target)
    classes = tuple(target.categories[int(value)] if target.categories else f"{value:g}" for value in found)
    if len(classes) == 1:
        raise DataError(f"{target.name!r} is {classes[0]!r} in every row, so there is nothing to tell apart. Choose another target.")
    return indices.astype(np.float64), classes


def numeric(target: SheetColumn, rows: np.ndarray) -> np.ndarray:
    """Values of the rows. Raises DataError when they are all the same."""
    values: np.ndarray = target.values[rows]
    if values.min() == values.max():
        raise DataError(f"{target.name!r} is {values[0]:g} in every row, so there is nothing to predict. Choose another target.")
    return values


def filled(column: SheetColumn, rows: np.ndarray, train: np.ndarray, missing: str) -> np.ndarray:
    """The rows' values; those missing become what is usual among the training rows."""
    values = column.values[rows]
    known = values[train][np.isfinite(values[train])]
    if known.size == 0:
        usual = 0.0
    elif missing == "median" and column.kind == "number":
        usual = float(np.median(known))
    else:
        found, counts = np.unique(known, return_counts=True)
        usual = float(found[counts.argmax()])
    return np.where(np.isfinite(values), values, usual)


def table_of(inputs: list[tuple[SheetColumn, np.ndarray]]) -> tuple[np.ndarray, list[str], set[str]]:
    """Raw inputs (rows, names), their names, and which of them are categories, one column of 0 and 1 for each. Raises DataError."""
    parts, names, one_hot = [], [], set()
    for column, values in inputs:
        if column.kind == "number":
            parts.append(values[:, None])
            names.append(column.name)
        else:
            parts.append((values[:, None] == np.arange(len(column.categories))).astype(np.float64))
            own = [f"{column.name}={category}" for category in column.categories]
            names += own
            one_hot |= set(own)
    if len(names) > INPUTS:
        raise DataError(f"The inputs make {len(names):,} columns once each category has its own; {INPUTS:,} fit. Pick fewer inputs.")
    return np.concatenate(parts, axis=1), names, one_hot


def notes_of(sheet: Sheet, target: SheetColumn, inputs: list[SheetColumn], rows: np.ndarray, missing: str) -> tuple[str, ...]:
    """What was done to the table, a sentence each."""
    notes = []
    if rows.size < sheet.rows:
        notes.append(f"{plural(sheet.rows - rows.size, 'row')} left out for want of a value.")
    gaps = sum(int(np.isnan(column.values[rows]).sum()) for column in inputs)
    if gaps:
        usual = "the median (text: the most frequent)" if missing == "median" else "the most frequent value"
        notes.append(f"{plural(gaps, 'missing value')} became {usual} of the training rows.")
    infinite = sum(column.infinite for column in (target, *inputs))
    if infinite:
        notes.append(f"{plural(infinite, 'infinite value')} counted as missing.")
    unused = [column.name for column in sheet.columns if column.name != target.name and not column.usable]
    if unused:
        notes.append(f"Not usable as input: {listing(unused)}.")
    return tuple(notes)
