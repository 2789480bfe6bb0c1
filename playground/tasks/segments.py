"""The segments of a program: how a network is trained, evaluated, asked and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kernels import memory as moves
from kernels import penalty
from playground.data import DataSet
from playground.data.shelf import Shelf
from playground.engine.graph import Graph
from playground.engine.instructions import Instruction
from playground.engine.passes import Pass
from playground.engine.program import Plan, Program, finish
from playground.optimizers import Optimizer
from playground.tasks.halves import emit_halves
from playground.tasks.looking import emit_probe
from playground.tasks.network import Network, shown_with
from playground.training import Training

if TYPE_CHECKING:
    from playground.experiment import Experiment

HISTORY = 512  # records of the loss curve; when full, every other one is dropped and the interval doubles
STEP = ("batch", "forward", "loss", "backward", "update")
CHUNK = 256  # rows evaluated at a time, at most
FEWER = 32  # where each step of a row is answered, and at least
CHUNK_WORTH = 20_000_000  # multiply-adds that nobody minds waiting for
SHARDS = (4, 2)  # parts of a batch, the most first: their number says which bits come out, so it may not depend on the machine
SHARD_WORTH = 2_000_000  # multiply-adds of a forward pass that a part must have to be worth a meeting of threads


_examples: Shelf[np.ndarray] = Shelf(256 * 2**20)


def examples(experiment: Experiment, dataset: DataSet, network: Network) -> np.ndarray:
    """The data set as one float32 array shared by runs, row-major: X of train and test, then T of both if it is not X itself.

    Of windows it is the series.
    """
    if dataset.windows is not None:
        return dataset.windows.series
    key = experiment.data, dataset.chosen(experiment.features), network.reconstructs
    known = _examples.get(key)
    if known is not None:
        return known
    order = np.concatenate([dataset.train, dataset.test])
    x = experiment.task.feed(experiment, dataset)(dataset.raw[order])
    array = x.ravel() if network.reconstructs else np.concatenate([x.ravel(), dataset.y[order].ravel()])
    array.flags.writeable = False
    return _examples.put(key, array)


@dataclass(frozen=True)
class Learner:
    """Who learns in a step: an optimizer, and the range of weights that is its own. Alone it has no name, else "generator/", say."""

    optimizer: Optimizer
    settings: str = "optimizer"  # what the places of the optimizer's settings begin with
    player: str = ""  # what the names of its weights and of its places begin with
    segment: str = "update"
    counter: str = "steps"  # what counts its updates, beside the optimizer's own
    rate: str = "rate"  # what a schedule makes of the optimizer's own

    @property
    def moments(self) -> tuple[str, ...]:
        """The names of the optimizer's arrays."""
        return tuple(f"{self.player}{self.optimizer.kind}/{moment}" for moment in self.optimizer.moments)

    @property
    def updates(self) -> str:
        """The name of the optimizer's own counter."""
        return f"{self.player}{self.optimizer.kind}/steps"


@dataclass(frozen=True)
class Rows:
    """Where rows of a split lie among the examples: X and T of the first, how far apart two neighbours are, and how many there are."""

    x: int
    t: int
    x_apart: int
    t_apart: int
    count: int

    def operands(self) -> tuple[int, int, int, int]:
        """As kernels take them."""
        return self.x, self.t, self.x_apart, self.t_apart


def rows_of(dataset: DataSet, network: Network) -> dict[str, Rows]:
    """The rows of either split, none left out."""
    (inputs, targets), total = widths(network), dataset.train.size + dataset.test.size
    rows: dict[str, Rows] = {}
    for split, numbers, before in (("train", dataset.train, 0), ("test", dataset.test, dataset.train.size)):
        if dataset.windows is None:
            rows[split] = Rows(before * inputs, total * inputs + before * targets, inputs, targets, numbers.size)
        else:
            apart, lead = dataset.windows.apart, dataset.windows.lead
            first = int(numbers[0]) * apart if numbers.size else 0
            rows[split] = Rows(first, first + lead, apart, apart, numbers.size)
    return rows


