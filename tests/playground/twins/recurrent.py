"""Recurrent layers."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from playground.initializers import Glorot
from playground.layers.recurrent import Recurrent, SimpleRNN
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records

SEQUENCE = (5, 3)  # time, features


def small(kind: type[Recurrent], **chosen: st.SearchStrategy) -> st.SearchStrategy[Recurrent]:
    """Any of that kind that is soon computed."""
    initial = {"initializer": st.just(Glorot()), "recurrent_initializer": st.just(Glorot())}
    return records(kind, hidden=st.integers(1, 12), **initial, **chosen)


def through(module: torch.nn.RNNBase, layer: Recurrent, x: torch.Tensor, parameters: dict[str, torch.Tensor]) -> torch.Tensor:
    """What PyTorch's module makes of x with these parameters, in the layer's direction."""
    x = x.flip(1) if layer.reverse else x
    states, _ = torch.func.functional_call(module.double(), parameters, x)
    if not layer.sequence:
        return states[:, -1]
    return states.flip(1) if layer.reverse else states


def parameters(machine: Views, weights: Weights, scope: str) -> dict[str, torch.Tensor]:
    """The layer's parameters by PyTorch's names; where PyTorch has a second bias and we have not, it is 0."""
    bias = weight_of(machine, weights, f"{scope}/bias")
    return {
        "weight_ih_l0": weight_of(machine, weights, f"{scope}/weight").T,
        "weight_hh_l0": weight_of(machine, weights, f"{scope}/recurrent_weight").T,
        "bias_ih_l0": bias,
        "bias_hh_l0": torch.zeros_like(bias),
    }


def torch_simple_rnn(layer: SimpleRNN, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    module = torch.nn.RNN(x.shape[2], layer.hidden, nonlinearity=layer.activation, batch_first=True)
    return through(module, layer, x, parameters(machine, weights, scope))


TWINS = [Twin("simple_rnn", SEQUENCE, small(SimpleRNN), torch_simple_rnn)]
