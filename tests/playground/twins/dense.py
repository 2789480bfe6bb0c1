"""Dense layers and what may stand between them."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from playground.activations import Activation
from playground.initializers import Glorot
from playground.layers import Layer
from playground.layers.dense import Dense
from playground.layers.dropout import Dropout
from playground.layers.residual import Residual
from tests.playground.networks import ACTIVATIONS, torch_layers
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import family, records

WIDTH = 5


def calm(activation: Activation) -> bool:
    """A fast wave makes of float32's rounding something one can see."""
    return activation.kind != "sine" or activation.frequency < 3


def activations() -> st.SearchStrategy[Activation]:
    """Those whose float32 can be held to float64."""
    return family(Activation).filter(calm)


def dense(units: st.SearchStrategy[int]) -> st.SearchStrategy[Dense]:
    return records(Dense, units=units, activation=activations(), initializer=st.just(Glorot()))


def inside() -> st.SearchStrategy[tuple[Layer, ...]]:
    """Layers that a residual block of WIDTH may hold; dropout that scales little, lest a tanh behind it saturates beyond float32."""
    before = st.lists(st.one_of(dense(st.integers(1, 12)), records(Dropout, rate=st.floats(0, 0.5))), max_size=2)
    return st.builds(lambda layers, last: (*layers, last), before, dense(st.just(WIDTH)))


def torch_dense(layer: Dense, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    total = x @ weight_of(machine, weights, f"{scope}/weight") + weight_of(machine, weights, f"{scope}/bias")
    return ACTIVATIONS[layer.activation.kind](total, layer.activation)


def torch_residual(layer: Residual, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return x + torch_layers(layer.layers, x, machine, weights, f"{scope}/")


TWINS = [
    Twin("dense", (WIDTH,), dense(st.integers(1, 20)), torch_dense),
    Twin("residual", (WIDTH,), st.builds(Residual, layers=inside()), torch_residual, smooth=Residual(layers=(Dense(units=WIDTH),))),
]
