"""Learning from examples with targets: the network, its head and loss, and the programs that train, evaluate, predict and look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kernels import look, penalty
from kernels import memory as moves
from playground.data import AnyData, DataSet, load
from playground.data.shelf import Shelf
from playground.engine.graph import Graph, Tensor, mean
from playground.engine.program import Instruction, Pass, Plan, Program, finish
from playground.experiment import Experiment
from playground.layers import Layer, name_layers, stack
from playground.layers.dense import Dense
from playground.losses import Loss, usual_loss

HISTORY = 512  # records of the loss curve; when full, every other one is dropped and the interval doubles
STEP = ("batch", "forward", "loss", "backward", "update")
GRIDS = (56, 40, 28, 20)  # points a side of the picture of the input space
LOOK_BUDGET = 5_000_000  # multiply-adds that one look at the picture may cost
CHUNK = 256  # rows evaluated at a time
SHARDS = (4, 2)  # parts of a batch, the most first: their number says which bits come out, so it may not depend on the machine
SHARD_WORTH = 2_000_000  # multiply-adds of a forward pass that a part must have to be worth a meeting of threads
SHOWN = 64  # neurons of a column that are drawn at most
FINE = 12  # up to so many neurons their fields are as fine as the picture, else half as fine


_examples: Shelf[np.ndarray] = Shelf(256 * 2**20)


@dataclass(frozen=True)
class Column:
    """A column of neurons as a person sees it: the features, a layer with units, or the head."""

    name: str
    path: tuple[str | int, ...] | None  # where its record stands in the experiment
    units: int
    record: Layer | None


@dataclass(frozen=True)
class Network:
    """The graph of an experiment and the tensors that a person asks for by name."""

    graph: Graph
    input: Tensor
    target: Tensor
    logits: Tensor
    losses: Tensor  # one a row
    loss: Tensor  # their mean
    forward: int  # how many of the graph's nodes come before the loss
    link: str  # what makes an output of a logit: "linear", "sigmoid" or "softmax"
    columns: tuple[Column, ...]


def loss_of(experiment: Experiment, dataset: DataSet) -> Loss:
    """The chosen loss, or the usual one. Raises ValueError when the chosen one does not fit the data."""
    if experiment.loss is None:
        return usual_loss(dataset.task, len(dataset.classes))
    if not experiment.loss.fits(dataset.task, len(dataset.classes)):
        kind = f"{len(dataset.classes)} classes" if dataset.task == "classification" else "numbers to predict"
        usual = usual_loss(dataset.task, len(dataset.classes))
        raise ValueError(f"{experiment.loss.title} does not fit data with {kind}. Choose {usual.title}, say.")
    return experiment.loss


def build(experiment: Experiment, dataset: DataSet) -> Network:
    """Write the network down. Raises ShapeError where layers do not fit."""
    graph = Graph()
    names = dataset.chosen(experiment.features)
    x = graph.input("input", (len(names),))
    target = graph.input("target", (dataset.y.shape[1],))
    loss = loss_of(experiment, dataset)
    units, link = loss.head(len(dataset.classes)) if dataset.task == "classification" else (dataset.y.shape[1], "linear")
    hidden = stack(graph, experiment.layers, x)
    with graph.scope("head"):
        logits = graph.alias(Dense(units=units, activation="linear").build(graph, hidden), "output")
    forward = len(graph.nodes)
    with graph.scope("loss"):
        losses = loss.build(graph, logits, target, link)
    scalar = graph.apply(mean, losses, name="loss")
    columns = (
        Column("features", None, len(names), None),
        *columns_of(experiment.layers, (), ("layers",)),
        Column("head", None, units, None),
    )
    return Network(graph, x, target, logits, losses, scalar, forward, link, columns)


def columns_of(layers: tuple[Layer, ...], scope: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Column]:
    """The layers that have units of their own, nested ones too, in the order the data meets them."""
    for i, (name, layer) in enumerate(name_layers(layers)):
        inner = getattr(layer, "layers", None)
        if inner is not None:
            yield from columns_of(inner, (*scope, name), (*path, i, "layers"))
        elif hasattr(layer, "units"):
            yield Column("/".join((*scope, name)), (*path, i), layer.units, layer)


def shown_with(network: Network) -> dict[str, str]:
    """Scope of every node -> the column it is shown with: its own, or the one before it (dropout, a residual sum)."""
    own = {column.name for column in network.columns}
    shown: dict[str, str] = {}
    last = network.columns[1].name
    for node in network.graph.nodes:
        last = node.scope if node.scope in own else last
        shown[node.scope] = last
    return shown


def examples(data: AnyData, features: tuple[str, ...]) -> np.ndarray:
    """The data set as one float32 array shared by runs: X of train and test, then T of both, row-major."""
    known = _examples.get((data, features))
    if known is not None:
        return known
    dataset = load(data)
    order = np.concatenate([dataset.train, dataset.test])
    x = dataset.features(features)(dataset.raw[order])
    array = np.concatenate([x.ravel(), dataset.y[order].ravel()]).astype(np.float32)
    array.flags.writeable = False
    return _examples.put((data, features), array)


def compile_program(experiment: Experiment, dataset: DataSet, network: Network, watched: bool = True) -> Program:
    """Lay out memory and write all segments: "step", "evaluate/train", "evaluate/test", "predict" and "probe".

    When it is not `watched`, a step leaves unwritten what nobody but a person would look at.
    """
    plan = Plan(network.graph)
    train, test = dataset.train.size, dataset.test.size
    rows = max(1, min(experiment.training.batch_size, train))  # without examples the program stands, but never runs
    place_state(plan, experiment, train)
    flow = Pass("", rows, training=True, shards=shards_for(rows, network.graph), watched=watched)
    emit_step(plan, flow, experiment, network, train, train + test)
    plan.step_end = plan.size
    emit_evaluation(plan, network, dataset, min((size for size in (CHUNK, train, test) if size), default=1), train, test)
    emit_probe(plan, network)
    return finish(plan, rows, STEP, {**shown_with(network), "loss": "head", "": "head"})


def shards_for(rows: int, graph: Graph) -> int:
    """Into how many parts a batch is cut that several threads may work on: more than one where each has much to do."""
    each = sum(node.operation.multiply_adds(node.inputs) for node in graph.nodes)
    return next((shards for shards in SHARDS if rows % shards == 0 and each * rows // shards >= SHARD_WORTH), 1)


def emit_probe(plan: Plan, network: Network) -> None:
    """The network over every point of the picture, and what a person sees of it as small codes."""
    grid = grid_of(network)
    probe = Pass("probe/", grid * grid, training=False)
    plan.bind(probe, network.input)
    plan.forward(probe, network.graph.nodes[: network.forward], "probe")
    hidden = network.columns[1:-1]
    stride = 1 if sum(min(column.units, SHOWN) for column in hidden) <= FINE else 2
    for column in hidden:
        emit_tiles(plan, column, grid, stride)
    points, outputs = grid * grid, network.logits.size
    codes, scale = plan.place("look/surface", (outputs, grid, grid), "int16"), plan.place("look/scale", (1,))
    plan.emit("probe", look.surface, (points, outputs, plan.offset(probe, network.logits), codes, scale))


def emit_tiles(plan: Plan, column: Column, grid: int, stride: int) -> None:
    """The fields of a column's shown neurons."""
    shown, side = min(column.units, SHOWN), grid // stride
    numbers = [plan.place(f"look/{name}/{column.name}", (1,)) for name in ("gain", "low", "high")]
    which = plan.place(f"look/shown/{column.name}", (shown,), "int32")
    results = [
        plan.place(f"look/fields/{column.name}", (shown, side, side), "uint8"),
        plan.place(f"look/means/{column.name}", (shown,)),
        plan.place(f"look/flat/{column.name}", (shown,)),
    ]
    answers = plan.places[f"probe/{column.name}/output"].offset
    plan.emit("probe", look.tiles, (grid, stride, column.units, shown, answers, which, *numbers, *results))


