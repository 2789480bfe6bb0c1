"""Work on the columns of a matrix (n, c) in memory, a column for each channel: what normalization over positions is made of.

Sums run in registers over blocks of rows that fit into the first cache, several rows side by side, so that no long chain of float32
additions gathers rounding. Places are offsets into memory.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.simd import WIDTH, add, load, multiply_add, rolled, spread, store

compiled = njit(error_model="numpy")
inlined = njit(forceinline=True, error_model="numpy")

ZERO, ONE = np.float32(0), np.float32(1)
BLOCK = 4096  # numbers of a block of rows: half of a first cache of 32 KB


@inlined
def plus(a, b):
    """a + b."""
    return multiply_add(a, spread(ONE), b)


@inlined
def minus(a, b):
    """a - b."""
    return multiply_add(b, spread(-ONE), a)


@inlined
def times(a, b):
    """a b."""
    return multiply_add(a, b, spread(ZERO))


@inlined
def rows_of_a_block(c):
    """How many rows are taken at a time, a multiple of 4."""
    return max(4, BLOCK // c // 4 * 4)


@inlined
def block_sum(memory, n, c, x, count):
    """Sum of n rows of up to WIDTH neighbouring columns."""
    s0 = s1 = s2 = s3 = spread(ZERO)
    whole = n - n % 4
    for i in range(0, whole, 4):
        place = x + i * c
        s0 = plus(load(memory, place, count), s0)
        s1 = plus(load(memory, place + c, count), s1)
        s2 = plus(load(memory, place + 2 * c, count), s2)
        s3 = plus(load(memory, place + 3 * c, count), s3)
    for i in range(whole, n):
        s0 = plus(load(memory, x + i * c, count), s0)
    return plus(plus(s0, s1), plus(s2, s3))


@compiled
def add_rows(memory, n, c, x, apart, total):
    """total (c) += the sum of n rows of x (n, c), which lie `apart`."""
    for j in range(0, c, WIDTH):
        rolled()
        count = min(WIDTH, c - j)
        store(memory, total + j, add(load(memory, total + j, count), block_sum(memory, n, apart, x + j, count)), count)


@inlined
def block_squares(memory, n, c, x, mean, count):
    """Sum of (x - mean)² over n rows of up to WIDTH neighbouring columns."""
    s0 = s1 = s2 = s3 = spread(ZERO)
    whole = n - n % 4
    for i in range(0, whole, 4):
        place = x + i * c
        d0, d1 = minus(load(memory, place, count), mean), minus(load(memory, place + c, count), mean)
        d2, d3 = minus(load(memory, place + 2 * c, count), mean), minus(load(memory, place + 3 * c, count), mean)
        s0, s1, s2, s3 = multiply_add(d0, d0, s0), multiply_add(d1, d1, s1), multiply_add(d2, d2, s2), multiply_add(d3, d3, s3)
    for i in range(whole, n):
        d = minus(load(memory, x + i * c, count), mean)
        s0 = multiply_add(d, d, s0)
    return plus(plus(s0, s1), plus(s2, s3))


@inlined
def join(memory, before, n, place, squares, mean, sum_of_squares, count):
    """Take a block's mean and squares into those of the `before` rows (Chan, Golub and LeVeque 1983, eq. 2.1)."""
    share = np.float32(n) / np.float32(before + n)
    old = load(memory, place, count)
    change = minus(mean, old)
    store(memory, place, multiply_add(change, spread(share), old), count)
    gained = multiply_add(times(change, change), spread(np.float32(before) * share), sum_of_squares)
    store(memory, squares, plus(load(memory, squares, count), gained), count)


@compiled
def moments(memory, n, c, x, mean, squares):
    """mean (c) and the sum of (x - mean)² (c) of each column of x (n, c), in one pass by blocks."""
    for j in range(c):
        memory[mean + j] = memory[squares + j] = ZERO
    rows = rows_of_a_block(c)
    for first in range(0, n, rows):
        here = min(rows, n - first)
        share = spread(ONE / np.float32(here))
        for j in range(0, c, WIDTH):
            count = min(WIDTH, c - j)
            place = x + first * c + j
            middle = times(block_sum(memory, here, c, place, count), share)
            around = block_squares(memory, here, c, place, middle, count)
            join(memory, first, here, mean + j, squares + j, middle, around, count)


