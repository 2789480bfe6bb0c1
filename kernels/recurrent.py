"""What recurrent kernels share, and the simple recurrent network: sequences are (rows, time, features), all steps in one instruction.

The inputs of all steps meet their weights in one product; then each step adds its recurrent product, (rows, hidden) by (hidden, sums).
Going back, the gradients of all sums are gathered step by step, and the gradients of weights and inputs are one product each. The state
before the first step is 0. When `reverse` is 1 the steps are taken from the end of time; everything stays at its own time.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.kernel import SAFE_MATH, kernel, view
from kernels.mathematics import tanh
from kernels.matmul import multiply

inlined = njit(forceinline=True, error_model="numpy", fastmath=SAFE_MATH)

ZERO, ONE = np.float32(0), np.float32(1)


@inlined
def moment(step, time, reverse):
    """(time of the step, time of the step before it)."""
    return (time - 1 - step, time - step) if reverse else (step, step - 1)


@inlined
def clear(memory, offset, size):
    """Zeros."""
    for i in range(offset, offset + size):
        memory[i] = ZERO


@inlined
def add_rows(memory, n, width, sums, total):
    """total (width) += the sum of n rows of sums."""
    for i in range(n):
        row, target = view(memory, sums + i * width, width), view(memory, total, width)
        for j in range(width):
            target[j] += row[j]


@njit(error_model="numpy", fastmath=SAFE_MATH)
def input_gradients(memory, n, features, width, x, w, dsums, dx, dw, db, scratch):
    """dx += dsums Wᵀ, dW += xᵀ dsums, db += sum of dsums.  x (n, features), W (features, width), dsums (n, width), n = rows time."""
    if dx >= 0:
        multiply(memory, n, features, width, dsums, width, 1, w, 1, width, dx, features, True, scratch)
    multiply(memory, features, width, n, x, 1, features, dsums, width, 1, dw, width, True, scratch)
    add_rows(memory, n, width, dsums, db)


@njit(error_model="numpy", fastmath=SAFE_MATH)
def recurrent_gradient(memory, rows, time, hidden, width, reverse, h, dsums, du, scratch):
    """dU += the sum over all steps of (state before)ᵀ dsums.  h (rows, time, hidden), dsums (rows, time, width), U (hidden, width).

    One product of all states and the dsums one time on (or back). A row's last state would so meet the next row's first dsums, which
    have no state before them: they are cleared.
    """
    first = time - 1 if reverse else 0
    for i in range(rows):
        clear(memory, dsums + (i * time + first) * width, width)
    before, after = (h + hidden, dsums) if reverse else (h, dsums + width)
    if time > 1:
        multiply(memory, hidden, width, rows * time - 1, before, 1, hidden, after, width, 1, du, width, True, scratch)


@kernel
def rnn_forward(memory, data, operands):
    """h_t = f(x_t W + h_(t-1) U + b), f tanh or, when `relu` is 1, max(., 0) (Elman 1990).

    operands: rows, time, features, hidden, reverse, relu | x (rows, time, features), W (features, hidden), U (hidden, hidden), b (hidden) |
    h (rows, time, hidden) | scratch (SCRATCH).
    """
    rows, time, features, hidden, reverse, relu = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, b, h, scratch = operands[6], operands[7], operands[8], operands[9], operands[10], operands[11]
    multiply(memory, rows * time, hidden, features, x, features, 1, w, hidden, 1, h, hidden, False, scratch)
    for step in range(time):
        t, before = moment(step, time, reverse)
        if step > 0:
            states, sums = h + before * hidden, h + t * hidden
            multiply(memory, rows, hidden, hidden, states, time * hidden, 1, u, hidden, 1, sums, time * hidden, True, scratch)
        for i in range(rows):
            rnn_cell(view(memory, h + (i * time + t) * hidden, hidden), view(memory, b, hidden), relu)


@inlined
def rnn_cell(h, b, relu):
    """h = f(h + b)."""
    if relu:
        for j in range(h.size):
            h[j] = ZERO if h[j] + b[j] < ZERO else h[j] + b[j]
    else:
        for j in range(h.size):
            h[j] = tanh(h[j] + b[j])


@kernel
def rnn_backward(memory, data, operands):
    """Backward through time: ds_t = (dh_t + ds_(t+1) Uᵀ) f'(h_t).

    operands: rows, time, features, hidden, reverse, relu | x, W, U, b, h | dx (or -1), dW, dU, db, dh |
    scratch: ds (rows, time, hidden), gradient that comes from the step after (rows, hidden), SCRATCH.
    """
    rows, time, features, hidden, reverse, relu = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, h = operands[6], operands[7], operands[8], operands[10]
    dx, dw, du, db, dh, ds = operands[11], operands[12], operands[13], operands[14], operands[15], operands[16]
    later = ds + rows * time * hidden
    scratch = later + rows * hidden
    clear(memory, later, rows * hidden)
    for step in range(time - 1, -1, -1):
        t, _ = moment(step, time, reverse)
        for i in range(rows):
            at = (i * time + t) * hidden
            gained, passed = view(memory, dh + at, hidden), view(memory, later + i * hidden, hidden)
            rnn_cell_backward(view(memory, h + at, hidden), gained, passed, view(memory, ds + at, hidden), relu)
        if step > 0:
            multiply(memory, rows, hidden, hidden, ds + t * hidden, time * hidden, 1, u, 1, hidden, later, hidden, False, scratch)
    input_gradients(memory, rows * time, features, hidden, x, w, ds, dx, dw, db, scratch)
    recurrent_gradient(memory, rows, time, hidden, hidden, reverse, h, ds, du, scratch)


@inlined
def rnn_cell_backward(h, dh, later, ds, relu):
    """ds = (dh + later) f'(h)."""
    if relu:
        for j in range(h.size):
            ds[j] = dh[j] + later[j] if h[j] > ZERO else ZERO
    else:
        for j in range(h.size):
            ds[j] = (dh[j] + later[j]) * (ONE - h[j] * h[j])


