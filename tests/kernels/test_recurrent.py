"""The simple recurrent network, against its equation at float64; and one state out of all."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import recurrent
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import SHAPES, Made, begun, check_added, check_whole, double, padded, problem, ragged_lengths, unroll

Lengths = np.ndarray | None


def slow(
    x: torch.Tensor,
    w: torch.Tensor,
    u: torch.Tensor,
    b: torch.Tensor,
    reverse: bool,
    relu: bool,
    lengths: Lengths = None,
    made: Made | None = None,
) -> torch.Tensor:
    """(rows, time, hidden)."""
    activation = torch.relu if relu else torch.tanh
    return unroll(lambda x, h: (activation(x @ w + h @ u + b),), x, 1, u.shape[0], reverse, lengths, made)[0]


def forward(shape: tuple[int, ...], reverse: bool, relu: bool, lengths: Lengths) -> np.ndarray:
    """The states of x that is NaN behind the lengths."""
    rows, time, _, hidden = shape
    unread, scratch = np.full((rows, time, hidden), np.nan), np.full(recurrent.rnn_room(*shape, 0), np.nan)
    x, *weights = problem(*shape, gates=1)
    given = padded(x, lengths, np.nan), *weights, lengths, None, None
    return run(recurrent.rnn_forward, *shape, 0, int(reverse), int(relu), *given, unread, scratch)[-2]


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward(shape: tuple[int, ...], reverse: bool, relu: bool, ragged: bool) -> None:
    lengths = ragged_lengths(*shape[:2]) if ragged else None
    expected = slow(*double(*problem(*shape, gates=1)), reverse, relu, lengths).detach().numpy()
    assert relative_error(forward(shape, reverse, relu, lengths), expected) < 2e-6


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize(("reverse", "needs_dx"), [(False, True), (True, True), (False, False)])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_adds(shape: tuple[int, ...], reverse: bool, relu: bool, needs_dx: bool, ragged: bool) -> None:
    rows, time, _, hidden = shape
    lengths = ragged_lengths(rows, time) if ragged else None
    inputs = x, w, u, b = problem(*shape, gates=1)
    dy, gradients = normal(rows, time, hidden, seed=9), begun(inputs, needs_dx)
    known = padded(x, lengths, np.nan), w, u, np.full_like(b, np.nan), lengths, None, None, forward(shape, reverse, relu, lengths)
    scratch = np.full(recurrent.rnn_room(*shape, 0), np.nan)
    results = run(recurrent.rnn_backward, *shape, 0, int(reverse), int(relu), *known, *gradients, None, None, None, dy, scratch)
    tensors = double(*inputs)
    made: Made = []
    slow(*tensors, reverse, relu, lengths, made).backward(torch.tensor(dy))
    check_added(results[5 + ragged : -2], gradients, tensors)
    check_whole(results[-2], made, 0, lengths)


def test_lengths_that_leave_nothing_out_change_no_bit() -> None:
    shape = 60, 5, 3, 17
    np.testing.assert_array_equal(forward(shape, False, False, np.full(60, 5.0)), forward(shape, False, False, None))


@pytest.mark.parametrize(
    ("which", "lengths", "meant"),
    [(0, None, [0, 0, 0, 0]), (2, None, [2, 2, 2, 2]), (0, [2, 0, 3, 9], [0, 0, 0, 0]), (2, [2, 0, 3, 9], [1, 0, 2, 2])],
)
def test_one_time(which: int, lengths: list[int] | None, meant: list[int]) -> None:
    h, dh, dy = normal(4, 3, 5), normal(4, 3, 5, seed=1), normal(4, 5, seed=2)
    given = None if lengths is None else np.array(lengths, np.float64)
    y = run(recurrent.one_time_forward, 4, 3, 5, which, h, given, np.full((4, 5), np.nan))[-1]
    np.testing.assert_array_equal(y, h[np.arange(4), meant])
    new_dh = run(recurrent.one_time_backward, 4, 3, 5, which, h, given, y, dh, None, dy)[-2]
    dh[np.arange(4), meant] += dy
    np.testing.assert_allclose(new_dh, dh, rtol=1e-6)


@pytest.mark.parametrize(("n", "k", "m"), [(1, 1, 1), (4, 3, 9)])
def test_both_ways(n: int, k: int, m: int) -> None:
    a, b, da, db, dy = normal(n, k), normal(n, m), normal(n, k, seed=1), normal(n, m, seed=1), normal(n, k + m, seed=2)
    *_, y = run(recurrent.both_ways_forward, n, k, m, a, b, np.full((n, k + m), np.nan))
    np.testing.assert_array_equal(y, np.concatenate([a, b], axis=1))
    *_, new_da, new_db, _ = run(recurrent.both_ways_backward, n, k, m, a, b, y, da, db, dy)
    np.testing.assert_allclose(new_da, da + dy[:, :k], rtol=1e-6)
    np.testing.assert_allclose(new_db, db + dy[:, k:], rtol=1e-6)
    *_, only_db, _ = run(recurrent.both_ways_backward, n, k, m, a, b, y, None, db, dy)
    np.testing.assert_array_equal(only_db, new_db)
