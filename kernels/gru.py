"""Gated recurrent units (Cho et al. 2014), a whole sequence in one instruction, in the form that PyTorch and cuDNN have.

The reset gate acts on the recurrent product, not on the state before it ("reset after"), which therefore has a bias of its own. The
gates lie side by side in PyTorch's order: reset r, update z, candidate n.

    r, z = sigmoid(x_t W + b + h_(t-1) U + d)    q = h_(t-1) U_n + d_n    n = tanh(x_t W_n + b_n + r q)    h_t = (1 - z) n + z h_(t-1)
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import sigmoid, tanh
from kernels.matmul import SCRATCH, multiply
from kernels.recurrent import (
    PANEL,
    add_rows,
    clear,
    copy,
    inlined,
    input_gradients,
    lay_panels,
    moment,
    multiply_panels,
    recurrent_gradient,
)

ONE = np.float32(1)
GATES = 3


def gru_room(rows: int, time: int, hidden: int) -> int:
    """Places of scratch that both kernels have enough of."""
    width = GATES * hidden
    return width * (hidden + PANEL) + rows * width * (2 * time + 1) + (rows + 1) * hidden + SCRATCH


@kernel
def gru_forward(memory, data, operands):
    """h (rows, time, hidden) for x (rows, time, features).

    operands: rows, time, features, hidden, reverse | x, W (features, 3 hidden), U (hidden, 3 hidden), b, d (3 hidden each) | h |
    gates (rows, time, 3, hidden), q (rows, time, hidden) |
    scratch: panels of U, one step's product (rows, 3, hidden) and state (rows, hidden), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, b, d, h = operands[5], operands[6], operands[7], operands[8], operands[9], operands[10]
    gates, q, panels = operands[11], operands[12], operands[13]
    width = GATES * hidden
    product = panels + hidden * (width + PANEL)
    now = product + rows * width
    scratch = now + rows * hidden
    multiply(memory, rows * time, width, features, x, features, 1, w, width, 1, gates, width, False, scratch)
    lay_panels(memory, hidden, width, u, width, 1, panels)
    clear(memory, product, rows * (width + hidden))
    for step in range(time):
        t, _ = moment(step, time, reverse)
        if step > 0:
            multiply_panels(memory, rows, width, hidden, now, panels, product, False, scratch)
        for i in range(rows):
            at = i * time + t
            gate, recurrent = view(memory, gates + at * width, width), view(memory, product + i * width, width)
            gru_gates(gate, recurrent, view(memory, b, width), view(memory, d, width), view(memory, q + at * hidden, hidden))
            state = view(memory, now + i * hidden, hidden)
            gru_cell(gate, state)
            copy(state, view(memory, h + at * hidden, hidden))


@inlined
def gru_gates(gates, product, b, d, q):
    """The sums and the recurrent product become gates; q is the candidate's recurrent part."""
    hidden = q.size
    for j in range(2 * hidden):
        gates[j] = sigmoid(gates[j] + b[j] + product[j] + d[j])
    r, n, b, d, product = gates[:hidden], gates[2 * hidden :], b[2 * hidden :], d[2 * hidden :], product[2 * hidden :]
    for j in range(hidden):
        q[j] = product[j] + d[j]
    for j in range(hidden):
        n[j] = tanh(n[j] + b[j] + r[j] * q[j])


@inlined
def gru_cell(gates, h):
    """h = (1 - z) n + z h."""
    hidden = h.size
    z, n = gates[hidden : 2 * hidden], gates[2 * hidden :]
    for j in range(hidden):
        h[j] = (ONE - z[j]) * n[j] + z[j] * h[j]


@kernel
def gru_backward(memory, data, operands):
    """Backward through time, with dh handed from step to step, past the candidate by z and through the gates' sums.

    operands: rows, time, features, hidden, reverse | x, W, U, b, d, h | dx (or -1), dW, dU, db, dd, dh | gates, q |
    scratch: panels of Uᵀ, gradients of one step's recurrent products (rows, 3, hidden), dh from the step after (rows, hidden),
    zeros (hidden), gradients of the inputs' sums and of the recurrent products (rows, time, 3, hidden each), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, h = operands[5], operands[6], operands[7], operands[10]
    dx, dw, du, db, dd, dh = operands[11], operands[12], operands[13], operands[14], operands[15], operands[16]
    gates, q, panels = operands[17], operands[18], operands[19]
    width = GATES * hidden
    now = panels + width * (hidden + PANEL)
    later = now + rows * width
    zeros = later + rows * hidden
    ds = zeros + hidden
    dproduct = ds + rows * time * width
    scratch = dproduct + rows * time * width
    lay_panels(memory, width, hidden, u, 1, width, panels)
    clear(memory, later, rows * hidden + hidden)
    for step in range(time - 1, -1, -1):
        t, before = moment(step, time, reverse)
        for i in range(rows):
            at = i * time + t
            gate, dgate = view(memory, gates + at * width, width), view(memory, ds + at * width, width)
            past = view(memory, h + (i * time + before) * hidden if step > 0 else zeros, hidden)
            gru_cell_backward(gate, past, view(memory, dh + at * hidden, hidden), view(memory, later + i * hidden, hidden), dgate)
            recurrent = view(memory, now + i * width, width)
            gru_gates_backward(gate, view(memory, q + at * hidden, hidden), dgate, recurrent)
            copy(recurrent, view(memory, dproduct + at * width, width))
        if step > 0:
            multiply_panels(memory, rows, hidden, width, now, panels, later, True, scratch)
    input_gradients(memory, rows * time, features, width, x, w, ds, dx, dw, db, scratch)
    add_rows(memory, rows * time, width, dproduct, dd)
    recurrent_gradient(memory, rows, time, hidden, width, reverse, h, dproduct, du, scratch)


@inlined
def gru_cell_backward(gates, past, dh, later, dgates):
    """From h = (1 - z) n + z past, with dh + later: the gradients of the sums of z and n; later becomes what goes past them."""
    hidden = dh.size
    z, n, dz, dn = gates[hidden : 2 * hidden], gates[2 * hidden :], dgates[hidden : 2 * hidden], dgates[2 * hidden :]
    for j in range(hidden):
        later[j] += dh[j]
    for j in range(hidden):
        dn[j] = later[j] * (ONE - z[j]) * (ONE - n[j] * n[j])
        dz[j] = later[j] * (past[j] - n[j]) * z[j] * (ONE - z[j])
    for j in range(hidden):
        later[j] *= z[j]


@inlined
def gru_gates_backward(gates, q, dgates, dproduct):
    """From n = tanh(. + r q): the gradient of r's sum; and those of the recurrent products, which differ in the candidate's."""
    hidden = q.size
    r, dr, dn, dq = gates[:hidden], dgates[:hidden], dgates[2 * hidden :], dproduct[2 * hidden :]
    for j in range(hidden):
        dr[j] = dn[j] * q[j] * r[j] * (ONE - r[j])
        dq[j] = dn[j] * r[j]
    for j in range(2 * hidden):
        dproduct[j] = dgates[j]
