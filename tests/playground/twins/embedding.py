"""Embedding."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.initializers import Normal
from playground.layers.embedding import Embedding
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records

settings = records(Embedding, entries=st.integers(1, 9), width=st.integers(1, 12), initializer=st.just(Normal()))


def torch_embedding(layer: Embedding, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return F.embedding(x.detach().long().clamp(0, layer.entries - 1), weight_of(machine, weights, f"{scope}/weight"))


TWINS = [Twin("embedding", (7,), settings, torch_embedding, indices=True)]