def grid_of(network: Network) -> int:
    """Points a side of the picture: as fine as a look may cost."""
    each = sum(node.operation.multiply_adds(node.inputs) for node in network.graph.nodes[: network.forward])
    return next((grid for grid in GRIDS if grid * grid * each <= LOOK_BUDGET), GRIDS[-1])


def place_state(plan: Plan, experiment: Experiment, train: int) -> None:
    """What a checkpoint copies: counters, random state, settings, the order of the epoch, weights, moments, the curve."""
    plan.place("steps", (1,), "int64")
    plan.place("counters", (2,), "int64")  # the next row of the epoch's order; epochs completed
    plan.place("recorded", (2,), "int64")  # records of the curve; steps between them
    plan.place("random", (4,))
    optimizer = experiment.optimizer
    plan.graph.settings.update(optimizer.numbers("optimizer") | experiment.training.settings())
    for name in plan.graph.settings:
        plan.place(name, (1,))
    plan.place("rate", (1,))
    plan.place("order", (train,), "int32")
    plan.parameters()
    plan.place(f"{optimizer.kind}/steps", (1,), "int64")
    for moment in optimizer.moments:
        plan.place(f"{optimizer.kind}/{moment}", plan.places["parameters"].shape)
    plan.place("history", (HISTORY, 4))
    plan.state_end = plan.size


