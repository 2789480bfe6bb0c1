"""Layer normalization."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from playground.layers.layer_norm import LayerNorm
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records


def torch_layer_norm(layer: LayerNorm, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    scale, shift = weight_of(machine, weights, f"{scope}/scale"), weight_of(machine, weights, f"{scope}/shift")
    return F.layer_norm(x, scale.shape, scale, shift, layer.epsilon)


TWINS = [Twin("layer_norm", (3, 5), records(LayerNorm), torch_layer_norm)]
