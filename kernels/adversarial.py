"""Two players: noise to begin with, losses that only they have, and an average of weights."""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import sigmoid, softplus
from kernels.random import fill_normal, next_uniform

ONE, TWO = np.float32(1), np.float32(2)


@kernel
def normal_noise(memory, data, operands):
    """z = standard normal numbers.  operands: n | random (uint64[2]) | z (n)."""
    fill_normal(memory[operands[1] : operands[1] + 4].view(np.uint64), view(memory, operands[2], operands[0]))


@kernel
def uniform_noise(memory, data, operands):
    """z = numbers evenly spread over [-1, 1).  operands: n | random (uint64[2]) | z (n)."""
    state = memory[operands[1] : operands[1] + 4].view(np.uint64)
    z = view(memory, operands[2], operands[0])
    for i in range(z.size):
        z[i] = TWO * next_uniform(state) - ONE


@kernel
def critic_forward(memory, data, operands):
    """loss = -s z, s = 1 for class 1, -1 for class 0 (Arjovsky et al. 2017, eq. 2).  operands: rows, 1 | z, t | loss (rows each)."""
    rows = operands[0]
    z, t, loss = view(memory, operands[2], rows), view(memory, operands[3], rows), view(memory, operands[4], rows)
    for i in range(rows):
        loss[i] = z[i] - TWO * t[i] * z[i]


@kernel
def critic_backward(memory, data, operands):
    """dz -= dloss s.  operands: rows, 1 | z, t, loss | dz, -, dloss (rows each)."""
    rows = operands[0]
    t, dz, dloss = view(memory, operands[3], rows), view(memory, operands[5], rows), view(memory, operands[7], rows)
    for i in range(rows):
        dz[i] -= dloss[i] * (TWO * t[i] - ONE)


@kernel
def minimax_forward(memory, data, operands):
    """loss = -ln(1 + e^(s z)), the other class's chance in logarithms, s as in critic_forward (Goodfellow et al. 2014, eq. 1).

    operands: rows, 1 | z, t | loss (rows each).
    """
    rows = operands[0]
    z, t, loss = view(memory, operands[2], rows), view(memory, operands[3], rows), view(memory, operands[4], rows)
    for i in range(rows):
        loss[i] = -softplus(TWO * t[i] * z[i] - z[i])


@kernel
def minimax_backward(memory, data, operands):
    """dz -= dloss s sigmoid(s z).  operands: rows, 1 | z, t, loss | dz, -, dloss (rows each)."""
    rows = operands[0]
    z, t = view(memory, operands[2], rows), view(memory, operands[3], rows)
    dz, dloss = view(memory, operands[5], rows), view(memory, operands[7], rows)
    for i in range(rows):
        sign = TWO * t[i] - ONE
        dz[i] -= dloss[i] * sign * sigmoid(sign * z[i])


@kernel
def average_weights(memory, data, operands):
    """a += (w - a) (1 - decay) / (1 - decay^t), a moving average whose start is corrected (Kingma and Ba 2015, section 3). t is counted.

    operands: n | w, a (n each), t (int64), decay (1).
    """
    n, decay = operands[0], np.float64(memory[operands[4]])
    t = memory[operands[3] : operands[3] + 2].view(np.int64)
    t[0] += 1
    share = np.float32((1.0 - decay) / (1.0 - decay ** np.float64(t[0])))
    w, a = view(memory, operands[1], n), view(memory, operands[2], n)
    for i in range(n):
        a[i] = (ONE - share) * a[i] + share * w[i]


@kernel
def averaged_weights(memory, data, operands):
    """y = a, or w while nothing was averaged.  operands: n | w, a (n each), t (int64) | y (n)."""
    n = operands[0]
    t = memory[operands[3] : operands[3] + 2].view(np.int64)[0]
    x, y = view(memory, operands[2] if t > 0 else operands[1], n), view(memory, operands[4], n)
    for i in range(n):
        y[i] = x[i]
