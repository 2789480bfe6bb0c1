"""Attention."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.initializers import Glorot
from playground.layers.attention import MultiHeadAttention
from tests.playground.twins import Twin, Views, Weights, double, weight_of
from tests.strategies import records

SHAPE = (5, 12)  # time, width
FITTING = [1, 2, 3, 4, 6, 12]


def torch_attention(layer: MultiHeadAttention, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    def project(x: torch.Tensor, name: str) -> torch.Tensor:
        bias = f"{scope}/{name}/bias"
        # The gradient of the keys' bias is 0 but for rounding, which has no relative error: tests/playground/test_attention.py.
        b = double(machine.view(bias)) if name == "keys" else weight_of(machine, weights, bias)
        return x @ weight_of(machine, weights, f"{scope}/{name}/weight") + b

    def split(x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(2, (layer.heads, -1)).transpose(1, 2)

    asked = (split(project(x, name)) for name in ("queries", "keys", "values"))
    return project(F.scaled_dot_product_attention(*asked, is_causal=layer.causal).transpose(1, 2).flatten(2), "output")


settings = records(MultiHeadAttention, heads=st.sampled_from(FITTING), others=st.just(""), initializer=st.just(Glorot()))
TWINS = [Twin("multi_head_attention", SHAPE, settings, torch_attention)]
