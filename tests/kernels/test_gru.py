"""The GRU, against its equations at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import gru
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import SHAPES, Made, begun, check_added, check_whole, double, padded, problem, ragged_lengths, unroll


def slow(
    x: torch.Tensor,
    w: torch.Tensor,
    u: torch.Tensor,
    b: torch.Tensor,
    d: torch.Tensor,
    reverse: bool,
    lengths: np.ndarray | None,
    made: Made | None = None,
) -> list[torch.Tensor]:
    """[h, r, z, n, q], each (rows, time, hidden)."""

    def cell(x: torch.Tensor, h: torch.Tensor, *_: torch.Tensor) -> tuple[torch.Tensor, ...]:
        sums, products = (x @ w + b).chunk(3, dim=1), (h @ u + d).chunk(3, dim=1)
        r, z = (torch.sigmoid(sums[i] + products[i]) for i in range(2))
        n = torch.tanh(sums[2] + r * products[2])
        return (1 - z) * n + z * h, r, z, n, products[2]

    return unroll(cell, x, 5, u.shape[0], reverse, lengths, made)


def forward(shape: tuple[int, ...], reverse: bool, lengths: np.ndarray | None) -> list[np.ndarray]:
    """[h, gates, q] of x that is NaN behind the lengths."""
    rows, time, _, hidden = shape
    unread = (np.full((rows, time, *rest), np.nan) for rest in ((hidden,), (3, hidden), (hidden,)))
    x, *weights = problem(*shape, gates=3, biases=2)
    scratch = np.full(gru.gru_room(*shape, 0), np.nan)
    return run(gru.gru_forward, *shape, 0, int(reverse), padded(x, lengths, np.nan), *weights, lengths, None, None, *unread, scratch)[-4:-1]


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], reverse: bool, ragged: bool) -> None:
    lengths = ragged_lengths(*shape[:2]) if ragged else None
    h, gates, q = forward(shape, reverse, lengths)
    expected_h, *expected_gates, expected_q = (part.detach().numpy() for part in slow(*double(*problem(*shape, 3, 2)), reverse, lengths))
    assert relative_error(h, expected_h) < 2e-6
    assert relative_error(q, expected_q) < 2e-6
    assert relative_error(gates, np.stack(expected_gates, axis=2)) < 2e-6


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("needs_dx", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], reverse: bool, needs_dx: bool, ragged: bool) -> None:
    rows, time, _, hidden = shape
    lengths = ragged_lengths(rows, time) if ragged else None
    inputs = x, w, u, b, _ = problem(*shape, gates=3, biases=2)
    h, gates, q = forward(shape, reverse, lengths)
    dy, gradients, unread = normal(rows, time, hidden, seed=9), begun(inputs, needs_dx), np.full_like(b, np.nan)
    known = padded(x, lengths, np.nan), w, u, unread, unread, lengths, None, None, h
    scratch = np.full(gru.gru_room(*shape, 0), np.nan)
    results = run(gru.gru_backward, *shape, 0, int(reverse), *known, *gradients, None, None, None, dy, gates, q, scratch)
    tensors = double(*inputs)
    made: Made = []
    slow(*tensors, reverse, lengths, made)[0].backward(torch.tensor(dy))
    check_added(results[6 + ragged : -4], gradients, tensors)
    check_whole(results[-4], made, 0, lengths)
