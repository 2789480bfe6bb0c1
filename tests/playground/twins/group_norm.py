"""Group normalization."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.layers.group_norm import GroupNorm
from tests.playground.twins import Twin, Views, Weights, weight_of
from tests.strategies import records


def torch_group_norm(layer: GroupNorm, x: torch.Tensor, machine: Views, weights: Weights, scope: str) -> torch.Tensor:
    scale, shift = weight_of(machine, weights, f"{scope}/scale"), weight_of(machine, weights, f"{scope}/shift")
    return F.group_norm(x.movedim(-1, 1), layer.groups, scale, shift, layer.epsilon).movedim(1, -1)


TWINS = [Twin("group_norm", (2, 3, 6), records(GroupNorm, groups=st.sampled_from([1, 2, 3, 6])), torch_group_norm)]
