"""Dropout, of numbers and of channels, through the machine's own masks."""

from __future__ import annotations

import torch

from playground.layers.dropout import Dropout, SpatialDropout
from tests.playground.twins import Twin, Views, Weights
from tests.strategies import records


def torch_dropout(layer: Dropout, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return x * torch.tensor(machine.view(f"{scope}/dropout.auxiliary_1"), dtype=torch.float64)


def torch_spatial_dropout(layer: SpatialDropout, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    mask = torch.tensor(machine.view(f"{scope}/spatial_dropout.auxiliary_1"), dtype=torch.float64)
    return x * mask.reshape(len(x), *(1,) * (x.dim() - 2), -1)


TWINS = [
    Twin("dropout", (5,), records(Dropout), torch_dropout),
    Twin("spatial_dropout", (3, 2, 5), records(SpatialDropout), torch_spatial_dropout),
]
