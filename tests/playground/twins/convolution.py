"""Convolutions of images."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.initializers import Glorot
from playground.layers.convolution import Conv2D
from tests.playground.networks import ACTIVATIONS
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.playground.twins.dense import activations
from tests.strategies import records

HEIGHT, WIDTH, CHANNELS = 7, 6, 4


def same_padding(size: int, taps: int, stride: int, dilation: int) -> tuple[int, int]:
    """Before and behind, as TensorFlow pads."""
    missing = max(0, (-(-size // stride) - 1) * stride + (taps - 1) * dilation + 1 - size)
    return missing // 2, missing - missing // 2


def padded(x: torch.Tensor, layer: Conv2D) -> torch.Tensor:
    """Images (rows, height, width, channels) as PyTorch has them, with the layer's zeros around them."""
    x = x.permute(0, 3, 1, 2)
    if layer.padding == "valid":
        return x
    down, across = (same_padding(size, layer.kernel, layer.stride, layer.dilation) for size in x.shape[2:])
    return F.pad(x, (*across, *down))


def torch_conv2d(layer: Conv2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    weight, bias = weight_of(machine, weights, f"{scope}/weight"), weight_of(machine, weights, f"{scope}/bias")
    total = F.conv2d(padded(x, layer), weight.permute(3, 2, 0, 1).contiguous(), bias, layer.stride, 0, layer.dilation, layer.groups)
    return ACTIVATIONS[layer.activation.kind](total, layer.activation).permute(0, 2, 3, 1)


@st.composite
def conv2d(draw: st.DrawFn) -> Conv2D:
    """Any whose windows fit the tests' image."""
    padding, groups = draw(st.sampled_from(["same", "valid"])), draw(st.sampled_from([1, 2, CHANNELS]))
    kernel, dilation = draw(st.integers(1, 7), label="kernel"), draw(st.integers(1, 4))
    if padding == "valid":
        kernel = min(kernel, (WIDTH - 1) // dilation + 1)
    chosen = {"padding": padding, "groups": groups, "kernel": kernel, "dilation": dilation, "filters": groups * draw(st.integers(1, 5))}
    fixed = {name: st.just(value) for name, value in chosen.items()}
    return draw(records(Conv2D, **fixed, activation=activations(), initializer=st.just(Glorot())))


TWINS = [Twin("conv2d", (HEIGHT, WIDTH, CHANNELS), conv2d(), torch_conv2d)]
