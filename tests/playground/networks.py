"""Small networks through the real engine, and the same in PyTorch at float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional as F

from playground.activations import Activation
from playground.engine.graph import Graph, Tensor, mean
from playground.engine.machine import Machine
from playground.engine.passes import Pass
from playground.engine.program import Plan, finish
from playground.layers import Layer, name_layers
from playground.layers.dense import Dense
from tests.playground.twins import Weights, twin_of

ROWS = 6

ACTIVATIONS: dict[str, Callable[[torch.Tensor, Activation], torch.Tensor]] = {
    "linear": lambda x, _: x,
    "relu": lambda x, _: F.relu(x),
    "leaky_relu": lambda x, a: F.leaky_relu(x, a.slope),
    "elu": lambda x, a: F.elu(x, a.alpha),
    "selu": lambda x, _: F.selu(x),
    "gelu": lambda x, _: F.gelu(x),
    "silu": lambda x, _: F.silu(x),
    "mish": lambda x, _: F.mish(x),
    "sigmoid": lambda x, _: torch.sigmoid(x),
    "tanh": lambda x, _: torch.tanh(x),
    "softplus": lambda x, _: F.softplus(x),
    "softsign": lambda x, _: F.softsign(x),
    "sine": lambda x, a: torch.sin(a.frequency * x),
    "gaussian": lambda x, _: torch.exp(-(x**2)),
}


def machine_of(write: Callable[[Graph, Tensor, Tensor], Tensor], inputs: int, targets: int, seed: int, training: bool = True) -> Machine:
    """A machine for the network that `write` makes of (graph, input, target); it returns the loss of each row.

    Its segment "step" is one forward pass over ROWS rows, and one backward when training.
    """
    graph = Graph()
    x, target = graph.input("input", (inputs,)), graph.input("target", (targets,))
    loss = graph.apply(mean, write(graph, x, target), name="loss")
    plan = Plan(graph)
    plan.place("random", (4,))
    for name in graph.settings:
        plan.place(name, (1,))
    plan.parameters()
    flow = Pass("", ROWS, training)
    plan.bind(flow, x)
    plan.bind(flow, target)
    plan.forward(flow, graph.nodes, "forward")
    plan.gradients()
    if training:
        plan.backward(flow, graph.nodes, loss, "backward")
    return Machine(finish(plan, ROWS, ("forward", "backward"), {}), graph, np.zeros(1, np.float32), seed)


def below(graph: Graph, x: Tensor, units: int) -> Tensor:
    """A linear layer "below", so that what comes next has an input with a gradient: "below/sum.grad"."""
    with graph.scope("below"):
        return Dense(units=units, activation="linear").build(graph, x)


def rounded(value: float) -> float:
    """A setting as memory holds it."""
    return float(np.float32(value))


def torch_layers(layers: tuple[Layer, ...], x: torch.Tensor, machine: Machine, weights: Weights, scope: str = "") -> torch.Tensor:
    """What PyTorch makes of layers, with the machine's dropout masks, and its weights where `weights` has none."""
    for name, layer in name_layers(layers):
        x = torch_layer(layer, x, machine, weights, scope + name)
    return x


def torch_layer(layer: Layer, x: torch.Tensor, machine: Machine, weights: Weights, scope: str) -> torch.Tensor:
    """What PyTorch makes of one layer."""
    return twin_of(layer.kind).torch(layer, x, machine, weights, scope)
