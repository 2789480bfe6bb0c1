"""Recurrent layers over vectors that were looked up: what they make of a symbol's vector is made once, not wherever the symbol stands.

A product with the input weights needs a row for each symbol that occurs; each time takes its symbol's row. Backward the gradients of all
times are summed by symbol before they are multiplied with anything. Of a text there are many more times than symbols.

Room: the table T (symbols, width), their vectors (symbols, features), which entries they are (symbols), the number of each time's symbol
(rows, time), and each entry's number, from 1, or 0 (entries). `symbols` is how many occur, at most as many as there are entries or times.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.columns import add_rows
from kernels.embedding import entry_of
from kernels.kernel import view
from kernels.mathematics import ONE, ZERO
from kernels.matmul import multiply, multiply_onto
from kernels.shared import SAFE_MATH
from kernels.simd import wide

compiled = njit(error_model="numpy", fastmath=SAFE_MATH)
inlined = njit(forceinline=True, error_model="numpy", fastmath=SAFE_MATH)


@inlined
def lookup_room(times, entries, features, width):
    """Places of room for so many times (those of all rows) and entries; none where nothing is looked up."""
    return min(times, entries) * (width + features + 1) + times + entries if entries > 0 else 0


@inlined
def copy(source, target):
    """target = source, of the same size."""
    for j in range(target.size):
        target[j] = source[j]


@compiled
def look_up(memory, times, entries, features, width, symbols, e, room):
    """Number the symbols (times) in the order in which they first occur, and copy their vectors from E (entries, features).

    Returns (how many occur, places of T, the vectors, the entries and the numbers); -1 of them where `symbols` is -1.
    """
    wide()
    if symbols < 0:
        return -1, -1, -1, -1, -1
    most = min(times, entries)
    vectors = room + most * width
    occurring = vectors + most * features
    numbers = occurring + most
    known = view(memory, numbers + times, entries)
    count = 0
    for j in range(entries):
        known[j] = ZERO
    for i in range(times):
        entry = entry_of(memory[symbols + i], entries)
        if known[entry] == ZERO:
            copy(view(memory, e + entry * features, features), view(memory, vectors + count * features, features))
            memory[occurring + count] = entry
            count += 1
            known[entry] = count
        memory[numbers + i] = known[entry] - ONE
    return count, room, vectors, occurring, numbers


@compiled
def lookup_forward(memory, looked, features, width, w, b, scratch):
    """T = E W + b of the symbols that occur."""
    count, table, vectors, _, _ = looked
    if count > 0:
        multiply_onto(memory, count, width, features, vectors, features, 1, w, width, 1, b, 0, table, width, scratch)


@compiled
def lookup_backward(memory, looked, features, width, w, dw, de, db, scratch):
    """From dT: dW += Eᵀ dT, db += the sum of dT's rows, and dE += dT Wᵀ in the rows of the symbols that occur."""
    wide()
    count, table, vectors, occurring, _ = looked
    if count > 0:
        multiply(memory, features, width, count, vectors, 1, features, table, width, 1, dw, width, True, scratch)
        add_rows(memory, count, width, table, width, db)
        multiply(memory, count, features, width, table, width, 1, w, 1, width, vectors, features, False, scratch)
        for i in range(count):
            row, gained = (
                view(memory, de + np.int64(memory[occurring + i]) * features, features),
                view(memory, vectors + i * features, features),
            )
            for j in range(features):
                row[j] += gained[j]
