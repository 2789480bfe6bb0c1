"""Long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate of Gers et al. 2000), a whole sequence in one instruction.

The four gates lie side by side in PyTorch's order: input i, forget f, candidate g, output o.

    i, f, o = sigmoid(x_t W + h_(t-1) U + b)    g = tanh(the same)    c_t = f c_(t-1) + i g    h_t = o tanh c_t
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import sigmoid, tanh
from kernels.matmul import SCRATCH, multiply
from kernels.recurrent import PANEL, clear, copy, inlined, input_gradients, lay_panels, moment, multiply_panels, recurrent_gradient

ONE = np.float32(1)
GATES = 4


def lstm_room(rows: int, time: int, hidden: int) -> int:
    """Places of scratch that both kernels have enough of."""
    width = GATES * hidden
    return width * (hidden + PANEL) + rows * width * (time + 1) + (2 * rows + 1) * hidden + SCRATCH


@kernel
def lstm_forward(memory, data, operands):
    """h (rows, time, hidden) for x (rows, time, features).

    operands: rows, time, features, hidden, reverse | x, W (features, 4 hidden), U (hidden, 4 hidden), b (4 hidden) | h |
    gates (rows, time, 4, hidden), c (rows, time, hidden) |
    scratch: panels of U, one step's product (rows, 4, hidden), state and cell (rows, hidden each), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, b, h = operands[5], operands[6], operands[7], operands[8], operands[9]
    gates, c, panels = operands[10], operands[11], operands[12]
    width = GATES * hidden
    product = panels + hidden * (width + PANEL)
    now = product + rows * width
    cell = now + rows * hidden
    scratch = cell + rows * hidden
    multiply(memory, rows * time, width, features, x, features, 1, w, width, 1, gates, width, False, scratch)
    lay_panels(memory, hidden, width, u, width, 1, panels)
    clear(memory, product, rows * (width + 2 * hidden))
    for step in range(time):
        t, _ = moment(step, time, reverse)
        if step > 0:
            multiply_panels(memory, rows, width, hidden, now, panels, product, False, scratch)
        for i in range(rows):
            at = i * time + t
            gate, state = view(memory, gates + at * width, width), view(memory, now + i * hidden, hidden)
            lstm_gates(gate, view(memory, product + i * width, width), view(memory, b, width), hidden)
            lstm_cell(gate, view(memory, cell + i * hidden, hidden), state)
            copy(state, view(memory, h + at * hidden, hidden))
            copy(view(memory, cell + i * hidden, hidden), view(memory, c + at * hidden, hidden))


@inlined
def lstm_gates(gates, product, b, hidden):
    """The sums become gates."""
    for j in range(gates.size):
        gates[j] += product[j] + b[j]
    i_and_f, g, o = gates[: 2 * hidden], gates[2 * hidden : 3 * hidden], gates[3 * hidden :]
    for j in range(i_and_f.size):
        i_and_f[j] = sigmoid(i_and_f[j])
    for j in range(hidden):
        g[j] = tanh(g[j])
    for j in range(hidden):
        o[j] = sigmoid(o[j])


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

    operands: rows, time, features, hidden, reverse | x, W, U, b, h | dx (or -1), dW, dU, db, dh | gates, c |
    scratch: panels of Uᵀ, one step's ds (rows, 4, hidden), dh and dc from the step after (rows, hidden each), zeros (hidden),
    ds: gradients of the gates' sums (rows, time, 4, hidden), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, h = operands[5], operands[6], operands[7], operands[9]
    dx, dw, du, db, dh = operands[10], operands[11], operands[12], operands[13], operands[14]
    gates, c, panels = operands[15], operands[16], operands[17]
    width = GATES * hidden
    now = panels + width * (hidden + PANEL)
    later = now + rows * width
    dc = later + rows * hidden
    zeros = dc + rows * hidden
    ds = zeros + hidden
    scratch = ds + rows * time * width
    lay_panels(memory, width, hidden, u, 1, width, panels)
    clear(memory, later, 2 * rows * hidden + hidden)
    for step in range(time - 1, -1, -1):
        t, before = moment(step, time, reverse)
        for i in range(rows):
            at = i * time + t
            gate, dgate = view(memory, gates + at * width, width), view(memory, now + i * width, width)
            remembered = view(memory, c + (i * time + before) * hidden if step > 0 else zeros, hidden)
            gained, passed = view(memory, dh + at * hidden, hidden), view(memory, later + i * hidden, hidden)
            dcell = view(memory, dc + i * hidden, hidden)
            lstm_output_backward(gate, view(memory, c + at * hidden, hidden), gained, passed, dgate, dcell)
            lstm_gates_backward(gate, remembered, dcell, dgate)
            copy(dgate, view(memory, ds + at * width, width))
        if step > 0:
            multiply_panels(memory, rows, hidden, width, now, panels, later, False, scratch)
    input_gradients(memory, rows * time, features, width, x, w, ds, dx, dw, db, scratch)
    recurrent_gradient(memory, rows, time, hidden, width, reverse, h, ds, du, scratch)


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
