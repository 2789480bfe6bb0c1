"""Squeeze and excitation."""

from __future__ import annotations

import torch

from playground.layers.squeeze_excite import SqueezeExcite
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records


def torch_squeeze_excite(layer: SqueezeExcite, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    w1, b1, w2, b2 = (
        weight_of(machine, weights, f"{scope}/{part}") for part in ("reduce/weight", "reduce/bias", "expand/weight", "expand/bias")
    )
    positions = tuple(range(1, x.dim() - 1))
    strength = torch.sigmoid(torch.relu(x.mean(dim=positions) @ w1 + b1) @ w2 + b2)
    return x * strength.reshape(len(x), *(1 for _ in positions), -1)


TWINS = [Twin("squeeze_excite", (2, 3, 9), records(SqueezeExcite), torch_squeeze_excite)]
