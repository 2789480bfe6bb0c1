"""The graph lowered for some rows at a time, and the shards that these are cut into."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from kernels.team import WHOLE
from playground.engine.graph import RANDOM, Node, Shape, Tensor


@dataclass
class Pass:
    """The graph lowered for so many rows at a time; `prefix` keeps its tensors apart from those of other passes.

    With several `shards`, which divide the rows, most operations become an instruction for each: threads may share them out.
    When it is not `watched`, what is needed no more is written over where an operation can, and is not found by name.
    """

    prefix: str
    rows: int
    training: bool
    shards: int = 1
    watched: bool = True
    offsets: dict[str, int] = field(default_factory=dict)  # by tensor name

    def shape(self, tensor: Tensor) -> Shape:
        """All of a tensor's rows."""
        return (self.rows, *tensor.shape) if tensor.batched else tensor.shape

    def shards_of(self, node: Node) -> Iterable[int]:
        """The parts of a batch that an operation is done in: what looks at all rows, or draws random numbers in their order, has one."""
        draws = any(tensor.name == RANDOM for tensor in node.inputs)
        whole = self.shards == 1 or draws or node.operation.reduces or node.operation.statistics(node.inputs)
        return (WHOLE,) if whole else range(self.shards)

    def rows_of(self, shard: int) -> int:
        """How many rows an instruction is for."""
        return self.rows if shard == WHOLE else self.rows // self.shards

    def before(self, tensor: Tensor, shard: int) -> int:
        """How many numbers of a tensor belong to earlier shards."""
        return 0 if shard == WHOLE or not tensor.batched else shard * self.rows_of(shard) * tensor.size


def in_parts(nodes: Sequence[Node], parameters: Container[str]) -> list[str]:
    """Of these parameters, those whose gradients each shard makes a part of; the others' are made in ranges, for the whole batch."""

    def used(*, in_ranges: bool) -> list[str]:
        users = [node for node in nodes if (node.operation.weights is not None) is in_ranges]
        return [tensor.name for node in users for tensor in node.inputs if tensor.name in parameters]

    parts, ranges = used(in_ranges=False), used(in_ranges=True)
    return list(dict.fromkeys(parts if set(parts).isdisjoint(ranges) else parts + ranges))
