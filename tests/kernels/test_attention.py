"""Attention, against PyTorch at float64: queries and keys of the same length and of different ones, heads of one column and of several."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import attention
from kernels.matmul import SCRATCH
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import begun, check_added, double, ragged_lengths

SHAPES = [  # rows, heads, time, others, width
    (1, 1, 1, 1, 1),
    (2, 1, 5, 5, 3),
    (3, 2, 4, 7, 10),
    (2, 4, 9, 3, 4),
    (1, 3, 17, 33, 27),
]


def problem(rows: int, time: int, others: int, width: int) -> list[np.ndarray]:
    """Q, K, V."""
    return [normal(rows, time, width), normal(rows, others, width, seed=1), normal(rows, others, width, seed=2)]


def seen(time: int, others: int, causal: bool, lengths: np.ndarray | None) -> torch.Tensor:
    """Who sees whom, (rows or 1, 1, time, others)."""
    ends = np.array([others]) if lengths is None else lengths
    inside = np.arange(others) < ends[:, None, None, None]
    return torch.tensor(inside & (np.tri(time, others, dtype=bool) if causal else True))


def slow(heads: int, causal: bool, lengths: np.ndarray | None, *asked: torch.Tensor) -> torch.Tensor:
    """y."""
    q, k, v = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in asked)
    mask = seen(q.shape[2], k.shape[2], causal, lengths)
    scores = (q @ k.transpose(2, 3) / q.shape[3] ** 0.5).masked_fill(~mask, -1e300)
    return (torch.softmax(scores, 3) * mask @ v).transpose(1, 2).flatten(2)


def forward(shape: tuple[int, ...], causal: bool, inputs: list[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
    """[y, P]."""
    rows, heads, time, others, width = shape
    unread = np.full((rows, time, width), np.nan), np.full((rows, heads, time, others), np.nan), np.full(SCRATCH, np.nan)
    return run(attention.attention_forward, *shape, int(causal), *inputs, lengths, *unread)[-3:-1]


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], causal: bool, ragged: bool) -> None:
    rows, heads, time, others, width = shape
    inputs, lengths = problem(rows, time, others, width), ragged_lengths(rows, others) if ragged else None
    y, p = forward(shape, causal, inputs, lengths)
    assert relative_error(y, slow(heads, causal, lengths, *double(*inputs)).detach().numpy()) < 2e-6
    mask = np.broadcast_to(seen(time, others, causal, lengths), p.shape)
    assert (p[~mask] == 0).all()
    np.testing.assert_allclose(p.sum(axis=3), mask.any(axis=3), rtol=1e-6)


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], causal: bool, ragged: bool) -> None:
    rows, heads, time, others, width = shape
    inputs, lengths = problem(rows, time, others, width), ragged_lengths(rows, others) if ragged else None
    y, p = forward(shape, causal, inputs, lengths)
    dy, gradients, scratch = normal(*y.shape, seed=9), begun(inputs, True), np.full(time * others + SCRATCH, np.nan)
    results = run(attention.attention_backward, *shape, int(causal), *inputs, lengths, y, *gradients, None, dy, p, scratch)
    tensors = double(*inputs)
    slow(heads, causal, lengths, *tensors).backward(torch.tensor(dy))
    check_added(results[4 + ragged : -3], gradients, tensors)


@pytest.mark.parametrize("needed", [0, 1, 2])
def test_backward_without_the_gradients_nobody_needs(needed: int) -> None:
    shape = rows, heads, time, others, width = 2, 2, 5, 3, 6
    inputs = problem(rows, time, others, width)
    y, p = forward(shape, False, inputs)
    dy, gradients = normal(*y.shape, seed=9), [array if i == needed else None for i, array in enumerate(begun(inputs, True))]
    results = run(
        attention.attention_backward, *shape, 0, *inputs, None, y, *gradients, None, dy, p, np.full(time * others + SCRATCH, np.nan)
    )
    tensors = double(*inputs)
    slow(heads, False, None, *tensors).backward(torch.tensor(dy))
    check_added(results[4:-3], gradients, tensors)


def test_large_scores_do_not_overflow() -> None:
    q, k, v = problem(1, 4, 6, 8)
    y, p = forward((1, 2, 4, 6, 8), False, [1e4 * q, 1e4 * k, v])
    assert np.isfinite(p).all()
    assert relative_error(y, slow(2, False, None, *double(1e4 * q, 1e4 * k, v)).detach().numpy()) < 2e-6


@pytest.mark.parametrize("sign", [1, -1])
def test_nan_stays_in_its_head_and_row(sign: int) -> None:
    q, k, v = problem(2, 3, 3, 4)
    q[0, 1, 0] = sign * np.nan
    y, _ = forward((2, 2, 3, 3, 4), False, [q, k, v])
    np.testing.assert_array_equal(np.argwhere(np.isnan(y)), [[0, 1, 0], [0, 1, 1]])
