"""A network's layers as blocks with maps: shapes, costs, windows, and the shown part of what they make and weigh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from playground.engine.graph import Shape, Tensor
from playground.labs.views import Arrays
from playground.layers.windows import Window
from playground.run import Run
from playground.tasks.network import Column, shown_with

MAPS, UNITS = 16, 64  # of a block that are shown at most
INPUTS = 1024  # of a dense block whose weights are sent at most


@dataclass(frozen=True, eq=False)
class Block:
    """A layer, the picture before all of them, or the head behind."""

    name: str
    path: tuple[str | int, ...] | None
    kind: str
    title: str
    shape: Shape  # (height, width, maps) or (units,)
    source: int | None  # the block it reads
    skip: int | None  # the block that is added to it
    activation: dict[str, str] | None
    parameters: int
    multiply_adds: int
    receptive: tuple[int, int] | None  # pixels of the picture, down and across, that one of its own sees; None: all
    window: Window | None
    shown_with: str  # the column of its stage in slow motion; "" when it is the picture itself, laid flat
    most: tuple[int, int] = (MAPS, UNITS)  # of its maps, or units, that are shown

    @cached_property
    def shown(self) -> np.ndarray:
        """The maps or units that are sent."""
        return np.arange(min(self.shape[-1], self.most[0 if len(self.shape) == 3 else 1]))

    def maps(self, answer: np.ndarray) -> np.ndarray:
        """The shown part of what it makes of one picture: (shown, height, width) or (shown,), float16."""
        part = answer.reshape(self.shape)[..., : len(self.shown)]
        with np.errstate(over="ignore"):  # what float16 cannot hold becomes infinite, and is drawn so
            half = part.astype(np.float16)
        return np.ascontiguousarray(half.transpose(2, 0, 1) if half.ndim == 3 else half)

    def weights(self, run: Run, blocks: Sequence[Block]) -> Arrays:
        """ "kernels" (taps, taps, shown of its source, shown), or "weights" (inputs, shown), and "biases" (shown,), where it has them."""
        name = f"{self.name}/weight"
        if name not in run.network.graph.parameters:
            return {}
        weight, arrays = run.view(name), {"biases": run.view(f"{self.name}/bias")[self.shown]}
        if weight.ndim == 4:
            inputs = len(blocks[self.source].shown) if self.source else weight.shape[2]
            return arrays | {"kernels": np.ascontiguousarray(weight[:, :, :inputs, self.shown])}
        return arrays | ({"weights": np.ascontiguousarray(weight[:, self.shown])} if weight.ndim == 2 and len(weight) <= INPUTS else {})

    def scene(self) -> dict[str, Any]:
        """As the stage reads it."""
        return {
            "name": self.name,
            "path": self.path,
            "kind": self.kind,
            "title": self.title,
            "sub": " × ".join(map(str, self.shape)),
            "shape": self.shape,
            "shown": self.shown.tolist(),
            "units": self.shape[-1],
            "from": self.source,
            "skip_from": self.skip,
            "activation": self.activation,
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "receptive": self.receptive,
            "window": self.window and self.window.scene(),
        }


def blocks_of(run: Run) -> list[Block]:
    """The picture, every layer in the order the data meets them, and the head."""
    assert run.dataset.image is not None
    height, width, _ = run.dataset.image
    stage_of = shown_with(run.network)
    picture = Block("features", None, "picture", "Picture", run.dataset.image, None, None, None, 0, 0, (1, 1), None, "")
    blocks, field = [picture], Field((1, 1), (1, 1))
    columns = run.network.columns
    for i, column in enumerate(columns[1:], 1):
        shape = run.network.graph.tensors[f"{column.name}/output"].shape
        window = column.record.window(Tensor("", blocks[-1].shape)) if column.record is not None else None
        field = field.through(window) if len(shape) == 3 else Field((height, width), (1, 1))
        seen = (min(field.pixels[0], height), min(field.pixels[1], width))
        blocks.append(block_of(run, column, shape, i, skip_of(columns, i), seen, window, stage_of.get(column.name, blocks[-1].shown_with)))
    return blocks


@dataclass(frozen=True)
class Field:
    """How many pixels of the picture one pixel of a map sees, and how far apart two neighbours' views begin (down, across)."""

    pixels: tuple[int, int]
    jump: tuple[int, int]

    def through(self, window: Window | None) -> Field:
        """The same behind one more layer (Dumoulin and Visin 2016, section 4)."""
        if window is None:
            return self
        taps = zip(self.pixels, self.jump, window.taps, strict=True)
        down, across = (pixels + (count - 1) * window.dilation * jump for pixels, jump, count in taps)
        return Field((down, across), (self.jump[0] * window.stride, self.jump[1] * window.stride))


def block_of(
    run: Run, column: Column, shape: Shape, i: int, skip: int | None, seen: tuple[int, int], window: Window | None, stage: str
) -> Block:
    """One layer, or the head."""
    graph, record = run.network.graph, column.record
    parameters = sum(p.tensor.size for name, p in graph.parameters.items() if name.startswith(f"{column.name}/"))
    cost = sum(node.operation.multiply_adds(node.inputs) for node in graph.nodes if node.scope == column.name)
    activation = getattr(record, "activation", None)
    said = {"kind": activation.kind, "symbol": activation.symbol, "title": activation.title} if activation else None
    kind, title = (record.kind, sentence_case(record.note())) if record else ("head", "Head")
    return Block(column.name, column.path, kind, title, shape, i - 1, skip, said, parameters, cost, seen, window, stage)


def sentence_case(words: str) -> str:
    """Max pool 2×2."""
    return words[:1].upper() + words[1:]


def skip_of(columns: Sequence[Column], i: int) -> int | None:
    """For the last layer of a residual block: the block before its first one, which is added to it."""
    path = columns[i].path
    if path is None or len(path) < 4:
        return None
    block = path[:-2]
    inside = [k for k, other in enumerate(columns) if other.path and other.path[: len(block)] == block]
    return inside[0] - 1 if i == inside[-1] else None
