"""Convolutions of sequences."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.initializers import Glorot
from playground.layers.conv1d import Conv1D
from tests.playground.networks import ACTIVATIONS
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.playground.twins.convolution import same_padding
from tests.playground.twins.dense import activations
from tests.strategies import records

TIME, FEATURES = 9, 4


def torch_conv1d(layer: Conv1D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    weight, bias = weight_of(machine, weights, f"{scope}/weight"), weight_of(machine, weights, f"{scope}/bias")
    ends = {
        "valid": (0, 0),
        "same": same_padding(TIME, layer.kernel, layer.stride, layer.dilation),
        "causal": ((layer.kernel - 1) * layer.dilation, 0),
    }[layer.padding]
    padded = F.pad(x.permute(0, 2, 1), ends)
    total = F.conv1d(padded, weight.permute(2, 1, 0).contiguous(), bias, layer.stride, 0, layer.dilation, layer.groups)
    return ACTIVATIONS[layer.activation.kind](total, layer.activation).permute(0, 2, 1)


@st.composite
def conv1d(draw: st.DrawFn) -> Conv1D:
    """Any whose windows fit the tests' sequence."""
    padding, groups = draw(st.sampled_from(["same", "valid", "causal"])), draw(st.sampled_from([1, 2, FEATURES]))
    kernel, dilation = draw(st.integers(1, 11)), draw(st.integers(1, 4))
    if padding == "valid":
        kernel = min(kernel, (TIME - 1) // dilation + 1)
    chosen = {"padding": padding, "groups": groups, "kernel": kernel, "dilation": dilation, "filters": groups * draw(st.integers(1, 5))}
    fixed = {name: st.just(value) for name, value in chosen.items()}
    return draw(records(Conv1D, **fixed, activation=activations(), initializer=st.just(Glorot())))


TWINS = [Twin("conv1d", (TIME, FEATURES), conv1d(), torch_conv1d)]
