"""The planner: lays a graph out in one memory and writes the table of instructions. Nothing is allocated here.

Memory begins with the run's state (what a checkpoint copies), goes on with what one training step needs, and ends with the
evaluation's and the probes' own activations. Offsets and sizes are in float32 places; -1 stands for "not there".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

import numpy as np

from kernels import memory as moves
from kernels.kernel import Kernel, address, name_of
from kernels.team import WHOLE
from playground.engine.graph import ABSENT, RANDOM, Graph, Node, Shape, Tensor

ALIGNMENT = 16  # places: one cache line
NOWHERE = -1
WIDTH = 24  # operands a kernel may have

BYTES_LIMIT = 512 * 2**20
MULTIPLY_ADDS_LIMIT = 4 * 10**9


class BudgetError(ValueError):
    """A network too large for its budget; the message gives the figures."""


@dataclass(frozen=True)
class Place:
    """Where a named array lies in memory: its offset, its full shape (rows included) and the type its bits have."""

    offset: int
    shape: Shape
    dtype: str = "float32"

    @property
    def places(self) -> int:
        """How many float32 places it takes."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize // 4

    def view(self, memory: np.ndarray) -> np.ndarray:
        """The array itself, no copy."""
        return memory[self.offset : self.offset + self.places].view(self.dtype).reshape(self.shape)


@dataclass(frozen=True)
class Instruction:
    """One kernel call; segment and layer say what a person would call this moment."""

    kernel: Kernel
    operands: tuple[int, ...]
    layer: str = ""
    shard: int = WHOLE  # which part of the batch, or of the weights, it is for
    of_weights: bool = False


@dataclass(frozen=True)
class Stage:
    """A stretch of the training step that slow motion shows at once: instructions [start, stop)."""

    segment: str
    layer: str
    start: int
    stop: int


@dataclass(frozen=True)
class Cost:
    """What a run takes: memory in bytes, parameters, multiply-adds and instructions of one training step."""

    bytes: int
    parameters: int
    multiply_adds: int
    instructions: int


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


