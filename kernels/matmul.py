"""Matrix products."""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel

ZERO = np.float32(0)


@kernel
def dense_forward(memory, data, operands):
    """y = x W + b.  operands: n, k, m | x (n, k), W (k, m), b (m) | y (n, m)."""
    n, k, m = operands[0], operands[1], operands[2]
    x, w, b, y = operands[3], operands[4], operands[5], operands[6]
    for i in range(n):
        for j in range(m):
            memory[y + i * m + j] = memory[b + j]
        for q in range(k):
            value = memory[x + i * k + q]
            for j in range(m):
                memory[y + i * m + j] += value * memory[w + q * m + j]


@kernel
def dense_backward(memory, data, operands):
    """dx += dy Wᵀ, dW += xᵀ dy, db += sum of dy over rows.

    operands: n, k, m | x (n, k), W (k, m), b (m), y (n, m) | dx (or -1), dW, db, dy.
    """
    n, k, m = operands[0], operands[1], operands[2]
    x, w, dx, dw, db, dy = operands[3], operands[4], operands[7], operands[8], operands[9], operands[10]
    for i in range(n):
        for j in range(m):
            memory[db + j] += memory[dy + i * m + j]
        for q in range(k):
            value = memory[x + i * k + q]
            for j in range(m):
                memory[dw + q * m + j] += value * memory[dy + i * m + j]
    if dx >= 0:
        for i in range(n):
            for q in range(k):
                total = ZERO
                for j in range(m):
                    total += memory[dy + i * m + j] * memory[w + q * m + j]
                memory[dx + i * k + q] += total
