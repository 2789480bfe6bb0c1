"""Branches side by side."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from playground.layers import Layer
from playground.layers.concatenate import Concatenate
from playground.layers.dropout import Dropout
from tests.playground.networks import torch_layers
from tests.playground.twins import Twin, Views, Weights
from tests.playground.twins.dense import dense
from tests.strategies import records

WIDTH = 5


def branch() -> st.SearchStrategy[tuple[Layer, ...]]:
    """Up to two layers that take anything flat."""
    return st.lists(st.one_of(dense(st.integers(1, 12)), records(Dropout)), max_size=2).map(tuple)


def torch_concatenate(layer: Concatenate, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    ways = enumerate(layer.branches, start=1)
    return torch.cat([torch_layers(layers, x, machine, weights, f"{scope}/branch_{i}/") for i, layers in ways], dim=-1)


TWINS = [
    Twin(
        "concatenate",
        (WIDTH,),
        st.builds(Concatenate, branches=st.lists(branch(), min_size=2, max_size=6).map(tuple)),
        torch_concatenate,
    )
]
