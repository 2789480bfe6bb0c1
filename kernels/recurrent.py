"""What recurrent kernels share, and the simple recurrent network: sequences are (rows, time, features), all steps in one instruction.

The state before the first step is 0. When `reverse` is 1 the steps are taken from the end of time; everything stays at its own time. Rows
may have lengths of their own: a row's states stop at its length, and what lies behind counts as 0 and has gradients of 0. Going backward in
time its steps so begin at its length. Backward kernels leave the loss's whole gradient by each state, through all later steps: in dh, or,
where a cell carries it, in its own.

A step needs the state before it, a product of few rows; all else is one product for a block of several steps. A block is small enough to
stay in a level-2 cache between its products, and its rows, which lie far apart in a sequence (often by a power of two, which caches like
least), are copied together. The recurrent weights are laid out once in the order in which every step reads them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.columns import add_rows
from kernels.gemm import PANEL
from kernels.kernel import kernel, view
from kernels.lookup import copy, look_up, lookup_backward, lookup_forward, lookup_room
from kernels.mathematics import tanh
from kernels.matmul import SCRATCH, lay_panels, multiply, multiply_onto, multiply_panels
from kernels.shared import SAFE_MATH
from kernels.simd import expect, wide

compiled = njit(error_model="numpy", fastmath=SAFE_MATH)
inlined = njit(forceinline=True, error_model="numpy", fastmath=SAFE_MATH)

ZERO, ONE = np.float32(0), np.float32(1)
BLOCK = 128  # rows
LINE = 16  # places


@inlined
def steps_of_a_block(rows, time):
    """How many steps are taken together."""
    return min(time, max(1, BLOCK // rows))


def block_room(rows: int, time: int, *widths: int) -> int:
    """Places for that many numbers of each row of a block."""
    steps: int = steps_of_a_block.py_func(rows, time)
    return rows * steps * sum(widths)


@inlined
def moment(step, time, reverse):
    """(time of the step, time of the step before it)."""
    return (time - 1 - step, time - step) if reverse else (step, step - 1)


@inlined
def length_of(memory, lengths, i, time):
    """How many times of row i count; all of them when there are no lengths (-1)."""
    if lengths < 0 or not memory[lengths + i] < time:
        return time
    return max(np.int64(memory[lengths + i]), 0)


@inlined
def clear(memory, offset, size):
    """Zeros."""
    target = view(memory, offset, size)
    for j in range(size):
        target[j] = ZERO


@inlined
def expect_all(memory, offset, size):
    """Ask for places that will soon be written."""
    for j in range(0, size, LINE):
        expect(memory, offset + j, True)


@compiled
def gather(memory, order, first, steps, width, source, block):
    """block (steps, rows, width) = source (rows, time, width) at the steps from `first` on; 0 outside of a row's length and before step 0.

    `order` is (rows, time, lengths, reverse), here and below.
    """
    wide()
    rows, time, lengths, reverse = order
    for step in range(first, first + steps):
        t, _ = moment(step, time, reverse)
        for i in range(rows):
            if 0 <= t < length_of(memory, lengths, i, time):
                copy(view(memory, source + (i * time + t) * width, width), view(memory, block, width))
            else:
                clear(memory, block, width)
            block += width


@compiled
def scatter(memory, order, first, steps, width, block, target):
    """target (rows, time, width) += block (steps, rows, width) at the steps from `first` on, within each row's length."""
    wide()
    rows, time, lengths, reverse = order
    for step in range(first, first + steps):
        t, _ = moment(step, time, reverse)
        for i in range(rows):
            if t < length_of(memory, lengths, i, time):
                row, gained = view(memory, target + (i * time + t) * width, width), view(memory, block, width)
                for j in range(width):
                    row[j] += gained[j]
            block += width


@compiled
def gather_rows(memory, order, first, steps, width, numbers, table, block):
    """block (steps, rows, width) = those rows of the table (symbols, width) that the numbers (rows, time) name."""
    wide()
    rows, time, _, reverse = order
    for step in range(first, first + steps):
        t, _ = moment(step, time, reverse)
        for i in range(rows):
            copy(view(memory, table + np.int64(memory[numbers + i * time + t]) * width, width), view(memory, block, width))
            block += width


@compiled
def scatter_rows(memory, order, first, steps, width, block, numbers, table):
    """Add the rows of a block to those of the table that the numbers name."""
    wide()
    rows, time, _, reverse = order
    for step in range(first, first + steps):
        t, _ = moment(step, time, reverse)
        for i in range(rows):
            row, gained = view(memory, table + np.int64(memory[numbers + i * time + t]) * width, width), view(memory, block, width)
            for j in range(width):
                row[j] += gained[j]
            block += width


