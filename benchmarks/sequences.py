"""Recurrent layers and attention against PyTorch's: forward and backward through one layer, one thread each.

Both get the gradients of the input and of all weights, from the mean of all outputs. Rounds alternate as in `steps`. PyTorch runs eager,
in the fastest of its ways that is listed here: recurrent layers with the time first or the batch first; attention as
torch.nn.MultiheadAttention or written with scaled_dot_product_attention. Ours keeps gates and attention weights to be looked at, PyTorch's
scaled_dot_product_attention does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.report import Figure
from benchmarks.steps import race
from playground.engine.graph import Graph, mean
from playground.engine.machine import Machine
from playground.engine.passes import Pass
from playground.engine.program import Plan, finish
from playground.initializers import Normal
from playground.layers import Layer
from playground.layers.attention import MultiHeadAttention
from playground.layers.gru import GRU
from playground.layers.lstm import LSTM
from playground.layers.recurrent import SimpleRNN

TITLE = "Sequences: forward and backward, one thread, against PyTorch eager"
ROWS, TIME, FEATURES = 32, 32, 32
TARGETS = {("LSTM", 64): 1.3, ("LSTM", 128): 1.15, ("GRU", 64): 4, ("GRU", 128): 3}

Runner = Callable[[int], object]


def measure() -> Iterator[Figure]:
    """Times and ratios."""
    torch.set_num_threads(1)
    for layer, module in ((LSTM, torch.nn.LSTM), (GRU, torch.nn.GRU), (SimpleRNN, torch.nn.RNN)):
        for hidden in (64, 128):
            ours = steps_of(layer(hidden=hidden, sequence=True), ROWS, (TIME, FEATURES))
            theirs = [torch_recurrent(module, hidden, batch_first) for batch_first in (False, True)]
            name, target = f"{layer.title}, hidden {hidden}", TARGETS.get((layer.title, hidden))
            yield from compare(f"{name}, {TIME} steps of {FEATURES}, batch {ROWS}", target, ours, theirs)
    ours = steps_of(MultiHeadAttention(heads=4), 16, (64, 64))
    yield from compare("Attention, 4 heads, 64 steps of 64, batch 16", 1.5, ours, [torch_attention(), torch_written_attention()])


def compare(name: str, target: float | None, ours: Runner, theirs: list[Runner]) -> Iterator[Figure]:
    """Ours, the fastest of theirs, and how many times faster ours is."""
    our_time, *their_times = race(ours, *theirs)
    yield Figure(f"{name}: ours", our_time * 1e6, "µs")
    yield Figure(f"{name}: PyTorch", min(their_times) * 1e6, "µs")
    yield Figure(f"{name}: times faster", min(their_times) / our_time, "x", target)


def steps_of(layer: Layer, rows: int, shape: tuple[int, int]) -> Runner:
    """Forward and backward through one layer. Its input is made a parameter, so that it has a gradient."""
    graph = Graph()
    x = graph.reshape(graph.parameter("x", (rows, *shape), Normal(deviation=1)), shape)
    loss = graph.apply(mean, layer.build(graph, x), name="loss")
    plan = Plan(graph)
    plan.place("random", (4,))
    plan.parameters()
    flow = Pass("", rows, training=True)
    plan.forward(flow, graph.nodes, "forward")
    plan.gradients()
    plan.backward(flow, graph.nodes, loss, "backward")
    machine = Machine(finish(plan, rows, ("forward", "backward"), {}), graph, np.zeros(1, np.float32), seed=0)
    return lambda steps: machine.execute("step", steps)


def torch_steps(module: torch.nn.Module, forward: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> Runner:
    """The same in PyTorch."""
    x.requires_grad_()

    def train(steps: int) -> None:
        for _ in range(steps):
            module.zero_grad(set_to_none=True)
            x.grad = None
            forward(x).mean().backward()

    return train


def torch_recurrent(kind: type[torch.nn.RNNBase], hidden: int, batch_first: bool) -> Runner:
    """LSTM, GRU or RNN; steps and batch are equally many."""
    module = kind(FEATURES, hidden, batch_first=batch_first)
    return torch_steps(module, lambda x: module(x)[0], torch.randn(ROWS, TIME, FEATURES))


def torch_attention() -> Runner:
    """torch.nn.MultiheadAttention without weights to look at, its fastest form."""
    module = torch.nn.MultiheadAttention(64, 4, batch_first=True)
    return torch_steps(module, lambda x: module(x, x, x, need_weights=False)[0], torch.randn(16, 64, 64))


def torch_written_attention() -> Runner:
    """One product for queries, keys and values, scaled_dot_product_attention, one product for the output."""
    module = torch.nn.ModuleList([torch.nn.Linear(64, 192), torch.nn.Linear(64, 64)])

    def forward(x: torch.Tensor) -> torch.Tensor:
        asked = (part.unflatten(2, (4, 16)).transpose(1, 2) for part in module[0](x).chunk(3, dim=2))
        return module[1](F.scaled_dot_product_attention(*asked).transpose(1, 2).flatten(2))

    return torch_steps(module, forward, torch.randn(16, 64, 64))
