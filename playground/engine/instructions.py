"""Instructions, and a training step of them in two orders: as it runs at full speed, and stage by stage as slow motion shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kernels.kernel import Kernel
from kernels.team import WHOLE


@dataclass(frozen=True)
class Instruction:
    """One kernel call; segment and layer say what a person would call this moment."""

    kernel: Kernel
    operands: tuple[int, ...]
    layer: str = ""
    shard: int = WHOLE  # which part of the batch, or of the weights, it is for
    of_weights: bool = False
    late: bool = False  # may wait until all shards are through


@dataclass(frozen=True)
class Stage:
    """A stretch of the training step that slow motion shows at once: instructions [start, stop)."""

    segment: str
    layer: str
    start: int
    stop: int


def full_speed(lines: Sequence[Instruction]) -> list[int]:
    """The order of a step in which a shard goes through all layers, while its numbers are in the cache, before the next one does.

    Layer by layer is for those who watch. Gradients of weights that look at the whole batch, or are summed of what the shards made, wait
    until the last of them is through, so that threads need not meet at every layer. No number depends on the order.
    """
    through = max((i for i, line in enumerate(lines) if line.shard != WHOLE and not line.of_weights), default=-1)
    late = {i: line.late or i > through for i, line in enumerate(lines)}
    order: list[int] = []
    for _, run in groupby(sorted(late, key=lambda i: late[i]), key=lambda i: (lines[i].shard == WHOLE, lines[i].of_weights)):
        order += sorted(run, key=lambda i: lines[i].shard)
    return order


def kind_of(segment: str) -> str:
    """ "forward", "loss", "backward" or "update": of several players' segments, "generator/forward" say, the part behind the name."""
    return segment.rpartition("/")[2]


def stages_of(lines: Sequence[tuple[str, Instruction]], merge: dict[str, str]) -> tuple[Stage, ...]:
    """Neighbouring instructions of the same segment and shown layer are one stage; drawing the batch belongs to the first."""
    stages: list[Stage] = []
    for i, (segment, line) in enumerate(lines):
        layer = merge.get(line.layer, line.layer) if kind_of(segment) in ("forward", "backward") else ""
        last = stages[-1] if stages else None
        if last and (last.segment, last.layer) == (segment, layer):
            stages[-1] = Stage(segment, layer, last.start, i + 1)
        else:
            stages.append(Stage(segment, layer, i, i + 1))
    if len(stages) > 1 and stages[0].segment == "batch":
        first, second = stages[:2]
        stages[:2] = [Stage(second.segment, second.layer, first.start, second.stop)]
    return tuple(stages)
