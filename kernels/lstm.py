"""Long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate of Gers et al. 2000), a whole sequence in one instruction.

The four gates lie side by side in PyTorch's order: input i, forget f, candidate g, output o.

    i, f, o = sigmoid(x_t W + h_(t-1) U + b)    g = tanh(the same)    c_t = f c_(t-1) + i g    h_t = o tanh c_t
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import sigmoid, tanh
from kernels.matmul import SCRATCH
from kernels.recurrent import (
    PANEL,
    block_room,
    clear,
    copy,
    inlined,
    input_gradients,
    input_sums,
    lay_panels,
    length_of,
    moment,
    multiply_panels,
    recurrent_gradient,
    steps_of_a_block,
)

ONE = np.float32(1)
GATES = 4


def lstm_room(rows: int, time: int, features: int, hidden: int) -> int:
    """Places of scratch that both kernels have enough of."""
    width = GATES * hidden
    return width * (hidden + PANEL) + block_room(rows, time, features, hidden, width) + (2 * rows + 1) * hidden + SCRATCH


@kernel
def lstm_forward(memory, data, operands):
    """h (rows, time, hidden) for x (rows, time, features).

    operands: rows, time, features, hidden, reverse | x, W (features, 4 hidden), U (hidden, 4 hidden), b (4 hidden),
    lengths (rows, or -1) | h | gates (rows, time, 4, hidden), c (rows, time, hidden) |
    scratch: panels of U, a block of x and of sums (steps, rows, 4, hidden), state and cell (rows, hidden each), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, b, lengths, h = operands[5], operands[6], operands[7], operands[8], operands[9], operands[10]
    gates, c, panels = operands[11], operands[12], operands[13]
    order, span, width = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden
    inputs = panels + hidden * (width + PANEL)
    sums = inputs + span * rows * features
    now = sums + span * rows * width
    cell = now + rows * hidden
    scratch = cell + rows * hidden
    lay_panels(memory, hidden, width, u, width, 1, panels)
    clear(memory, now, 2 * rows * hidden)
    for first in range(0, time, span):
        steps = min(span, time - first)
        input_sums(memory, order, first, steps, features, width, x, w, b, inputs, sums, scratch)
        for step in range(first, first + steps):
            t, _ = moment(step, time, reverse)
            total = sums + (step - first) * rows * width
            if step > 0:
                multiply_panels(memory, rows, width, hidden, now, panels, total, True, scratch)
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
    candidates = 2 * hidden
    for j in range(candidates):
        gates[j] = sigmoid(sums[j])
    for j in range(candidates, candidates + hidden):
        gates[j] = tanh(sums[j])
    for j in range(candidates + hidden, gates.size):
        gates[j] = sigmoid(sums[j])


@inlined
def lstm_cell(gates, c, h):
    """c = f c + i g, h = o tanh c."""
    hidden = c.size
    i, f, g, o = gates[:hidden], gates[hidden : 2 * hidden], gates[2 * hidden : 3 * hidden], gates[3 * hidden :]
    for j in range(hidden):
        c[j] = f[j] * c[j] + i[j] * g[j]
    for j in range(hidden):
        h[j] = o[j] * tanh(c[j])


@kernel
def lstm_backward(memory, data, operands):
    """Backward through time, with dh and dc handed from step to step.

    operands: rows, time, features, hidden, reverse | x, W, U, b, lengths, h | dx (or -1), dW, dU, db, -, dh | gates, c |
    scratch: panels of Uᵀ, a block of x, of the states before and of ds, gradients of the gates' sums (steps, rows, 4, hidden),
    dh and dc from the step after (rows, hidden each), zeros (hidden), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, lengths, h = operands[5], operands[6], operands[7], operands[9], operands[10]
    dx, dw, du, db, dh = operands[11], operands[12], operands[13], operands[14], operands[16]
    gates, c, panels = operands[17], operands[18], operands[19]
    order, span, width = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden
    inputs = panels + width * (hidden + PANEL)
    past = inputs + span * rows * features
    ds = past + span * rows * hidden
    later = ds + span * rows * width
    dc = later + rows * hidden
    zeros = dc + rows * hidden
    scratch = zeros + hidden
    lay_panels(memory, width, hidden, u, 1, width, panels)
    clear(memory, later, 2 * rows * hidden + hidden)
    for first in range((time - 1) // span * span, -1, -span):
        steps = min(span, time - first)
        for step in range(first + steps - 1, first - 1, -1):
            t, before = moment(step, time, reverse)
            dsums = ds + (step - first) * rows * width
            for i in range(rows):
                at, place = i * time + t, dsums + i * width
                if t < length_of(memory, lengths, i, time):
                    gate, dgate, dcell = (
                        view(memory, gates + at * width, width),
                        view(memory, place, width),
                        view(memory, dc + i * hidden, hidden),
                    )
                    gained, passed = view(memory, dh + at * hidden, hidden), view(memory, later + i * hidden, hidden)
                    remembered = view(memory, c + (i * time + before) * hidden if step > 0 else zeros, hidden)
                    lstm_output_backward(gate, view(memory, c + at * hidden, hidden), gained, passed, dgate, dcell)
                    lstm_gates_backward(gate, remembered, dcell, dgate)
                else:
                    clear(memory, place, width)
            if step > 0:
                multiply_panels(memory, rows, hidden, width, dsums, panels, later, False, scratch)
        recurrent_gradient(memory, order, first, steps, hidden, width, h, ds, past, du, scratch)
        input_gradients(memory, order, first, steps, features, width, x, w, ds, inputs, dx, dw, db, scratch)


@inlined
def lstm_output_backward(gates, c, dh, later, dgates, dc):
    """From h = o tanh c, with dh + later: the gradient of o's sum, and what c gains."""
    hidden = c.size
    o, do = gates[3 * hidden :], dgates[3 * hidden :]
    for j in range(hidden):
        d, y = dh[j] + later[j], tanh(c[j])
        do[j] = d * y * o[j] * (ONE - o[j])
        dc[j] += d * o[j] * (ONE - y * y)


@inlined
def lstm_gates_backward(gates, remembered, dc, dgates):
    """From c = f remembered + i g: the gradients of the sums of i, f and g; dc becomes that of what was remembered."""
    hidden = dc.size
    i, f, g = gates[:hidden], gates[hidden : 2 * hidden], gates[2 * hidden : 3 * hidden]
    di, df, dg = dgates[:hidden], dgates[hidden : 2 * hidden], dgates[2 * hidden : 3 * hidden]
    for j in range(hidden):
        di[j] = dc[j] * g[j] * i[j] * (ONE - i[j])
        dg[j] = dc[j] * i[j] * (ONE - g[j] * g[j])
    for j in range(hidden):
        df[j] = dc[j] * remembered[j] * f[j] * (ONE - f[j])
        dc[j] *= f[j]