def emit_step(plan: Plan, flow: Pass, experiment: Experiment, network: Network, train: int, total: int) -> None:
    """One training step: draw a batch, forward, loss, backward, update."""
    nodes = network.graph.nodes
    x, t = plan.bind(flow, network.input), plan.bind(flow, network.target)
    picked = plan.place("picked", (flow.rows,), "int32")
    sizes = (flow.rows, train, network.input.size, network.target.size, 0, total * network.input.size)
    state = (plan.places[name].offset for name in ("order", "counters", "random"))
    plan.emit("batch", moves.draw_batch, (*sizes, *state, x, t, picked))
    plan.forward(flow, nodes[: network.forward], "forward")
    plan.forward(flow, nodes[network.forward :], "loss")
    plan.emit("loss", moves.guard, (plan.places[network.loss.name].offset,))
    plan.gradients(flow.shards)
    plan.backward(flow, nodes, network.loss, "backward")
    emit_update(plan, experiment)


def emit_update(plan: Plan, experiment: Experiment) -> None:
    """Schedule, count, penalties, clipping, optimizer, over all parameters at once."""
    training, optimizer = experiment.training, experiment.optimizer
    # Asked of the class: Numba's dispatchers are descriptors, and an instance would bind a new method at each look.
    schedule, clip, rule = type(training.schedule).kernel, type(training.clip).kernel, type(optimizer).kernel
    at = {name: place.offset for name, place in plan.places.items()}
    weights, size = at["parameters"], plan.places["parameters"].places
    regularized, gradients = plan.places["regularized"].places, at["gradients"]
    rate = at["optimizer/learning_rate"]
    if schedule is not None:
        shape = (at[name] for name in training.schedule.numbers("schedule"))
        plan.emit("update", schedule, (at["steps"], rate, at["rate"], *shape))
        rate = at["rate"]
    plan.emit("update", moves.tick, (at["steps"], at[f"{optimizer.kind}/steps"]))
    limits = at["training/l1"], at["training/l2"]
    moments = [at[f"{optimizer.kind}/{moment}"] for moment in optimizer.moments]
    settings = [at[name] for name in optimizer.numbers("optimizer") if name != "optimizer/learning_rate"]
    steps = at[f"{optimizer.kind}/steps"]

    def felt(first: int, count: int) -> int:
        """How many of a range's parameters feel penalties: the first ones do."""
        return min(max(regularized - first, 0), count)

    if training.l1 or training.l2:
        plan.emit_ranges("update", penalty.penalty, size, lambda i, n: (felt(i, n), weights + i, gradients + i, *limits))
    if clip is not None and training.clip.together:
        plan.emit("update", clip, (size, gradients, at["clip/limit"]))
    elif clip is not None:
        plan.emit_ranges("update", clip, size, lambda i, n: (n, gradients + i, at["clip/limit"]))
    arrays = (weights, gradients, *moments)
    plan.emit_ranges("update", rule, size, lambda i, n: (n, felt(i, n), *(start + i for start in arrays), steps, rate, *settings))


def emit_evaluation(plan: Plan, network: Network, dataset: DataSet, rows: int, train: int, test: int) -> None:
    """Losses and hits over a whole split, chunk by chunk; and the bare forward pass over rows that the caller writes."""
    flow = Pass("evaluate/", rows, training=False, watched=False)
    x, t = plan.bind(flow, network.input), plan.bind(flow, network.target)
    counters, totals = plan.place("evaluate/counters", (2,), "int64"), plan.place("evaluate/totals", (2,), "float64")
    plan.forward(flow, network.graph.nodes[: network.forward], "predict")
    plan.forward(flow, network.graph.nodes[network.forward : -1], "losses")
    lines = [*plan.segments["predict"], *plan.segments.pop("losses")]
    sizes = (rows, network.logits.size, network.target.size)
    offsets = (plan.offset(flow, tensor) for tensor in (network.losses, network.logits, network.target))
    lines.append(Instruction(moves.score, (*sizes, *offsets, counters, totals)))
    inputs, targets = network.input.size, network.target.size
    for split, first, count in (("train", 0, train), ("test", train, test)):
        if count:
            loading = (rows, first, count, inputs, targets, 0, (train + test) * inputs, counters, x, t)
            plan.segments[f"evaluate/{split}"] = [Instruction(moves.load_chunk, loading), *lines]
