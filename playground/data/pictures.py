"""Pictures to tell apart: each row is one, its pixels from 0 (paper) to 1 (ink)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import Axis, Column, Data, DataSet
from playground.data.dataset import fitted
from playground.data.split import split


class Pictures(Data):
    """Pictures of one size, each of one class. Fed as (pixel - mean) / scale, one mean and one scale for all pixels."""

    group: ClassVar[str] = "picture"
    row: ClassVar[str] = "picture"

    test_fraction: float = Field(0.2, ge=0, le=0.9, title="Test share", description="The share of pictures that is never trained on.")

    def names(self) -> tuple[str, ...]:
        """The classes."""
        raise TypeError(f"{type(self).__name__} does not say what its classes are. Give it a names method.")

    def draw(self) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (n, height, width, channels) float32, and class indices (n,)."""
        raise TypeError(f"{type(self).__name__} does not say how its pictures are drawn. Give it a draw method.")

    def make(self) -> DataSet:
        """The pictures, split. Mean and scale come from the training rows."""
        pixels, y = self.draw()
        height, width, channels = pixels.shape[1:]
        raw = pixels.reshape(len(pixels), -1)
        train, test = split(y, self.test_fraction, self.seed)
        mean, scale = fitted(raw[train])
        names = [f"pixel_{row}_{column}_{channel}" for row, column, channel in np.ndindex(height, width, channels)]
        inputs = tuple(Axis(name, name, 0.0, 1.0) for name in names)
        columns = tuple(Column(name, name, i, True, mean, scale) for i, name in enumerate(names))
        targets, shape = y[:, None].astype(np.float32), (height, width, channels)
        return DataSet("classification", self.names(), ("class",), inputs, columns, raw, targets, train, test, shape=shape)


class DigitPictures(Pictures):
    """1,797 handwritten digits, 8 x 8 pixels (Alpaydin and Kaynak 1998)."""

    kind: Literal["digit_pictures"] = "digit_pictures"
    title: ClassVar[str] = "Digit pictures"

    def names(self) -> tuple[str, ...]:
        """0 to 9."""
        return tuple("0123456789")

    def draw(self) -> tuple[np.ndarray, np.ndarray]:
        """All of them; scikit-learn counts ink from 0 to 16."""
        from sklearn.datasets import load_digits  # not above: it takes a second to import

        table = load_digits()
        return (table.images[..., None] / 16).astype(np.float32), table.target
