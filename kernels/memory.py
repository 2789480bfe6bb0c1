"""Kernels that move numbers about: batches in, gradients cleared, means taken, loss watched, scores counted."""

from __future__ import annotations

import numpy as np

from kernels.kernel import HALT, is_finite, kernel, vectors, view
from kernels.mathematics import inlined
from kernels.random import next_below
from kernels.simd import WIDTH, add, load, rolled, store

ZERO = np.float32(0)
ONE = np.float32(1)


@inlined
def copy(memory, data, source, target, count):
    """memory[target : target + count] = data[source : source + count]."""
    for i in range(0, count, WIDTH):
        rolled()
        some = min(WIDTH, count - i)
        store(memory, target + i, load(data, source + i, some), some)


@kernel
def clear(memory, data, operands):
    """x = 0.  operands: n | x (n)."""
    x = view(memory, operands[1], operands[0])
    for i in range(x.size):
        x[i] = ZERO


@kernel
def start_backward(memory, data, operands):
    """The loss's gradient by itself is 1.  operands: | gradient (1)."""
    memory[operands[0]] = ONE


@kernel
def tick(memory, data, operands):
    """Count one update.  operands: | steps of the run, steps of the optimizer (int64 each)."""
    memory[operands[0] : operands[0] + 2].view(np.int64)[0] += 1
    memory[operands[1] : operands[1] + 2].view(np.int64)[0] += 1


@kernel
def draw_batch(memory, data, operands):
    """The next rows of this epoch's order; a new order is drawn (Fisher and Yates 1938) when an epoch begins.

    What remains of an epoch when less than a batch is left is dropped; the order is new each time, so every row gets its turn.
    Rows may overlap: from one to the next it is `x_apart` and `t_apart` numbers.
    operands: rows, examples, inputs, targets | X, T in data, x_apart, t_apart | order (examples, int32), cursor and epochs (int64 each),
    random | x (rows, inputs), t (rows, targets), picked (rows, int32).
    """
    rows, examples, inputs, targets = operands[0], operands[1], operands[2], operands[3]
    first_x, first_t, x_apart, t_apart = operands[4], operands[5], operands[6], operands[7]
    order = memory[operands[8] : operands[8] + examples].view(np.int32)
    counters = memory[operands[9] : operands[9] + 4].view(np.int64)
    state = memory[operands[10] : operands[10] + 4].view(np.uint64)
    x, t = operands[11], operands[12]
    picked = memory[operands[13] : operands[13] + rows].view(np.int32)
    if counters[0] == 0:
        for i in range(examples):
            order[i] = i
        for i in range(examples - 1, 0, -1):
            j = next_below(state, i + 1)
            order[i], order[j] = order[j], order[i]
    for i in range(rows):
        row = np.int64(order[counters[0] + i])
        picked[i] = row
        copy(memory, data, first_x + row * x_apart, x + i * inputs, inputs)
        copy(memory, data, first_t + row * t_apart, t + i * targets, targets)
    counters[0] += rows
    if counters[0] + rows > examples:
        counters[0] = 0
        counters[1] += 1


@kernel
def load_chunk(memory, data, operands):
    """The next rows of a split in their own order; the last chunk overlaps the one before it, and says how many rows not to count.

    operands: rows, count, inputs, targets | X, T of the split's first row in data, x_apart, t_apart (as draw_batch has them) |
    cursor and skip (int64 each) | x (rows, inputs), t (rows, targets).
    """
    rows, count, inputs, targets = operands[0], operands[1], operands[2], operands[3]
    first_x, first_t, x_apart, t_apart = operands[4], operands[5], operands[6], operands[7]
    counters = memory[operands[8] : operands[8] + 4].view(np.int64)
    start = min(counters[0], count - rows)
    counters[1] = counters[0] - start
    counters[0] += rows
    x, t = operands[9], operands[10]
    for i in range(rows):
        row = start + i
        copy(memory, data, first_x + row * x_apart, x + i * inputs, inputs)
        copy(memory, data, first_t + row * t_apart, t + i * targets, targets)


