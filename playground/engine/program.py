"""The planner: lays a graph out in one memory and writes the table of instructions. Nothing is allocated here.

Memory begins with the run's state (what a checkpoint copies), goes on with what one training step needs, and ends with the
evaluation's and the probes' own activations. Offsets and sizes are in float32 places; -1 stands for "not there".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate

import numpy as np

from kernels import memory as moves
from kernels.kernel import Kernel, address, name_of
from kernels.team import WHOLE
from playground.engine.graph import ABSENT, Graph, Node, Parameter, Shape, Tensor
from playground.engine.instructions import Instruction, Stage, full_speed, stages_of
from playground.engine.passes import Pass, in_parts

ALIGNMENT = 16  # places: one cache line
NOWHERE = -1
WIDTH = 32  # operands a kernel may have

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
class Cost:
    """What a run takes: memory in bytes, parameters, multiply-adds and instructions of one training step."""

    bytes: int
    parameters: int
    multiply_adds: int
    instructions: int


@dataclass
class Plan:
    """Memory and instructions being laid out."""

    graph: Graph
    places: dict[str, Place] = field(default_factory=dict)
    segments: dict[str, list[Instruction]] = field(default_factory=dict)
    shards: int = 1
    parts: dict[str, int] = field(default_factory=dict)  # of parameters whose gradients shards have parts of: where in "gradients/shards"
    size: int = ALIGNMENT  # the first line is the engine's: place 0 halts the program
    state_end: int = 0
    step_end: int = 0

    def place(self, name: str, shape: Shape, dtype: str = "float32", align: int = ALIGNMENT) -> int:
        """Reserve room; returns the offset."""
        offset = -(-self.size // align) * align
        self.places[name] = Place(offset, shape, dtype)
        self.size = offset + self.places[name].places
        return offset

    def emit(self, segment: str, kernel: Kernel, operands: Iterable[int], layer: str = "", shard: int = WHOLE, **kind: bool) -> None:
        """Append an instruction to a segment; `kind` is what else an Instruction says of itself."""
        row = tuple(int(value) for value in operands)
        if len(row) > WIDTH:
            raise ValueError(f"{name_of(kernel)} has {len(row)} operands, {WIDTH} fit. Widen program.WIDTH.")
        self.segments.setdefault(segment, []).append(Instruction(kernel, row, layer, shard, **kind))

    def emit_ranges(
        self, segment: str, kernel: Kernel, size: int, operands: Callable[[int, int], Iterable[int]], layer: str = "", late: bool = False
    ) -> None:
        """Append what is done to `size` numbers one by one: an instruction, operands(first, count), for each range of them.

        There are as many ranges as the batch has shards, so that the same threads may share them out.
        """
        each = -(-size // (self.shards * ALIGNMENT)) * ALIGNMENT
        for shard, first in enumerate(range(0, size, each)):
            count = min(each, size - first)
            cut = self.shards > 1
            self.emit(segment, kernel, operands(first, count), layer, shard if cut else WHOLE, of_weights=cut, late=late)

    def offset(self, flow: Pass, tensor: Tensor, shard: int = WHOLE) -> int:
        """Where a tensor, or a shard's rows of it, lies in a pass."""
        if tensor is ABSENT:
            return NOWHERE
        first = flow.offsets[tensor.name] if tensor.batched or tensor.name in flow.offsets else self.places[tensor.name].offset
        return first + flow.before(tensor, shard)

    def bind(self, flow: Pass, tensor: Tensor) -> int:
        """Reserve a tensor's room in a pass."""
        flow.offsets[tensor.name] = self.place(flow.prefix + tensor.name, flow.shape(tensor))
        return flow.offsets[tensor.name]

    def forward(self, flow: Pass, nodes: Sequence[Node], segment: str) -> None:
        """Lower nodes in order. At inference an operation of training vanishes: its output is its first input."""
        self._make_room(flow, nodes)
        for node in nodes:
            if self._spared(flow, node.output):
                continue
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
            for shard in flow.shards_of(node):
                self.emit(segment, kernel, self._forward_operands(flow, node, shard), node.scope, shard)
        self._forget(flow, nodes)
        self._name_again(flow.prefix, "")

    def _spared(self, flow: Pass, tensor: Tensor) -> bool:
        """Whether a looked-up tensor is left out, with its gradient: nobody needs it who does not look at it."""
        return not flow.watched and self.graph.only_looked_at(tensor)

    def _inputs(self, flow: Pass, node: Node) -> tuple[Tensor, ...]:
        """What a node is given. Where somebody needs a looked-up tensor itself, all do without symbols and table: its gradient is whole."""
        x = node.inputs[0]
        kept = (x,) if self._spared(flow, x) else () if self.graph.only_looked_at(x) else x.looked_up or ()
        return tuple(ABSENT if tensor in kept else tensor for tensor in node.inputs)

    def _writes_over(self, flow: Pass, node: Node) -> bool:
        """Whether a node's output takes the place of its first input: nobody else may need that one any more."""
        x = node.inputs[0]
        maker = next((other.operation for other in self.graph.nodes if other.output.name == x.name), None)
        if flow.watched or not node.operation.in_place or maker is None or maker.training_only:
            return False
        users = sum(tensor.name == x.name for other in self.graph.nodes for tensor in other.inputs)
        return users == 1 and (maker.output_unread or not flow.training)

    def backward(self, flow: Pass, nodes: Sequence[Node], loss: Tensor, segment: str, player: str = "") -> None:
        """Gradients of everything between the loss and a player's parameters, which have theirs already; clears all of them first.

        Of several players, the others' parameters get none.
        """
        needed, first = set(self._of_player(player)), self.places[f"{player}gradients"].offset
        for node in nodes:
            if any(tensor.name in needed for tensor in node.inputs) and not self._spared(flow, node.output):
                needed.add(node.output.name)
        for node in nodes:
            if node.output.name not in needed:
                continue
            if self._writes_over(flow, node):
                self.places[self._grad(flow, node.output)] = self.places[self._grad(flow, node.inputs[0])]
            else:
                self.place(self._grad(flow, node.output), flow.shape(node.output), align=1)
        self._make_spare(nodes, needed)
        self.emit_ranges(segment, moves.clear, self.size - first, lambda skip, count: (count, first + skip), "loss")
        self.emit(segment, moves.start_backward, (self.places[self._grad(flow, loss)].offset,), "loss")
        for i, node in reversed(list(enumerate(nodes))):
            passes = node.output.name in needed and not self.graph.only_looked_at(node.output)
            if passes and node.operation.backward is not None:
                self._emit_backward(flow, node, needed, segment)
            self._sum_shards(flow, node, nodes[:i], segment)
        self._forget(flow, nodes)
        self._name_again(flow.prefix, ".grad")

    def _emit_backward(self, flow: Pass, node: Node, needed: set[str], segment: str) -> None:
        """A node's backward pass for each shard, but the weights' gradients by ranges of them where its operation has a kernel for that."""
        parameters = {tensor.name for tensor in node.inputs if tensor.name in needed and tensor.name in self.graph.parameters}
        apart = flow.shards > 1 and bool(parameters) and parameters.isdisjoint(self.parts)
        if not apart or any(tensor.name in needed - parameters for tensor in node.inputs):
            for shard in flow.shards_of(node):
                operands = self._backward_operands(flow, node, needed - parameters if apart else needed, shard)
                self.emit(segment, node.operation.backward, operands, node.scope, shard)
        if apart:
            rows, data = node.inputs[1].shape[0], {tensor.name for tensor in node.inputs} - parameters
            each = -(-rows // flow.shards)
            for shard, first in enumerate(range(0, rows, each)):
                operands = self._backward_operands(flow, node, needed - data, WHOLE, shard)
                ranged = first, min(each, rows - first), *operands
                self.emit(segment, node.operation.weights, ranged, node.scope, shard, of_weights=True, late=True)

    def _grad(self, flow: Pass, tensor: Tensor) -> str:
        """What a gradient is called: of a parameter there is one, of other tensors each pass has its own."""
        return f"{tensor.name}.grad" if tensor.name in self.graph.parameters else f"{flow.prefix}{tensor.name}.grad"

    def _of_player(self, player: str) -> dict[str, Parameter]:
        """The parameters whose names begin so."""
        return {name: parameter for name, parameter in self.graph.parameters.items() if name.startswith(player)}

    def _make_spare(self, nodes: Sequence[Node], needed: set[str]) -> None:
        """Room that is never read: there the gradients of others' parameters go, where an operation cannot leave them out."""
        unread = (
            tensor.size
            for node in nodes
            if node.output.name in needed and not node.operation.spares_weights
            for tensor in node.inputs
            if tensor.name in self.graph.parameters and tensor.name not in needed
        )
        most = max(unread, default=0)
        if most > (self.places["spare"].places if "spare" in self.places else 0):
            self.place("spare", (most,))

    def _forget(self, flow: Pass, nodes: Sequence[Node]) -> None:
        """What was written over has no name."""
        for node in nodes:
            if self._writes_over(flow, node):
                self.places.pop(flow.prefix + node.inputs[0].name, None)
                self.places.pop(self._grad(flow, node.output), None)

    def _sum_shards(self, flow: Pass, node: Node, before: Sequence[Node], segment: str) -> None:
        """Of parameters that no node `before` adds to any more: what the shards made of their gradients becomes one."""
        used = {tensor.name for other in before for tensor in other.inputs}
        for tensor in node.inputs:
            if tensor.name in self.parts and tensor.name not in used:
                operands = partial(self._sum_operands, tensor.name)
                self.emit_ranges(segment, moves.sum_parts, tensor.size, operands, node.scope, late=True)

    def _sum_operands(self, name: str, skip: int, count: int) -> tuple[int, ...]:
        parts = self.places["gradients/shards"]
        return (count, *parts.shape, parts.offset + self.parts[name] + skip, self.places[f"{name}.grad"].offset + skip)

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
        sizes = node.operation.sizes(flow.rows_of(shard), node.inputs)
        values = (self.offset(flow, t, shard) for t in (*self._inputs(flow, node), node.output, *node.auxiliaries))
        return (*sizes, *values, *self._scratch(flow, node, shard))

    def _backward_operands(self, flow: Pass, node: Node, needed: set[str], shard: int, place: int = WHOLE) -> tuple[int, ...]:
        """For a shard, with the scratch of that one, or of `place`."""
        sizes = node.operation.sizes(flow.rows_of(shard), node.inputs)
        tensors = (*self._inputs(flow, node), node.output)
        values = (self.offset(flow, t, shard) for t in tensors)
        gradients = (self._gradient(flow, t, shard) if t.name in needed else self._unread(node, t) for t in tensors)
        auxiliaries = (self.offset(flow, t, shard) for t in node.auxiliaries)
        return (*sizes, *values, *gradients, *auxiliaries, *self._scratch(flow, node, max(shard, place)))

    def _gradient(self, flow: Pass, tensor: Tensor, shard: int) -> int:
        """Where a gradient lies, or a shard's part of it."""
        if shard == WHOLE or tensor.name not in self.parts:
            return self.places[self._grad(flow, tensor)].offset + flow.before(tensor, shard)
        parts = self.places["gradients/shards"]
        return parts.offset + shard * parts.shape[1] + self.parts[tensor.name]

    def _unread(self, node: Node, tensor: Tensor) -> int:
        """Where a gradient goes that nobody needs."""
        spared = tensor.name not in self.graph.parameters or node.operation.spares_weights
        return NOWHERE if spared else self.places["spare"].offset

    def parameters(self, player: str = "") -> None:
        """Room for all parameters whose names begin so, the regularized ones first, and for the states beside them."""
        ordered = sorted(self._of_player(player).values(), key=lambda p: not p.regularized)
        first = self.size = -(-self.size // ALIGNMENT) * ALIGNMENT
        for parameter in ordered:
            self.place(parameter.tensor.name, parameter.tensor.shape, align=1)
            if parameter.regularized:
                regularized = self.size - first
        total = self.size - first
        self.places[f"{player}parameters"] = Place(first, (total,))
        self.places[f"{player}regularized"] = Place(first, (regularized if any(p.regularized for p in ordered) else 0,))
        for name, (tensor, _) in self.graph.states.items():
            if name.startswith(player):
                self.place(name, tensor.shape)

    def gradients(self, shards: int = 1, player: str = "") -> None:
        """Room for a player's parameters' gradients, side by side as the parameters are, and for the parts that several shards make.

        There are none of parameters whose gradients are made in ranges, for the whole batch.
        """
        parameters, mine, self.shards = self.places[f"{player}parameters"], self._of_player(player), shards
        first = self.place(f"{player}gradients", parameters.shape)
        for name, parameter in mine.items():
            self.places[f"{name}.grad"] = Place(first + self.places[name].offset - parameters.offset, parameter.tensor.shape)
        if shards > 1:
            parted = {name: mine[name].tensor.size for name in in_parts(self.graph.nodes, mine)}
            self.parts = dict(zip(parted, accumulate(parted.values(), initial=0), strict=False))
            if parted:
                self.place("gradients/shards", (shards, -(-sum(parted.values()) // ALIGNMENT) * ALIGNMENT))

    def multiply_adds(self, rows: int) -> int:
        """Of one training step: forward once, backward twice as much."""
        return 3 * rows * sum(node.operation.multiply_adds(node.inputs) for node in self.graph.nodes)


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

    @cached_property
    def kernels(self) -> dict[str, Kernel]:
        """Every kernel it names."""
        return {name_of(kernel): kernel for kernels, _ in self.segments.values() for kernel in kernels}

    def addresses(self, segment: str) -> np.ndarray:
        """Machine addresses of a segment's kernels; compiles those that are not there yet."""
        return np.array([address(kernel) for kernel in self.segments[segment][0]], np.int64)


def finish(plan: Plan, rows: int, step: Sequence[str], merge: dict[str, str], multiply_adds: int = 0) -> Program:
    """Freeze a plan. `step` names the segments of one training step in order; `merge` maps scopes to the layer that slow motion shows.

    `multiply_adds` of a step are those of one pass forward and backward, if nothing else is said. Raises BudgetError before anything is
    allocated.
    """
    lines = [(segment, line) for segment in step for line in plan.segments.get(segment, ())]
    parameters = sum(parameter.tensor.size for parameter in plan.graph.parameters.values())
    cost = Cost(4 * plan.size, parameters, multiply_adds or plan.multiply_adds(rows), len(lines))
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


def table(lines: Sequence[Instruction]) -> tuple[tuple[Kernel, ...], np.ndarray]:
    """Instructions as kernels and one integer array."""
    operands = np.zeros((len(lines), WIDTH), np.int64)
    for row, line in zip(operands, lines, strict=True):
        row[: len(line.operands)] = line.operands
    return tuple(line.kernel for line in lines), operands
