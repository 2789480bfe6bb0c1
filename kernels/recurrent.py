"""What recurrent kernels share, and the simple recurrent network: sequences are (rows, time, features), all steps in one instruction.

The inputs of all steps meet their weights in one product; then each step adds its recurrent product, (rows, hidden) by (hidden, sums).
Going back, the gradients of all sums are gathered step by step, and the gradients of weights and inputs are one product each. The state
before the first step is 0. When `reverse` is 1 the steps are taken from the end of time; everything stays at its own time.

A step's numbers lie far apart, one row's at a time, often by a power of two, which caches like least. So each step works on copies
without gaps, and the recurrent weights, which every step reads, are laid out once in the order in which it reads them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.kernel import kernel, view
from kernels.mathematics import tanh
from kernels.matmul import SCRATCH, multiply
from kernels.shared import SAFE_MATH
from kernels.simd import WIDTH

compiled = njit(error_model="numpy", fastmath=SAFE_MATH)
inlined = njit(forceinline=True, error_model="numpy", fastmath=SAFE_MATH)

ZERO, ONE = np.float32(0), np.float32(1)
PANEL = 2 * WIDTH  # columns


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
def copy(source, target):
    """target = source, of the same size."""
    for j in range(target.size):
        target[j] = source[j]


@compiled
def lay_panels(memory, k, n, b, b_row, b_column, panels):
    """Copy B (k, n), strided as in `multiply`, in panels (k, PANEL) of neighbouring columns, one behind the other: k (n + PANEL) places."""
    for j in range(0, n, PANEL):
        for q in range(k):
            for i in range(min(PANEL, n - j)):
                memory[panels + j * k + q * PANEL + i] = memory[b + q * b_row + (j + i) * b_column]


@compiled
def multiply_panels(memory, m, n, k, a, panels, c, adds, scratch):
    """C = A B, or C += A B, for A (m, k) and C (m, n) without gaps and the panels of B."""
    for j in range(0, n, PANEL):
        multiply(memory, m, min(PANEL, n - j), k, a, k, 1, panels + j * k, PANEL, 1, c + j, n, adds, scratch)


@inlined
def add_rows(memory, n, width, sums, total):
    """total (width) += the sum of n rows of sums."""
    for i in range(n):
        row, target = view(memory, sums + i * width, width), view(memory, total, width)
        for j in range(width):
            target[j] += row[j]


@compiled
def input_gradients(memory, n, features, width, x, w, dsums, dx, dw, db, scratch):
    """dx += dsums Wᵀ, dW += xᵀ dsums, db += sum of dsums.  x (n, features), W (features, width), dsums (n, width), n = rows time."""
    if dx >= 0:
        multiply(memory, n, features, width, dsums, width, 1, w, 1, width, dx, features, True, scratch)
    multiply(memory, features, width, n, x, 1, features, dsums, width, 1, dw, width, True, scratch)
    add_rows(memory, n, width, dsums, db)


@compiled
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


def rnn_room(rows: int, time: int, hidden: int) -> int:
    """Places of scratch that both kernels have enough of."""
    return hidden * (hidden + PANEL) + rows * hidden * (time + 2) + SCRATCH


@kernel
def rnn_forward(memory, data, operands):
    """h_t = f(x_t W + h_(t-1) U + b), f tanh or, when `relu` is 1, max(., 0) (Elman 1990).

    operands: rows, time, features, hidden, reverse, relu | x (rows, time, features), W (features, hidden), U (hidden, hidden), b (hidden) |
    h (rows, time, hidden) | scratch: panels of U, one step's product and state (rows, hidden each), SCRATCH.
    """
    rows, time, features, hidden, reverse, relu = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, b, h, panels = operands[6], operands[7], operands[8], operands[9], operands[10], operands[11]
    product = panels + hidden * (hidden + PANEL)
    now = product + rows * hidden
    scratch = now + rows * hidden
    multiply(memory, rows * time, hidden, features, x, features, 1, w, hidden, 1, h, hidden, False, scratch)
    lay_panels(memory, hidden, hidden, u, hidden, 1, panels)
    clear(memory, product, rows * hidden)
    for step in range(time):
        t, _ = moment(step, time, reverse)
        if step > 0:
            multiply_panels(memory, rows, hidden, hidden, now, panels, product, False, scratch)
        for i in range(rows):
            state, recurrent = view(memory, h + (i * time + t) * hidden, hidden), view(memory, product + i * hidden, hidden)
            rnn_cell(state, recurrent, view(memory, b, hidden), view(memory, now + i * hidden, hidden), relu)


@inlined
def rnn_cell(h, product, b, now, relu):
    """h = f(h + product + b), and a copy of it."""
    for j in range(h.size):
        h[j] += product[j] + b[j]
    if relu:
        for j in range(h.size):
            h[j] = ZERO if h[j] < ZERO else h[j]
    else:
        for j in range(h.size):
            h[j] = tanh(h[j])
    copy(h, now)


@kernel
def rnn_backward(memory, data, operands):
    """Backward through time: ds_t = (dh_t + ds_(t+1) Uᵀ) f'(h_t).

    operands: rows, time, features, hidden, reverse, relu | x, W, U, b, h | dx (or -1), dW, dU, db, dh | scratch: panels of Uᵀ,
    one step's ds and the dh that comes from the step after (rows, hidden each), ds (rows, time, hidden), SCRATCH.
    """
    rows, time, features, hidden, reverse, relu = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, h = operands[6], operands[7], operands[8], operands[10]
    dx, dw, du, db, dh, panels = operands[11], operands[12], operands[13], operands[14], operands[15], operands[16]
    now = panels + hidden * (hidden + PANEL)
    later = now + rows * hidden
    ds = later + rows * hidden
    scratch = ds + rows * time * hidden
    lay_panels(memory, hidden, hidden, u, 1, hidden, panels)
    clear(memory, later, rows * hidden)
    for step in range(time - 1, -1, -1):
        t, _ = moment(step, time, reverse)
        for i in range(rows):
            at = (i * time + t) * hidden
            gained, passed = view(memory, dh + at, hidden), view(memory, later + i * hidden, hidden)
            dsum, step_dsum = view(memory, ds + at, hidden), view(memory, now + i * hidden, hidden)
            rnn_cell_backward(view(memory, h + at, hidden), gained, passed, dsum, step_dsum, relu)
        if step > 0:
            multiply_panels(memory, rows, hidden, hidden, now, panels, later, False, scratch)
    input_gradients(memory, rows * time, features, hidden, x, w, ds, dx, dw, db, scratch)
    recurrent_gradient(memory, rows, time, hidden, hidden, reverse, h, ds, du, scratch)


@inlined
def rnn_cell_backward(h, dh, later, ds, now, relu):
    """ds = (dh + later) f'(h), and a copy of it."""
    if relu:
        for j in range(h.size):
            now[j] = dh[j] + later[j] if h[j] > ZERO else ZERO
    else:
        for j in range(h.size):
            now[j] = (dh[j] + later[j]) * (ONE - h[j] * h[j])
    copy(now, ds)


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
