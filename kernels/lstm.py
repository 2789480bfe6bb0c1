"""Long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate of Gers et al. 2000), a whole sequence in one instruction.

The four gates lie side by side in PyTorch's order: input i, forget f, candidate g, output o.

    i, f, o = sigmoid(x_t W + h_(t-1) U + b)    g = tanh(the same)    c_t = f c_(t-1) + i g    h_t = o tanh c_t
"""

from __future__ import annotations

import numpy as np

from kernels.gemm import PANEL
from kernels.kernel import kernel, view
from kernels.lookup import copy, look_up, lookup_backward, lookup_forward, lookup_room
from kernels.mathematics import sigmoid, tanh
from kernels.matmul import SCRATCH, lay_panels, multiply, multiply_panels
from kernels.recurrent import (
    block_room,
    clear,
    gather,
    inlined,
    input_gradients,
    input_sums,
    length_of,
    moment,
    steps_of_a_block,
)
from kernels.simd import WIDTH, add, load, multiply_add, spread, store, subtract, wide
from kernels.simd import multiply as times

ONE = np.float32(1)
GATES = 4


def lstm_room(rows: int, time: int, features: int, hidden: int, entries: int) -> int:
    """Places of scratch that both kernels have enough of."""
    width = GATES * hidden
    looked_up: int = lookup_room.py_func(rows * time, entries, features, width)
    return width * (hidden + PANEL) + block_room(rows, time, features, 2 * hidden, width) + 2 * rows * hidden + SCRATCH + looked_up


@kernel
def lstm_forward(memory, data, operands):
    """h (rows, time, hidden) for x (rows, time, features).

    operands: rows, time, features, hidden, entries, reverse | x, W (features, 4 hidden), U (hidden, 4 hidden), b (4 hidden),
    lengths (rows, or -1), symbols (rows, time) and E (entries, features), or -1 both | h |
    gates (rows, time, 4, hidden), c (rows, time, hidden), room for backward's dc |
    scratch: panels of U, a block of x and of sums (steps, rows, 4, hidden), state and cell (rows, hidden each), SCRATCH, lookup_room.
    """
    rows, time, features, hidden, entries, reverse = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, b, lengths, symbols, e = operands[6], operands[7], operands[8], operands[9], operands[10], operands[11], operands[12]
    h, gates, c, panels = operands[13], operands[14], operands[15], operands[17]
    order, span, width = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden
    inputs = panels + hidden * (width + PANEL)
    sums = inputs + span * rows * features
    now = sums + span * rows * width
    cell = now + rows * hidden
    scratch = cell + rows * hidden
    looked = look_up(memory, rows * time, entries, features, width, symbols, e, scratch + SCRATCH)
    lookup_forward(memory, looked, features, width, w, b, scratch)
    lay_panels(memory, hidden, width, u, width, 1, panels)
    clear(memory, now, 2 * rows * hidden)
    for first in range(0, time, span):
        steps = min(span, time - first)
        input_sums(memory, order, first, steps, features, width, x, looked, w, b, inputs, sums, scratch)
        for step in range(first, first + steps):
            t, _ = moment(step, time, reverse)
            total = sums + (step - first) * rows * width
            if step > 0:
                multiply_panels(memory, rows, width, hidden, now, hidden, panels, total, width, True, scratch)
            for i in range(rows):
                at = i * time + t
                if t < length_of(memory, lengths, i, time):
                    gate = view(memory, gates + at * width, width)
                    state, remembered = view(memory, now + i * hidden, hidden), view(memory, cell + i * hidden, hidden)
                    lstm_gates(view(memory, total + i * width, width), gate, hidden)
                    lstm_cell(gate, remembered, state)
                    copy(state, view(memory, h + at * hidden, hidden))
                    copy(remembered, view(memory, c + at * hidden, hidden))
                else:
                    clear(memory, gates + at * width, width)
                    clear(memory, h + at * hidden, hidden)
                    clear(memory, c + at * hidden, hidden)


@inlined
def lstm_gates(sums, gates, hidden):
    """The sums become gates."""
    wide()
    candidates, outputs = gates[2 * hidden : 3 * hidden], gates[3 * hidden :]
    to_candidates, to_outputs = sums[2 * hidden : 3 * hidden], sums[3 * hidden :]
    for j in range(2 * hidden):
        gates[j] = sigmoid(sums[j])
    for j in range(hidden):
        candidates[j] = tanh(to_candidates[j])
    for j in range(hidden):
        outputs[j] = sigmoid(to_outputs[j])


@inlined
def lstm_cell(gates, c, h):
    """c = f c + i g, h = o tanh c."""
    wide()
    hidden = c.size
    i, f, g, o = gates[:hidden], gates[hidden : 2 * hidden], gates[2 * hidden : 3 * hidden], gates[3 * hidden :]
    for j in range(hidden):
        c[j] = f[j] * c[j] + i[j] * g[j]
    for j in range(hidden):
        h[j] = o[j] * tanh(c[j])


