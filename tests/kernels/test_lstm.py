"""The LSTM, against its equations at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import lstm
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import SHAPES, begun, check_added, double, problem, unroll


def slow(x: torch.Tensor, w: torch.Tensor, u: torch.Tensor, b: torch.Tensor, reverse: bool) -> list[torch.Tensor]:
    """[h, c, i, f, g, o], each (rows, time, hidden)."""

    def cell(x: torch.Tensor, h: torch.Tensor, c: torch.Tensor, *_: torch.Tensor) -> tuple[torch.Tensor, ...]:
        i, f, g, o = (x @ w + h @ u + b).chunk(4, dim=1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c + i * g
        return o * torch.tanh(c), c, i, f, g, o

    return unroll(cell, x, 6, u.shape[0], reverse)


def forward(shape: tuple[int, ...], reverse: bool) -> list[np.ndarray]:
    """[x, W, U, b, h, gates, c, scratch] afterwards."""
    rows, time, _, hidden = shape
    unread = (np.full((rows, time, *rest), np.nan) for rest in ((hidden,), (4, hidden), (hidden,)))
    return run(
        lstm.lstm_forward, *shape, int(reverse), *problem(*shape, gates=4), *unread, np.full(lstm.lstm_room(rows, time, hidden), np.nan)
    )


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], reverse: bool) -> None:
    *_, h, gates, c, _ = forward(shape, reverse)
    expected_h, expected_c, *expected_gates = (part.detach().numpy() for part in slow(*double(*problem(*shape, gates=4)), reverse))
    assert relative_error(h, expected_h) < 2e-6
    assert relative_error(c, expected_c) < 2e-6
    assert relative_error(gates, np.stack(expected_gates, axis=2)) < 2e-6


@pytest.mark.parametrize("needs_dx", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], reverse: bool, needs_dx: bool) -> None:
    rows, time, _, hidden = shape
    inputs = x, w, u, b = problem(*shape, gates=4)
    *_, h, gates, c, _ = forward(shape, reverse)
    dy, gradients = normal(rows, time, hidden, seed=9), begun(inputs, needs_dx)
    scratch = np.full(lstm.lstm_room(rows, time, hidden), np.nan)
    results = run(lstm.lstm_backward, *shape, int(reverse), x, w, u, np.full_like(b, np.nan), h, *gradients, dy, gates, c, scratch)
    tensors = double(*inputs)
    slow(*tensors, reverse)[0].backward(torch.tensor(dy))
    check_added(results[5:-4], gradients, tensors)
