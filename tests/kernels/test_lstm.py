"""The LSTM, against its equations at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import lstm
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import SHAPES, Made, begun, check_added, check_whole, double, padded, problem, ragged_lengths, unroll


def slow(
    x: torch.Tensor, w: torch.Tensor, u: torch.Tensor, b: torch.Tensor, reverse: bool, lengths: np.ndarray | None, made: Made | None = None
) -> list[torch.Tensor]:
    """[h, c, i, f, g, o], each (rows, time, hidden)."""

    def cell(x: torch.Tensor, h: torch.Tensor, c: torch.Tensor, *_: torch.Tensor) -> tuple[torch.Tensor, ...]:
        i, f, g, o = (x @ w + h @ u + b).chunk(4, dim=1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c + i * g
        return o * torch.tanh(c), c, i, f, g, o

    return unroll(cell, x, 6, u.shape[0], reverse, lengths, made)


def forward(shape: tuple[int, ...], reverse: bool, lengths: np.ndarray | None) -> list[np.ndarray]:
    """[h, gates, c, dc not yet] of x that is NaN behind the lengths."""
    rows, time, _, hidden = shape
    unread = (np.full((rows, time, *rest), np.nan) for rest in ((hidden,), (4, hidden), (hidden,), (hidden,)))
    x, *weights = problem(*shape, gates=4)
    scratch = np.full(lstm.lstm_room(*shape, 0), np.nan)
    return run(lstm.lstm_forward, *shape, 0, int(reverse), padded(x, lengths, np.nan), *weights, lengths, None, None, *unread, scratch)[
        -5:-1
    ]


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], reverse: bool, ragged: bool) -> None:
    lengths = ragged_lengths(*shape[:2]) if ragged else None
    h, gates, c, _ = forward(shape, reverse, lengths)
    expected_h, expected_c, *expected_gates = (part.detach().numpy() for part in slow(*double(*problem(*shape, gates=4)), reverse, lengths))
    assert relative_error(h, expected_h) < 2e-6
    assert relative_error(c, expected_c) < 2e-6
    assert relative_error(gates, np.stack(expected_gates, axis=2)) < 2e-6


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("needs_dx", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], reverse: bool, needs_dx: bool, ragged: bool) -> None:
    rows, time, _, hidden = shape
    lengths = ragged_lengths(rows, time) if ragged else None
    inputs = x, w, u, b = problem(*shape, gates=4)
    h, *kept = forward(shape, reverse, lengths)
    dy, gradients = normal(rows, time, hidden, seed=9), begun(inputs, needs_dx)
    known = padded(x, lengths, np.nan), w, u, np.full_like(b, np.nan), lengths, None, None, h
    scratch = np.full(lstm.lstm_room(*shape, 0), np.nan)
    results = run(lstm.lstm_backward, *shape, 0, int(reverse), *known, *gradients, None, None, None, dy, *kept, scratch)
    tensors = double(*inputs)
    made: Made = []
    slow(*tensors, reverse, lengths, made)[0].backward(torch.tensor(dy))
    check_added(results[5 + ragged : -5], gradients, tensors)
    check_whole(results[-2], made, 1, lengths)