def scored(dataset: DataSet, rows: dict[str, Rows]) -> dict[str, Rows]:
    """What an evaluation looks at: all rows; of windows in the training part, which overlap, evenly spread ones, as many as test has."""
    train, test = rows["train"], rows["test"]
    if dataset.windows is None or not 0 < test.count < train.count:
        return rows
    every = train.count // test.count
    return rows | {"train": Rows(train.x, train.t, every * train.x_apart, every * train.t_apart, test.count)}


def compile_program(experiment: Experiment, dataset: DataSet, network: Network, watched: bool = True) -> Program:
    """Lay out memory and write all segments: "step", "evaluate/train", "evaluate/test", "predict" and "probe".

    When it is not `watched`, a step leaves unwritten what nobody but a person would look at.
    """
    plan = Plan(network.graph)
    splits, train = rows_of(dataset, network), dataset.train.size
    rows = max(1, min(experiment.training.batch_size, train))  # without examples the program stands, but never runs
    learner = Learner(experiment.optimizer)
    place_state(plan, experiment, train, learner)
    flow = Pass("", rows, training=True, shards=shards_for(rows, network.graph), watched=watched)
    emit_step(plan, flow, network, splits["train"])
    emit_update(plan, experiment.training, learner)
    plan.step_end = plan.size
    emit_evaluation(plan, network, scored(dataset, splits))
    emit_probe(plan, network, dataset)
    return finish(plan, rows, STEP, {**shown_with(network), "loss": network.columns[-1].name, "": network.columns[-1].name})


