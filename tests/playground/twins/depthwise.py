"""Depthwise convolutions."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.initializers import Glorot
from playground.layers.depthwise import DepthwiseConv2D
from tests.playground.networks import ACTIVATIONS
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.playground.twins.convolution import CHANNELS, HEIGHT, WIDTH, padded
from tests.playground.twins.dense import activations
from tests.strategies import records


def torch_depthwise(layer: DepthwiseConv2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    weight, bias = weight_of(machine, weights, f"{scope}/weight"), weight_of(machine, weights, f"{scope}/bias")
    total = F.conv2d(padded(x, layer), weight.permute(3, 2, 0, 1).contiguous(), bias, layer.stride, 0, layer.dilation, x.shape[-1])
    return ACTIVATIONS[layer.activation.kind](total, layer.activation).permute(0, 2, 3, 1)


@st.composite
def depthwise(draw: st.DrawFn) -> DepthwiseConv2D:
    """Any whose windows fit the tests' image."""
    padding, dilation = draw(st.sampled_from(["same", "valid"])), draw(st.integers(1, 4))
    kernel = draw(st.integers(1, 7 if padding == "same" else (WIDTH - 1) // dilation + 1))
    fixed = {name: st.just(value) for name, value in {"padding": padding, "kernel": kernel, "dilation": dilation}.items()}
    return draw(records(DepthwiseConv2D, **fixed, activation=activations(), initializer=st.just(Glorot())))


TWINS = [Twin("depthwise_conv2d", (HEIGHT, WIDTH, CHANNELS), depthwise(), torch_depthwise)]
