"""Gated recurrent units (Cho et al. 2014), a whole sequence in one instruction, in the form that PyTorch and cuDNN have.

The reset gate acts on the recurrent product, not on the state before it ("reset after"), which therefore has a bias of its own. The
gates lie side by side in PyTorch's order: reset r, update z, candidate n.

    r, z = sigmoid(x_t W + b + h_(t-1) U + d)    q = h_(t-1) U_n + d_n    n = tanh(x_t W_n + b_n + r q)    h_t = (1 - z) n + z h_(t-1)
"""

from __future__ import annotations

import numpy as np

from kernels.columns import add_rows
from kernels.gemm import PANEL
from kernels.kernel import kernel, view
from kernels.lookup import copy, look_up, lookup_backward, lookup_forward, lookup_room
from kernels.mathematics import sigmoid, tanh
from kernels.matmul import SCRATCH, lay_panels, multiply, multiply_panels
from kernels.recurrent import (
    block_room,
    clear,
    expect_all,
    gather,
    inlined,
    input_gradients,
    input_sums,
    length_of,
    moment,
    steps_of_a_block,
)
from kernels.simd import WIDTH, add, expect, load, spread, store, subtract, wide
from kernels.simd import multiply as times

ONE = np.float32(1)
GATES = 3


def gru_room(rows: int, time: int, features: int, hidden: int, entries: int) -> int:
    """Places of scratch that both kernels have enough of."""
    width = GATES * hidden
    looked_up: int = lookup_room.py_func(rows * time, entries, features, width)
    return width * (hidden + PANEL + 1) + block_room(rows, time, features, 2 * hidden, width) + 2 * rows * hidden + SCRATCH + looked_up


@kernel
def gru_forward(memory, data, operands):
    """h (rows, time, hidden) for x (rows, time, features).

    operands: rows, time, features, hidden, entries, reverse | x, W (features, 3 hidden), U (hidden, 3 hidden), b, d (3 hidden each),
    lengths (rows, or -1), symbols (rows, time) and E (entries, features), or -1 both | h |
    gates (rows, time, 3, hidden), q (rows, time, hidden) |
    scratch: panels of U's columns for r and z and of those for q, biases (3, hidden), a block of x and of sums (steps, rows, 3, hidden),
    one step's h U_n and state (rows, hidden each), SCRATCH, lookup_room.
    """
    rows, time, features, hidden, entries, reverse = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, b, d, lengths = operands[6], operands[7], operands[8], operands[9], operands[10], operands[11]
    symbols, e, h, gates, q, panels = operands[12], operands[13], operands[14], operands[15], operands[16], operands[17]
    order, span, width, switches = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden, 2 * hidden
    panels_q = panels + switches * (hidden + PANEL)
    biases = panels + width * (hidden + PANEL)
    inputs = biases + width
    sums = inputs + span * rows * features
    product = sums + span * rows * width
    now = product + rows * hidden
    scratch = now + rows * hidden
    lay_panels(memory, hidden, switches, u, width, 1, panels)
    lay_panels(memory, hidden, hidden, u + switches, width, 1, panels_q)
    join_biases(view(memory, b, width), view(memory, d, switches), view(memory, biases, width))
    looked = look_up(memory, rows * time, entries, features, width, symbols, e, scratch + SCRATCH)
    lookup_forward(memory, looked, features, width, w, biases, scratch)
    clear(memory, product, 2 * rows * hidden)
    for first in range(0, time, span):
        steps = min(span, time - first)
        input_sums(memory, order, first, steps, features, width, x, looked, w, biases, inputs, sums, scratch)
        for step in range(first, first + steps):
            t, _ = moment(step, time, reverse)
            after, _ = moment(step + 1, time, reverse)
            total = sums + (step - first) * rows * width
            if step > 0:
                multiply_panels(memory, rows, switches, hidden, now, hidden, panels, total, width, True, scratch)
                multiply_panels(memory, rows, hidden, hidden, now, hidden, panels_q, product, hidden, False, scratch)
            for i in range(rows):
                at, then = i * time + t, (i + 1) * time + t if i < rows - 1 else after
                expect_all(memory, gates + then * width, width)
                expect_all(memory, q + then * hidden, hidden)
                expect_all(memory, h + then * hidden, hidden)
                if t < length_of(memory, lengths, i, time):
                    gate, recurrent = view(memory, gates + at * width, width), view(memory, q + at * hidden, hidden)
                    added, state = view(memory, product + i * hidden, hidden), view(memory, now + i * hidden, hidden)
                    gru_gates(view(memory, total + i * width, width), added, view(memory, d + switches, hidden), gate, recurrent)
                    gru_cell(gate, state)
                    copy(state, view(memory, h + at * hidden, hidden))
                else:
                    clear(memory, gates + at * width, width)
                    clear(memory, q + at * hidden, hidden)
                    clear(memory, h + at * hidden, hidden)


@inlined
def join_biases(b, d, biases):
    """Both biases of r and z, and the candidate's first."""
    copy(b, biases)
    for j in range(d.size):
        biases[j] += d[j]


