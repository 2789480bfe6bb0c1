"""What is added to gradients before a step, and what is cut from them."""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view

ZERO, ONE = np.float32(0), np.float32(1)
NORM_EPSILON = 1e-6  # of torch.nn.utils.clip_grad_norm_


@kernel
def penalty(memory, data, operands):
    """gradient += l1 sign(w) + l2 w: the slope of l1 |w| + l2 w² / 2 (L2 as PyTorch's weight_decay).

    operands: n | w (n), gradient (n), l1, l2 (1 each).
    """
    n, l1, l2 = operands[0], memory[operands[3]], memory[operands[4]]
    w, gradient = view(memory, operands[1], n), view(memory, operands[2], n)
    for i in range(n):
        sign = ONE if w[i] > ZERO else -ONE if w[i] < ZERO else ZERO
        gradient[i] += l1 * sign + l2 * w[i]


@kernel
def clip_value(memory, data, operands):
    """Every gradient is cut to [-limit, limit]; NaN stays NaN.  operands: n | gradient (n), limit (1)."""
    n, limit = operands[0], memory[operands[2]]
    gradient = view(memory, operands[1], n)
    for i in range(n):
        low = -limit if gradient[i] < -limit else gradient[i]
        gradient[i] = limit if low > limit else low


@kernel
def clip_norm(memory, data, operands):
    """All gradients shrink together until their Euclidean norm is at most `limit`.  operands: n | gradient (n), limit (1)."""
    n, limit = operands[0], memory[operands[2]]
    gradient = view(memory, operands[1], n)
    total = 0.0  # in float64: the squares of float32 may overflow float32
    for i in range(n):
        total += np.float64(gradient[i]) * np.float64(gradient[i])
    factor = np.float64(limit) / (np.sqrt(total) + NORM_EPSILON)
    if not factor > 1.0:
        for i in range(n):
            gradient[i] = np.float32(gradient[i] * factor)