@kernel
def one_time_forward(memory, data, operands):
    """y = the state at one time.  operands: rows, time, hidden, which | h (rows, time, hidden) | y (rows, hidden)."""
    rows, time, hidden, which = operands[0], operands[1], operands[2], operands[3]
    for i in range(rows):
        h, y = view(memory, operands[4] + (i * time + which) * hidden, hidden), view(memory, operands[5] + i * hidden, hidden)
        for j in range(hidden):
            y[j] = h[j]


@kernel
def one_time_backward(memory, data, operands):
    """dh += dy at that time.  operands: rows, time, hidden, which | h, y | dh, dy."""
    rows, time, hidden, which = operands[0], operands[1], operands[2], operands[3]
    for i in range(rows):
        dh, dy = view(memory, operands[6] + (i * time + which) * hidden, hidden), view(memory, operands[7] + i * hidden, hidden)
        for j in range(hidden):
            dh[j] += dy[j]


@kernel
def both_ways_forward(memory, data, operands):
    """y = a and b side by side.  operands: n, k, m | a (n, k), b (n, m) | y (n, k + m)."""
    n, k, m = operands[0], operands[1], operands[2]
    for i in range(n):
        y = view(memory, operands[5] + i * (k + m), k + m)
        a, b = view(memory, operands[3] + i * k, k), view(memory, operands[4] + i * m, m)
        for j in range(k):
            y[j] = a[j]
        for j in range(m):
            y[k + j] = b[j]


@kernel
def both_ways_backward(memory, data, operands):
    """da and db += their columns of dy.  operands: n, k, m | a, b, y | da, db (or -1 each), dy."""
    n, k, m = operands[0], operands[1], operands[2]
    for i in range(n):
        dy = view(memory, operands[8] + i * (k + m), k + m)
        da = view(memory, operands[6] + i * k if operands[6] >= 0 else -1, k)
        db = view(memory, operands[7] + i * m if operands[7] >= 0 else -1, m)
        for j in range(da.size):
            da[j] += dy[j]
        for j in range(db.size):
            db[j] += dy[k + j]