@compiled
def sums(memory, n, c, x, total):
    """total (c): the sum of each column of x (n, c)."""
    for j in range(c):
        memory[total + j] = ZERO
    rows = rows_of_a_block(c)
    for first in range(0, n, rows):
        for j in range(0, c, WIDTH):
            count = min(WIDTH, c - j)
            part = block_sum(memory, min(rows, n - first), c, x + first * c + j, count)
            store(memory, total + j, plus(load(memory, total + j, count), part), count)


@inlined
def block_products(memory, n, c, x, dy, mean, count):
    """Sums of dy and of dy (x - mean) over n rows of up to WIDTH neighbouring columns."""
    a0 = a1 = b0 = b1 = spread(ZERO)
    whole = n - n % 2
    for i in range(0, whole, 2):
        place, other = x + i * c, dy + i * c
        g0, g1 = load(memory, other, count), load(memory, other + c, count)
        a0, a1 = plus(g0, a0), plus(g1, a1)
        b0 = multiply_add(g0, minus(load(memory, place, count), mean), b0)
        b1 = multiply_add(g1, minus(load(memory, place + c, count), mean), b1)
    if whole < n:
        g = load(memory, dy + whole * c, count)
        a0 = plus(g, a0)
        b0 = multiply_add(g, minus(load(memory, x + whole * c, count), mean), b0)
    return plus(a0, a1), plus(b0, b1)


@compiled
def products(memory, n, c, x, dy, mean, plain, weighted):
    """plain (c) = sum of dy, weighted (c) = sum of dy (x - mean), for each column of x, dy (n, c)."""
    for j in range(c):
        memory[plain + j] = memory[weighted + j] = ZERO
    rows = rows_of_a_block(c) // 2
    for first in range(0, n, rows):
        here = min(rows, n - first)
        for j in range(0, c, WIDTH):
            count, at = min(WIDTH, c - j), first * c + j
            a, b = block_products(memory, here, c, x + at, dy + at, load(memory, mean + j, count), count)
            store(memory, plain + j, plus(load(memory, plain + j, count), a), count)
            store(memory, weighted + j, plus(load(memory, weighted + j, count), b), count)


@inlined
def scaled(memory, x, mean, factor, shift, y, count):
    """y = (x - mean) factor + shift for up to WIDTH numbers."""
    centred = minus(load(memory, x, count), load(memory, mean, count))
    store(memory, y, multiply_add(centred, load(memory, factor, count), load(memory, shift, count)), count)


@compiled
def scale(memory, n, c, x, mean, factor, shift, y):
    """y (n, c) = (x - mean) factor + shift, each of the three (c)."""
    whole = c - c % WIDTH
    rows = rows_of_a_block(c)
    for block in range((n - 1) // rows, -1, -1):  # blocks from the end: those were read last, and are still near
        for i in range(block * rows, min(n, (block + 1) * rows)):
            for j in range(0, whole, WIDTH):
                scaled(memory, x + i * c + j, mean + j, factor + j, shift + j, y + i * c + j, WIDTH)
            if whole < c:
                scaled(memory, x + i * c + whole, mean + whole, factor + whole, shift + whole, y + i * c + whole, c - whole)


@inlined
def combined(memory, x, dy, mean, along_dy, along_x, constant, dx, count):
    """dx += along_dy dy + along_x (x - mean) + constant for up to WIDTH numbers."""
    total = plus(load(memory, dx, count), load(memory, constant, count))
    total = multiply_add(load(memory, dy, count), load(memory, along_dy, count), total)
    centred = minus(load(memory, x, count), load(memory, mean, count))
    store(memory, dx, multiply_add(centred, load(memory, along_x, count), total), count)


@compiled
def combine(memory, n, c, x, dy, mean, along_dy, along_x, constant, dx):
    """dx (n, c) += along_dy dy + along_x (x - mean) + constant, each of the four (c)."""
    whole = c - c % WIDTH
    rows = rows_of_a_block(c)
    for block in range((n - 1) // rows, -1, -1):  # blocks from the end: those were read last, and are still near
        for i in range(block * rows, min(n, (block + 1) * rows)):
            row, last = i * c, i * c + whole
            for j in range(0, whole, WIDTH):
                at = row + j
                combined(memory, x + at, dy + at, mean + j, along_dy + j, along_x + j, constant + j, dx + at, WIDTH)
            if whole < c:
                fixed = (mean + whole, along_dy + whole, along_x + whole, constant + whole)
                combined(memory, x + last, dy + last, fixed[0], fixed[1], fixed[2], fixed[3], dx + last, c - whole)
