"""Whole networks in training against PyTorch eager with fused Adam: one thread, then two that share a batch.

All learn from one random batch. Rounds alternate in one process; the lower quartile counts. PyTorch has the better of its two layouts,
channels first and last. ConvNetJS's speed is that of its own network for MNIST in Node, one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.report import Figure
from benchmarks.steps import race
from kernels import optimizer as optimizers
from kernels.memory import tick
from playground.engine.graph import Graph, Shape, mean
from playground.engine.machine import Machine
from playground.engine.passes import Pass
from playground.engine.program import Plan, finish
from playground.layers import Layer, stack
from playground.layers.convolution import Conv2D
from playground.layers.dense import Dense
from playground.layers.pooling import MaxPool2D
from playground.layers.reshape import Flatten
from playground.live.scheduler import Scheduler
from playground.losses import SoftmaxCrossEntropy
from playground.tasks.segments import shards_for

TITLE = "Whole networks in training, against PyTorch eager"
CONVNETJS = 420  # images a second
CLASSES = 10
LAYOUTS = (torch.contiguous_format, torch.channels_last)
ADAM = {"rate": 1e-4, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

Runner = Callable[[int], object]


def convolutional(kernel: int, last: int) -> tuple[Layer, ...]:
    """Two convolutions with pooling behind each, and a dense layer."""
    first, second = (Conv2D(filters=filters, kernel=kernel, activation="relu") for filters in (8, 16))
    return first, MaxPool2D(), second, MaxPool2D(size=last, stride=last), Flatten(), Dense(units=CLASSES, activation="linear")


SMALL_CNN = "3x3 to 8, pool, 3x3 to 16, pool, dense 10, 28x28"
MLP = "784-256-128-10"
NETWORKS: dict[str, tuple[tuple[Layer, ...], Shape]] = {
    SMALL_CNN: (convolutional(3, 2), (28, 28, 1)),
    MLP: (
        (
            Dense(units=256, activation="relu"),
            Dense(units=128, activation="relu"),
            Dense(units=CLASSES, activation="linear"),
        ),
        (784,),
    ),
}


def measure() -> Iterator[Figure]:
    """One thread, ConvNetJS, two threads."""
    torch.set_num_threads(1)
    yield from compare(MLP, 128, 1, 3)
    yield from compare(SMALL_CNN, 32, 1, 2.5)
    machine = training(convolutional(5, 3), (24, 24, 1), 20)
    (seconds,) = race(machine.execute_steps)
    yield Figure("ConvNetJS's MNIST network, batch 20", 20 / seconds, "images/s", 50 * CONVNETJS)
    torch.set_num_threads(2)
    yield from compare(SMALL_CNN, 256, 2, 2)
    yield from compare(MLP, 256, 2, 2)


def compare(name: str, rows: int, threads: int, target: float) -> Iterator[Figure]:
    """Ours, theirs, and how many times faster ours is; with a second thread, also what it brings."""
    layers, shape = NETWORKS[name]
    machine = training(layers, shape, rows)
    theirs = [torch_training(layers, shape, rows, layout) for layout in LAYOUTS[: len(shape) - 1 or 1]]
    helpers = Scheduler(1)
    runners: list[Runner] = [machine.execute_steps, *theirs]
    if threads == 2:
        runners.insert(0, lambda steps: machine.execute_steps(steps, helpers.lend))
    ours, *others = race(*runners)
    helpers.close()
    title = f"{name}, batch {rows}, {'one thread' if threads == 1 else 'two threads'}"
    yield Figure(f"{title}: ours", ours * 1e6, "µs")
    if threads == 2:
        yield Figure(f"{title}: times faster than one of ours", others.pop(0) / ours, "x")
    yield Figure(f"{title}: PyTorch", min(others) * 1e6, "µs")
    yield Figure(f"{title}: times faster", min(others) / ours, "x", target)


def training(layers: tuple[Layer, ...], shape: Shape, rows: int) -> Machine:
    """A machine whose step is one of Adam's."""
    graph = Graph()
    x, target = graph.input("input", shape), graph.input("target", (1,))
    losses = SoftmaxCrossEntropy().build(graph, stack(graph, layers, x), target, "softmax")
    loss = graph.apply(mean, losses, name="loss")
    plan = Plan(graph)
    plan.place("random", (4,))
    plan.parameters()
    flow = Pass("", rows, training=True, shards=shards_for(rows, graph), watched=False)
    for tensor in (x, target):
        plan.bind(flow, tensor)
    count = plan.places["parameters"].places
    steps = plan.place("steps", (2,), "int64")
    moments = [plan.place(name, (count,)) for name in ("m", "v")]
    settings = [plan.place(name, (1,)) for name in ADAM]
    plan.forward(flow, graph.nodes, "forward")
    plan.gradients(flow.shards)
    plan.backward(flow, graph.nodes, loss, "backward")
    arrays = [*(plan.places[name].offset for name in ("parameters", "gradients")), *moments]
    plan.emit("update", tick, (steps, steps + 2))
    plan.emit_ranges("update", optimizers.adam, count, lambda i, n: (n, 0, *(start + i for start in arrays), steps, *settings))
    program = finish(plan, rows, ("forward", "backward", "update"), {})
    machine = Machine(program, graph, np.zeros(1, np.float32), seed=0)
    for name, value in ADAM.items():
        machine.view(name)[:] = value
    rng = np.random.default_rng(0)
    machine.view("input")[...] = rng.normal(size=machine.view("input").shape)
    machine.view("target")[...] = rng.integers(0, CLASSES, machine.view("target").shape)
    return machine


def torch_training(layers: tuple[Layer, ...], shape: Shape, rows: int, layout: torch.memory_format) -> Runner:
    """The same in PyTorch."""
    network = torch.nn.Sequential(*torch_modules(layers, shape)).to(memory_format=layout)
    optimizer = torch.optim.Adam(network.parameters(), lr=ADAM["rate"], fused=True)
    x, t = torch.randn(rows, *shape[-1:], *shape[:-1]), torch.randint(0, CLASSES, (rows,))
    x = x.to(memory_format=layout) if x.ndim == 4 else x

    def train(steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(network(x), t).backward()
            optimizer.step()

    return train


def torch_modules(layers: tuple[Layer, ...], shape: Shape) -> Iterator[torch.nn.Module]:
    """PyTorch's modules for these layers; each activation but the last is ReLU."""
    *sides, features = shape
    for layer in layers:
        if isinstance(layer, Conv2D):
            yield from (torch.nn.Conv2d(features, layer.filters, layer.kernel, padding=layer.kernel // 2), torch.nn.ReLU())
            features = layer.filters
        elif isinstance(layer, MaxPool2D):
            yield torch.nn.MaxPool2d(layer.size, layer.stride)
            sides = [side // layer.size for side in sides]
        elif isinstance(layer, Flatten):
            yield torch.nn.Flatten()
            features *= int(np.prod(sides))
        elif isinstance(layer, Dense):
            yield torch.nn.Linear(features, layer.units)
            features = layer.units
            if layer is not layers[-1]:
                yield torch.nn.ReLU()
