"""Dropout: some activations are silenced while training."""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.random import next_uniform

ZERO, ONE = np.float32(0), np.float32(1)


@kernel
def dropout_forward(memory, data, operands):
    """y = x mask; mask is 0 with probability `rate`, else 1 / (1 - rate) (inverted dropout, Srivastava et al. 2014).

    operands: n | x (n), rate (1), random (uint64[2]) | y (n) | mask (n).
    """
    n, rate = operands[0], memory[operands[2]]
    state = memory[operands[3] : operands[3] + 4].view(np.uint64)
    x, y, mask = view(memory, operands[1], n), view(memory, operands[4], n), view(memory, operands[5], n)
    kept = ONE / (ONE - rate)
    for i in range(n):
        mask[i] = ZERO if next_uniform(state) < rate else kept
        y[i] = x[i] * mask[i]


@kernel
def dropout_backward(memory, data, operands):
    """dx += dy mask.  operands: n | x, rate, random, y | dx (n, or -1), -, -, dy (n) | mask (n)."""
    n = operands[0]
    dx, dy, mask = view(memory, operands[5], n), view(memory, operands[8], n), view(memory, operands[9], n)
    for i in range(dx.size):
        dx[i] += dy[i] * mask[i]


@kernel
def spatial_dropout_forward(memory, data, operands):
    """y = x mask, one place of the mask for each channel of each row, as dropout's (Tompson et al. 2015, section 3.2).

    operands: rows, positions, c | x (rows, positions, c), rate (1), random (uint64[2]) | y (rows, positions, c) | mask (rows, c).
    """
    rows, positions, c, rate = operands[0], operands[1], operands[2], memory[operands[4]]
    state = memory[operands[5] : operands[5] + 4].view(np.uint64)
    kept = ONE / (ONE - rate)
    for i in range(rows):
        mask = view(memory, operands[7] + i * c, c)
        for j in range(c):
            mask[j] = ZERO if next_uniform(state) < rate else kept
        for p in range(i * positions, (i + 1) * positions):
            x, y = view(memory, operands[3] + p * c, c), view(memory, operands[6] + p * c, c)
            for j in range(c):
                y[j] = x[j] * mask[j]


@kernel
def spatial_dropout_backward(memory, data, operands):
    """dx += dy mask.  operands: rows, positions, c | x, rate, random, y | dx (or -1), -, -, dy (rows, positions, c) | mask (rows, c)."""
    rows, positions, c = operands[0], operands[1], operands[2]
    for i in range(rows if operands[7] >= 0 else 0):
        mask = view(memory, operands[11] + i * c, c)
        for p in range(i * positions, (i + 1) * positions):
            dx, dy = view(memory, operands[7] + p * c, c), view(memory, operands[10] + p * c, c)
            for j in range(c):
                dx[j] += dy[j] * mask[j]
