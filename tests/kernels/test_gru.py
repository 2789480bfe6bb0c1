"""The GRU, against its equations at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import gru
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import SHAPES, begun, check_added, double, problem, unroll


def slow(x: torch.Tensor, w: torch.Tensor, u: torch.Tensor, b: torch.Tensor, d: torch.Tensor, reverse: bool) -> list[torch.Tensor]:
    """[h, r, z, n, q], each (rows, time, hidden)."""

    def cell(x: torch.Tensor, h: torch.Tensor, *_: torch.Tensor) -> tuple[torch.Tensor, ...]:
        sums, products = (x @ w + b).chunk(3, dim=1), (h @ u + d).chunk(3, dim=1)
        r, z = (torch.sigmoid(sums[i] + products[i]) for i in range(2))
        n = torch.tanh(sums[2] + r * products[2])
        return (1 - z) * n + z * h, r, z, n, products[2]

    return unroll(cell, x, 5, u.shape[0], reverse)


def forward(shape: tuple[int, ...], reverse: bool) -> list[np.ndarray]:
    """[x, W, U, b, d, h, gates, q, scratch] afterwards."""
    rows, time, _, hidden = shape
    unread = (np.full((rows, time, *rest), np.nan) for rest in ((hidden,), (3, hidden), (hidden,)))
    inputs, scratch = problem(*shape, gates=3, biases=2), np.full(gru.gru_room(rows, time, hidden), np.nan)
    return run(gru.gru_forward, *shape, int(reverse), *inputs, *unread, scratch)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], reverse: bool) -> None:
    *_, h, gates, q, _ = forward(shape, reverse)
    expected_h, *expected_gates, expected_q = (part.detach().numpy() for part in slow(*double(*problem(*shape, 3, 2)), reverse))
    assert relative_error(h, expected_h) < 2e-6
    assert relative_error(q, expected_q) < 2e-6
    assert relative_error(gates, np.stack(expected_gates, axis=2)) < 2e-6


@pytest.mark.parametrize("needs_dx", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], reverse: bool, needs_dx: bool) -> None:
    rows, time, _, hidden = shape
    inputs = x, w, u, b, _ = problem(*shape, gates=3, biases=2)
    *_, h, gates, q, _ = forward(shape, reverse)
    dy, gradients, unread = normal(rows, time, hidden, seed=9), begun(inputs, needs_dx), np.full_like(b, np.nan)
    scratch = np.full(gru.gru_room(rows, time, hidden), np.nan)
    results = run(gru.gru_backward, *shape, int(reverse), x, w, u, unread, unread, h, *gradients, dy, gates, q, scratch)
    tensors = double(*inputs)
    slow(*tensors, reverse)[0].backward(torch.tensor(dy))
    check_added(results[6:-4], gradients, tensors)
