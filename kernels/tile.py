"""The inner loop of convolutions: a few rows of a matrix product held in registers, while up to three indices are summed over.

A window of an image is three nested strides (its rows, its columns, channels), so that it is multiplied where it lies.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils

from kernels.shared import UNWRAPPED, jit
from kernels.simd import FLOATS, WIDTH, first, intrinsic, pointer, repeat

# What is not to be inlined must say so: callees inherit it.
inlined = jit(forceinline=True, error_model="numpy", **UNWRAPPED)
apart = jit(forceinline=False, error_model="numpy", **UNWRAPPED)

HEIGHT = 6  # rows of a tile at most: with two vectors each they fill the registers of AVX2
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

    def address(self, offset):
        """The address of a number."""
        array = self.context.make_array(self.kind)(self.context, self.builder, self.memory)
        return self.opaque(self.builder.gep(array.data, [offset]))

    def opaque(self, value):
        """The same value, of which LLVM does not know how it came about, nor may it repeat this.

        Else it unrolls the inner loop, and walks from row to row by additions or holds an address for each step: both cost more than
        the multiplications.
        """
        same = self.builder.asm(ir.FunctionType(value.type, [value.type]), "", "=r,0", [value], False)
        same.attributes.add("convergent")
        return same

    def spread(self, address, offset, shift):
        """The number `shift` places behind the address, which is that of the offset, in every lane."""
        if config.BOUNDSCHECK:  # type: ignore[attr-defined]
            array = self.context.make_array(self.kind)(self.context, self.builder, self.memory)
            place = self.builder.add(offset, shift)
            cgutils.do_boundscheck(self.context, self.builder, place, self.builder.extract_value(array.shape, 0))
        return repeat(self.builder, self.builder.load(self.builder.gep(address, [shift])), FLOATS)


@intrinsic
def tile(typing, memory, rows, registers, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts):
    """C[p] = start[p] + Σ over k of A[p, k] B[k], for p below `rows`; a row is `registers` vectors, `lanes` of its numbers are meant.

    `rows` are 1 to HEIGHT, `registers` 1 or 2. A[p, k] is the number at a + p a_row + k·a_steps, B[k] the whole row at b + k·b_steps; k has
    three parts, each below its count. Rows of start are start_row apart, those of C c_row; both may be the same. All of it is done
    `times` times, with a, start and c moved on by `shifts` each time.
    """

    def generate(context, builder, signature, arguments):
        done = builder.append_basic_block("tile.done")
        shape = builder.add(builder.mul(arguments[1], ir.Constant(INDEX, 2)), arguments[2])
        choice = builder.switch(shape, done)
        for height in range(1, HEIGHT + 1):
            for width in (1, 2):
                block = builder.append_basic_block(f"tile.{height}x{width}")
                choice.add_case(ir.Constant(INDEX, 2 * height + width), block)
                builder.position_at_end(block)
                emit(context, builder, signature.args[0], height, width, arguments)
                builder.branch(done)
        builder.position_at_end(done)
        return context.get_dummy_value()

    i = types.int64
    return types.void(memory, i, i, i, STEPS, i, i, STEPS, i, STEPS, i, i, i, i, i, STEPS), generate


def emit(context, builder, kind, height, width, arguments):
    """A tile of a shape that is known."""
    array, _, _, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts = arguments
    write = Writer(context, builder, kind, array, width, lanes)
    counts, a_steps, b_steps, shifts = (cgutils.unpack_tuple(builder, steps, 3) for steps in (counts, a_steps, b_steps, shifts))
    sums = [[cgutils.alloca_once(builder, FLOATS) for _ in range(width)] for _ in range(height)]
    with cgutils.for_range(builder, times) as again:
        here_a, here_start, here_c = (
            write.along(offset, (again.index, shift)) for offset, shift in zip((a, start, c), shifts, strict=True)
        )
        write.begin([write.along(here_start, (write.number(p), start_row)) for p in range(height)], sums)
        rows_of_a = [write.along(here_a, (write.number(p), a_row)) for p in range(height)]
        addresses = [write.address(offset) for offset in rows_of_a]
        with cgutils.for_range(builder, counts[0]) as outer, cgutils.for_range(builder, counts[1]) as middle:
            above = (outer.index, middle.index)
            a_shift = write.along(write.number(0), *zip(above, a_steps[:2], strict=True))
            b_shift = write.along(b, *zip(above, b_steps[:2], strict=True))
            with cgutils.for_range(builder, counts[2]) as inner:
                row = write.load(write.along(b_shift, (inner.index, b_steps[2])))
                shift = write.opaque(write.along(a_shift, (inner.index, a_steps[2])))
                for p in range(height):
                    number = write.spread(addresses[p], rows_of_a[p], shift)
                    for place, value in zip(sums[p], row, strict=True):
                        builder.store(write.call(f"fma.v{WIDTH}f32", FLOATS, number, value, builder.load(place)), place)
        totals = [[builder.load(place) for place in row] for row in sums]
        write.end([write.along(here_c, (write.number(p), c_row)) for p in range(height)], totals)


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
    return 4 if left == 8 else min(left, HEIGHT)


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
def tile_of(memory, rows, registers, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts):
    """`tile`, compiled once for all that call it."""
    stay_apart()
    tile(memory, rows, registers, lanes, counts, a, a_row, a_steps, b, b_steps, start, start_row, c, c_row, times, shifts)
