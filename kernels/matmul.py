"""Matrix products: blocks of A and panels of B, copied to where the caches like them, go through the tiles of kernels/gemm.py.

docs/kernels.md explains it.
"""

from __future__ import annotations

import numpy as np
from numba import config, njit, types

from kernels.gemm import PANEL, SUMS, tile
from kernels.kernel import MEMORY, kernel
from kernels.shared import SAFE_MATH, UNWRAPPED, Shared, jit
from kernels.simd import (
    PLAIN,
    WIDTH,
    add,
    apart,
    intrinsic,
    load,
    load_first,
    load_whole,
    rolled,
    spread,
    store,
    store_first,
    store_whole,
    transpose_block,
)

ZERO = np.float32(0)
CHECKED = bool(config.BOUNDSCHECK)  # type: ignore[attr-defined]
PITCH = np.int64(PANEL)  # not an int: Numba compiles a function anew for each of those that it is called with
MOST = SUMS // 2  # rows of a tile of two vectors

# Places. A panel of B fills half of a level-1 cache (32 KB), a block of A less than half of a level-2 cache (512 KB).
DEPTH = 4096 // PANEL
ROWS = 192
EDGE = PANEL  # in scratch: a row to start from, then columns of C that are no whole vectors, a panel of B, a block of A
RIGHT = EDGE + ROWS * PANEL
LEFT = RIGHT + DEPTH * PANEL
SCRATCH = LEFT + ROWS * DEPTH + WIDTH  # places of scratch that `multiply` wants

# Copying pays when the copy is read often enough.
RIGHT_PAYS = 48  # rows of A
LEFT_PAYS = 256  # columns of B

inlined = njit(forceinline=True, error_model="numpy")
separate = jit(forceinline=False, _nrt=False, error_model="numpy", fastmath=SAFE_MATH, **UNWRAPPED)


@separate
def pack(memory, source, across, along, lanes, steps, target, pitch):
    """Lay numbers out in the order in which tiles read them.

    Number i of step q goes from source + i across + q along to target + q pitch + i. Whole vectors are written, the last ones first, so
    what they have too much is written over; only after the last step it stays.
    """
    apart()
    for i in range((lanes - 1) // WIDTH * WIDTH, -1, -WIDTH):
        rolled()
        count = min(WIDTH, lanes - i)
        if across == 1:
            for q in range(steps):
                rolled()
                place = source + q * along + i
                numbers = load_whole(memory, place) if count == WIDTH else load_first(memory, place, count)
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


@separate
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


@separate
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


def multiply_panel(memory, m, n, k, a, a_row, a_column, packed, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B for one block of A, `packed` or not, and one panel of B."""
    whole = n % WIDTH == 0
    if b_column != 1 or m >= RIGHT_PAYS or not whole:
        pack(memory, b, b_column, b_row, n, k, scratch + RIGHT, PITCH)
        b, b_row = scratch + RIGHT, PITCH
    if start < 0:
        start, start_row = scratch, 0
        store_whole(memory, scratch, spread(ZERO))
        store_whole(memory, scratch + WIDTH, spread(ZERO))
    elif not whole:
        rows, place, row = (np.int64(1), scratch, 0) if start_row == 0 else (m, scratch + EDGE, PITCH)
        take(memory, start, start_row, rows, n, place)
        start, start_row = place, row
    y, y_row = (c, c_row) if whole else (scratch + EDGE, PITCH)
    vectors, most = (2, MOST) if n > WIDTH else (1, MOST if packed else SUMS)
    i = 0
    while i < m:
        rolled()
        height = height_of(m - i, most)
        x, x_row, x_column = (a + i * k, 1, height) if packed else (a + i * a_row, a_row, a_column)
        tile(memory, height, vectors, k, x, x_row, x_column, b, b_row, start + i * start_row, start_row, y + i * y_row, y_row)
        i += height
    if not whole:
        give(memory, y, m, n, c, c_row)


MULTIPLY_PANEL = Shared(multiply_panel, (MEMORY, *[types.intp] * 15))


@intrinsic
def panel(typing, memory, m, n, k, a, a_row, a_column, packed, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """Call multiply_panel."""
    return MULTIPLY_PANEL.call()


def multiply_blocks(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B for matrices of any size."""
    packs = n >= LEFT_PAYS and m * k > 4096
    for q in range(0, k, DEPTH):
        rolled()
        depth = min(DEPTH, k - q)
        if q > 0:
            start, start_row = c, c_row
        for i in range(0, m, ROWS):
            rolled()
            rows = min(ROWS, m - i)
            x = a + i * a_row + q * a_column
            if packs:
                r = 0
                while r < rows:
                    rolled()
                    height = height_of(rows - r, MOST)
                    pack(memory, x + r * a_row, a_row, a_column, height, depth, scratch + LEFT + r * depth, height)
                    r += height
                x = scratch + LEFT
            for j in range(0, n, PANEL):
                rolled()
                columns, right = min(PANEL, n - j), b + q * b_row + j * b_column
                begin = start if start < 0 else start + i * start_row + j
                y = c + i * c_row + j
                panel(memory, rows, columns, depth, x, a_row, a_column, packs, right, b_row, b_column, begin, start_row, y, c_row, scratch)


MULTIPLY_BLOCKS = Shared(multiply_blocks, (MEMORY, *[types.intp] * 14))


@intrinsic
def blocks(typing, memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """Call multiply_blocks."""
    return MULTIPLY_BLOCKS.call()


@separate
def check(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, scratch):
    """Touch the corners of everything."""
    last_a, last_b = (m - 1) * a_row + (k - 1) * a_column, (k - 1) * b_row + (n - 1) * b_column
    return (
        (memory[a] + memory[a + last_a])
        + (memory[b] + memory[b + last_b])
        + (memory[c] + memory[c + (m - 1) * c_row + n - 1])
        + (memory[scratch] + memory[scratch + SCRATCH - 1])
    )


@inlined
def multiply_onto(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B, as `multiply`; row i of `start` begins at start + i start_row (0: the same for all), or `start` is -1 for zeros."""
    if CHECKED:  # tiles are not
        check(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, scratch)
    if m <= ROWS and n <= PANEL and k <= DEPTH:
        panel(memory, m, n, k, a, a_row, a_column, 0, b, b_row, b_column, start, start_row, c, c_row, scratch)
    else:
        blocks(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch)


@separate
def multiply_plainly(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """The same without registers, a row of C at a time."""
    for i in range(m):
        for j in range(n):
            memory[c + i * c_row + j] = ZERO if start < 0 else memory[start + i * start_row + j]
        for q in range(k):
            x = memory[a + i * a_row + q * a_column]
            for j in range(n):
                memory[c + i * c_row + j] += x * memory[b + q * b_row + j * b_column]


if PLAIN:
    multiply_onto = multiply_plainly


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
