"""Penalties and clipping, against PyTorch where it has them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import penalty
from tests.kernels.desk import normal, run


def test_penalty_adds_the_slope_of_both() -> None:
    w, gradient = normal(13), normal(13, seed=1)
    w[4] = 0
    _, ours, *_ = run(penalty.penalty, 13, w, gradient, np.array([0.25]), np.array([0.5]))
    np.testing.assert_allclose(ours, gradient + 0.25 * np.sign(w) + 0.5 * w, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("limit", [0.5, 100.0])
@pytest.mark.parametrize("size", [1, 8, 77])
def test_clipping(size: int, limit: float) -> None:
    gradient = normal(size, scale=2)
    for kernel, clip in ((penalty.clip_value, torch.nn.utils.clip_grad_value_), (penalty.clip_norm, torch.nn.utils.clip_grad_norm_)):
        theirs = torch.nn.Parameter(torch.zeros(size, dtype=torch.float64))
        theirs.grad = torch.tensor(gradient)
        clip([theirs], limit)
        np.testing.assert_allclose(run(kernel, size, gradient, np.array([limit]))[0], theirs.grad.numpy(), rtol=1e-6)


def test_a_norm_that_float32_cannot_hold() -> None:
    np.testing.assert_allclose(run(penalty.clip_norm, 4, np.full(4, 1e38), np.array([1.0]))[0], 0.5, rtol=1e-6)


@pytest.mark.parametrize("kernel", [penalty.clip_value, penalty.clip_norm], ids=["value", "norm"])
def test_nan_is_not_hidden(kernel: object) -> None:
    assert np.isnan(run(kernel, 3, np.array([1.0, np.nan, 1.0]), np.array([0.5]))[0][1])
