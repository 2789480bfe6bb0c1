"""Recurrent networks as their papers write them: one step after the other, at float64, gradients by autograd."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from tests.kernels.desk import normal, relative_error

SHAPES = [  # rows, time, features, hidden
    (1, 1, 1, 1),
    (3, 1, 2, 4),
    (1, 5, 3, 2),
    (4, 6, 1, 17),
    (5, 3, 9, 8),
    (2, 7, 16, 33),
    (60, 5, 3, 4),  # three blocks of steps, the last one smaller
]

Cell = Callable[..., tuple[torch.Tensor, ...]]
Made = list[tuple[torch.Tensor, ...]]


def double(*arrays: np.ndarray) -> list[torch.Tensor]:
    """float64 tensors that gather gradients."""
    return [torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in arrays]


def ragged_lengths(rows: int, time: int) -> np.ndarray:
    """A length for each row: none, all, more than there is, and between."""
    return np.resize([time // 2, 0, time, time + 3, max(time - 1, 1), 1], rows).astype(np.float64)


def padded(x: np.ndarray, lengths: np.ndarray | None, padding: float) -> np.ndarray:
    """x (rows, time, ...) with `padding` behind each row's length."""
    if lengths is None:
        return x
    return np.where((np.arange(x.shape[1]) < lengths[:, None])[..., None], x, padding)


def unroll(
    cell: Cell,
    x: torch.Tensor,
    states: int,
    hidden: int,
    reverse: bool,
    lengths: np.ndarray | None = None,
    made: Made | None = None,
) -> list[torch.Tensor]:
    """All of the states `cell(x_t, *states)` goes through, h first, each (rows, time, hidden): 0 behind a row's length.

    `made` gets what the cell made at each time, which keeps its gradient.
    """
    rows, time, _ = x.shape
    ends = torch.full((rows, 1), time) if lengths is None else torch.tensor(lengths)[:, None]
    now = tuple(torch.zeros(rows, hidden, dtype=torch.float64) for _ in range(states))
    history = []
    for t in reversed(range(time)) if reverse else range(time):
        new = cell(x[:, t], *now)
        if made is not None:
            for part in new:
                part.retain_grad()
            made.insert(0 if reverse else len(made), new)
        now = tuple(torch.where(t < ends, part, 0.0) for part in new)
        history.append(now)
    if reverse:
        history.reverse()
    return [torch.stack(parts, dim=1) for parts in zip(*history, strict=True)]


def check_whole(result: np.ndarray, made: Made, which: int, lengths: np.ndarray | None) -> None:
    """The loss's gradient by one of the states at each time, through all later steps, is autograd's as far as rows go."""
    expected = torch.stack([parts[which].grad for parts in made], dim=1).numpy()
    assert relative_error(padded(result, lengths, 0.0), padded(expected, lengths, 0.0)) < 5e-6


def problem(rows: int, time: int, features: int, hidden: int, gates: int, biases: int = 1) -> list[np.ndarray]:
    """x, W, U, biases."""
    width = gates * hidden
    weights = normal(features, width, seed=1, scale=0.5), normal(hidden, width, seed=2, scale=hidden**-0.5)
    return [normal(rows, time, features), *weights, *(normal(width, seed=3 + i, scale=0.5) for i in range(biases))]


def begun(inputs: list[np.ndarray], needs_dx: bool) -> list[np.ndarray | None]:
    """Gradients that something was added into before; None where nobody needs that of x."""
    gradients: list[np.ndarray | None] = [normal(*array.shape, seed=10) for array in inputs]
    return gradients if needs_dx else [None, *gradients[1:]]


def check_added(results: list[np.ndarray], before: list[np.ndarray | None], tensors: list[torch.Tensor]) -> None:
    """Each gradient a kernel had to make is what was there before and autograd's."""
    made = iter(results)
    for old, tensor in zip(before, tensors, strict=True):
        if old is not None:
            assert relative_error(next(made), old + tensor.grad.numpy()) < 5e-6
    assert not list(made)