@kernel
def lstm_backward(memory, data, operands):
    """Backward through time, with dh and dc handed from step to step. dc keeps the loss's whole gradient by each cell.

    operands: rows, time, features, hidden, entries, reverse | x, W, U, b, lengths, symbols, E, h |
    dx (or -1), dW, dU, db, -, -, dE, dh | gates, c, dc (rows, time, hidden) |
    scratch: panels of Uᵀ, a block of x, of the states and cells before, and of ds, gradients of the gates' sums (steps, rows, 4, hidden),
    dh and dc from the step after (rows, hidden each), SCRATCH, lookup_room.
    """
    rows, time, features, hidden, entries, reverse = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, lengths, symbols, e, h = operands[6], operands[7], operands[8], operands[10], operands[11], operands[12], operands[13]
    dx, dw, du, db, de, dh = operands[14], operands[15], operands[16], operands[17], operands[20], operands[21]
    gates, c, dcells, panels = operands[22], operands[23], operands[24], operands[25]
    order, span, width = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden
    inputs = panels + width * (hidden + PANEL)
    past = inputs + span * rows * features
    cells = past + span * rows * hidden
    ds = cells + span * rows * hidden
    later = ds + span * rows * width
    dc = later + rows * hidden
    scratch = dc + rows * hidden
    looked = look_up(memory, rows * time, entries, features, width, symbols, e, scratch + SCRATCH)
    clear(memory, looked[1], looked[0] * width)
    lay_panels(memory, width, hidden, u, 1, width, panels)
    clear(memory, later, 2 * rows * hidden)
    for first in range((time - 1) // span * span, -1, -span):
        steps = min(span, time - first)
        gather(memory, order, first - 1, steps, hidden, h, past)
        gather(memory, order, first - 1, steps, hidden, c, cells)
        for step in range(first + steps - 1, first - 1, -1):
            t, _ = moment(step, time, reverse)
            for i in range(rows):
                at, place = i * time + t, (step - first) * rows + i
                dsums = ds + place * width
                if t < length_of(memory, lengths, i, time):
                    tanh_of(view(memory, c + at * hidden, hidden), view(memory, dsums + 3 * hidden, hidden))
                    known = gates + at * width, cells + place * hidden, dh + at * hidden, later + i * hidden
                    lstm_cell_backward(memory, hidden, known, dc + i * hidden, dcells + at * hidden, dsums)
                else:
                    clear(memory, dsums, width)
                    clear(memory, dcells + at * hidden, hidden)
            if step > 0:
                here = ds + (step - first) * rows * width
                multiply_panels(memory, rows, hidden, width, here, width, panels, later, hidden, False, scratch)
        multiply(memory, hidden, width, steps * rows, past, 1, hidden, ds, width, 1, du, width, True, scratch)
        input_gradients(memory, order, first, steps, features, width, x, looked, w, ds, inputs, dx, dw, db, scratch)
    lookup_backward(memory, looked, features, width, w, dw, de, db, scratch)


@inlined
def tanh_of(c, y):
    """y = tanh c."""
    wide()
    for j in range(y.size):
        y[j] = tanh(c[j])


@inlined
def lstm_cell_backward(memory, hidden, known, dc, dcells, dsums):
    """From h = o tanh c and c = f remembered + i g, with dh + later: the gradients of the gates' sums.

    dcells becomes the gradient of c, dc that of what was remembered. known: places of the gates, what was remembered, dh and later;
    tanh c is where o's gradient comes.
    """
    gates, remembered, dh, later = known
    one = spread(ONE)
    for j in range(0, hidden, WIDTH):
        count = min(WIDTH, hidden - j)
        i, f = load(memory, gates + j, count), load(memory, gates + hidden + j, count)
        g, o = load(memory, gates + 2 * hidden + j, count), load(memory, gates + 3 * hidden + j, count)
        y = load(memory, dsums + 3 * hidden + j, count)
        d = times(add(load(memory, dh + j, count), load(memory, later + j, count)), o)
        dcell = multiply_add(d, subtract(one, times(y, y)), load(memory, dc + j, count))
        df = times(dcell, f)
        store(memory, dcells + j, dcell, count)
        store(memory, dsums + j, times(times(dcell, g), times(i, subtract(one, i))), count)
        store(memory, dsums + hidden + j, times(times(df, load(memory, remembered + j, count)), subtract(one, f)), count)
        store(memory, dsums + 2 * hidden + j, times(times(dcell, i), subtract(one, times(g, g))), count)
        store(memory, dsums + 3 * hidden + j, times(times(d, y), subtract(one, o)), count)
        store(memory, dc + j, df, count)