@kernel
def mean_forward(memory, data, operands):
    """y = mean of x.  operands: n | x (n) | y (1)."""
    x = view(memory, operands[1], operands[0])
    total = ZERO
    for i in range(x.size):
        total += x[i]
    memory[operands[2]] = total / np.float32(x.size)


@kernel
def mean_backward(memory, data, operands):
    """dx += dy / n.  operands: n | x, y | dx (n), dy (1)."""
    dx = view(memory, operands[3], operands[0])
    share = memory[operands[4]] / np.float32(operands[0])
    for i in range(dx.size):
        dx[i] += share


@kernel
def add_forward(memory, data, operands):
    """y = a + b.  operands: n | a, b | y (n each)."""
    a, b, y = vectors(memory, operands, 3)
    for i in range(y.size):
        y[i] = a[i] + b[i]


@kernel
def add_backward(memory, data, operands):
    """da += dy, db += dy.  operands: n | a, b, y | da, db (n each, or -1), dy (n)."""
    size = operands[0]
    dy = view(memory, operands[6], size)
    for k in range(4, 6):
        if operands[k] >= 0:
            gradient = view(memory, operands[k], size)
            for i in range(size):
                gradient[i] += dy[i]


@kernel
def sum_parts(memory, data, operands):
    """total += the parts, one after the other.  operands: n, parts, distance between two | first part (n) | total (n)."""
    n, parts, distance, first, total = operands[0], operands[1], operands[2], operands[3], operands[4]
    for i in range(0, n, WIDTH):
        rolled()
        some = min(WIDTH, n - i)
        sums = load(memory, total + i, some)
        for k in range(parts):
            rolled()
            sums = add(sums, load(memory, first + k * distance + i, some))
        store(memory, total + i, sums, some)


@kernel
def guard(memory, data, operands):
    """Halt the program when the loss is not finite.  operands: | loss (1)."""
    if not is_finite(memory[operands[0]]):
        memory[HALT] = ONE


@kernel
def tally(memory, data, operands):
    """Add a chunk's numbers to a total, all but those of its first `skip` rows.

    operands: rows | x (rows), cursor and skip (int64 each) | total (float64).
    """
    rows, x = operands[0], operands[1]
    skip = memory[operands[2] : operands[2] + 4].view(np.int64)[1]
    total = memory[operands[3] : operands[3] + 2].view(np.float64)
    for i in range(skip, rows):
        total[0] += np.float64(memory[x + i])


@kernel
def score(memory, data, operands):
    """Add a chunk's losses and hits to the totals, all but its first `skip` rows.

    A row has one answer, or one for each of its steps. One output per answer: a hit is a positive one for class 1; several: the largest is
    the class's own (the first wins a tie). NaN never hits.
    operands: rows, steps, outputs, targets a step | losses (rows, steps), outputs (rows, steps, outputs), t (rows, steps, targets),
    cursor and skip (int64 each) | totals: loss, hits (float64 each).
    """
    rows, steps, outputs, targets = operands[0], operands[1], operands[2], operands[3]
    losses, y, t = operands[4], operands[5], operands[6]
    skip = memory[operands[7] : operands[7] + 4].view(np.int64)[1]
    totals = memory[operands[8] : operands[8] + 4].view(np.float64)
    for i in range(skip * steps, rows * steps):
        totals[0] += np.float64(memory[losses + i])
        best = 0
        top = memory[y + i * outputs]
        if outputs == 1:
            best = 1 if top > ZERO else 0
        else:
            for k in range(1, outputs):
                if memory[y + i * outputs + k] > top:
                    top = memory[y + i * outputs + k]
                    best = k
        if is_finite(top) and np.float32(best) == memory[t + i * targets]:
            totals[1] += 1.0
