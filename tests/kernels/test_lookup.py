"""Recurrent kernels over vectors that were looked up, against the same kernels over the vectors themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kernels import gru, lstm, recurrent
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.loops import padded, problem, ragged_lengths

SHAPES = [  # rows, time, features, hidden, entries
    (1, 1, 1, 1, 1),
    (4, 6, 3, 17, 5),
    (2, 3, 9, 8, 50),  # more entries than times
    (60, 5, 3, 4, 7),
]


@dataclass(frozen=True)
class Cell:
    """A recurrent layer's kernels: how many gates and biases it has, what it keeps for each time, and what its sizes end with."""

    forward: object
    backward: object
    room: object
    gates: int
    biases: int
    kept: tuple[int, ...]
    sizes: tuple[int, ...] = ()


CELLS = {
    "rnn": Cell(recurrent.rnn_forward, recurrent.rnn_backward, recurrent.rnn_room, 1, 1, (), (0,)),
    "gru": Cell(gru.gru_forward, gru.gru_backward, gru.gru_room, 3, 2, (3, 1)),
    "lstm": Cell(lstm.lstm_forward, lstm.lstm_backward, lstm.lstm_room, 4, 1, (4, 1, 1)),
}


def looked_up(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Symbols (rows, time), some between whole numbers, below 0 or past the last entry, and E (entries, features)."""
    rows, time, features, _, entries = shape
    symbols = np.random.default_rng(7).integers(-1, entries + 1, (rows, time)) + 0.25
    symbols.flat[0] = np.nan
    return symbols, normal(entries, features, seed=6)


def entries_of(symbols: np.ndarray, entries: int) -> np.ndarray:
    """The rows of E that symbols mean."""
    return np.nan_to_num(symbols).clip(0, entries - 1).astype(int)


def trained(cell: Cell, shape: tuple[int, ...], reverse: bool, ragged: bool, looks_up: bool, needs_dx: bool) -> list[np.ndarray]:
    """[h, *gradients that are made: dx, dW, dU, biases', dE], the symbols' vectors looked up in E or given as x."""
    rows, time, features, hidden, entries = shape
    symbols, table = looked_up(shape)
    _, *weights = problem(*shape[:4], cell.gates, cell.biases)
    lengths = ragged_lengths(rows, time) if ragged else None
    x = np.full((rows, time, features), np.nan) if looks_up else padded(table[entries_of(symbols, entries)], lengths, np.nan)
    shown = (symbols, table) if looks_up else (None, None)
    sizes, scratch = (*shape, int(reverse), *cell.sizes), np.full(cell.room(*shape), np.nan)
    unread = [np.full((rows, time, width * hidden), np.nan) for width in (1, *cell.kept)]
    results = run(cell.forward, *sizes, x, *weights, lengths, *shown, *unread, scratch)[:-1]
    h, *kept = results[len(results) - len(unread) :]
    gradients = [normal(*array.shape, seed=10) for array in (x, *weights)]
    dx, de = gradients[0] if needs_dx else None, normal(*table.shape, seed=11) if looks_up else None
    dy = normal(rows, time, hidden, seed=9)
    after = run(cell.backward, *sizes, x, *weights, lengths, *shown, h, dx, *gradients[1:], None, None, de, dy, *kept, scratch)
    first = 1 + len(weights) + ragged + 2 * looks_up + 1
    return [h, *after[first : first + needs_dx + len(weights) + looks_up]]


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", CELLS)
def test_what_is_looked_up_counts_as_what_is_given(name: str, shape: tuple[int, ...], reverse: bool, ragged: bool) -> None:
    cell, (symbols, table) = CELLS[name], looked_up(shape)
    h, dx, *others = trained(cell, shape, reverse, ragged, looks_up=False, needs_dx=True)
    own_h, *own, own_de = trained(cell, shape, reverse, ragged, looks_up=True, needs_dx=False)
    np.testing.assert_array_equal(own_h, h)
    for ours, theirs in zip(own, others, strict=True):
        assert relative_error(ours, theirs) < 2e-6
    expected = normal(*table.shape, seed=11)
    np.add.at(expected, entries_of(symbols, shape[4]), dx.astype(np.float64) - normal(*dx.shape, seed=10))
    assert relative_error(own_de, expected) < 5e-6


@pytest.mark.parametrize("name", CELLS)
def test_who_looks_at_the_vectors_gets_their_gradient_and_changes_no_bit(name: str) -> None:
    cell = CELLS[name]
    _, dx, *_ = trained(cell, SHAPES[1], False, True, looks_up=False, needs_dx=True)
    h, shown, *watched = trained(cell, SHAPES[1], False, True, looks_up=True, needs_dx=True)
    np.testing.assert_array_equal(shown, dx)
    for ours, theirs in zip([h, *watched], trained(cell, SHAPES[1], False, True, looks_up=True, needs_dx=False), strict=True):
        np.testing.assert_array_equal(ours, theirs)
