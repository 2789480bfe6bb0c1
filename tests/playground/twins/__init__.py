"""What PyTorch makes of each kind of layer, at float64: one module for each file of playground/layers, found by itself.

A module has, for each kind it speaks of, a `Twin` in its list TWINS.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import torch
from hypothesis import strategies as st

from playground.layers import Layer

Weights = dict[str, torch.Tensor]


class Views(Protocol):
    """What a twin may ask of the machine: any array by its name (weights, masks, states)."""

    def view(self, name: str) -> np.ndarray:
        """The array of that name."""


@dataclass(frozen=True)
class Twin:
    """One kind of layer: what comes into it in the tests, settings that fit and are soon computed, and PyTorch's way.

    `torch(layer, x, machine, weights, scope)` takes x (rows, *shape) and the layer's name; it reads weights by `weight_of`.
    `indices`: whole numbers come in, straight from the data, and no gradient goes back to them.
    `smooth`: for finite differences, where the layer's defaults do not fit or have a kink.
    """

    kind: str
    shape: tuple[int, ...]
    settings: st.SearchStrategy[Layer]
    torch: Callable[[Layer, torch.Tensor, Views, Weights, str], torch.Tensor]
    indices: bool = False
    smooth: Layer | None = None


@cache
def twins() -> dict[str, Twin]:
    """All of them, by kind."""
    modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {twin.kind: twin for module in modules for twin in module.TWINS}


def twin_of(kind: str) -> Twin:
    """The twin of a kind of layer."""
    if kind not in twins():
        raise KeyError(f"Say what PyTorch makes of the layer {kind!r}: put a Twin of it into a module of tests/playground/twins.")
    return twins()[kind]


def double(array: object) -> torch.Tensor:
    """A float64 copy that gathers a gradient."""
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


def weight_of(machine: Views, weights: Weights, name: str) -> torch.Tensor:
    """The parameter of that name: the machine's, unless `weights` has one that goes its own way."""
    return weights.setdefault(name, double(machine.view(name)))
