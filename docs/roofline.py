"""The roofline picture in kernels.md: how fast every kernel of every layer, activation and loss is, against what the processor can do.

A kernel that does few operations for each byte it touches cannot be faster than its bytes come; one that does many, not faster than
the multiply-add units (Williams, Waterman and Patterson 2009, "Roofline"). `make picture` measures and draws it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import sync_playwright

from benchmarks.products import PEAK_STEPS, peak_steps
from kernels import memory as moves
from kernels.kernel import address, execute, name_of
from kernels.simd import WIDTH as LANES
from playground.activations import Activation
from playground.engine.graph import Graph, Node, Shape, ShapeError, Tensor, mean
from playground.engine.machine import Machine, zeros_from_a_line
from playground.engine.passes import Pass
from playground.engine.program import Plan, finish
from playground.initializers import Normal
from playground.layers import Layer
from playground.losses import Loss
from playground.record import members
from playground.ui.palette import LIGHT
from tests.browser.browser import FLAGS, find_browser

PICTURE = Path(__file__).with_name("roofline.png")
ROWS = 32
SHAPES: tuple[Shape, ...] = ((28, 28, 32), (32, 64), (256,), (32,))  # images, sequences, plain numbers, words
HEADS = (("linear", "regression", 1), ("sigmoid", "classification", 1), ("softmax", "classification", 256))  # link, task, outputs
SIZE = {"width": 1100, "height": 640}
ROUNDS, ROUND_SECONDS = 25, 0.004
NEAR, FAR = 50_000, 20_000_000  # numbers in each of three arrays: they fit into the level-2 cache, and into none
BACKWARD = 2  # times the operations of forward: a gradient for the input and one for the weights
FAMILIES = {
    "matrix products": ("dense", "attention"),
    "convolutions": ("convolution", "depthwise", "transposed"),
    "recurrent": ("lstm", "gru", "rnn"),
}
OTHER = "what touches each number a few times"
SYMBOLS = dict(zip((*FAMILIES, OTHER), ("circle", "square", "diamond", "cross"), strict=True))
LAYOUT = {
    **SIZE,
    "paper_bgcolor": LIGHT.paper,
    "plot_bgcolor": LIGHT.paper,
    "font": {"family": "system-ui, sans-serif", "color": LIGHT.ink},
    "xaxis": {"type": "log", "dtick": 1, "range": [-1.1, 2.1], "title": "operations for each byte", "gridcolor": LIGHT.line},
    "yaxis": {"type": "log", "dtick": 1, "range": [-1.3, 2.5], "title": "billions of operations a second", "gridcolor": LIGHT.line},
    "legend": {"x": 0.99, "y": 0.02, "xanchor": "right", "yanchor": "bottom"},
    "margin": {"l": 70, "r": 20, "t": 60, "b": 60},
}


@dataclass(frozen=True)
class Point:
    """One kernel: operations for each byte, and billions of them a second."""

    name: str
    intensity: float
    speed: float

    @property
    def family(self) -> str:
        """Its colour."""
        return next((family for family, starts in FAMILIES.items() if self.name.startswith(starts)), OTHER)


def seconds(calls: Callable[[int], object]) -> float:
    """Of one call, the best of many short rounds."""
    calls(1)
    begun = time.perf_counter()
    calls(1)
    count = max(1, int(ROUND_SECONDS / max(time.perf_counter() - begun, 1e-7)))

    def once() -> float:
        begun = time.perf_counter()
        calls(count)
        return (time.perf_counter() - begun) / count

    return min(once() for _ in range(ROUNDS))


def peak() -> float:
    """Billions of operations a second of multiply-adds that touch no memory."""
    return PEAK_STEPS * 12 * LANES * 2 / seconds(peak_steps()) / 1e9


def bandwidth(places: int) -> float:
    """Billions of bytes a second that come and go when arrays of so many numbers are added."""
    memory = zeros_from_a_line(16 + 3 * places)
    table = np.array([[places, 16, 16 + places, 16 + 2 * places]])
    where = np.array([address(moves.add_forward)])
    return 12 * places / seconds(lambda times: execute(where, table, memory, memory[:1], times)) / 1e9


def networks() -> Iterator[Graph]:
    """A small network for every member of the families; Reshape, whose usual shape fits none of ours, moves nothing anyway."""
    for member in (*members(Layer).values(), *members(Activation).values()):
        yield from written(lambda graph, x, member=member: member().build(graph, x), SHAPES)
    for loss in members(Loss).values():
        for link, task, outputs in HEADS:
            if loss().fits(task, max(2, outputs)):
                yield from written(
                    lambda graph, x, loss=loss, link=link: loss().build(graph, x, graph.input("target", (1,)), link), [(outputs,)]
                )


def written(write: Callable[[Graph, Tensor], Tensor], shapes: Sequence[Shape]) -> Iterator[Graph]:
    """The graph over the first shape that fits. What comes in is made a parameter, so that it has a gradient."""
    for shape in shapes:
        graph = Graph()
        x = graph.reshape(graph.parameter("x", (ROWS, *shape), Normal(deviation=1)), shape)
        try:
            graph.apply(mean, write(graph, x), name="loss")
        except ShapeError:
            continue
        yield graph
        return


def points() -> list[Point]:
    """Every kernel, as fast as it was at its best."""
    found: dict[str, Point] = {}
    for graph in networks():
        for point in measured(graph):
            if point.name not in found or found[point.name].speed < point.speed:
                found[point.name] = point
    return list(found.values())


def measured(graph: Graph) -> Iterator[Point]:
    """The kernels of one network, forward and backward."""
    plan, flow = Plan(graph), Pass("", ROWS, training=True)
    plan.place("random", (4,))
    for name in graph.settings:
        plan.place(name, (1,))
    plan.parameters()
    if "target" in graph.tensors:
        plan.bind(flow, graph.tensors["target"])
    plan.forward(flow, graph.nodes, "forward")
    plan.gradients()
    plan.backward(flow, graph.nodes, graph.tensors["loss"], "backward")
    machine = Machine(finish(plan, ROWS, ("forward", "backward"), {}), graph, np.zeros(1, np.float32), seed=0)
    machine.execute("step")
    kernels, operands = machine.program.segments["step"]
    addresses = machine.program.addresses("step")
    for i, kernel in enumerate(kernels):
        name = name_of(kernel)
        for node in graph.nodes[:-1]:
            operation = node.operation
            if kernel in (operation.forward, operation.backward):
                lines = addresses[i : i + 1], operands[i : i + 1], machine.memory, machine.data
                each = seconds(lambda times, lines=lines: execute(*lines, times))
                yield point_of(node, name, BACKWARD if kernel is operation.backward else 1, each)
                break


def point_of(node: Node, name: str, count: int, each: float) -> Point:
    """A kernel that does `count` times its node's forward operations; backward it touches values and gradients."""
    operations = 2 * count * ROWS * node.operation.multiply_adds(node.inputs)
    tensors = (*node.inputs, node.output, *node.auxiliaries)
    numbers = sum(tensor.size * (ROWS if tensor.batched or tensor.name == "x" else 1) for tensor in tensors)
    return Point(name, operations / (4 * count * numbers), operations / each / 1e9)


