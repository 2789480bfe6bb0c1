"""Embedding: each whole number has a vector of its own, which learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from kernels import embedding as kernels
from playground.engine.graph import Graph, Operation, Shape, ShapeError, Tensor
from playground.initializers import AnyInitializer, Normal
from playground.layers import Layer


def embedding_sizes(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(n, entries, width) of x (n), W (entries, width)."""
    return rows * inputs[0].size, *inputs[1].shape


def embedding_shape(inputs: Sequence[Tensor]) -> Shape:
    """(time, width)."""
    return *inputs[0].shape, inputs[1].shape[1]


embedding = Operation(
    "embedding",
    kernels.embedding_forward,
    kernels.embedding_backward,
    sizes=embedding_sizes,
    shape=embedding_shape,
    multiply_adds=lambda inputs: inputs[0].size * inputs[1].shape[1],
)

lengths = Operation(
    "lengths",
    kernels.lengths_forward,
    None,
    sizes=lambda rows, inputs: (rows, inputs[0].size),
    shape=lambda inputs: (1,),
)


class Embedding(Layer):
    """Looks up a learnt vector for each whole number, as of a letter, a word or a category (Bengio et al. 2003).

    Numbers below 0 count as 0, numbers past the last entry as the last one. No gradient goes to what comes in. With `padding` each row
    has a length, "lengths": recurrent layers stop there, and attention does not look behind it.
    """

    kind: Literal["embedding"] = "embedding"
    title: ClassVar[str] = "Embedding"
    entries: int = Field(128, ge=1, le=65_536, title="Entries", description="How many different numbers there are, from 0.")
    width: int = Field(8, ge=1, le=512, title="Width", description="How many numbers each vector has.")
    padding: bool = Field(
        False, title="Zeros pad", description="Zeros at the end of a row are no entries but fill it up: it has a length of its own."
    )
    initializer: AnyInitializer = Field(
        default_factory=lambda: Normal(deviation=1), title="First vectors", description="How the vectors begin."
    )

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """(time,) -> (time, width). Raises ShapeError when x is not a row of numbers."""
        if x.rank != 1:
            raise ShapeError(f"Embedding needs a row of whole numbers (time,), got {x.shape}. Put a Flatten before it.")
        if self.padding:
            x = replace(x, lengths=graph.apply(lengths, x))
        table = graph.parameter("weight", (self.entries, self.width), self.initializer)
        return replace(graph.apply(embedding, x, table), looked_up=(x, table))

    def note(self) -> str:
        """Its kind and sizes."""
        return f"embedding {self.entries} × {self.width}"
