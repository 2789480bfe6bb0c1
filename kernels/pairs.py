"""The gathering of few channels from one: neighbouring pixels of the target share a vector in pairs, and nothing is multiplied in vain.

A tile of kernels/tile.py takes each of its numbers for a whole vector, so that pixels which share one need zeros among the weights. Here
a number and the next are taken together: lanes are channel 0 of both pixels, channel 1 of both and so on, until they are stored. A number
that several taps of a line see is loaded once, for which these taps are code without a loop: there is some for few kernels only.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from kernels.axis import alike
from kernels.cases import in_case
from kernels.kernel import MEMORY
from kernels.shared import Shared
from kernels.simd import ALIGNMENT_BYTES, FLOATS, NUMBERS, WIDTH, apart, fused, intrinsic
from kernels.tile import CHECKED, INDEX, INT, check, inlined
from kernels.window import clear, copy, copy_window, separate

LANES = WIDTH // 2  # channels that a pixel has room for
TAPS = (3, 5)  # of a line of the kernel
PAIRS = 8 if WIDTH == 8 else 16  # whose sums are under way, at most: AVX2 has 16 registers, AVX-512 and NEON have 32
BOTH, FIRST = ir.VectorType(ir.DoubleType(), LANES), ir.VectorType(ir.IntType(32), LANES)


@intrinsic
def choose(typing, memory, count, taps, lines, a, a_line, b, start, c, times, a_move, c_move):
    """The code for so many pairs and taps; see `sum_pairs`."""

    def generate(context, builder, signature, arguments):
        array, count, taps, *others = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        cases = [(pairs, seen) for seen in TAPS for pairs in range(1, PAIRS + 1)]
        in_case(builder, count, taps, cases, lambda pairs, seen: emit(builder, data, pairs, seen, *others))
        return context.get_dummy_value()

    return types.void(memory, *[types.int64] * 11), generate


def emit(builder, data, pairs, taps, lines, a, a_line, b, start, c, times, a_move, c_move):
    """Sums of a number of pairs that is known, for a kernel with so many taps a line."""

    def place(offset, index, step):
        return builder.gep(data, [builder.add(offset, builder.mul(index, step))])

    def vectors(base, count):
        return [builder.bitcast(builder.gep(base, [INDEX(WIDTH * j)]), FLOATS.as_pointer()) for j in range(count)]

    def load(address):
        return builder.load(address, align=ALIGNMENT_BYTES)

    def turned(value, rows):
        """A vector of so many rows as one of columns."""
        order = [lane % rows * (WIDTH // rows) + lane // rows for lane in range(WIDTH)]
        return builder.shuffle_vector(value, value, ir.Constant(NUMBERS, order))

    def two(address):
        """The number there and the next, in turn."""
        number = load(builder.bitcast(address, ir.DoubleType().as_pointer()))
        alone = builder.insert_element(ir.Constant(BOTH, ir.Undefined), number, INDEX(0))
        return builder.bitcast(builder.shuffle_vector(alone, alone, ir.Constant(FIRST, [0] * LANES)), FLOATS)

    sums = [cgutils.alloca_once(builder, FLOATS) for _ in range(pairs)]
    with cgutils.for_range(builder, times) as again:
        source, targets = builder.add(a, builder.mul(again.index, a_move)), vectors(place(c, again.index, c_move), pairs)
        with builder.if_else(builder.icmp_signed(">=", start, INDEX(0))) as (anew, further):
            with anew:
                first = load(vectors(builder.gep(data, [start]), 1)[0])
                for total in sums:
                    builder.store(first, total)
            with further:
                for target, total in zip(targets, sums, strict=True):
                    builder.store(turned(load(target), 2), total)
        with cgutils.for_range(builder, lines) as line:
            seen = place(source, line.index, a_line)
            weights = [load(address) for address in vectors(place(b, line.index, INDEX(taps * WIDTH)), taps)]
            for at in range(2 * (pairs - 1) + taps):
                value = two(builder.gep(seen, [INDEX(at)]))
                for tap in range(at % 2, taps, 2):
                    if 0 <= (at - tap) // 2 < pairs:
                        total = sums[(at - tap) // 2]
                        builder.store(fused(builder, value, weights[tap], builder.load(total)), total)
        for target, total in zip(targets, sums, strict=True):
            builder.store(turned(builder.load(total), LANES), target, align=ALIGNMENT_BYTES)


def any_pairs(memory, count, taps, lines, a, a_line, b, start, c, times, a_move, c_move):
    """`sum_pairs`, compiled once for all that call it."""
    if CHECKED:
        check(memory, c, (count * WIDTH, 1), (times, c_move))
        if lines > 0:
            check(memory, a, (2 * count + taps - 1, 1), (lines, a_line), (times, a_move))
            check(memory, b, (lines * taps * WIDTH, 1))
    choose(memory, count, taps, lines, a, a_line, b, start, c, times, a_move, c_move)


ANY_PAIRS = Shared(any_pairs, (MEMORY, *[INT] * 11))


@intrinsic
def sum_pairs(typing, memory, count, taps, lines, a, a_line, b, start, c, times, a_move, c_move):
    """C[p] = start + Σ of A[2p + tap of a line] B[line, tap], for p below `count`, for both pixels of each pair.

    A's lines are a_line apart, B's rows and those of C are vectors one behind the other; B and start have each channel twice. When start
    is -1, sums are added to C. All of it is done `times` times, with a and c moved on. Each sum runs as in a tile of kernels/tile.py.
    """
    return ANY_PAIRS.call()


@separate
def sum_image(memory, rows, columns, height, a, line, b, start, c, c_line):
    """All pairs of an image, by lines that see the same taps."""
    apart()
    pairs = columns.targets // 2
    blocks = (pairs + PAIRS - 1) // PAIRS
    u = np.int64(0)
    while u < rows.targets:
        above, seen, lines = alike(rows, u, height)
        at = a + (rows.offset + u * rows.stride + above * rows.spacing) * line
        for block in range(blocks):
            first, end = block * pairs // blocks, (block + 1) * pairs // blocks
            sum_pairs(
                memory, end - first, columns.taps, seen, at + 2 * first, rows.spacing * line, b + above * columns.taps * WIDTH, start,
                c + u * c_line + first * WIDTH, lines, rows.stride * line, c_line,
            )  # fmt: skip
        u += lines


@inlined
def double(memory, source, step, count, target):
    """Write each of some numbers twice."""
    for e in range(2):
        copy(memory, source, 0, step, 1, count, 1, target + e, 0, 2)


@inlined
def comes_in_pairs(columns, groups, depth, breadth):
    """Whether a gathering can be done here, and is done faster than by tiles."""
    alone = groups == depth == columns.stride == columns.spacing == columns.step == 1
    return alone and LANES < 2 * breadth <= WIDTH and columns.targets % 2 == 0 and columns.taps in TAPS


@separate
def gather_pairs(memory, images, rows, columns, source, source_shape, target, target_shape, bias, w, strides, scratch):
    """What `gather` of kernels/gathering.py does, for a source of one channel and a target that comes in pairs."""
    apart()
    height, width, filters = source_shape[0], source_shape[1], target_shape[2]
    line, whole = columns.targets + columns.taps - 1, filters == LANES
    panel = scratch + WIDTH
    window = panel + rows.taps * columns.taps * WIDTH
    copied = window + height * line
    target_line = rows.step * target_shape[1] * filters
    c_line = target_line if whole else columns.targets * LANES  # a target without whole vectors is summed in a copy
    clear(memory, scratch, copied - scratch)
    if bias >= 0:
        double(memory, bias, 1, filters, scratch)
    for i in range(rows.taps):
        for k in range(columns.taps):
            at = w + (rows.first_tap + i * rows.tap_step) * strides[0] + (columns.first_tap + k * columns.tap_step) * strides[1]
            double(memory, at, strides[3], filters, panel + (i * columns.taps + k) * WIDTH)
    start = scratch if bias >= 0 else np.int64(-1)
    for n in range(images):
        copy_window(memory, source + n * height * width, source_shape, 0, 1, height, columns.offset, line, 1, window, line, 1)
        place = target + ((n * target_shape[0] + rows.first) * target_shape[1] + columns.first) * filters
        if bias < 0 and not whole:
            copy(memory, place, target_line, filters, rows.targets, columns.targets, filters, copied, c_line, LANES)
        sum_image(memory, rows, columns, height, window, line, panel, start, place if whole else copied, c_line)
        if not whole:
            copy(memory, copied, c_line, LANES, rows.targets, columns.targets, filters, place, target_line, filters)
