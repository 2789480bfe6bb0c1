"""The LSTM."""

from __future__ import annotations

import torch

from playground.layers.lstm import LSTM
from tests.playground.twins import Twin, Views, Weights
from tests.playground.twins.recurrent import SEQUENCE, parameters, small, through


def torch_lstm(layer: LSTM, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    module = torch.nn.LSTM(x.shape[2], layer.hidden, batch_first=True)
    return through(module, layer, x, parameters(machine, weights, scope))


TWINS = [Twin("lstm", SEQUENCE, small(LSTM), torch_lstm)]
