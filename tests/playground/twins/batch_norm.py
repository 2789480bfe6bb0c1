"""Batch normalization."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from playground.layers.batch_norm import BatchNorm
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records


def torch_batch_norm(layer: BatchNorm, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    scale, shift = weight_of(machine, weights, f"{scope}/scale"), weight_of(machine, weights, f"{scope}/shift")
    y = F.batch_norm(x.movedim(-1, 1), None, None, scale, shift, training=True, eps=layer.epsilon)
    return y.movedim(1, -1)


TWINS = [Twin("batch_norm", (2, 3, 5), records(BatchNorm), torch_batch_norm)]
