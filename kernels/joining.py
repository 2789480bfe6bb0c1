"""Where paths through a network meet: side by side, or one as the strength of the other's channels."""

from __future__ import annotations

import numpy as np

from kernels import columns
from kernels.kernel import kernel, view

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def concatenate_forward(memory, data, operands):
    """Each row of y is those of all x, one after the other.

    operands: n, count, widths (count) | x (n, its width) for each | y (n, sum of widths).
    """
    n, count = operands[0], operands[1]
    total = operands[2 : 2 + count].sum()
    at = operands[2 + 2 * count]
    for b in range(count):
        width, x = operands[2 + b], operands[2 + count + b]
        for i in range(n):
            source, target = view(memory, x + i * width, width), view(memory, at + i * total, width)
            for j in range(width):
                target[j] = source[j]
        at += width


@kernel
def concatenate_backward(memory, data, operands):
    """Each dx += its part of dy.

    operands: n, count, widths (count) | x for each, y | dx (n, its width, or -1) for each, dy (n, sum of widths).
    """
    n, count = operands[0], operands[1]
    total = operands[2 : 2 + count].sum()
    at = operands[3 + 3 * count]
    for b in range(count):
        width, dx = operands[2 + b], operands[3 + 2 * count + b]
        if dx >= 0:
            for i in range(n):
                source, target = view(memory, at + i * total, width), view(memory, dx + i * width, width)
                for j in range(width):
                    target[j] += source[j]
        at += width


@kernel
def position_mean_forward(memory, data, operands):
    """y = mean of x over positions.  operands: rows, positions, c | x (rows, positions, c) | y (rows, c)."""
    rows, positions, c, x, y = operands[0], operands[1], operands[2], operands[3], operands[4]
    share = ONE / np.float32(positions)
    for i in range(rows):
        columns.sums(memory, positions, c, x + i * positions * c, y + i * c)
    for j in range(y, y + rows * c):
        memory[j] *= share


@kernel
def position_mean_backward(memory, data, operands):
    """dx += dy / positions.  operands: rows, positions, c | x, y | dx (rows, positions, c), dy (rows, c)."""
    rows, positions, c = operands[0], operands[1], operands[2]
    share = ONE / np.float32(positions)
    for i in range(rows):
        dy = view(memory, operands[6] + i * c, c)
        for p in range(positions):
            dx = view(memory, operands[5] + (i * positions + p) * c, c)
            for j in range(c):
                dx[j] += dy[j] * share


@kernel
def channel_multiply_forward(memory, data, operands):
    """y = x s, one factor for each channel of each row.

    operands: rows, positions, c | x (rows, positions, c), s (rows, c) | y (rows, positions, c).
    """
    rows, positions, c = operands[0], operands[1], operands[2]
    for i in range(rows):
        s = view(memory, operands[4] + i * c, c)
        for p in range(i * positions, (i + 1) * positions):
            x, y = view(memory, operands[3] + p * c, c), view(memory, operands[5] + p * c, c)
            for j in range(c):
                y[j] = x[j] * s[j]


@kernel
def channel_multiply_backward(memory, data, operands):
    """dx += dy s, ds += sum of dy x over positions.

    operands: rows, positions, c | x (rows, positions, c), s (rows, c), y | dx, ds (or -1), dy.
    """
    rows, positions, c = operands[0], operands[1], operands[2]
    for i in range(rows):
        s = view(memory, operands[4] + i * c, c)
        ds = view(memory, operands[7] + i * c if operands[7] >= 0 else -1, c)
        for p in range(i * positions, (i + 1) * positions):
            x, dy = view(memory, operands[3] + p * c, c), view(memory, operands[8] + p * c, c)
            dx = view(memory, operands[6] + p * c if operands[6] >= 0 else -1, c)
            for j in range(dx.size):
                dx[j] += dy[j] * s[j]
            for j in range(ds.size):
                ds[j] += dy[j] * x[j]
