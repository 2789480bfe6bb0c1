"""Layers that read one kind of sequence made to read another, so that a person can go from data to data."""

from __future__ import annotations

from collections.abc import Sequence

from playground.layers import Layer
from playground.layers.bidirectional import Bidirectional
from playground.layers.embedding import Embedding
from playground.layers.recurrent import Recurrent

WIDTH = 32  # of an embedding that is put in front


def fitted(layers: Sequence[Layer], symbols: int, each_step: bool) -> tuple[Layer, ...]:
    """An embedding in front that knows all symbols, or none where steps are no symbols' numbers (0 of them).

    The last recurrent layer hands on the whole sequence where each step is to be answered; its end, where it did so for symbols before.
    """
    first = layers[0] if layers and isinstance(layers[0], Embedding) else None
    rest = [*layers[1:]] if first is not None else [*layers]
    places = [i for i, layer in enumerate(rest) if isinstance(layer, Recurrent | Bidirectional)]
    if places and (each_step or (first is not None and not symbols)):
        rest[places[-1]] = handing_on(rest[places[-1]], each_step)
    if not symbols:
        return tuple(rest)
    front = first or Embedding(entries=symbols, width=WIDTH)
    return front.model_copy(update={"entries": max(front.entries, symbols)}), *rest


def handing_on(layer: Layer, whole: bool) -> Layer:
    """The recurrent layer with its whole sequence or its end as output."""
    if isinstance(layer, Bidirectional):
        return layer.model_copy(update={"layer": handing_on(layer.layer, whole)})
    return layer.model_copy(update={"sequence": whole})
