"""The GRU."""

from __future__ import annotations

import torch

from playground.layers.gru import GRU
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.playground.twins.recurrent import SEQUENCE, parameters, small, through


def torch_gru(layer: GRU, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    module = torch.nn.GRU(x.shape[2], layer.hidden, batch_first=True)
    second = {"bias_hh_l0": weight_of(machine, weights, f"{scope}/recurrent_bias")}
    return through(module, layer, x, parameters(machine, weights, scope) | second)


TWINS = [Twin("gru", SEQUENCE, small(GRU), torch_gru)]