@dataclass
class Plan:
    """Memory and instructions being laid out."""

    graph: Graph
    places: dict[str, Place] = field(default_factory=dict)
    segments: dict[str, list[Instruction]] = field(default_factory=dict)
    size: int = ALIGNMENT  # the first line is the engine's: place 0 halts the program
    state_end: int = 0
    step_end: int = 0

    def place(self, name: str, shape: Shape, dtype: str = "float32", align: int = ALIGNMENT) -> int:
        """Reserve room; returns the offset."""
        offset = -(-self.size // align) * align
        self.places[name] = Place(offset, shape, dtype)
        self.size = offset + self.places[name].places
        return offset

    def emit(
        self, segment: str, kernel: Kernel, operands: Iterable[int], layer: str = "", shard: int = WHOLE, of_weights: bool = False
    ) -> None:
        """Append an instruction to a segment."""
        row = tuple(int(value) for value in operands)
        if len(row) > WIDTH:
            raise ValueError(f"{name_of(kernel)} has {len(row)} operands, {WIDTH} fit. Widen program.WIDTH.")
        self.segments.setdefault(segment, []).append(Instruction(kernel, row, layer, shard, of_weights))

    def emit_ranges(self, segment: str, kernel: Kernel, size: int, operands: Callable[[int, int], Iterable[int]], layer: str = "") -> None:
        """Append what is done to `size` numbers one by one: an instruction, operands(first, count), for each range of them.

        There are as many ranges as the batch has shards, so that the same threads may share them out.
        """
        shards = self.places["gradients/shards"].shape[0] if "gradients/shards" in self.places else 1
        each = -(-size // (shards * ALIGNMENT)) * ALIGNMENT
        for shard, first in enumerate(range(0, size, each)):
            count = min(each, size - first)
            self.emit(segment, kernel, operands(first, count), layer, WHOLE if shards == 1 else shard, of_weights=shards > 1)

    def offset(self, flow: Pass, tensor: Tensor, shard: int = WHOLE) -> int:
        """Where a tensor, or a shard's rows of it, lies in a pass."""
        if tensor is ABSENT:
            return NOWHERE
        first = flow.offsets[tensor.name] if tensor.batched or tensor.name in flow.offsets else self.places[tensor.name].offset
        return first + rows_before(flow, tensor, shard)

    def bind(self, flow: Pass, tensor: Tensor) -> int:
        """Reserve a tensor's room in a pass."""
        flow.offsets[tensor.name] = self.place(flow.prefix + tensor.name, flow.shape(tensor))
        return flow.offsets[tensor.name]

    def forward(self, flow: Pass, nodes: Sequence[Node], segment: str) -> None:
        """Lower nodes in order. At inference an operation of training vanishes: its output is its first input."""
        self._make_room(flow, nodes)
        for node in nodes:
            vanishes = node.operation.training_only and not flow.training
            if vanishes or self._writes_over(flow, node):
                flow.offsets[node.output.name] = self.offset(flow, node.inputs[0])
                self.places[flow.prefix + node.output.name] = self.places[flow.prefix + node.inputs[0].name]
            else:
                self.bind(flow, node.output)
            if vanishes:
                continue
            for tensor in node.auxiliaries:
                self.bind(flow, tensor)
            kernel = node.operation.forward if flow.training else node.operation.inference or node.operation.forward
            for shard in shards_of(flow, node):
                self.emit(segment, kernel, self._forward_operands(flow, node, shard), node.scope, shard)
        self._forget(flow, nodes)
        self._name_again(flow.prefix, "")

    def _writes_over(self, flow: Pass, node: Node) -> bool:
        """Whether a node's output takes the place of its first input: nobody else may need that one any more."""
        x = node.inputs[0]
        maker = next((other.operation for other in self.graph.nodes if other.output.name == x.name), None)
        if flow.watched or not node.operation.in_place or maker is None or maker.training_only:
            return False
        users = sum(tensor.name == x.name for other in self.graph.nodes for tensor in other.inputs)
        return users == 1 and (maker.output_unread or not flow.training)

    def backward(self, flow: Pass, nodes: Sequence[Node], loss: Tensor, segment: str) -> None:
        """Gradients of everything between the loss and the parameters, which have theirs already; clears all of them first."""
        needed = set(self.graph.parameters)
        for node in nodes:
            if any(tensor.name in needed for tensor in node.inputs):
                needed.add(node.output.name)
        for node in nodes:
            if node.output.name not in needed:
                continue
            if self._writes_over(flow, node):
                self.places[f"{node.output.name}.grad"] = self.places[f"{node.inputs[0].name}.grad"]
            else:
                self.place(f"{node.output.name}.grad", flow.shape(node.output), align=1)
        first = self.places["gradients"].offset
        self.emit_ranges(segment, moves.clear, self.size - first, lambda skip, count: (count, first + skip), "loss")
        self.emit(segment, moves.start_backward, (self.places[f"{loss.name}.grad"].offset,), "loss")
        for i, node in reversed(list(enumerate(nodes))):
            if node.output.name in needed and node.operation.backward is not None:
                for shard in shards_of(flow, node):
                    operands = self._backward_operands(flow, node, needed, shard)
                    self.emit(segment, node.operation.backward, operands, node.scope, shard)
            self._sum_shards(flow, node, nodes[:i], segment)
        self._forget(flow, nodes)
        self._name_again("", ".grad")

    def _forget(self, flow: Pass, nodes: Sequence[Node]) -> None:
        """What was written over has no name."""
        for node in nodes:
            if self._writes_over(flow, node):
                self.places.pop(flow.prefix + node.inputs[0].name, None)
                self.places.pop(f"{node.output.name}.grad", None)

    def _sum_shards(self, flow: Pass, node: Node, before: Sequence[Node], segment: str) -> None:
        """Of parameters that no node `before` adds to any more: what the shards made of their gradients becomes one."""
        used = {tensor.name for other in before for tensor in other.inputs}
        for tensor in node.inputs:
            if flow.shards > 1 and tensor.name in self.graph.parameters and tensor.name not in used:
                operands = partial(self._sum_operands, self.places[f"{tensor.name}.grad"].offset)
                self.emit_ranges(segment, moves.sum_parts, tensor.size, operands, node.scope)

    def _sum_operands(self, gradient: int, skip: int, count: int) -> tuple[int, ...]:
        parts, whole = self.places["gradients/shards"], gradient + skip
        return (count, *parts.shape, parts.offset + whole - self.places["gradients"].offset, whole)

    def _name_again(self, prefix: str, suffix: str) -> None:
        """Tensors with a second name ("dense_1/output") are found by it too, in the shape they have under it."""
        for name, tensor in self.graph.tensors.items():
            place = self.places.get(f"{prefix}{tensor.name}{suffix}")
            if place is not None and name != tensor.name:
                rows = place.shape[:1] if tensor.batched else ()
                self.places[f"{prefix}{name}{suffix}"] = Place(place.offset, (*rows, *tensor.shape), place.dtype)

    def _make_room(self, flow: Pass, nodes: Sequence[Node]) -> None:
        """One place to work in for all operations that ask for some: they work one after the other."""
        most = max((node.operation.scratch(flow.rows, node.inputs) for node in nodes), default=0)
        shards, size = self.places["scratch"].shape if "scratch" in self.places else (flow.shards, 0)
        if most and (most > size or flow.shards > shards):
            self.place("scratch", (flow.shards, -(-most // ALIGNMENT) * ALIGNMENT))

    def _scratch(self, flow: Pass, node: Node, shard: int) -> tuple[int, ...]:
        if not node.operation.scratch(flow.rows, node.inputs):
            return ()
        place = self.places["scratch"]
        return (place.offset + max(shard, 0) * place.shape[1],)

    def _forward_operands(self, flow: Pass, node: Node, shard: int) -> tuple[int, ...]:
        sizes = node.operation.sizes(rows_of(flow, shard), node.inputs)
        values = (self.offset(flow, t, shard) for t in (*node.inputs, node.output, *node.auxiliaries))
        return (*sizes, *values, *self._scratch(flow, node, shard))

    def _backward_operands(self, flow: Pass, node: Node, needed: set[str], shard: int) -> tuple[int, ...]:
        sizes = node.operation.sizes(rows_of(flow, shard), node.inputs)
        values = (self.offset(flow, t, shard) for t in (*node.inputs, node.output))
        gradients = (self._gradient(flow, t, shard) if t.name in needed else NOWHERE for t in (*node.inputs, node.output))
        auxiliaries = (self.offset(flow, t, shard) for t in node.auxiliaries)
        return (*sizes, *values, *gradients, *auxiliaries, *self._scratch(flow, node, shard))

    def _gradient(self, flow: Pass, tensor: Tensor, shard: int) -> int:
        """Where a gradient lies; of a parameter each shard has its own."""
        place = self.places[f"{tensor.name}.grad"]
        if shard == WHOLE or tensor.name not in self.graph.parameters:
            return place.offset + rows_before(flow, tensor, shard)
        parts = self.places["gradients/shards"]
        return parts.offset + shard * parts.shape[1] + place.offset - self.places["gradients"].offset

    def parameters(self) -> None:
        """Room for all parameters, the regularized ones first, and for the states beside them."""
        ordered = sorted(self.graph.parameters.values(), key=lambda p: not p.regularized)
        first = self.size = -(-self.size // ALIGNMENT) * ALIGNMENT
        for parameter in ordered:
            self.place(parameter.tensor.name, parameter.tensor.shape, align=1)
            if parameter.regularized:
                regularized = self.size - first
        total = self.size - first
        self.places["parameters"] = Place(first, (total,))
        self.places["regularized"] = Place(first, (regularized if any(p.regularized for p in ordered) else 0,))
        for tensor, _ in self.graph.states.values():
            self.place(tensor.name, tensor.shape)

    def gradients(self, shards: int = 1) -> None:
        """Room for the parameters' gradients, side by side as the parameters are, and for those of several shards."""
        first = self.place("gradients", self.places["parameters"].shape)
        if shards > 1:
            self.place("gradients/shards", (shards, -(-self.places["parameters"].places // ALIGNMENT) * ALIGNMENT))
        begin = self.places["parameters"].offset
        for name, parameter in self.graph.parameters.items():
            self.places[f"{name}.grad"] = Place(first + self.places[name].offset - begin, parameter.tensor.shape)

    def multiply_adds(self, rows: int) -> int:
        """Of one training step: forward once, backward twice as much."""
        return 3 * rows * sum(node.operation.multiply_adds(node.inputs) for node in self.graph.nodes)


def shards_of(flow: Pass, node: Node) -> Iterable[int]:
    """The parts of a batch that an operation is done in: what looks at all rows, or draws random numbers in their order, has one."""
    draws = any(tensor.name == RANDOM for tensor in node.inputs)
    whole = flow.shards == 1 or draws or node.operation.reduces or node.operation.statistics(node.inputs)
    return (WHOLE,) if whole else range(flow.shards)


def rows_of(flow: Pass, shard: int) -> int:
    """How many rows an instruction is for."""
    return flow.rows if shard == WHOLE else flow.rows // flow.shards


def rows_before(flow: Pass, tensor: Tensor, shard: int) -> int:
    """How many numbers of a tensor belong to earlier shards."""
    return 0 if shard == WHOLE or not tensor.batched else shard * rows_of(flow, shard) * tensor.size


@dataclass(frozen=True)
class Program:
    """What a run executes: tables of instructions by segment, and where everything lies. Plain data, no closures."""

    places: dict[str, Place]
    settings: dict[str, float]
    size: int
    state_end: int
    step_end: int
    segments: dict[str, tuple[tuple[Kernel, ...], np.ndarray]]  # kernels and (n, WIDTH) int64 operands
    stages: tuple[Stage, ...]
    cost: Cost
    shards: np.ndarray  # (n,) int64, of each instruction of a step: which part of the batch it is for
    order: np.ndarray  # (n,) int64: the instructions of a step as they run at full speed

    def kernels(self) -> dict[str, Kernel]:
        """Every kernel it names."""
        return {name_of(kernel): kernel for kernels, _ in self.segments.values() for kernel in kernels}

    def addresses(self, segment: str) -> np.ndarray:
        """Machine addresses of a segment's kernels; compiles those that are not there yet."""
        return np.array([address(kernel) for kernel in self.segments[segment][0]], np.int64)


def finish(plan: Plan, rows: int, step: Sequence[str], merge: dict[str, str]) -> Program:
    """Freeze a plan. `step` names the segments of one training step in order; `merge` maps scopes to the layer that slow motion shows.

    Raises BudgetError before anything is allocated.
    """
    lines = [(segment, line) for segment in step for line in plan.segments.get(segment, ())]
    cost = Cost(4 * plan.size, plan.places["parameters"].places, plan.multiply_adds(rows), len(lines))
    if cost.bytes > BYTES_LIMIT or cost.multiply_adds > MULTIPLY_ADDS_LIMIT:
        raise BudgetError(
            f"This network needs {cost.bytes / 2**20:,.0f} MB and {cost.multiply_adds / 1e6:,.0f} million multiply-adds a step; "
            f"{BYTES_LIMIT / 2**20:,.0f} MB and {MULTIPLY_ADDS_LIMIT / 1e6:,.0f} million fit. Take fewer neurons or a smaller batch."
        )
    tables = {segment: table(rows_) for segment, rows_ in plan.segments.items() if segment not in step}
    tables["step"] = table([line for _, line in lines])
    shards = np.array([line.shard for _, line in lines], np.int64)
    order = np.array(full_speed([line for _, line in lines]), np.int64)
    stages = stages_of(lines, merge)
    return Program(plan.places, plan.graph.settings, plan.size, plan.state_end, plan.step_end, tables, stages, cost, shards, order)


def full_speed(lines: Sequence[Instruction]) -> list[int]:
    """The order of a step in which a shard goes through all layers, while its numbers are in the cache, before the next one does.

    Layer by layer is for those who watch. What the shards made of the weights' gradients is summed when the last of them is through, so
    that threads need not meet at every layer. No number depends on the order.
    """
    through = max((i for i, line in enumerate(lines) if line.shard != WHOLE and not line.of_weights), default=-1)
    late = {i: i > through for i in range(len(lines))} | {i: True for i, line in enumerate(lines) if line.kernel is moves.sum_parts}
    order: list[int] = []
    for _, run in groupby(sorted(late, key=lambda i: late[i]), key=lambda i: (lines[i].shard == WHOLE, lines[i].of_weights)):
        order += sorted(run, key=lambda i: lines[i].shard)
    return order


def table(lines: Sequence[Instruction]) -> tuple[tuple[Kernel, ...], np.ndarray]:
    """Instructions as kernels and one integer array."""
    operands = np.zeros((len(lines), WIDTH), np.int64)
    for row, line in zip(operands, lines, strict=True):
        row[: len(line.operands)] = line.operands
    return tuple(line.kernel for line in lines), operands


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
