"""Matrix products: blocks of A and panels of B, copied to where the caches like them, go through the tiles of kernels/gemm.py.

docs/kernels.md explains it.
"""

from __future__ import annotations

import numpy as np
from numba import config, njit, types

from kernels.gemm import PANEL, SUMS, tile
from kernels.kernel import MEMORY, SAFE_MATH, kernel
from kernels.shared import Shared
from kernels.simd import WIDTH, add, apart, intrinsic, load, load_first, load_whole, rolled, spread, store, store_first, store_whole, transpose_block

ZERO, ONE = np.float32(0), np.float32(1)
CHECKED = bool(config.BOUNDSCHECK)

# Places. A panel of B fills half of the smallest level-1 cache there is (32 KB), a block of A less than half of a level-2 cache (512 KB).
DEPTH = 4096 // PANEL
ROWS = 192
LEFT_PAYS = int(__import__("os").environ.get("LP","256"))
RIGHT_PAYS = int(__import__("os").environ.get("RP","48"))
EDGE = PANEL  # in scratch: a row of zeros, then columns of C that are no whole vectors, a panel of B, a block of A
RIGHT = EDGE + ROWS * PANEL
LEFT = RIGHT + DEPTH * PANEL
SCRATCH = LEFT + ROWS * DEPTH + WIDTH  # places of scratch that `multiply` wants

MOST = SUMS // 2  # rows of a tile of two vectors
SINGLE, PITCH = np.int64(1), np.int64(PANEL)  # not an int: Numba compiles functions anew for each of those

compiled = njit(forceinline=False, error_model="numpy", fastmath=SAFE_MATH, no_cpython_wrapper=True, no_cfunc_wrapper=True)
inlined = njit(forceinline=True, error_model="numpy")


