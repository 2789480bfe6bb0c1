"""Gated recurrent units (Cho et al. 2014), a whole sequence in one instruction, in the form that PyTorch and cuDNN have.

The reset gate acts on the recurrent product, not on the state before it ("reset after"), which therefore has a bias of its own. The
gates lie side by side in PyTorch's order: reset r, update z, candidate n.

    r, z = sigmoid(x_t W + b + h_(t-1) U + d)    q = h_(t-1) U_n + d_n    n = tanh(x_t W_n + b_n + r q)    h_t = (1 - z) n + z h_(t-1)
"""

from __future__ import annotations

import numpy as np

from kernels.gemm import PANEL
from kernels.kernel import kernel, view
from kernels.mathematics import sigmoid, tanh
from kernels.matmul import SCRATCH, multiply
from kernels.recurrent import (
    add_rows,
    block_room,
    clear,
    copy,
    gather,
    inlined,
    input_gradients,
    input_sums,
    lay_panels,
    length_of,
    moment,
    multiply_panels,
    steps_of_a_block,
)
from kernels.simd import WIDTH, add, load, spread, store, subtract, wide
from kernels.simd import multiply as times

ONE = np.float32(1)
GATES = 3


def gru_room(rows: int, time: int, features: int, hidden: int) -> int:
    """Places of scratch that both kernels have enough of."""
    width = GATES * hidden
    return width * (hidden + PANEL) + block_room(rows, time, features, hidden, 2 * width) + rows * (hidden + width) + SCRATCH


@kernel
def gru_forward(memory, data, operands):
    """h (rows, time, hidden) for x (rows, time, features).

    operands: rows, time, features, hidden, reverse | x, W (features, 3 hidden), U (hidden, 3 hidden), b, d (3 hidden each),
    lengths (rows, or -1) | h | gates (rows, time, 3, hidden), q (rows, time, hidden) |
    scratch: panels of U, a block of x and of sums (steps, rows, 3, hidden), one step's product (rows, 3, hidden) and state (rows, hidden),
    SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, b, d, lengths, h = operands[5], operands[6], operands[7], operands[8], operands[9], operands[10], operands[11]
    gates, q, panels = operands[12], operands[13], operands[14]
    order, span, width = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden
    inputs = panels + hidden * (width + PANEL)
    sums = inputs + span * rows * features
    product = sums + span * rows * width
    now = product + rows * width
    scratch = now + rows * hidden
    lay_panels(memory, hidden, width, u, width, 1, panels)
    clear(memory, product, rows * (width + hidden))
    for first in range(0, time, span):
        steps = min(span, time - first)
        input_sums(memory, order, first, steps, features, width, x, w, b, inputs, sums, scratch)
        for step in range(first, first + steps):
            t, _ = moment(step, time, reverse)
            if step > 0:
                multiply_panels(memory, rows, width, hidden, now, panels, product, False, scratch)
            for i in range(rows):
                at = i * time + t
                if t < length_of(memory, lengths, i, time):
                    gate, recurrent = view(memory, gates + at * width, width), view(memory, q + at * hidden, hidden)
                    total, state = view(memory, sums + ((step - first) * rows + i) * width, width), view(memory, now + i * hidden, hidden)
                    gru_gates(total, view(memory, product + i * width, width), view(memory, d, width), gate, recurrent)
                    gru_cell(gate, state)
                    copy(state, view(memory, h + at * hidden, hidden))
                else:
                    clear(memory, gates + at * width, width)
                    clear(memory, q + at * hidden, hidden)
                    clear(memory, h + at * hidden, hidden)


@inlined
def gru_gates(sums, product, d, gates, q):
    """The sums and the recurrent product become gates; q is the candidate's recurrent part."""
    wide()
    hidden = q.size
    for j in range(2 * hidden):
        gates[j] = sigmoid(sums[j] + product[j] + d[j])
    r, n, sums, d, product = gates[:hidden], gates[2 * hidden :], sums[2 * hidden :], d[2 * hidden :], product[2 * hidden :]
    for j in range(hidden):
        q[j] = product[j] + d[j]
    for j in range(hidden):
        n[j] = tanh(sums[j] + r[j] * q[j])