def draw() -> None:
    """Measure, and take the picture."""
    roof, near, far = peak(), bandwidth(NEAR), bandwidth(FAR)
    found = points()
    figure = go.Figure(layout=LAYOUT)
    intensities = np.geomspace(0.05, 300, 200)
    for speed, name in ((near, "level-2 cache"), (far, "memory")):
        roofs = np.minimum(roof, speed * intensities)
        line = {"color": LIGHT.ink3, "dash": "solid" if speed == near else "dot"}
        figure.add_scatter(x=intensities, y=roofs, mode="lines", name=f"{name}: {speed:.0f} GB/s", line=line)
    for (family, symbol), color in zip(SYMBOLS.items(), (*LIGHT.layers[:3], LIGHT.gradient), strict=True):
        chosen = [point for point in found if point.family == family]
        figure.add_scatter(
            x=[point.intensity for point in chosen],
            y=[point.speed for point in chosen],
            text=[point.name.replace("_", " ") if family != OTHER else "" for point in chosen],
            mode="markers+text",
            name=family,
            textposition="top center",
            textfont={"size": 9, "color": LIGHT.ink2},
            marker={"size": 9, "symbol": symbol, "color": color, "line": {"width": 1, "color": LIGHT.paper}},
        )
    figure.update_layout(title=f"{len(found)} kernels on one core; at most {roof:.0f} GFLOP/s")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        page = browser.new_page(viewport=SIZE)
        page.set_content("<style>body { margin: 0 }</style>" + figure.to_html(include_plotlyjs=True, config={"displayModeBar": False}))
        page.wait_for_selector(".legend")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    draw()
