"""Layers: what the network is assembled of. One class in one file of this package is a new layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic_core import PydanticCustomError

from playground.engine.graph import Graph, Tensor
from playground.layers.windows import Window
from playground.record import Choice, Record


class Layer(Record):
    """A record that writes its part of the graph. The caller has opened its scope and calls the result "output"."""

    home: ClassVar[str] = "playground.layers"
    kind: str

    def build(self, graph: Graph, x: Tensor) -> Tensor:
        """The layer's output for the input x. Raises ShapeError when x does not fit."""
        raise TypeError(f"{type(self).__name__} does not say how it is built. Give it a build method.")

    def window(self, x: Tensor) -> Window | None:
        """How it looks at the image x, where it does so through a window."""
        return None

    def ahead(self) -> str:
        """What to do where no step of a sequence may know of later ones; empty: with this layer none does."""
        return ""

    def note(self) -> str:
        """What stands at its station when it has no neurons of its own."""
        return self.title.lower()


MOST_LAYERS = 64  # of one stack, those inside blocks counted

AnyLayer = Annotated[Layer, Choice(Layer)]


def name_layers(layers: Sequence[Layer]) -> Iterator[tuple[str, Layer]]:
    """Each layer with its name: its kind, counted from 1."""
    counts: dict[str, int] = {}
    for layer in layers:
        counts[layer.kind] = counts.get(layer.kind, 0) + 1
        yield f"{layer.kind}_{counts[layer.kind]}", layer


def walk(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Every layer, those inside blocks too."""
    for layer in layers:
        yield layer
        for inside in (getattr(layer, "layers", ()), *getattr(layer, "branches", ())):
            yield from walk(inside)


def few_enough(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """For a validator: blocks inside blocks could hold thousands."""
    count = sum(1 for _ in walk(layers))
    if count > MOST_LAYERS:
        raise PydanticCustomError(
            "too_many_layers", "{count} layers came, {most} fit. Take some away.", {"count": count, "most": MOST_LAYERS}
        )
    return layers


def stack(graph: Graph, layers: Sequence[Layer], x: Tensor) -> Tensor:
    """The layers one after the other, each in a scope of its name."""
    for name, layer in name_layers(layers):
        with graph.scope(name):
            x = graph.alias(layer.build(graph, x), "output")
    return x
