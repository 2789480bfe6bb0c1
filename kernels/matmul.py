"""Matrix products: slabs of B and a tile's rows of A, copied to where the caches like them, go through the tiles of kernels/gemm.py.

docs/kernels.md explains it.
"""

from __future__ import annotations

import numpy as np
from numba import config, njit, types

from kernels.columns import add_rows
from kernels.gemm import MOST_OF_ONE, MOST_OF_TWO, PANEL, tile
from kernels.kernel import MEMORY, kernel
from kernels.shared import SAFE_MATH, UNWRAPPED, Shared, jit
from kernels.simd import (
    PLAIN,
    WIDTH,
    apart,
    intrinsic,
    load,
    load_first,
    load_whole,
    rolled,
    spread,
    store_first,
    store_whole,
    transpose_block,
)

ZERO = np.float32(0)
CHECKED = bool(config.BOUNDSCHECK)  # type: ignore[attr-defined]
PITCH = np.int64(PANEL)  # not an int: Numba compiles a function anew for each of those that it is called with
PITCH_LEFT = np.int64(-(-MOST_OF_TWO // WIDTH) * WIDTH)

# Places. A slab of B lies in a level-2 cache (512 KB with AVX-512, else at most 256 KB), a tile's rows of A in level 1 (16 KB at most).
DEPTH = 256
COLUMNS = 16 * PANEL
EDGE = PANEL  # in scratch: a row of zeros, then a tile of C that is no whole vectors, a tile's rows of A, a slab of B
LEFT = EDGE + MOST_OF_ONE * PANEL
RIGHT = LEFT + DEPTH * int(PITCH_LEFT)
SCRATCH = RIGHT + DEPTH * COLUMNS  # places of scratch that `multiply` wants

# Copying pays when the copy is read often enough.
RIGHT_PAYS = 96  # rows of A
LEFT_PAYS = 256  # columns of B

inlined = njit(forceinline=True, error_model="numpy")
separate = jit(forceinline=False, _nrt=False, error_model="numpy", fastmath=SAFE_MATH, **UNWRAPPED)
contracted = jit(
    forceinline=False, _nrt=False, error_model="numpy", fastmath={"contract"}, **UNWRAPPED
)  # sums in the order they are written


@separate
def pack_singly(memory, source, across, along, lanes, steps, target, pitch):
    """`pack` number by number; what is left of the pitch stays as it is."""
    apart()
    for i in range(lanes):
        rolled()
        place = target + i // PANEL * steps * pitch + i % PANEL
        for q in range(steps):
            rolled()
            memory[place + q * pitch] = memory[source + q * along + i * across]


@separate
def pack(memory, source, across, along, lanes, steps, target, pitch):
    """Lay numbers out in the order in which tiles read them: PANEL lanes of the first step, of the second and so on, then the next ones.

    Number i of step q comes from source + i across + q along. The steps of one panel lie `pitch` apart, and whole vectors are written, so
    what is left of the pitch is lost.
    """
    apart()
    panel = steps * pitch
    if across == 1:
        for _ in range(steps):
            rolled()
            place = target
            for i in range(0, lanes, PANEL):
                rolled()
                store_whole(memory, place, load(memory, source + i, lanes - i))
                if lanes - i > WIDTH:
                    store_whole(memory, place + WIDTH, load(memory, source + i + WIDTH, lanes - i - WIDTH))
                place += panel
            source += along
            target += pitch
    elif along == 1 and steps >= WIDTH:
        for i in range(0, lanes, PANEL):
            rolled()
            for block in range(0, steps, WIDTH):  # the first steps are stored long before a tile reads them
                rolled()
                q = min(block, steps - WIDTH)
                for j in range(i, min(i + PANEL, lanes), WIDTH):
                    rolled()
                    transpose_block(memory, source + j * across + q, across, min(WIDTH, lanes - j), target + q * pitch + j - i, pitch)
            target += panel
    else:
        pack_singly(memory, source, across, along, lanes, steps, target, pitch)


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


def multiply_slab(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B for a slab of B: each tile's rows of A meet one panel after the other.

    A b_column below 0 says that B lies in panels already, which begin PANEL times as far apart.
    """
    begun = n // PANEL * PANEL if n % WIDTH and b_column > 0 else n  # whole panels need not be packed
    if b_column > 1 or (b_column == 1 and m >= RIGHT_PAYS):
        begun = 0
    if begun < n:
        pack(memory, b + begun * b_column, b_column, b_row, n - begun, k, scratch + RIGHT + begun * k, PITCH)
    if start < 0:
        store_whole(memory, scratch, spread(ZERO))
        store_whole(memory, scratch + WIDTH, spread(ZERO))
    packs = n >= LEFT_PAYS and m * k > 4096
    most = MOST_OF_TWO if n > WIDTH else MOST_OF_ONE
    i = 0
    while i < m:
        rolled()
        height = height_of(m - i, most)
        x, x_row, x_column = a + i * a_row, a_row, a_column
        if packs:
            pack(memory, x, a_row, a_column, height, k, scratch + LEFT, PITCH_LEFT)
            x, x_row, x_column = scratch + LEFT, 1, PITCH_LEFT
        for j in range(0, n, PANEL):
            rolled()
            columns = min(PANEL, n - j)
            whole, vectors = columns % WIDTH == 0, 2 if columns > WIDTH else 1
            right, right_row = (b + j * abs(b_column), b_row) if j < begun else (scratch + RIGHT + j * k, PITCH)
            first, first_row = (start + i * start_row + j, start_row) if start >= 0 else (scratch, 0)
            y, y_row = (c + i * c_row + j, c_row) if whole else (scratch + EDGE, PITCH)
            if not whole and start >= 0:
                take(memory, first, first_row, height, columns, y)
                first, first_row = y, y_row
            tile(memory, height, vectors, k, x, x_row, x_column, right, right_row, first, first_row, y, y_row)
            if not whole:
                give(memory, y, height, columns, c + i * c_row + j, c_row)
        i += height


MULTIPLY_SLAB = Shared(multiply_slab, (MEMORY, *[types.intp] * 14))


@intrinsic
def slab(typing, memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """Call multiply_slab."""
    return MULTIPLY_SLAB.call()


@inlined
def piece_of(size, most):
    """Whole panels, as many as make the fewest and evenest pieces."""
    pieces = (size + most - 1) // most
    return ((size + pieces - 1) // pieces + PANEL - 1) // PANEL * PANEL


def multiply_blocks(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """C = start + A B for matrices of any size."""
    columns, depth = piece_of(n, COLUMNS), piece_of(k, DEPTH)
    for j in range(0, n, columns):
        rolled()
        first, first_row = start if start < 0 else start + j, start_row
        for q in range(0, k, depth):
            rolled()
            x, right, wide, deep = a + q * a_column, b + q * b_row + j * abs(b_column), min(columns, n - j), min(depth, k - q)
            slab(memory, m, wide, deep, x, a_row, a_column, right, b_row, b_column, first, first_row, c + j, c_row, scratch)
            first, first_row = c + j, c_row


MULTIPLY_BLOCKS = Shared(multiply_blocks, (MEMORY, *[types.intp] * 14))


@intrinsic
def blocks(typing, memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """Call multiply_blocks."""
    return MULTIPLY_BLOCKS.call()


@separate
def check(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, scratch):
    """Touch the corners of everything."""
    last_a, last_b = (m - 1) * a_row + (k - 1) * a_column, (k - 1) * b_row + (n - 1) * abs(b_column)
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
    if n <= COLUMNS and k <= DEPTH:
        slab(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch)
    else:
        blocks(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch)


@inlined
def at(place):
    """The place as an index that cannot be negative: what Numba asks about others keeps LLVM from making vector code."""
    return np.uintp(place)


@contracted
def copy(memory, source, step, count, target):
    """Copy so many numbers that lie `step` apart, or write zeros when `source` is -1."""
    for j in range(count):
        memory[at(target + j)] = ZERO if source < 0 else memory[at(source + j * step)]


@inlined
def next_four(memory, place, step, count):
    """The next four numbers of a row of A; those from `count` on are 0."""
    return (
        memory[at(place)],
        memory[at(place + step)] if count > 1 else ZERO,
        memory[at(place + 2 * step)] if count > 2 else ZERO,
        memory[at(place + 3 * step)] if count > 3 else ZERO,
    )


@inlined
def four_more(total, x, b):
    """One sum, four steps of k further."""
    return total + x[0] * b[0] + x[1] * b[1] + x[2] * b[2] + x[3] * b[3]


@contracted
def add_four_rows(memory, rows, columns, depth, a, a_row, a_column, b, c):
    """Four rows of C, COLUMNS apart, += up to four rows of A, or the last one again, times rows of B, COLUMNS apart, too.

    Both loops stand here: what LLVM asks before the inner one, whether B and C are apart, it then asks once for all.
    """
    second, third, fourth = min(1, rows - 1) * a_row, min(2, rows - 1) * a_row, min(3, rows - 1) * a_row
    c0, c1, c2, c3 = c, c + COLUMNS, c + 2 * COLUMNS, c + 3 * COLUMNS
    for p in range(0, depth, 4):
        r = next_four(memory, a, a_column, depth - p)
        s = next_four(memory, a + second, a_column, depth - p)
        t = next_four(memory, a + third, a_column, depth - p)
        u = next_four(memory, a + fourth, a_column, depth - p)
        for j in range(columns):
            right = (memory[at(b + j)], memory[at(b + COLUMNS + j)], memory[at(b + 2 * COLUMNS + j)], memory[at(b + 3 * COLUMNS + j)])
            memory[at(c0 + j)] = four_more(memory[at(c0 + j)], r, right)
            memory[at(c1 + j)] = four_more(memory[at(c1 + j)], s, right)
            memory[at(c2 + j)] = four_more(memory[at(c2 + j)], t, right)
            memory[at(c3 + j)] = four_more(memory[at(c3 + j)], u, right)
        a += 4 * a_column
        b += 4 * COLUMNS


@contracted
def multiply_plainly(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, start, start_row, c, c_row, scratch):
    """The same without registers of our own: LLVM makes vector code of four rows of C and four steps of k at a time.

    The rows of C and B lie in scratch, where LLVM sees that they are apart. Steps that are missing are zeros and rows that are missing
    the last one again, so a row's bits depend on no other row.
    """
    for j in range(0, n, COLUMNS):
        columns = min(COLUMNS, n - j)
        piece = columns if b_column > 0 else PANEL
        for q in range(0, k, DEPTH):
            depth = min(DEPTH, k - q)
            for p in range((depth + 3) // 4 * 4):
                for i in range(0, columns, piece):
                    row = b + (q + p) * b_row + (j + i) * abs(b_column) if p < depth else -1
                    copy(memory, row, max(b_column, 1), min(piece, columns - i), scratch + RIGHT + p * COLUMNS + i)
            for i in range(0, m, 4):
                rows = min(4, m - i)
                for h in range(rows):
                    row = c + (i + h) * c_row + j if q > 0 else -1 if start < 0 else start + (i + h) * start_row + j
                    copy(memory, row, 1, columns, scratch + LEFT + h * COLUMNS)
                x = a + i * a_row + q * a_column
                add_four_rows(memory, rows, columns, depth, x, a_row, a_column, scratch + RIGHT, scratch + LEFT)
                for h in range(rows):
                    copy(memory, scratch + LEFT + h * COLUMNS, 1, columns, c + (i + h) * c_row + j)


if PLAIN:
    multiply_onto, pack = multiply_plainly, pack_singly


@inlined
def multiply(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, adds, scratch):
    """C = A B, or C += A B when `adds`; A is (m, k), B (k, n), C (m, n), everything in memory; no size is 0.

    Element (i, j) of A lies at a + i a_row + j a_column, of B at b + i b_row + j b_column, of C at c + i c_row + j, so that a
    transposed matrix is one whose two strides have changed places. `scratch` is the offset of SCRATCH places.
    """
    multiply_onto(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c if adds else -1, c_row, c, c_row, scratch)


@separate
def lay_panels(memory, k, n, b, b_row, b_column, panels):
    """Copy B (k, n), strided as in `multiply`, in panels (k, PANEL) of neighbouring columns, one behind the other: k (n + PANEL) places."""
    pack(memory, b, b_column, b_row, n, k, panels, PITCH)


@separate
def multiply_panels(memory, m, n, k, a, a_row, panels, c, c_row, adds, scratch):
    """C = A B, or C += A B, for A (m, k), C (m, n), whose rows lie a_row and c_row apart, and the panels of B."""
    multiply(memory, m, n, k, a, a_row, 1, panels, PANEL, -k, c, c_row, adds, scratch)


@kernel
def dense_forward(memory, data, operands):
    """y = x W + b.  operands: n, k, m | x (n, k), W (k, m), b (m) | y (n, m) | scratch (SCRATCH)."""
    n, k, m = operands[0], operands[1], operands[2]
    x, w, b, y, scratch = operands[3], operands[4], operands[5], operands[6], operands[7]
    multiply_onto(memory, n, m, k, x, k, 1, w, m, 1, b, 0, y, m, scratch)


@separate
def add_weights(memory, first, count, n, k, m, x, dw, db, dy, scratch):
    """dW[first : first + count] += xᵀ dy; db += sum of dy over rows when the range is the first."""
    if first == 0:
        add_rows(memory, n, m, dy, m, db)
    multiply(memory, count, m, n, x + first, 1, k, dy, m, 1, dw + first * m, m, True, scratch)


@kernel
def dense_backward(memory, data, operands):
    """dx += dy Wᵀ, dW += xᵀ dy, db += sum of dy over rows.

    operands: n, k, m | x (n, k), W (k, m), b (m), y (n, m) | dx (or -1), dW and db (or -1 both), dy | scratch (SCRATCH).
    """
    n, k, m = operands[0], operands[1], operands[2]
    x, w, dx, dw, db, dy, scratch = operands[3], operands[4], operands[7], operands[8], operands[9], operands[10], operands[11]
    if dw >= 0:
        add_weights(memory, 0, k, n, k, m, x, dw, db, dy, scratch)
    if dx >= 0:
        multiply(memory, n, k, m, dy, m, 1, w, 1, m, dx, k, True, scratch)


@kernel
def dense_weights(memory, data, operands):
    """What dense_backward adds to dW and db, for a range of W's rows; whoever has the first one adds to db.

    operands: first, count | those of dense_backward, but for dx, which may be -1.
    """
    n, k, m = operands[2], operands[3], operands[4]
    x, dw, db, dy, scratch = operands[5], operands[10], operands[11], operands[12], operands[13]
    add_weights(memory, operands[0], operands[1], n, k, m, x, dw, db, dy, scratch)