@compiled
def pack(memory, source, across, along, lanes, steps, target, pitch):
    """Lay numbers out in the order in which tiles read them: number i of step q goes from source + i across + q along to target + q pitch + i.

    Whole vectors are written, the last ones first, so what they have too much is written over; only after the last step it stays.
    """
    apart()
    for i in range((lanes - 1) // WIDTH * WIDTH, -1, -WIDTH):
        rolled()
        count = min(WIDTH, lanes - i)
        if across == 1:
            for q in range(steps):
                rolled()
                if count == WIDTH:
                    numbers = load_whole(memory, source + q * along + i)
                else:
                    numbers = load_first(memory, source + q * along + i, count)
                store_whole(memory, target + q * pitch + i, numbers)
        elif along == 1 and steps >= WIDTH:
            for block in range(0, steps, WIDTH):
                rolled()
                q = min(block, steps - WIDTH)
                transpose_block(memory, source + i * across + q, across, count, target + q * pitch + i, pitch)
        else:
            for q in range(steps):
                rolled()
                for r in range(i, i + count):
                    rolled()
                    memory[target + q * pitch + r] = memory[source + q * along + r * across]


@inlined
def height_of(rows, most):
    """How many of the rows that are left the next tile takes: two middling tiles at the end are better than a whole and a flat one."""
    if rows <= most:
        return rows
    return most if rows >= 2 * most else (rows + 1) // 2


@inlined
def pack_left(memory, left, row, column, rows, depth, target):
    """Pack a block of A: the rows of one tile after those of another, step by step."""
    r = 0
    while r < rows:
        rolled()
        height = height_of(rows - r, MOST)
        pack(memory, left + r * row, row, column, height, depth, target + r * depth, height)
        r += height


@compiled
def take(memory, source, source_row, rows, columns, target):
    """Copy columns of C that are no whole vectors to scratch."""
    apart()
    some = columns % WIDTH
    for _ in range(rows):
        rolled()
        if columns > WIDTH:
            store_whole(memory, target, load_whole(memory, source))
        store_whole(memory, target + columns - some, load_first(memory, source + columns - some, some))
        source += source_row
        target += PANEL


@compiled
def give(memory, source, rows, columns, target, target_row):
    """Copy them back."""
    apart()
    some = columns % WIDTH
    for _ in range(rows):
        rolled()
        if columns > WIDTH:
            store_whole(memory, target, load_whole(memory, source))
        store_first(memory, target + columns - some, load_whole(memory, source + columns - some), some)
        source += PANEL
        target += target_row


@compiled
def check(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, scratch):
    """Touch the corners of everything, when Numba checks bounds: tiles are not checked."""
    return (
        memory[a]
        + memory[a + (m - 1) * a_row + (k - 1) * a_column]
        + memory[b]
        + memory[b + (k - 1) * b_row + (n - 1) * b_column]
        + memory[c]
        + memory[c + (m - 1) * c_row + n - 1]
        + memory[scratch]
        + memory[scratch + SCRATCH - 1]
    )


def product(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B, as `multiply_onto` says."""
    if CHECKED:
        check(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, scratch)
    if start < 0:
        store_whole(memory, scratch, spread(ZERO))
        store_whole(memory, scratch + WIDTH, spread(ZERO))
    packs_left = n >= LEFT_PAYS and m * k > DEPTH * 16
    packs_right = b_column != 1 or m >= RIGHT_PAYS
    for q in range(0, k, DEPTH):
        rolled()
        depth = min(DEPTH, k - q)
        if q > 0:
            start, start_row = c, c_row
        for i in range(0, m, ROWS):
            rolled()
            rows = min(ROWS, m - i)
            left = a + i * a_row + q * a_column
            if packs_left:
                pack_left(memory, left, a_row, a_column, rows, depth, scratch + LEFT)
            for j in range(0, n, PANEL):
                rolled()
                columns = min(PANEL, n - j)
                whole = columns % WIDTH == 0
                right, right_row = b + q * b_row + j * b_column, b_row
                if packs_right or not whole:
                    pack(memory, right, b_column, b_row, columns, depth, scratch + RIGHT, PITCH)
                    right, right_row = scratch + RIGHT, PITCH
                place, begin, begin_row = c + i * c_row + j, start + i * start_row + j, start_row
                if start < 0:
                    begin, begin_row = scratch, 0
                target, target_row = place, c_row
                if not whole:
                    target, target_row = scratch + EDGE, PITCH
                    if start >= 0:
                        if begin_row == 0:
                            take(memory, begin, begin_row, SINGLE, columns, scratch)
                            begin = scratch
                        else:
                            take(memory, begin, begin_row, rows, columns, target)
                            begin, begin_row = target, PITCH
                vectors = 2 if columns > WIDTH else 1
                most = MOST if packs_left else SUMS // vectors
                r = 0
                while r < rows:
                    rolled()
                    height = height_of(rows - r, most)
                    x, x_row, x_column = left + r * a_row, a_row, a_column
                    if packs_left:
                        x, x_row, x_column = scratch + LEFT + r * depth, 1, height
                    y, z = begin + r * begin_row, target + r * target_row
                    tile(memory, height, vectors, depth, x, x_row, x_column, right, right_row, y, begin_row, z, target_row)
                    r += height
                if not whole:
                    give(memory, target, rows, columns, place, c_row)


PRODUCT = Shared(product, (MEMORY, *[types.intp] * 14))


@intrinsic
def multiply_onto(typing, memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B, as `multiply`; row i of `start` begins at start + i start_row, so a stride of 0 adds the same row to all."""
    return PRODUCT.call()


@inlined
def multiply(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, adds, scratch):
    """C = A B, or C += A B when `adds`; A is (m, k), B (k, n), C (m, n), everything in memory; no size is 0.

    Element (i, j) of A lies at a + i a_row + j a_column, of B at b + i b_row + j b_column, of C at c + i c_row + j, so that a
    transposed matrix is one whose two strides have changed places. `scratch` is the offset of SCRATCH places.
    """
    multiply_onto(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c if adds else -1, c_row, c, c_row, scratch)


@kernel
def dense_forward(memory, data, operands):
    """y = x W + b.  operands: n, k, m | x (n, k), W (k, m), b (m) | y (n, m) | scratch (SCRATCH)."""
    n, k, m = operands[0], operands[1], operands[2]
    x, w, b, y, scratch = operands[3], operands[4], operands[5], operands[6], operands[7]
    multiply_onto(memory, n, m, k, x, k, 1, w, m, 1, b, 0, y, m, scratch)


@kernel
def dense_backward(memory, data, operands):
    """dx += dy Wᵀ, dW += xᵀ dy, db += sum of dy over rows.

    operands: n, k, m | x (n, k), W (k, m), b (m), y (n, m) | dx (or -1), dW, db, dy | scratch (SCRATCH).
    """
    n, k, m = operands[0], operands[1], operands[2]
    x, w, dx, dw, db, dy, scratch = operands[3], operands[4], operands[7], operands[8], operands[9], operands[10], operands[11]
    for j in range(0, m, WIDTH):
        rolled()
        columns = min(WIDTH, m - j)
        total = load(memory, db + j, columns)
        for i in range(n):
            rolled()
            total = add(total, load(memory, dy + i * m + j, columns))
        store(memory, db + j, total, columns)
    multiply(memory, k, m, n, x, 1, k, dy, m, 1, dw, m, True, scratch)
    if dx >= 0:
        multiply(memory, n, k, m, dy, m, 1, w, 1, m, dx, k, True, scratch)
