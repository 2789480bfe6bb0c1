"""Flatten and Reshape: the same numbers in another shape."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from playground.engine.graph import Graph, ShapeError, Tensor
from playground.layers import Layer

Size = Annotated[int, Field(ge=1, le=65536)]


class Flatten(Layer):
    """Lays the numbers of an image or a sequence out in one row, as dense layers want them."""

    kind: Literal["flatten"] = "flatten"
    title: ClassVar[str] = "Flatten"

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """Any shape -> (size,)."""
        return graph.reshape(x, (x.size,))

    def ahead(self) -> str:
        """Behind it steps are mixed."""
        return "Leave it out: each step is answered by itself."


class Reshape(Layer):
    """Gives the same numbers another shape, such as height, width and channels to a row of pixels."""

    kind: Literal["reshape"] = "reshape"
    title: ClassVar[str] = "Reshape"
    shape: tuple[Size, ...] = Field(
        (8, 8, 1),
        min_length=1,
        max_length=4,
        title="Shape",
        description="The sizes of the new shape: for an image, height, width and channels.",
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """Any shape -> the chosen one. Raises ShapeError when the sizes differ."""
        size = math.prod(self.shape)
        if size != x.size:
            raise ShapeError(
                f"Reshape makes {size} numbers of {self.shape}, and {x.size} come in, {x.shape}. Choose a shape whose product is {x.size}."
            )
        return graph.reshape(x, self.shape)

    def ahead(self) -> str:
        """Behind it steps are mixed."""
        return "Leave it out: each step is answered by itself."

    def note(self) -> str:
        """Its shape."""
        return "×".join(map(str, self.shape))
