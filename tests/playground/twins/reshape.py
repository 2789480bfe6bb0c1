"""Layers that only change the shape."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from playground.layers.reshape import Flatten, Reshape
from tests.playground.twins import Twin, Views, Weights

SIDE = 8
SHAPES = ((SIDE, SIDE, 1), (SIDE * SIDE,), (2, 4, 2, 4))


def torch_flatten(layer: Flatten, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return x.flatten(1)


def torch_reshape(layer: Reshape, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return x.reshape(-1, *layer.shape)


TWINS = [
    Twin("flatten", (3, 2, 2), st.just(Flatten()), torch_flatten),
    Twin("reshape", (SIDE * SIDE,), st.sampled_from(SHAPES).map(lambda shape: Reshape(shape=shape)), torch_reshape),
]
