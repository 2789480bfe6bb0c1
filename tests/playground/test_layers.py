"""Layers through the engine, against PyTorch at float64; and what they say when they do not fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.graph import Graph, ShapeError, Tensor
from playground.engine.machine import Machine
from playground.layers import Layer, stack, walk
from playground.layers.activation import ActivationLayer
from playground.layers.concatenate import Concatenate
from playground.layers.dense import Dense
from playground.layers.dropout import Dropout, SpatialDropout
from playground.layers.embedding import Embedding
from playground.layers.group_norm import GroupNorm
from playground.layers.residual import Residual
from playground.layers.squeeze_excite import SqueezeExcite
from playground.losses import MSE
from playground.record import members
from tests.kernels.desk import relative_error
from tests.playground.networks import below, machine_of, torch_layers
from tests.playground.twins import Weights, double, twin_of

WIDTH = 5  # what comes into a flat layer
TOLERANCE = 2e-5


def machine_with(layer: Layer, seed: int, training: bool = True, shape: tuple[int, ...] = (WIDTH,), indices: bool = False) -> Machine:
    """input -> below -> layer -> mean squared error; `shape` is what comes into the layer. `indices`: input -> layer, whole numbers."""
    probe = Graph()
    outputs = stack(probe, (layer,), probe.input("x", shape)).size

    def write(graph: Graph, x: Tensor, target: Tensor) -> Tensor:
        result = stack(graph, (layer,), graph.reshape(x if indices else below(graph, x, math.prod(shape)), shape))
        return MSE().build(graph, graph.reshape(result, (outputs,)), target, "linear")

    machine = machine_of(write, inputs=math.prod(shape) if indices else 3, targets=outputs, seed=seed, training=training)
    rng = np.random.default_rng(seed)
    for name in ("input", "target"):
        machine.view(name)[...] = rng.normal(size=machine.view(name).shape)
    if indices:
        machine.view("input")[...] = rng.integers(-1, 11, machine.view("input").shape)
    return machine


@pytest.mark.parametrize("kind", members(Layer))
@settings(max_examples=12, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_gradients_equal_autograd(kind: str, data: st.DataObject, seed: int) -> None:
    twin = twin_of(kind)
    layer = data.draw(twin.settings)
    machine = machine_with(layer, seed, shape=twin.shape, indices=twin.indices)
    assert machine.execute("step") == 1
    weights: Weights = {}
    sums = double(machine.view("input" if twin.indices else "below/sum"))
    output = torch_layers((layer,), sums.reshape(-1, *twin.shape), machine, weights)
    target = torch.tensor(machine.view("target"), dtype=torch.float64)
    loss = torch.nn.functional.mse_loss(output.reshape(target.shape), target)
    loss.backward()
    assert machine.view("loss") == pytest.approx(loss.item(), rel=TOLERANCE)
    if not twin.indices:
        assert relative_error(machine.view("below/sum.grad"), sums.grad.numpy()) < TOLERANCE, f"{layer!r}: input"
    for name, weight in weights.items():
        assert relative_error(machine.view(f"{name}.grad"), weight.grad.numpy()) < TOLERANCE, f"{layer!r}: {name}"


@pytest.mark.parametrize("kind", members(Layer))
def test_gradients_equal_finite_differences(kind: str) -> None:
    twin = twin_of(kind)
    layer = twin.smooth or members(Layer)[kind]()
    machine = machine_with(layer, seed=3, shape=twin.shape, indices=twin.indices)
    random, name, step = machine.view("random").copy(), f"{kind}_1/weight" if twin.indices else "below/weight", 1e-2
    machine.execute("step")
    gradient, weight = machine.view(f"{name}.grad").copy(), machine.view(name)

    def loss(i: int, change: float) -> float:
        weight.flat[i] += change
        machine.view("random")[:] = random
        machine.execute("step")
        weight.flat[i] -= change
        return float(machine.view("loss"))

    slopes = [(loss(i, step) - loss(i, -step)) / (2 * step) for i in range(weight.size)]
    assert relative_error(gradient.ravel(), np.array(slopes)) < 5e-3


def test_dropout_vanishes_when_not_training() -> None:
    machine = machine_with(Dropout(rate=0.5), seed=1, training=False)
    assert "dropout_forward" not in machine.kernels()


def test_dropout_with_rate_0_changes_nothing() -> None:
    machine = machine_with(Dropout(rate=0), seed=1)
    machine.execute("step")
    np.testing.assert_array_equal(machine.view("dropout_1/dropout"), machine.view("below/sum"))


def test_dropout_says_its_rate() -> None:
    assert Dropout(rate=0.25).note() == "dropout 0.25"


def test_dense_wants_a_flat_input() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match=r"flat input, got \(4, 4\). Put a Flatten before it"):
        Dense().build(graph, graph.input("x", (4, 4)))


def test_biases_are_not_regularized() -> None:
    graph = Graph()
    Dense(units=2).build(graph, graph.input("x", (3,)))
    assert {name: p.regularized for name, p in graph.parameters.items()} == {"weight": True, "bias": False}


def test_residual_says_what_fits() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match="Give its last layer 3 neurons"):
        Residual(layers=(Dense(units=4),)).build(graph, graph.input("x", (3,)))


def test_layers_inside_are_named_after_their_block() -> None:
    graph = Graph()
    block = Residual(layers=(Dense(units=3), Dropout(), Dense(units=3)))
    stack(graph, (block,), graph.input("x", (3,)))
    assert {"residual_1/dense_1/weight", "residual_1/dense_2/bias", "residual_1/dropout_1/rate"} <= set(graph.tensors)


def test_group_norm_says_which_groups_fit() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match=r"split 6 channels into 4 groups of one size. Choose one of: 1, 2, 3, 6"):
        GroupNorm(groups=4).build(graph, graph.input("x", (5, 6)))


@pytest.mark.parametrize("kind", ["batch_norm", "group_norm", "layer_norm", "rms_norm"])
def test_scales_and_shifts_are_not_regularized(kind: str) -> None:
    graph = Graph()
    members(Layer)[kind]().build(graph, graph.input("x", (3, 4)))
    assert graph.parameters
    assert not any(parameter.regularized for parameter in graph.parameters.values())


def test_spatial_dropout_vanishes_when_not_training() -> None:
    machine = machine_with(SpatialDropout(rate=0.5), seed=1, training=False, shape=(2, 3))
    assert "spatial_dropout_forward" not in machine.kernels()


def test_an_activation_is_one_instruction() -> None:
    machine = machine_with(ActivationLayer(activation="tanh"), seed=1, training=False)
    assert "tanh_forward" in machine.kernels()


def test_concatenate_says_what_fits() -> None:
    graph = Graph()
    branches = ((), (Embedding(width=3),))
    with pytest.raises(ShapeError, match=r"differ in their last axis only, got \(4,\) and \(4, 3\)"):
        Concatenate(branches=branches).build(graph, graph.input("x", (4,)))


def test_layers_in_branches_are_named_after_their_branch() -> None:
    graph = Graph()
    output = stack(graph, (Concatenate(branches=((), (Dense(units=2), Dense(units=3)), (Dense(units=4),))),), graph.input("x", (5,)))
    assert output.shape == (5 + 3 + 4,)
    assert {"concatenate_1/branch_2/dense_2/weight", "concatenate_1/branch_3/dense_1/bias"} <= set(graph.tensors)


def test_layers_in_branches_are_counted() -> None:
    inner = Concatenate(branches=((Dense(),), (Dense(), Dropout())))
    assert len(list(walk((Residual(layers=(inner, Dense())),)))) == 6


def test_squeeze_excite_wants_positions() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match=r"channels at positions, as \(height, width, channels\), got \(6,\). Put it before Flatten"):
        SqueezeExcite().build(graph, graph.input("x", (6,)))


def test_embedding_wants_a_row_of_numbers() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match=r"whole numbers \(time,\), got \(4, 4\). Put a Flatten before it"):
        Embedding().build(graph, graph.input("x", (4, 4)))


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        (SpatialDropout(rate=0.25), "spatial dropout 0.25"),
        (ActivationLayer(activation="gelu"), "GELU"),
        (Embedding(entries=30, width=4), "embedding 30 × 4"),
        (GroupNorm(), "group norm"),
        (SqueezeExcite(), "squeeze, excite"),
    ],
)
def test_what_stands_at_its_station(layer: Layer, note: str) -> None:
    assert layer.note() == note
