"""RMS normalization."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from playground.layers.rms_norm import RMSNorm
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records


def torch_rms_norm(layer: RMSNorm, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    scale = weight_of(machine, weights, f"{scope}/scale")
    return F.rms_norm(x, scale.shape, scale, layer.epsilon)


TWINS = [Twin("rms_norm", (3, 5), records(RMSNorm), torch_rms_norm)]
