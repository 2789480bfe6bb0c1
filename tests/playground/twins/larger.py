"""Layers that make images larger."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.initializers import Glorot
from playground.layers.transposed import ConvTranspose2D
from playground.layers.upsample import Upsample2D
from tests.playground.networks import ACTIVATIONS
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.playground.twins.dense import activations
from tests.strategies import records

SHAPE = (4, 3, 3)


def torch_transposed(layer: ConvTranspose2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    weight, bias = weight_of(machine, weights, f"{scope}/weight"), weight_of(machine, weights, f"{scope}/bias")
    total = F.conv_transpose2d(x.permute(0, 3, 1, 2), weight.permute(2, 3, 0, 1).contiguous(), stride=layer.stride)
    if layer.padding == "same":
        before, (down, across) = max(0, layer.kernel - layer.stride) // 2, (size * layer.stride for size in x.shape[1:3])
        total = F.pad(total, (0, layer.stride, 0, layer.stride))[:, :, before : before + down, before : before + across]
    return ACTIVATIONS[layer.activation.kind](total + bias[:, None, None], layer.activation).permute(0, 2, 3, 1)


def torch_upsample(layer: Upsample2D, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return F.interpolate(x.permute(0, 3, 1, 2), scale_factor=layer.factor, mode=layer.method).permute(0, 2, 3, 1)


TWINS = [
    Twin(
        "conv_transpose2d",
        SHAPE,
        records(ConvTranspose2D, filters=st.integers(1, 9), activation=activations(), initializer=st.just(Glorot())),
        torch_transposed,
    ),
    Twin("upsample2d", SHAPE, records(Upsample2D), torch_upsample),
]
