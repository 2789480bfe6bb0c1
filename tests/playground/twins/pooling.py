"""Pooling."""

from __future__ import annotations

import math

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.layers.pooling import (
    AdaptiveAveragePool2D,
    AdaptiveMaxPool2D,
    AveragePool2D,
    GlobalAveragePool2D,
    MaxPool2D,
    WindowPooling,
)
from tests.playground.twins import Twin, Views, Weights
from tests.playground.twins.convolution import same_padding
from tests.strategies import records

SHAPE = (8, 9, 3)
FEW = (6, 4, 1)  # few windows, none near a tie: there the loss has a corner, and finite differences no meaning


def windows(layer: WindowPooling, x: torch.Tensor, outside: float) -> torch.Tensor:
    """(rows, output height, output width, channels, window), with `outside` in the padding."""
    x = x.permute(0, 3, 1, 2)
    if layer.padding == "same":
        down, across = (same_padding(size, layer.size, layer.stride, 1) for size in x.shape[2:])
        x = F.pad(x, (*across, *down), value=outside)
    return x.unfold(2, layer.size, layer.stride).unfold(3, layer.size, layer.stride).permute(0, 2, 3, 1, 4, 5).flatten(4)


def torch_max(layer: MaxPool2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return windows(layer, x, -math.inf).amax(-1)


def torch_average(layer: AveragePool2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return windows(layer, x, 0).sum(-1) / windows(layer, torch.ones_like(x), 0).sum(-1)


def torch_global(layer: GlobalAveragePool2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return x.mean((1, 2))


def torch_adaptive_max(layer: AdaptiveMaxPool2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return F.adaptive_max_pool2d(x.permute(0, 3, 1, 2), (layer.height, layer.width)).permute(0, 2, 3, 1)


def torch_adaptive_average(layer: AdaptiveAveragePool2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return F.adaptive_avg_pool2d(x.permute(0, 3, 1, 2), (layer.height, layer.width)).permute(0, 2, 3, 1)


ADAPTIVE = {"height": st.integers(1, 9), "width": st.integers(1, 9)}  # more windows than pixels, too

TWINS = [
    Twin("max_pool2d", FEW, records(MaxPool2D, size=st.integers(1, 4)), torch_max),
    Twin("average_pool2d", SHAPE, records(AveragePool2D), torch_average),
    Twin("global_average_pool2d", SHAPE, st.just(GlobalAveragePool2D()), torch_global),
    Twin("adaptive_max_pool2d", FEW, records(AdaptiveMaxPool2D, **ADAPTIVE), torch_adaptive_max),
    Twin("adaptive_average_pool2d", SHAPE, records(AdaptiveAveragePool2D, **ADAPTIVE), torch_adaptive_average),
]