@inlined
def gru_gates(sums, product, d, gates, q):
    """The sums become gates; q, the candidate's recurrent part, is a product and a bias."""
    wide()
    hidden = q.size
    for j in range(2 * hidden):
        gates[j] = sigmoid(sums[j])
    r, n, sums = gates[:hidden], gates[2 * hidden :], sums[2 * hidden :]
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

    operands: rows, time, features, hidden, entries, reverse | x, W, U, b, d, lengths, symbols, E, h |
    dx (or -1), dW, dU, db, dd, -, -, dE, dh | gates, q |
    scratch: panels of Uᵀ's rows for r and z and of those for q, a block of x, of the states before, of gradients of the inputs' sums
    (steps, rows, 3, hidden) and of q, dh from the step after (rows, hidden), SCRATCH, lookup_room.
    """
    rows, time, features, hidden, entries, reverse = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    x, w, u, lengths, symbols, e, h = operands[6], operands[7], operands[8], operands[11], operands[12], operands[13], operands[14]
    dx, dw, du, db, dd, de, dh = operands[15], operands[16], operands[17], operands[18], operands[19], operands[22], operands[23]
    gates, q, panels = operands[24], operands[25], operands[26]
    order, span, width, switches = (rows, time, lengths, reverse), steps_of_a_block(rows, time), GATES * hidden, 2 * hidden
    panels_q = panels + switches * (hidden + PANEL)
    inputs = panels + width * (hidden + PANEL)
    past = inputs + span * rows * features
    ds = past + span * rows * hidden
    dq = ds + span * rows * width
    later = dq + span * rows * hidden
    scratch = later + rows * hidden
    looked = look_up(memory, rows * time, entries, features, width, symbols, e, scratch + SCRATCH)
    clear(memory, looked[1], looked[0] * width)
    lay_panels(memory, switches, hidden, u, 1, width, panels)
    lay_panels(memory, hidden, hidden, u + switches, 1, width, panels_q)
    clear(memory, later, rows * hidden)
    for first in range((time - 1) // span * span, -1, -span):
        steps = min(span, time - first)
        gather(memory, order, first - 1, steps, hidden, h, past)
        for step in range(first + steps - 1, first - 1, -1):
            t, before = moment(step, time, reverse)
            here = (step - first) * rows
            for i in range(rows):
                at, then, place = i * time + t, (i + 1) * time + t if i < rows - 1 else before, here + i
                dsum, dproduct = ds + place * width, dq + place * hidden
                if t < length_of(memory, lengths, i, time):
                    known = gates + at * width, q + at * hidden, dh + at * hidden
                    awaited = gates + then * width, q + then * hidden, dh + then * hidden
                    gru_cell_backward(memory, hidden, known, awaited, past + place * hidden, later + i * hidden, dsum, dproduct)
                else:
                    clear(memory, dsum, width)
                    clear(memory, dproduct, hidden)
            if step > 0:
                multiply_panels(memory, rows, hidden, switches, ds + here * width, width, panels, later, hidden, True, scratch)
                multiply_panels(memory, rows, hidden, hidden, dq + here * hidden, hidden, panels_q, later, hidden, True, scratch)
        n = steps * rows
        multiply(memory, hidden, switches, n, past, 1, hidden, ds, width, 1, du, width, True, scratch)
        multiply(memory, hidden, hidden, n, past, 1, hidden, dq, hidden, 1, du + switches, width, True, scratch)
        add_rows(memory, n, switches, ds, width, dd)
        add_rows(memory, n, hidden, dq, hidden, dd + switches)
        input_gradients(memory, order, first, steps, features, width, x, looked, w, ds, inputs, dx, dw, db, scratch)
    lookup_backward(memory, looked, features, width, w, dw, de, db, scratch)


@inlined
def gru_cell_backward(memory, hidden, known, awaited, past, later, dsums, dproduct):
    """From h = (1 - z) n + z past and n = tanh(. + r q), with dh + later, which dh becomes: the gradients of the sums, and of q.

    `later` becomes what goes past them. known: places of the gates, q and dh; awaited: those that the next row will be known by, which lie
    so far from these that no processor foresees them.
    """
    gates, q, dh = known
    one = spread(ONE)
    for j in range(0, hidden, WIDTH):
        for k in range(GATES):
            expect(memory, awaited[0] + k * hidden + j, False)
        expect(memory, awaited[1] + j, False)
        expect(memory, awaited[2] + j, False)
        count = min(WIDTH, hidden - j)
        r, z = load(memory, gates + j, count), load(memory, gates + hidden + j, count)
        n = load(memory, gates + 2 * hidden + j, count)
        d = add(load(memory, later + j, count), load(memory, dh + j, count))
        store(memory, dh + j, d, count)
        kept, renewed = times(d, z), subtract(one, z)
        dn = times(times(d, renewed), subtract(one, times(n, n)))
        dz = times(times(kept, renewed), subtract(load(memory, past + j, count), n))
        gained = times(dn, r)
        store(memory, later + j, kept, count)
        store(memory, dsums + j, times(times(gained, load(memory, q + j, count)), subtract(one, r)), count)
        store(memory, dsums + hidden + j, dz, count)
        store(memory, dsums + 2 * hidden + j, dn, count)
        store(memory, dproduct + j, gained, count)
