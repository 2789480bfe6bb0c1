"""A task for memory: what came first must be named when much else has come since."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import Axis, Column, Data, DataSet
from playground.data.split import split

SYMBOLS = "ABCDEFGH"


class Remember(Data):
    """Symbols in a row; to tell: the first of them. The others are drawn by chance and only distract.

    A gradient must survive all the steps between (Hochreiter and Schmidhuber 1997, experiments 2 and 3, ask for the like).
    """

    kind: Literal["remember"] = "remember"
    title: ClassVar[str] = "Remember the first"
    group: ClassVar[str] = "sequence"
    row: ClassVar[str] = "sequence"

    steps: int = Field(60, ge=2, le=200, title="Steps", description="How many symbols a sequence has, the first one included.")
    samples: int = Field(8000, ge=100, le=10_000, title="Sequences", description="How many are drawn, train and test together.")
    test_fraction: float = Field(0.25, ge=0, le=0.9, title="Test share", description="The share of sequences that is never trained on.")
    encoding: Literal["one_hot", "codes"] = Field(
        "one_hot",
        title="Encoding",
        description="A step is 8 numbers, a 1 at its symbol (one_hot), or the symbol's number from 0 (codes), for an embedding to look up.",
    )

    def make(self) -> DataSet:
        """The sequences, split. Each symbol is first equally often."""
        classes = np.arange(self.samples) % len(SYMBOLS)
        codes = np.random.default_rng((self.seed, 0)).integers(len(SYMBOLS), size=(self.samples, self.steps))
        codes[:, 0] = classes
        one_hot = self.encoding == "one_hot"
        rows = np.eye(len(SYMBOLS), dtype=np.float32)[codes] if one_hot else codes.astype(np.float32)
        names = [f"step_{step}" for step in range(1, self.steps + 1)]
        if one_hot:
            names = [f"{name}={symbol}" for name in names for symbol in SYMBOLS]
        high = 1.0 if one_hot else len(SYMBOLS) - 1.0
        inputs = tuple(Axis(name, name, 0.0, high) for name in names)
        columns = tuple(Column(name, name, i) for i, name in enumerate(names))
        train, test = split(classes, self.test_fraction, self.seed)
        raw, y = rows.reshape(self.samples, -1), classes[:, None].astype(np.float32)
        return DataSet("classification", tuple(SYMBOLS), ("first",), inputs, columns, raw, y, train, test, shape=rows.shape[1:])
