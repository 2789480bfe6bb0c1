"""Embedding: whole numbers become vectors, looked up in a table that learns."""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import inlined

ZERO, ONE = np.float32(0), np.float32(1)


@inlined
def entry_of(x, entries):
    """The entry that x means: what stands behind the point is cut off, what lies outside is the nearest end, NaN is 0."""
    last = np.float32(entries - 1)
    x = x if x > ZERO else ZERO
    return np.int64(last if x > last else x)


@kernel
def embedding_forward(memory, data, operands):
    """y = the entry's row of W. An index outside the table is clamped to its nearest end (entry_of).

    operands: n, entries, width | x (n), W (entries, width) | y (n, width).
    """
    n, entries, width = operands[0], operands[1], operands[2]
    x = view(memory, operands[3], n)
    for i in range(n):
        row, y = view(memory, operands[4] + entry_of(x[i], entries) * width, width), view(memory, operands[5] + i * width, width)
        for j in range(width):
            y[j] = row[j]


@kernel
def embedding_backward(memory, data, operands):
    """dW += dy in the entry's row, once for each time it was looked up; x gets nothing.

    operands: n, entries, width | x (n), W, y | -, dW (entries, width), dy (n, width).
    """
    n, entries, width = operands[0], operands[1], operands[2]
    x = view(memory, operands[3], n)
    for i in range(n):
        row, dy = view(memory, operands[7] + entry_of(x[i], entries) * width, width), view(memory, operands[8] + i * width, width)
        for j in range(width):
            row[j] += dy[j]


@kernel
def lengths_forward(memory, data, operands):
    """How many numbers each row has before nothing but entry 0 follows.  operands: rows, time | x (rows, time) | lengths (rows)."""
    rows, time = operands[0], operands[1]
    for i in range(rows):
        x, length = view(memory, operands[2] + i * time, time), time
        while length > 0 and not x[length - 1] >= ONE:
            length -= 1
        memory[operands[3] + i] = length