@inlined
def gru_cell(gates, h):
    """h = (1 - z) n + z h."""
    wide()
    hidden = h.size
    z, n = gates[hidden : 2 * hidden], gates[2 * hidden :]
    for j in range(hidden):
        h[j] = (ONE - z[j]) * n[j] + z[j] * h[j]


@kernel
def gru_backward(memory, data, operands):
    """Backward through time, with dh handed from step to step, past the candidate by z and through the gates' sums.

    dh keeps what comes from later steps, too.

    operands: rows, time, features, hidden, reverse | x, W, U, b, d, lengths, h | dx (or -1), dW, dU, db, dd, -, dh | gates, q |
    scratch: panels of Uᵀ, a block of x, of the states before, and of gradients of the inputs' sums and of the recurrent products
    (steps, rows, 3, hidden each), dh from the step after (rows, hidden), SCRATCH.
    """
    rows, time, features, hidden, reverse = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, w, u, lengths, h = operands[5], operands[6], operands[7], operands[10], operands[11]
    dx, dw, du, db, dd, dh = operands[12], operands[13], operands[14], operands[15], operands[16], operands[18]
    gates, q, panels = operands[19], operands[20], operands[21]
    order, span, width = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden
    inputs = panels + width * (hidden + PANEL)
    past = inputs + span * rows * features
    ds = past + span * rows * hidden
    dproduct = ds + span * rows * width
    later = dproduct + span * rows * width
    scratch = later + rows * hidden
    lay_panels(memory, width, hidden, u, 1, width, panels)
    clear(memory, later, rows * hidden)
    for first in range((time - 1) // span * span, -1, -span):
        steps = min(span, time - first)
        gather(memory, order, first - 1, steps, hidden, h, past)
        for step in range(first + steps - 1, first - 1, -1):
            t, _ = moment(step, time, reverse)
            for i in range(rows):
                at, place = i * time + t, (step - first) * rows + i
                dsum, dprod = ds + place * width, dproduct + place * width
                if t < length_of(memory, lengths, i, time):
                    known = gates + at * width, q + at * hidden, past + place * hidden, dh + at * hidden
                    gru_cell_backward(memory, hidden, known, later + i * hidden, dsum, dprod)
                else:
                    clear(memory, dsum, width)
                    clear(memory, dprod, width)
            if step > 0:
                here = dproduct + (step - first) * rows * width
                multiply_panels(memory, rows, hidden, width, here, panels, later, True, scratch)
        multiply(memory, hidden, width, steps * rows, past, 1, hidden, dproduct, width, 1, du, width, True, scratch)
        add_rows(memory, steps * rows, width, dproduct, dd)
        input_gradients(memory, order, first, steps, features, width, x, w, ds, inputs, dx, dw, db, scratch)


@inlined
def gru_cell_backward(memory, hidden, known, later, dsums, dproducts):
    """From h = (1 - z) n + z past and n = tanh(. + r q), with dh + later, which dh becomes: the gradients of sums and recurrent products.

    Those differ in the candidate's part. `later` becomes what goes past them. known: places of the gates, q, past and dh.
    """
    gates, q, past, dh = known
    one = spread(ONE)
    for j in range(0, hidden, WIDTH):
        count = min(WIDTH, hidden - j)
        r, z = load(memory, gates + j, count), load(memory, gates + hidden + j, count)
        n = load(memory, gates + 2 * hidden + j, count)
        d = add(load(memory, later + j, count), load(memory, dh + j, count))
        store(memory, dh + j, d, count)
        kept, renewed = times(d, z), subtract(one, z)
        dn = times(times(d, renewed), subtract(one, times(n, n)))
        dz = times(times(kept, renewed), subtract(load(memory, past + j, count), n))
        dq = times(dn, r)
        dr = times(times(dq, load(memory, q + j, count)), subtract(one, r))
        store(memory, later + j, kept, count)
        store_gates(memory, hidden, dsums + j, (dr, dz, dn), count)
        store_gates(memory, hidden, dproducts + j, (dr, dz, dq), count)


@inlined
def store_gates(memory, hidden, place, numbers, count):
    """One part of each of the three gates."""
    store(memory, place, numbers[0], count)
    store(memory, place + hidden, numbers[1], count)
    store(memory, place + 2 * hidden, numbers[2], count)
