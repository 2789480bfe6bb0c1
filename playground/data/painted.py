"""Points painted with the mouse."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from playground.data import Data, DataSet
from playground.data.plane import REACH, planar
from playground.data.split import growing_split

STEP = 0.05  # a pixel or so of the picture; finer places would only make links longer
NOTHING = "Paint some points, or choose a data set."

Place = Annotated[
    float, Field(ge=-REACH, le=REACH), AfterValidator(lambda value: round(round(value / STEP) * STEP, 2) + 0.0)
]  # no minus zero
Class = Annotated[int, Field(ge=0, le=5)]


class Painted(Data):
    """Points you paint yourself, in two to six classes."""

    kind: Literal["painted"] = "painted"
    title: ClassVar[str] = "Painted"
    group: ClassVar[str] = "plane"

    test_fraction: float = Field(0.2, ge=0, le=0.9, title="Test share", description="Of each class, one point in so many is for the test.")
    classes: int = Field(2, ge=2, le=6, title="Classes", description="How many classes there are to paint with.")
    points: tuple[tuple[Place, Place, Class], ...] = Field(
        (), max_length=2000, title="Points", description="Where each point is, x₁ and x₂ in steps of 0.05, and its class from 0."
    )

    @model_validator(mode="after")
    def _classes_exist(self) -> Painted:
        strange = next((point for point in self.points if point[2] >= self.classes), None)
        if strange:
            raise ValueError(f"A point has class {strange[2]}, but there are {self.classes} classes, from 0. Raise the number of classes.")
        return self

    def make(self) -> DataSet:
        """The points; a point added at the end changes no other one's part. Without any there is nothing to train on."""
        table = np.array(self.points, np.float64).reshape(-1, 3)
        y, names = table[:, 2], tuple(str(i) for i in range(self.classes))
        return planar(table[:, :2].copy(), y, names, growing_split(y, self.test_fraction), obstacle="" if self.points else NOTHING)