@compiled
def input_sums(memory, order, first, steps, features, width, x, looked, w, b, inputs, sums, scratch):
    """For a block of steps: sums (steps, rows, width) = x W + b, from x (rows, time, features) by way of inputs (steps, rows, features).

    Of what was looked up (kernels/lookup.py) they are there already.
    """
    count, table, _, _, numbers = looked
    if count >= 0:
        gather_rows(memory, order, first, steps, width, numbers, table, sums)
    else:
        gather(memory, order, first, steps, features, x, inputs)
        multiply_onto(memory, steps * order[0], width, features, inputs, features, 1, w, width, 1, b, 0, sums, width, scratch)


@compiled
def input_gradients(memory, order, first, steps, features, width, x, looked, w, dsums, inputs, dx, dw, db, scratch):
    """For a block of steps: dx += dsums Wᵀ, dW += xᵀ dsums, db += sum of dsums (steps, rows, width); `inputs` is room for x's block.

    Of what was looked up dsums goes into the table, for the weights' gradients at the end.
    """
    n = steps * order[0]
    count, table, _, _, numbers = looked
    if count >= 0:
        scatter_rows(memory, order, first, steps, width, dsums, numbers, table)
    else:
        gather(memory, order, first, steps, features, x, inputs)
        multiply(memory, features, width, n, inputs, 1, features, dsums, width, 1, dw, width, True, scratch)
        add_rows(memory, n, width, dsums, width, db)
    if dx >= 0:
        multiply(memory, n, features, width, dsums, width, 1, w, 1, width, inputs, features, False, scratch)
        scatter(memory, order, first, steps, features, inputs, dx)


def rnn_room(rows: int, time: int, features: int, hidden: int, entries: int) -> int:
    """Places of scratch that both kernels have enough of."""
    looked_up: int = lookup_room.py_func(rows * time, entries, features, hidden)
    return hidden * (hidden + PANEL) + block_room(rows, time, features, 2 * hidden) + rows * hidden + SCRATCH + looked_up


@kernel
def rnn_forward(memory, data, operands):
    """h_t = f(x_t W + h_(t-1) U + b), f tanh or, when `relu` is 1, max(., 0) (Elman 1990).

    operands: rows, time, features, hidden, entries, reverse, relu | x (rows, time, features), W (features, hidden), U (hidden, hidden),
    b (hidden), lengths (rows, or -1), symbols (rows, time) and E (entries, features), or -1 both | h (rows, time, hidden) |
    scratch: panels of U, a block of x and of sums (steps, rows, hidden), state (rows, hidden), SCRATCH, lookup_room.
    """
    rows, time, features, hidden, entries = operands[0], operands[1], operands[2], operands[3], operands[4]
    reverse, relu = operands[5], operands[6]
    x, w, u, b, lengths, symbols, e = operands[7], operands[8], operands[9], operands[10], operands[11], operands[12], operands[13]
    h, panels = operands[14], operands[15]
    order, span = (rows, time, lengths, reverse), steps_of_a_block(rows, time)
    inputs = panels + hidden * (hidden + PANEL)
    sums = inputs + span * rows * features
    now = sums + span * rows * hidden
    scratch = now + rows * hidden
    looked = look_up(memory, rows * time, entries, features, hidden, symbols, e, scratch + SCRATCH)
    lookup_forward(memory, looked, features, hidden, w, b, scratch)
    lay_panels(memory, hidden, hidden, u, hidden, 1, panels)
    clear(memory, now, rows * hidden)
    for first in range(0, time, span):
        steps = min(span, time - first)
        input_sums(memory, order, first, steps, features, hidden, x, looked, w, b, inputs, sums, scratch)
        for step in range(first, first + steps):
            t, _ = moment(step, time, reverse)
            total = sums + (step - first) * rows * hidden
            if step > 0:
                multiply_panels(memory, rows, hidden, hidden, now, hidden, panels, total, hidden, True, scratch)
            for i in range(rows):
                state = h + (i * time + t) * hidden
                if t < length_of(memory, lengths, i, time):
                    rnn_cell(view(memory, total + i * hidden, hidden), view(memory, now + i * hidden, hidden), relu)
                    copy(view(memory, now + i * hidden, hidden), view(memory, state, hidden))
                else:
                    clear(memory, state, hidden)


