"""Data sets: what there is to learn. One class in one file of this package is a new data set."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from playground.data.dataset import Axis, Column, DataError, DataSet, plural
from playground.data.picture import Picture, picture
from playground.data.shelf import Shelf
from playground.record import Choice, Record


class Data(Record):
    """A record that makes a data set, always the same one."""

    home: ClassVar[str] = "playground.data"
    group: ClassVar[str] = ""  # "plane", "table", "picture" or "sequence"
    row: ClassVar[str] = "point"  # what a person calls one of its rows
    kind: str

    test_fraction: float = Field(0.5, ge=0, le=0.9, title="Test share", description="The share of rows that is never trained on.")
    seed: int = Field(0, ge=0, le=2**32 - 1, title="Data seed", description="Draws the rows and splits them into train and test.")

    def make(self) -> DataSet:
        """The data set, made anew. Raises DataError."""
        raise TypeError(f"{type(self).__name__} does not say how its data is made. Give it a make method.")

    def attachment(self) -> bytes | None:
        """What a saved run must carry because the record alone cannot make the data again."""
        return None

    def attach(self, content: bytes) -> None:
        """Take the attachment out of a saved run. Raises DataError."""
        raise DataError(f"{self.title} needs no attachment, but this file has one. Open a file that Save has written.")

    def sentence(self) -> str:
        """What it is and how much, in one line. Raises DataError."""
        dataset = load(self)
        if dataset.obstacle:
            return f"{self.title}: {dataset.obstacle}"
        counts = f"{plural(dataset.train.size, self.row)} to train on, {dataset.test.size:,} to test"
        noise = getattr(self, "noise", None)
        return f"{getattr(self, 'name', self.title)}: {counts}" + (f", noise {noise:.2f}" if noise is not None else "")


AnyData = Annotated[Data, Choice(Data)]

_loaded: Shelf[DataSet] = Shelf(256 * 2**20)  # the same record always makes the same data set, so runs share it


def load(data: Data) -> DataSet:
    """The record's data set, made once and shared. Raises DataError."""
    return _loaded.get(data) or _loaded.put(data, data.make())


def thumbnail(data: Data, points: int = 150) -> np.ndarray:
    """(up to `points`, 3) float32: a few real rows, x and y from -6 to 6 whatever the data, and what colours them (DataSet.shades)."""
    few: dict[str, Any] = {"samples": points} if "samples" in type(data).model_fields else {}
    dataset = load(data.model_copy(update=few))
    rows = np.concatenate([dataset.train, dataset.test])[:points]
    view = picture(dataset)
    low, high = np.array([[axis.low, axis.high] for axis in (view.x, view.y)]).T
    xy = 12 * (view.points(dataset)[rows] - low) / (high - low) - 6
    return np.column_stack([xy, dataset.shades[rows]]).astype(np.float32)


__all__ = ["AnyData", "Axis", "Column", "Data", "DataError", "DataSet", "Picture", "load", "picture", "thumbnail"]
