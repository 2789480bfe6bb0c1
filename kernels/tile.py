"""The inner loop of convolutions: some rows of a matrix product held in registers, while up to three indices are summed over.

A window of an image is three nested strides (its rows, its columns, channels), so that it is multiplied where it lies.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils

from kernels.cases import in_case
from kernels.kernel import MEMORY
from kernels.shared import UNWRAPPED, Shared, jit
from kernels.simd import ALIGNMENT_BYTES, FLOATS, WIDTH, fetch, fused, intrinsic, repeat

# What is not to be inlined must say so: callees inherit it.
inlined = jit(forceinline=True, error_model="numpy", **UNWRAPPED)

SUMS = 12 if WIDTH == 8 else 28  # AVX2 has 16 registers: 12 for sums, 2 for B, 1 for A; AVX-512 and NEON have 32
REGISTERS = 2  # vectors of a tile's row at most
HEIGHT = 16  # rows of a tile at most, of as many as its sums allow
LONG = 64  # steps of k from which on a tile is worth some care: they take as long as a line of memory that comes from afar
CHECKED = bool(config.BOUNDSCHECK)  # type: ignore[attr-defined]

INDEX = ir.IntType(64)
NOTHING = ir.FunctionType(ir.VoidType(), [])
STEPS = types.UniTuple(types.int64, 3)


@intrinsic
def choose(typing, memory, rows, registers, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts):
    """The tile of that shape; see `tile`."""

    def generate(context, builder, signature, arguments):
        array, rows, registers, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        counts, a_steps, b_steps, shifts = (cgutils.unpack_tuple(builder, steps, 3) for steps in (counts, a_steps, b_steps, shifts))
        others = counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts
        shapes = [(height, width) for width in range(1, REGISTERS + 1) for height in range(1, min(HEIGHT, SUMS // width) + 1)]
        in_case(builder, rows, registers, shapes, lambda height, width: emit(builder, data, height, width, *others))
        return context.get_dummy_value()

    i = types.int64
    return types.void(memory, i, i, STEPS, i, i, STEPS, i, STEPS, i, i, i, i, i, STEPS), generate


def emit(builder, data, height, width, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts):
    """A tile of a shape that is known."""

    def along(offset, *indices_and_steps):
        for index, step in indices_and_steps:
            offset = builder.add(offset, builder.mul(index, step))
        return offset

    def row_starts(base, stride, count):
        return [builder.gep(base, [builder.mul(stride, INDEX(p))]) for p in range(count)]

    def vectors(base):
        return [builder.bitcast(builder.gep(base, [INDEX(WIDTH * j)]), FLOATS.as_pointer()) for j in range(width)]

    def hidden(pointer):
        """The same, but LLVM does not know that. Else it would keep a pointer for each row, and there are no registers for them."""
        return builder.asm(ir.FunctionType(pointer.type, [pointer.type]), "", "=r,0", [pointer], False)

    long = builder.icmp_signed(">=", builder.mul(builder.mul(counts[0], counts[1]), counts[2]), INDEX(LONG))
    sums = [[cgutils.alloca_once(builder, FLOATS) for _ in range(width)] for _ in range(height)]
    with cgutils.for_range(builder, times) as again:
        a, start, c = (along(offset, (again.index, shift)) for offset, shift in zip((a, start, c), shifts, strict=True))
        for base, row in zip(row_starts(builder.gep(data, [start]), start_row, height), sums, strict=True):
            for address, place in zip(vectors(base), row, strict=True):
                builder.store(builder.load(address, align=ALIGNMENT_BYTES), place)
        more = builder.icmp_signed("<", builder.add(again.index, INDEX(1)), times)
        with builder.if_then(builder.and_(more, long)):
            for base in row_starts(builder.gep(data, [builder.add(c, shifts[2])]), c_row, height):
                for address in vectors(base):
                    fetch(builder, address, writes=True)
        with cgutils.for_range(builder, counts[0]) as outer, cgutils.for_range(builder, counts[1]) as middle:
            above = (outer.index, middle.index)
            first_a = builder.gep(data, [along(a, *zip(above, a_steps[:2], strict=True))])
            # One pointer for every three rows: x86 reaches the next two by an index that it scales by 4 and 8 bytes.
            firsts = row_starts(first_a, a_row, height)[::3]
            first_b = builder.gep(data, [along(b, *zip(above, b_steps[:2], strict=True))])
            places = [cgutils.alloca_once_value(builder, pointer) for pointer in (first_b, *firsts)]
            with cgutils.for_range(builder, counts[2]):
                place_b, *places_a = [hidden(builder.load(place)) for place in places]
                right = [builder.load(address, align=ALIGNMENT_BYTES) for address in vectors(place_b)]
                for base, row in zip((base for place in places_a for base in row_starts(place, a_row, 3)), sums, strict=False):
                    builder.asm(NOTHING, "", "~{memory}", [], True)  # holds LLVM from loading all of A's numbers first
                    left = repeat(builder, builder.load(base), FLOATS)
                    for value, place in zip(right, row, strict=True):
                        builder.store(fused(builder, left, value, builder.load(place)), place)
                for pointer, place, step in zip((place_b, *places_a), places, (b_steps[2], *[a_steps[2]] * len(firsts)), strict=True):
                    builder.store(builder.gep(pointer, [step]), place)
        for base, row in zip(row_starts(builder.gep(data, [c]), c_row, height), sums, strict=True):
            for address, place in zip(vectors(base), row, strict=True):
                builder.store(builder.load(place), address, align=ALIGNMENT_BYTES)


@inlined
def check(memory, first, *indices_and_steps):
    """Touch the first and the last of some numbers."""
    last = first
    for count, step in indices_and_steps:
        last += (count - 1) * step
    return memory[first] + memory[last]


def any_tile(memory, rows, registers, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts):
    """`tile`, compiled once for all that call it."""
    if CHECKED:
        columns = (registers * WIDTH, 1)
        check(memory, start, (rows, start_row), columns, (times, shifts[1]))
        check(memory, c, (rows, c_row), columns, (times, shifts[2]))
        if min(counts) > 0:
            of_a, of_b = (counts[0], a_steps[0]), (counts[0], b_steps[0])
            check(memory, a, (rows, a_row), of_a, (counts[1], a_steps[1]), (counts[2], a_steps[2]), (times, shifts[0]))
            check(memory, b, columns, of_b, (counts[1], b_steps[1]), (counts[2], b_steps[2]))
    choose(memory, rows, registers, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts)


INT = types.int64
ANY_TILE = Shared(any_tile, (MEMORY, INT, INT, STEPS, INT, INT, STEPS, INT, STEPS, INT, INT, INT, INT, INT, STEPS))


@intrinsic
def tile(typing, memory, rows, registers, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts):
    """C[p] = start[p] + Σ over k of A[p, k] B[k], for p below `rows`; a row is `registers` vectors.

    `rows` are 1 to HEIGHT, `registers` 1 or 2, with no more than SUMS vectors in all. A[p, k] is the number at a + p a_row + k·a_steps,
    B[k] the row at b + k·b_steps; k has three parts, each below its count. Rows of start are start_row apart, those of C c_row; both may
    be the same. All of it is done `times` times, with a, start and c moved on by `shifts` each time. Each sum runs over k from the first
    to the last, one rounding each, so its bits do not depend on the tile's shape.
    """
    return ANY_TILE.call()


@inlined
def rows_at_once(left, registers):
    """How many of the rows that are left the next tile takes: as many as the others will, for a flat tile at the end is slow."""
    most = min(HEIGHT, SUMS // registers)
    tiles = (left + most - 1) // most
    return (left + tiles - 1) // tiles


@inlined
def inside(position, spacing, taps, size):
    """The first tap at or after 0 and the number of taps from there on that are below `size`."""
    if position >= 0 and position + (taps - 1) * spacing < size:
        return 0, taps
    low = max(0, (spacing - 1 - position) // spacing)
    high = min(taps, (size - 1 - position) // spacing + 1)
    return low, max(0, high - low)


@inlined
def three(first, second, third):
    """Counts or steps, of one type whatever they are."""
    return np.int64(first), np.int64(second), np.int64(third)