@inlined
def rnn_cell(sums, h, relu):
    """h = f(sums)."""
    wide()
    if relu:
        for j in range(h.size):
            h[j] = ZERO if sums[j] < ZERO else sums[j]
    else:
        for j in range(h.size):
            h[j] = tanh(sums[j])


@kernel
def rnn_backward(memory, data, operands):
    """Backward through time: ds_t = (dh_t + ds_(t+1) Uᵀ) f'(h_t). dh keeps what comes from later steps, too.

    operands: rows, time, features, hidden, entries, reverse, relu | x, W, U, b, lengths, symbols, E, h |
    dx (or -1), dW, dU, db, -, -, dE, dh |
    scratch: panels of Uᵀ, a block of x, of the states before and of ds, the dh that comes from the step after (rows, hidden), SCRATCH,
    lookup_room.
    """
    rows, time, features, hidden, entries = operands[0], operands[1], operands[2], operands[3], operands[4]
    reverse, relu = operands[5], operands[6]
    x, w, u, lengths, symbols, e, h = operands[7], operands[8], operands[9], operands[11], operands[12], operands[13], operands[14]
    dx, dw, du, db, de, dh, panels = operands[15], operands[16], operands[17], operands[18], operands[21], operands[22], operands[23]
    order, span = (rows, time, lengths, reverse), steps_of_a_block(rows, time)
    inputs = panels + hidden * (hidden + PANEL)
    past = inputs + span * rows * features
    ds = past + span * rows * hidden
    later = ds + span * rows * hidden
    scratch = later + rows * hidden
    looked = look_up(memory, rows * time, entries, features, hidden, symbols, e, scratch + SCRATCH)
    clear(memory, looked[1], looked[0] * hidden)
    lay_panels(memory, hidden, hidden, u, 1, hidden, panels)
    clear(memory, later, rows * hidden)
    for first in range((time - 1) // span * span, -1, -span):
        steps = min(span, time - first)
        gather(memory, order, first - 1, steps, hidden, h, past)
        for step in range(first + steps - 1, first - 1, -1):
            t, _ = moment(step, time, reverse)
            dsum = ds + (step - first) * rows * hidden
            for i in range(rows):
                at, place = (i * time + t) * hidden, dsum + i * hidden
                if t < length_of(memory, lengths, i, time):
                    gained, passed = view(memory, dh + at, hidden), view(memory, later + i * hidden, hidden)
                    rnn_cell_backward(view(memory, h + at, hidden), gained, passed, view(memory, place, hidden), relu)
                else:
                    clear(memory, place, hidden)
            if step > 0:
                multiply_panels(memory, rows, hidden, hidden, dsum, hidden, panels, later, hidden, False, scratch)
        multiply(memory, hidden, hidden, steps * rows, past, 1, hidden, ds, hidden, 1, du, hidden, True, scratch)
        input_gradients(memory, order, first, steps, features, hidden, x, looked, w, ds, inputs, dx, dw, db, scratch)
    lookup_backward(memory, looked, features, hidden, w, dw, de, db, scratch)


@inlined
def rnn_cell_backward(h, dh, later, ds, relu):
    """dh += later, ds = dh f'(h)."""
    wide()
    for j in range(h.size):
        dh[j] += later[j]
    if relu:
        for j in range(h.size):
            ds[j] = dh[j] if h[j] > ZERO else ZERO
    else:
        for j in range(h.size):
            ds[j] = dh[j] * (ONE - h[j] * h[j])


@kernel
def one_time_forward(memory, data, operands):
    """y = the state at one time, or at a row's last one when that comes before.

    operands: rows, time, hidden, which | h (rows, time, hidden), lengths (rows, or -1) | y (rows, hidden).
    """
    rows, time, hidden = operands[0], operands[1], operands[2]
    for i in range(rows):
        t = one_time(memory, operands[5], i, time, operands[3])
        copy(view(memory, operands[4] + (i * time + t) * hidden, hidden), view(memory, operands[6] + i * hidden, hidden))


@inlined
def one_time(memory, lengths, i, time, which):
    """The time meant in row i; in a row of no length 0, where its state is 0."""
    return max(min(which, length_of(memory, lengths, i, time) - 1), 0)


@kernel
def one_time_backward(memory, data, operands):
    """dh += dy at that time.  operands: rows, time, hidden, which | h, lengths, y | dh, -, dy."""
    rows, time, hidden = operands[0], operands[1], operands[2]
    for i in range(rows):
        t = one_time(memory, operands[5], i, time, operands[3])
        dh, dy = view(memory, operands[7] + (i * time + t) * hidden, hidden), view(memory, operands[9] + i * hidden, hidden)
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