def shards_for(rows: int, graph: Graph) -> int:
    """Into how many parts a batch is cut that several threads may work on: more than one where each has much to do."""
    each = sum(node.operation.multiply_adds(node.inputs) for node in graph.nodes)
    return next((shards for shards in SHARDS if rows % shards == 0 and each * rows // shards >= SHARD_WORTH), 1)


def place_state(plan: Plan, experiment: Experiment, train: int, *learners: Learner) -> None:
    """What a checkpoint copies: counters, random state, settings, the order of the epoch, weights, moments, the curve."""
    plan.place("steps", (1,), "int64")
    plan.place("counters", (2,), "int64")  # the next row of the epoch's order; epochs completed
    plan.place("recorded", (2,), "int64")  # records of the curve; steps between them
    plan.place("random", (4,))
    for learner in learners:
        plan.graph.settings.update(learner.optimizer.numbers(learner.settings))
    plan.graph.settings.update(experiment.training.settings())
    for name in plan.graph.settings:
        plan.place(name, (1,))
    for learner in learners:
        plan.place(learner.rate, (1,))
    plan.place("order", (train,), "int32")
    for learner in learners:
        plan.parameters(learner.player)
    for learner in learners:
        plan.place(learner.updates, (1,), "int64")
        for moment in learner.moments:
            plan.place(moment, plan.places[f"{learner.player}parameters"].shape)
    plan.place("history", (HISTORY, 4))
    plan.state_end = plan.size


def emit_step(plan: Plan, flow: Pass, network: Network, examples: Rows) -> None:
    """One training step but for its update: draw a batch, forward, loss, backward."""
    nodes = network.graph.nodes
    x, t = bind_examples(plan, flow, network)
    emit_batch(plan, flow.rows, network, examples, x, t)
    plan.forward(flow, nodes[: network.forward], "forward")
    plan.forward(flow, nodes[network.forward :], "loss")
    plan.emit("loss", moves.guard, (plan.places[network.loss.name].offset,))
    plan.gradients(flow.shards)
    plan.backward(flow, nodes, network.loss, "backward")


def emit_batch(plan: Plan, rows: int, network: Network, examples: Rows, x: int, t: int) -> None:
    """So many examples into the places x and t; "picked" says which."""
    picked = plan.place("picked", (rows,), "int32")
    sizes = (rows, examples.count, *widths(network), *examples.operands())
    state = (plan.places[name].offset for name in ("order", "counters", "random"))
    plan.emit("batch", moves.draw_batch, (*sizes, *state, x, t, picked))


def bind_examples(plan: Plan, flow: Pass, network: Network) -> tuple[int, int]:
    """Room for inputs and targets in a pass: the same where the network is to make its input again."""
    x = plan.bind(flow, network.input)
    return x, x if network.reconstructs else plan.bind(flow, network.target)


def widths(network: Network) -> tuple[int, int]:
    """How many numbers of an example are inputs, and how many more are targets."""
    return network.input.size, 0 if network.reconstructs else network.target.size


def emit_update(plan: Plan, training: Training, learner: Learner) -> None:
    """Schedule, count, penalties, clipping, optimizer, over all of the learner's parameters at once."""
    optimizer, segment, player = learner.optimizer, learner.segment, learner.player
    # Asked of the class: Numba's dispatchers are descriptors, and an instance would bind a new method at each look.
    schedule, clip, rule = type(training.schedule).kernel, type(training.clip).kernel, type(optimizer).kernel
    at = {name: place.offset for name, place in plan.places.items()}
    weights, size = at[f"{player}parameters"], plan.places[f"{player}parameters"].places
    regularized, gradients = plan.places[f"{player}regularized"].places, at[f"{player}gradients"]
    rate = at[f"{learner.settings}/learning_rate"]
    if schedule is not None:
        shape = (at[name] for name in training.schedule.numbers("schedule"))
        plan.emit(segment, schedule, (at["steps"], rate, at[learner.rate], *shape))
        rate = at[learner.rate]
    plan.emit(segment, moves.tick, (at[learner.counter], at[learner.updates]))
    limits = at["training/l1"], at["training/l2"]
    moments = [at[moment] for moment in learner.moments]
    settings = [at[name] for name in optimizer.numbers(learner.settings) if name != f"{learner.settings}/learning_rate"]
    steps = at[learner.updates]

    def felt(first: int, count: int) -> int:
        """How many of a range's parameters feel penalties: the first ones do."""
        return min(max(regularized - first, 0), count)

    if training.l1 or training.l2:
        plan.emit_ranges(segment, penalty.penalty, size, lambda i, n: (felt(i, n), weights + i, gradients + i, *limits))
    if clip is not None and training.clip.together:
        plan.emit(segment, clip, (size, gradients, at["clip/limit"]))
    elif clip is not None:
        plan.emit_ranges(segment, clip, size, lambda i, n: (n, gradients + i, at["clip/limit"]))
    arrays = (weights, gradients, *moments)
    plan.emit_ranges(segment, rule, size, lambda i, n: (n, felt(i, n), *(start + i for start in arrays), steps, rate, *settings))


def emit_evaluation(plan: Plan, network: Network, splits: dict[str, Rows]) -> None:
    """Losses and hits over what is scored of a split, chunk by chunk; and the bare forward pass over rows that the caller writes."""
    each = sum(node.operation.multiply_adds(node.inputs) for node in network.graph.nodes[: network.forward])
    most = CHUNK if network.losses.size == 1 else FEWER
    while most > FEWER and most * each > CHUNK_WORTH:
        most //= 2
    rows = min((size for size in (most, *(part.count for part in splits.values())) if size), default=1)
    flow = Pass("evaluate/", rows, training=False, watched=False)
    x, t = bind_examples(plan, flow, network)
    counters, totals = plan.place("evaluate/counters", (2,), "int64"), plan.place("evaluate/totals", (2,), "float64")
    terms = plan.place("evaluate/terms", (len(network.terms),), "float64")
    if network.code is None:
        plan.forward(flow, network.graph.nodes[: network.forward], "predict")
    else:
        emit_halves(plan, flow, network, network.code, "predict", ("encode", "decode"))
    plan.forward(flow, network.graph.nodes[network.forward : -1], "losses")
    lines = [*plan.segments["predict"], *plan.segments.pop("losses")]
    for i, tensor in enumerate(network.terms.values()):
        lines.append(Instruction(moves.tally, (rows, plan.offset(flow, tensor), counters, terms + 2 * i)))
    steps = network.losses.size
    sizes = (rows, steps, network.logits.size // steps, network.target.size // steps)
    offsets = (plan.offset(flow, tensor) for tensor in (network.losses, network.logits, network.target))
    lines.append(Instruction(moves.score, (*sizes, *offsets, counters, totals)))
    inputs, targets = widths(network)
    for split, part in splits.items():
        if part.count:
            loading = (rows, part.count, inputs, targets, *part.operands(), counters, x, t)
            plan.segments[f"evaluate/{split}"] = [Instruction(moves.load_chunk, loading), *lines]
