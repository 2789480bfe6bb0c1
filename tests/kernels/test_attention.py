"""Attention, against PyTorch at float64: queries and keys of the same length and of different ones, heads of one column and of several."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from kernels import attention
from kernels.matmul import SCRATCH
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import begun, check_added, double

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


def slow(heads: int, causal: bool, *asked: torch.Tensor) -> torch.Tensor:
    """y."""
    q, k, v = (part.unflatten(2, (heads, -1)).transpose(1, 2) for part in asked)
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(1, 2).flatten(2)


def forward(shape: tuple[int, ...], causal: bool, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """[y, P]."""
    rows, heads, time, others, width = shape
    unread = np.full((rows, time, width), np.nan), np.full((rows, heads, time, others), np.nan), np.full(SCRATCH, np.nan)
    return run(attention.attention_forward, *shape, int(causal), *inputs, *unread)[3:5]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], causal: bool) -> None:
    rows, heads, *rest = shape
    inputs = problem(rows, *rest)
    y, p = forward(shape, causal, inputs)
    assert relative_error(y, slow(heads, causal, *double(*inputs)).detach().numpy()) < 2e-6
    np.testing.assert_allclose(p.sum(axis=3), 1, rtol=1e-6)
    assert not causal or (np.triu(p, 1) == 0).all()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], causal: bool) -> None:
    rows, heads, time, others, width = shape
    inputs = problem(rows, time, others, width)
    y, p = forward(shape, causal, inputs)
    dy, gradients, scratch = normal(*y.shape, seed=9), begun(inputs, True), np.full(time * others + SCRATCH, np.nan)
    results = run(attention.attention_backward, *shape, int(causal), *inputs, y, *gradients, dy, p, scratch)
    tensors = double(*inputs)
    slow(heads, causal, *tensors).backward(torch.tensor(dy))
    check_added(results[4:-3], gradients, tensors)


@pytest.mark.parametrize("needed", [0, 1, 2])
def test_backward_without_the_gradients_nobody_needs(needed: int) -> None:
    shape = rows, heads, time, others, width = 2, 2, 5, 3, 6
    inputs = problem(rows, time, others, width)
    y, p = forward(shape, False, inputs)
    dy, gradients = normal(*y.shape, seed=9), [array if i == needed else None for i, array in enumerate(begun(inputs, True))]
    results = run(attention.attention_backward, *shape, 0, *inputs, y, *gradients, dy, p, np.full(time * others + SCRATCH, np.nan))
    tensors = double(*inputs)
    slow(heads, False, *tensors).backward(torch.tensor(dy))
    check_added(results[4:-3], gradients, tensors)


def test_large_scores_do_not_overflow() -> None:
    q, k, v = problem(1, 4, 6, 8)
    y, p = forward((1, 2, 4, 6, 8), False, [1e4 * q, 1e4 * k, v])
    assert np.isfinite(p).all()
    assert relative_error(y, slow(2, False, *double(1e4 * q, 1e4 * k, v)).detach().numpy()) < 2e-6


@pytest.mark.parametrize("sign", [1, -1])
def test_nan_stays_in_its_head_and_row(sign: int) -> None:
    q, k, v = problem(2, 3, 3, 4)
    q[0, 1, 0] = sign * np.nan
    y, _ = forward((2, 2, 3, 3, 4), False, [q, k, v])
    np.testing.assert_array_equal(np.argwhere(np.isnan(y)), [[0, 1, 0], [0, 1, 1]])


@pytest.mark.parametrize(("n", "k", "m"), [(1, 1, 1), (7, 3, 5), (4, 17, 9)])
def test_projection(n: int, k: int, m: int) -> None:
    inputs, unread, scratch = [normal(n, k), normal(k, m), normal(m)], np.full((n, m), np.nan), np.full(SCRATCH, np.nan)
    x, w, b = inputs
    assert relative_error(run(attention.projection_forward, n, k, m, *inputs, unread, scratch)[3], x @ w + b) < 1e-6
    dy = normal(n, m, seed=5)
    for needs_dx in (False, True):
        gradients, tensors = begun(inputs, needs_dx), double(*inputs)
        results = run(attention.projection_backward, n, k, m, x, w, np.full(m, np.nan), unread, *gradients, dy, scratch)
        (tensors[0] @ tensors[1] + tensors[2]).backward(torch.tensor(dy))
        check_added(results[4:-2], gradients, tensors)
