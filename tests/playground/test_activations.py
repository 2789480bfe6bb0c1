"""Activations through the engine, against PyTorch at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.activations import Activation
from playground.engine.graph import Graph, Tensor
from playground.losses import MSE
from playground.record import members
from tests.kernels.desk import relative_error
from tests.playground.networks import ACTIVATIONS, below, machine_of
from tests.playground.twins import double
from tests.strategies import records

SEEDS = st.integers(0, 2**32 - 1)
UNITS = 7


def answers(activation: Activation, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Ours and PyTorch's output, and gradient of the sums, for the same sums."""

    def write(graph: Graph, x: Tensor, target: Tensor) -> Tensor:
        total = below(graph, x, UNITS)
        with graph.scope("layer"):
            output = activation.build(graph, total)
        return MSE().build(graph, output, target, "linear")

    machine = machine_of(write, 3, UNITS, seed)
    rng = np.random.default_rng(seed)
    for name in ("input", "target"):
        machine.view(name)[...] = rng.normal(0, 2, machine.view(name).shape)
    assert machine.execute("step") == 1
    sums = double(machine.view("below/sum"))
    output = ACTIVATIONS[activation.kind](sums, activation)
    torch.nn.functional.mse_loss(output, torch.tensor(machine.view("target"), dtype=torch.float64)).backward()
    name = "below/sum" if activation.kind == "linear" else f"layer/{activation.kind}"
    ours = {"output": machine.view(name), "gradient": machine.view("below/sum.grad")}
    return ours, {"output": output.detach().numpy(), "gradient": sums.grad.numpy()}


@pytest.mark.parametrize("kind", members(Activation))
@settings(max_examples=8, derandomize=True)
@given(data=st.data(), seed=SEEDS)
def test_equals_pytorch(kind: str, data: st.DataObject, seed: int) -> None:
    activation = data.draw(records(members(Activation)[kind]))
    ours, theirs = answers(activation, seed)
    for name, numbers in theirs.items():
        assert relative_error(ours[name], numbers) < 2e-5, f"{activation!r}: {name}"


@pytest.mark.parametrize("kind", members(Activation))
def test_flat_is_where_it_hardly_learns(kind: str) -> None:
    activation = members(Activation)[kind]()
    x = torch.linspace(-12, 12, 20_001, dtype=torch.float64, requires_grad=True)
    y = ACTIVATIONS[kind](x, activation)
    y.sum().backward()
    low, high = activation.flat
    flat = (y <= low) | (y >= high)
    assert (x.grad[flat].abs() < 0.05).all()
    assert flat.any() == (activation.flat != (-np.inf, np.inf))


def test_a_setting_is_a_place_in_memory() -> None:
    elu = members(Activation)["elu"](alpha=2.0)
    graph = Graph()
    with graph.scope("dense_1"):
        elu.build(graph, graph.input("x", (2,)))
    assert graph.settings == {"dense_1/activation/alpha": 2.0}


@pytest.mark.parametrize("kind", members(Activation))
def test_has_a_symbol(kind: str) -> None:
    assert members(Activation)[kind].symbol


def test_linear_is_no_operation() -> None:
    graph = Graph()
    x = graph.input("x", (2,))
    assert members(Activation)["linear"]().build(graph, x) is x
    assert not graph.nodes
