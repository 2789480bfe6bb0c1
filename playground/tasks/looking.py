"""What is looked at while a network trains: a plane through the space of inputs, or a single row, as a picture is."""

from __future__ import annotations

from collections.abc import Sequence

from kernels import look
from playground.data import DataSet
from playground.engine.graph import Node
from playground.engine.passes import Pass
from playground.engine.program import Plan
from playground.tasks.halves import emit_halves
from playground.tasks.network import Column, Network

GRIDS = (56, 40, 28, 20)  # points a side of the picture of the input space
LOOK_BUDGET = 5_000_000  # multiply-adds that one look at the picture may cost
SHOWN = 64  # neurons of a column that are drawn at most
FINE = 12  # up to so many neurons their fields are as fine as the picture, else half as fine


def emit_probe(plan: Plan, network: Network, dataset: DataSet) -> None:
    """The network over what is looked at, into "probe/<layer>/output": one row that has a shape, or a plane through the inputs.

    An autoencoder's halves are "probe/encode" and "probe/decode", with "probe/code" between them.
    """
    grid = grid_of(network.graph.nodes[: network.forward])
    probe = Pass("probe/", 1 if dataset.shape else grid * grid, training=False)
    plan.bind(probe, network.input)
    if network.code is None:
        plan.forward(probe, network.graph.nodes[: network.forward], "probe")
    else:
        emit_halves(plan, probe, network, network.code, "probe", ("probe/encode", "probe/decode"))
    if not dataset.shape:
        emit_plane(plan, network, probe, grid)


def first_row(dataset: DataSet) -> int:
    """The row to begin with, where single ones are looked at: the first of training; of windows the first that is tested."""
    rows = dataset.test if dataset.windows is not None and dataset.test.size else dataset.train
    return int(rows[0])


def emit_plane(plan: Plan, network: Network, probe: Pass, grid: int) -> None:
    """What a person sees of the plane as small codes."""
    hidden = network.columns[1:-1]
    stride = 1 if sum(min(column.units, SHOWN) for column in hidden) <= FINE else 2
    for column in hidden:
        emit_tiles(plan, column, grid, stride)
    points, outputs = grid * grid, network.logits.size
    codes, scale = plan.place("look/surface", (outputs, grid, grid), "int16"), plan.place("look/scale", (1,))
    plan.emit("probe", look.surface, (points, outputs, plan.offset(probe, network.logits), codes, scale))


def emit_tiles(plan: Plan, column: Column, grid: int, stride: int, prefix: str = "probe/") -> None:
    """The fields of a column's shown neurons, of the pass that has such names."""
    shown, side = min(column.units, SHOWN), grid // stride
    numbers = [plan.place(f"look/{name}/{column.name}", (1,)) for name in ("gain", "low", "high")]
    which = plan.place(f"look/shown/{column.name}", (shown,), "int32")
    results = [
        plan.place(f"look/fields/{column.name}", (shown, side, side), "uint8"),
        plan.place(f"look/means/{column.name}", (shown,)),
        plan.place(f"look/flat/{column.name}", (shown,)),
    ]
    answers = plan.places[f"{prefix}{column.name}/output"].offset
    plan.emit("probe", look.tiles, (grid, stride, column.units, shown, answers, which, *numbers, *results))


def grid_of(nodes: Sequence[Node], budget: int = LOOK_BUDGET) -> int:
    """Points a side of the picture: as fine as a look at what these nodes make may cost."""
    each = sum(node.operation.multiply_adds(node.inputs) for node in nodes)
    return next((grid for grid in GRIDS if grid * grid * each <= budget), GRIDS[-1])
