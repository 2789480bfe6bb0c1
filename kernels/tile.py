"""The inner loop of convolutions: a few rows of a matrix product held in registers, while up to three indices are summed over.

A window of an image is three nested strides (its rows, its columns, channels), so that it is multiplied where it lies.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.core import cgutils

from kernels.simd import FLOATS, WIDTH, first, intrinsic, pointer, repeat

# Python never calls what kernels call, so no wrappers are compiled. What is not to be inlined must say so: callees inherit it.
CALLEE: Any = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
inlined = njit(forceinline=True, **CALLEE)
apart = njit(forceinline=False, **CALLEE)

INDEX = ir.IntType(64)
STEPS = types.UniTuple(types.int64, 3)


class Writer:
    """Writes the code of a tile whose rows have `registers` vectors, of which the first `lanes` numbers are read and written."""

    def __init__(self, context, builder, kind, memory, registers, lanes) -> None:
        self.context, self.builder, self.kind, self.memory, self.registers = context, builder, kind, memory, registers
        self.counts = [builder.sub(lanes, self.number(WIDTH * j)) for j in range(registers)]
        self.whole = builder.icmp_signed("==", lanes, self.number(WIDTH * registers))
        self.align = ir.Constant(ir.IntType(32), 4)

    def number(self, value):
        """A constant index."""
        return ir.Constant(INDEX, value)

    def along(self, offset, *steps):
        """The offset plus the products of pairs."""
        for count, step in steps:
            offset = self.builder.add(offset, self.builder.mul(count, step))
        return offset

    def addresses(self, offset, counts):
        """Where the registers of the row at that offset begin."""
        offsets = [self.builder.add(offset, self.number(WIDTH * j)) for j in range(self.registers)]
        return [pointer(self.context, self.builder, self.kind, self.memory, at, count) for at, count in zip(offsets, counts, strict=True)]

    def load(self, offset):
        """The whole row at that offset."""
        addresses = self.addresses(offset, [self.number(WIDTH)] * self.registers)
        return [self.builder.load(address, align=4) for address in addresses]

    def call(self, name, result, *arguments):
        """LLVM's function of that name."""
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, f"llvm.{name}"), arguments)

    def begin(self, offsets, places):
        """Read the lanes that are meant of the rows at those offsets; the others become 0."""
        with self.builder.if_else(self.whole) as (whole, part):
            with whole:
                for offset, row in zip(offsets, places, strict=True):
                    for value, place in zip(self.load(offset), row, strict=True):
                        self.builder.store(value, place)
            with part:
                masks, nothing = [first(self.builder, count) for count in self.counts], ir.Constant(FLOATS, [0.0] * WIDTH)
                for offset, row in zip(offsets, places, strict=True):
                    for address, mask, place in zip(self.addresses(offset, self.counts), masks, row, strict=True):
                        value = self.call(f"masked.load.v{WIDTH}f32.p0", FLOATS, address, self.align, mask, nothing)
                        self.builder.store(value, place)

    def end(self, offsets, values):
        """Write the lanes that are meant of the rows at those offsets."""
        with self.builder.if_else(self.whole) as (whole, part):
            with whole:
                for offset, row in zip(offsets, values, strict=True):
                    for address, value in zip(self.addresses(offset, [self.number(WIDTH)] * self.registers), row, strict=True):
                        self.builder.store(value, address, align=4)
            with part:
                masks = [first(self.builder, count) for count in self.counts]
                for offset, row in zip(offsets, values, strict=True):
                    for address, mask, value in zip(self.addresses(offset, self.counts), masks, row, strict=True):
                        self.call(f"masked.store.v{WIDTH}f32.p0", ir.VoidType(), value, address, self.align, mask)

    def spread(self, offset):
        """The number at that offset, in every lane."""
        array = self.context.make_array(self.kind)(self.context, self.builder, self.memory)
        if config.BOUNDSCHECK:  # type: ignore[attr-defined]
            cgutils.do_boundscheck(self.context, self.builder, offset, self.builder.extract_value(array.shape, 0))
        return repeat(self.builder, self.builder.load(self.builder.gep(array.data, [offset])), FLOATS)


