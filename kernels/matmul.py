"""Matrix products, by blocks of 8 x 8 held in eight registers while the rows of the batch pass.

Sizes that are no multiples of 8 have blocks filled up with zeros. A block's rows are multiplied with the lanes of a vector.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.kernel import SAFE_MATH, kernel
from kernels.simd import WIDTH, lane, load, multiply_add, spread, store, transpose

inlined = njit(forceinline=True, error_model="numpy")

ZERO, ONE = np.float32(0), np.float32(1)


@inlined
def load_row(memory, offset, stride, i, rows, columns):
    """Row i of a block, zeros from `rows` on."""
    return load(memory, offset + i * stride, columns) if i < rows else spread(ZERO)


@inlined
def load_block(memory, offset, stride, rows, columns):
    """Up to 8 rows of up to 8 numbers, `stride` apart, as a tuple of eight vectors."""
    return (
        load_row(memory, offset, stride, 0, rows, columns),
        load_row(memory, offset, stride, 1, rows, columns),
        load_row(memory, offset, stride, 2, rows, columns),
        load_row(memory, offset, stride, 3, rows, columns),
        load_row(memory, offset, stride, 4, rows, columns),
        load_row(memory, offset, stride, 5, rows, columns),
        load_row(memory, offset, stride, 6, rows, columns),
        load_row(memory, offset, stride, 7, rows, columns),
    )


@inlined
def store_block(memory, offset, stride, block, rows, columns):
    """Write what load_block reads."""
    store(memory, offset, block[0], columns)
    if rows > 1:
        store(memory, offset + stride, block[1], columns)
    if rows > 2:
        store(memory, offset + 2 * stride, block[2], columns)
    if rows > 3:
        store(memory, offset + 3 * stride, block[3], columns)
    if rows > 4:
        store(memory, offset + 4 * stride, block[4], columns)
    if rows > 5:
        store(memory, offset + 5 * stride, block[5], columns)
    if rows > 6:
        store(memory, offset + 6 * stride, block[6], columns)
    if rows > 7:
        store(memory, offset + 7 * stride, block[7], columns)


@inlined
def combine(x, block, y):
    """y + x block: the block's rows, weighted with the lanes of x."""
    y = multiply_add(lane(x, 0), block[0], y)
    y = multiply_add(lane(x, 1), block[1], y)
    y = multiply_add(lane(x, 2), block[2], y)
    y = multiply_add(lane(x, 3), block[3], y)
    y = multiply_add(lane(x, 4), block[4], y)
    y = multiply_add(lane(x, 5), block[5], y)
    y = multiply_add(lane(x, 6), block[6], y)
    return multiply_add(lane(x, 7), block[7], y)


@inlined
def spread_out(x, y, block):
    """block + xᵀ y: each row of the block gains y, weighted with its lane of x."""
    return (
        multiply_add(lane(x, 0), y, block[0]),
        multiply_add(lane(x, 1), y, block[1]),
        multiply_add(lane(x, 2), y, block[2]),
        multiply_add(lane(x, 3), y, block[3]),
        multiply_add(lane(x, 4), y, block[4]),
        multiply_add(lane(x, 5), y, block[5]),
        multiply_add(lane(x, 6), y, block[6]),
        multiply_add(lane(x, 7), y, block[7]),
    )


SCRATCH = 1 << 15  # places of scratch that `multiply` wants


@njit(error_model="numpy", fastmath=SAFE_MATH)
def multiply(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, adds, scratch):
    """C = A B, or C += A B when `adds`; A is (m, k), B (k, n), C (m, n), everything in memory.

    Element (i, j) of A lies at a + i a_row + j a_column, of B at b + i b_row + j b_column, of C at c + i c_row + j, so that a
    transposed matrix is one whose two strides have changed places. `scratch` is the offset of SCRATCH places.
    """
    for i in range(m):
        for j in range(n):
            total = memory[c + i * c_row + j] if adds else ZERO
            for q in range(k):
                total += memory[a + i * a_row + q * a_column] * memory[b + q * b_row + j * b_column]
            memory[c + i * c_row + j] = total


@kernel
def dense_forward(memory, data, operands):
    """y = x W + b.  operands: n, k, m | x (n, k), W (k, m), b (m) | y (n, m)."""
    n, k, m = operands[0], operands[1], operands[2]
    x, w, b, y = operands[3], operands[4], operands[5], operands[6]
    for j in range(0, m, WIDTH):
        columns = min(WIDTH, m - j)
        total = load(memory, b + j, columns)
        for q in range(0, k, WIDTH):
            inner = min(WIDTH, k - q)
            block = load_block(memory, w + q * m + j, m, inner, columns)
            for i in range(n):
                if q > 0:
                    total = load(memory, y + i * m + j, columns)
                store(memory, y + i * m + j, combine(load(memory, x + i * k + q, inner), block, total), columns)


@kernel
def dense_backward(memory, data, operands):
    """dx += dy Wᵀ, dW += xᵀ dy, db += sum of dy over rows.

    operands: n, k, m | x (n, k), W (k, m), b (m), y (n, m) | dx (or -1), dW, db, dy.
    """
    n, k, m = operands[0], operands[1], operands[2]
    x, w, dx, dw, db, dy = operands[3], operands[4], operands[7], operands[8], operands[9], operands[10]
    ones = spread(ONE)
    for j in range(0, m, WIDTH):
        columns = min(WIDTH, m - j)
        total = load(memory, db + j, columns)
        for i in range(n):
            total = multiply_add(load(memory, dy + i * m + j, columns), ones, total)
        store(memory, db + j, total, columns)
        for q in range(0, k, WIDTH):
            inner = min(WIDTH, k - q)
            block = load_block(memory, dw + q * m + j, m, inner, columns)
            for i in range(n):
                block = spread_out(load(memory, x + i * k + q, inner), load(memory, dy + i * m + j, columns), block)
            store_block(memory, dw + q * m + j, m, block, inner, columns)
            if dx >= 0:
                block = transpose(load_block(memory, w + q * m + j, m, inner, columns))
                for i in range(n):
                    place = dx + i * k + q
                    store(memory, place, combine(load(memory, dy + i * m + j, columns), block, load(memory, place, inner)), inner)
