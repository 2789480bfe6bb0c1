"""Recurrent layers both ways."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from playground.layers.bidirectional import Bidirectional
from playground.layers.recurrent import Recurrent
from playground.record import members
from tests.playground.twins import Twin, Views, Weights, twins
from tests.playground.twins.recurrent import SEQUENCE, small


def torch_bidirectional(layer: Bidirectional, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    def one_way(name: str, reverse: bool) -> torch.Tensor:
        inner = layer.layer.model_copy(update={"reverse": reverse})
        return twins()[inner.kind].torch(inner, x, machine, weights, f"{scope}/{name}")

    return torch.cat([one_way("forward", False), one_way("backward", True)], dim=-1)


inside = st.one_of([small(kind) for kind in members(Recurrent).values()])
TWINS = [Twin("bidirectional", SEQUENCE, st.builds(Bidirectional, layer=inside), torch_bidirectional)]