@intrinsic(prefer_literal=True)
def tile(typing, memory, rows, registers, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row):
    """C[p] = start[p] + Σ over k of A[p, k] B[k], for p below `rows`; a row is `registers` vectors, `lanes` of its numbers are meant.

    `rows` and `registers` are literals. A[p, k] is the number at a + p a_row + k·a_steps, B[k] the whole row at b + k·b_steps; k has
    three parts, each below its count. Rows of start are start_row apart, those of C c_row; both may be the same.
    """
    if not all(isinstance(literal, types.IntegerLiteral) for literal in (rows, registers)):
        return None
    height, width = rows.literal_value, registers.literal_value

    def generate(context, builder, signature, arguments):
        array, _, _, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row = arguments
        write = Writer(context, builder, signature.args[0], array, width, lanes)
        counts, a_steps, b_steps = (cgutils.unpack_tuple(builder, steps, 3) for steps in (counts, a_steps, b_steps))
        sums = [[cgutils.alloca_once(builder, FLOATS) for _ in range(width)] for _ in range(height)]
        write.begin([write.along(start, (write.number(p), start_row)) for p in range(height)], sums)
        rows_of_a = [write.along(a, (write.number(p), a_row)) for p in range(height)]
        with cgutils.for_range(builder, counts[0]) as outer, cgutils.for_range(builder, counts[1]) as middle:
            above = (outer.index, middle.index)
            a_shift = write.along(write.number(0), *zip(above, a_steps[:2], strict=True))
            b_shift = write.along(b, *zip(above, b_steps[:2], strict=True))
            with cgutils.for_range(builder, counts[2]) as inner:
                row = write.load(write.along(b_shift, (inner.index, b_steps[2])))
                shift = write.along(a_shift, (inner.index, a_steps[2]))
                for p in range(height):
                    number = write.spread(builder.add(rows_of_a[p], shift))
                    for place, value in zip(sums[p], row, strict=True):
                        builder.store(write.call(f"fma.v{WIDTH}f32", FLOATS, number, value, builder.load(place)), place)
        totals = [[builder.load(place) for place in row] for row in sums]
        write.end([write.along(c, (write.number(p), c_row)) for p in range(height)], totals)
        return context.get_dummy_value()

    i = types.int64
    return types.void(memory, rows, registers, i, STEPS, i, i, STEPS, i, STEPS, i, i, i, i), generate


@intrinsic
def stay_apart(typing):
    """The function that calls this is compiled once, and into none of its callers: a copy of all tiles in each would take seconds."""

    def generate(context, builder, signature, arguments):
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


@inlined
def rows_at_once(left):
    """How many rows of `left` the next tile takes: six fill the registers, and two fours do better than six and two."""
    if left >= 6 and left != 8:
        return 6
    return 4 if left >= 4 else 2 if left >= 2 else 1


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
    """Counts or steps, of one type whatever they are: so tiles are compiled but once."""
    return np.int64(first), np.int64(second), np.int64(third)


@apart
def tile_of(memory, rows, registers, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row):
    """`tile` for rows and registers known only now: 6, 4, 2 or 1 rows, 2 or 1 registers."""
    stay_apart()
    if registers == 2:
        if rows == 6:
            tile(memory, 6, 2, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
        elif rows == 4:
            tile(memory, 4, 2, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
        elif rows == 2:
            tile(memory, 2, 2, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
        else:
            tile(memory, 1, 2, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
    elif rows == 6:
        tile(memory, 6, 1, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
    elif rows == 4:
        tile(memory, 4, 1, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
    elif rows == 2:
        tile(memory, 2, 1, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
    else:
        tile(memory, 1, 1, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row)
