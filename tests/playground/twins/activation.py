"""An activation by itself."""

from __future__ import annotations

import torch

from playground.activations import Activation
from playground.layers.activation import ActivationLayer
from tests.playground.networks import ACTIVATIONS
from tests.playground.twins import Twin, Views, Weights
from tests.playground.twins.dense import calm
from tests.strategies import family, records


def torch_activation(layer: ActivationLayer, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    return ACTIVATIONS[layer.activation.kind](x, layer.activation)


settings = records(ActivationLayer, activation=family(Activation).filter(calm))

TWINS = [Twin("activation", (3, 5), settings, torch_activation, smooth=ActivationLayer(activation="tanh"))]
