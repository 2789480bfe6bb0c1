"""The gathering of a convolution along lines: a number is loaded once for all taps of its line, each with a pixel of its own.

A tile of kernels/tile.py loads a number for each product, and as a processor loads no more numbers than it multiplies vectors, rows of one
vector leave it waiting. Here the taps of a line are code without a loop: there is some for few kernels only. Where channels of the target
are few and those of the source one, two neighbouring pixels share a vector, and a number and the next are loaded together: lanes are
channel 0 of both pixels, channel 1 of both and so on, until they are stored. Nothing is multiplied by zeros among the weights.
"""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from kernels.axis import alike
from kernels.cases import in_case
from kernels.denormals import ARM, X86
from kernels.kernel import MEMORY
from kernels.shared import Shared
from kernels.simd import ALIGNMENT_BYTES, FLOATS, NATIVE, NUMBERS, WIDTH, apart, fetch, fused, intrinsic, repeat
from kernels.tile import CHECKED, INDEX, INT, LONG, check, inlined
from kernels.window import clear, copy, separate

HALF = WIDTH // 2  # channels that a pixel has room for where two share a vector
TAPS = (3, 5)  # of a line of the kernel
FORMS = {taps * together: (taps, together) for taps in TAPS for together in (1, 2)}
MOST = 8 if WIDTH == 8 else 16  # vectors whose sums are under way, at most: AVX2 has 16 registers, AVX-512 and NEON have 32
ENOUGH = 12  # of them, to be faster than tiles that are two vectors wide
REGISTER = "v" if X86 else "w" if ARM else ""  # what inline assembly calls one that holds a vector
BOTH, FIRST = ir.VectorType(ir.DoubleType(), HALF), ir.VectorType(ir.IntType(32), HALF)


@intrinsic
def choose(
    typing, memory, count, taps, together, lines, depth, a, a_line, a_pixel, before, after, b, start, c, c_row, times, a_move, c_move
):
    """The code for so many vectors, taps and pixels in each; see `sum_line`."""

    def generate(context, builder, signature, arguments):
        array, count, taps, together, *others = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        cases = [(vectors, form) for form in FORMS for vectors in range(1, MOST + 1)]
        in_case(
            builder, count, builder.mul(taps, together), cases, lambda vectors, form: emit(builder, data, vectors, *FORMS[form], *others)
        )
        return context.get_dummy_value()

    return types.void(memory, *[types.int64] * 17), generate


def pinned(builder, vector):
    """The same, but LLVM computes it in this place. Else it would load all numbers first, and there are no registers for them."""
    if not REGISTER or WIDTH > NATIVE:
        return vector
    return builder.asm(ir.FunctionType(FLOATS, [FLOATS]), "", f"={REGISTER},0", [vector], True)


def emit(builder, data, count, taps, together, lines, depth, a, a_line, a_pixel, before, after, b, start, c, c_row, times, a_move, c_move):
    """Sums of so many vectors, for a kernel with so many taps a line."""

    def at(place, index=None, step=None):
        return builder.gep(data, [place if index is None else builder.add(place, builder.mul(index, step))])

    def vector(base, number=0):
        return builder.bitcast(builder.gep(base, [INDEX(WIDTH * number)]), FLOATS.as_pointer())

    def load(address):
        return builder.load(address, align=ALIGNMENT_BYTES)

    def hidden(value):
        """The same, but LLVM does not know that. Else it would keep a pointer for each pixel, and a loop for each kind of margin."""
        return builder.asm(ir.FunctionType(value.type, [value.type]), "", "=r,0", [value], False)

    def row_starts(base, stride, rows):
        return [builder.gep(base, [builder.mul(stride, INDEX(p))]) for p in range(rows)]

    def turned(value, rows):
        """A vector of so many rows as one of columns."""
        order = [lane % rows * (WIDTH // rows) + lane // rows for lane in range(WIDTH)]
        return builder.shuffle_vector(value, value, ir.Constant(NUMBERS, order))

    def seen(address):
        """The number there in every lane; or that and the next, in turn."""
        if together == 1:
            return repeat(builder, builder.load(address), FLOATS)
        number = load(builder.bitcast(address, ir.DoubleType().as_pointer()))
        alone = builder.insert_element(ir.Constant(BOTH, ir.Undefined), number, INDEX(0))
        return builder.bitcast(builder.shuffle_vector(alone, alone, ir.Constant(FIRST, [0] * HALF)), FLOATS)

    positions = together * (count - 1) + taps  # where some pixel of the line has a tap
    margin = taps // 2 - (together - 1)  # of them at each end may see nothing but padding
    sums = [cgutils.alloca_once(builder, FLOATS) for _ in range(count)]

    def inside(position):
        """Code that is passed over where there is nothing to see."""
        if position < margin:
            return builder.if_then(builder.icmp_signed("<=", hidden(before), INDEX(position)), likely=True)
        if position >= positions - margin:
            return builder.if_then(builder.icmp_signed("<", hidden(after), INDEX(positions - position)), likely=True)
        return nullcontext()

    def sum_up(addresses, place_b):
        """Add what all positions see through all taps."""
        base = builder.load(place_b)
        weights = [load(vector(base, tap)) for tap in range(taps)]
        for position, address in enumerate(addresses):
            with inside(position):
                value = seen(address)
                for tap in range(position % together, taps, together):
                    if 0 <= (position - tap) // together < count:
                        place = sums[(position - tap) // together]
                        builder.store(pinned(builder, fused(builder, value, weights[tap], builder.load(place))), place)
        builder.store(vector(base, taps), builder.bitcast(place_b, FLOATS.as_pointer().as_pointer()))

    with cgutils.for_range(builder, times) as again:
        targets = [vector(base) for base in row_starts(at(c, again.index, c_move), c_row, count)]
        with builder.if_else(builder.icmp_signed(">=", start, INDEX(0))) as (anew, further):
            with anew:
                first = turned(load(vector(at(start))), together)
                for place in sums:
                    builder.store(first, place)
            with further:
                for target, place in zip(targets, sums, strict=True):
                    builder.store(turned(load(target), together), place)
        more = builder.icmp_signed("<", builder.add(again.index, INDEX(1)), times)
        with builder.if_then(builder.and_(more, builder.icmp_signed(">=", builder.mul(lines, depth), INDEX(LONG // taps)))):
            for target in row_starts(at(c, builder.add(again.index, INDEX(1)), c_move), c_row, count):
                fetch(builder, vector(target), writes=True)
        place_b, source = cgutils.alloca_once_value(builder, at(b)), builder.add(a, builder.mul(again.index, a_move))
        with cgutils.for_range(builder, lines) as line:
            begin = at(source, line.index, a_line)
            if together == 2:
                sum_up(row_starts(begin, INDEX(1), positions), place_b)
            else:
                # One pointer for every three pixels: x86 reaches the next two by an index that it scales by 4 and 8 bytes.
                places = [cgutils.alloca_once_value(builder, pixel) for pixel in row_starts(begin, a_pixel, positions)[::3]]
                with cgutils.for_range(builder, depth):
                    here = [hidden(builder.load(place)) for place in places]
                    sum_up([pixel for pointer in here for pixel in row_starts(pointer, a_pixel, 3)][:positions], place_b)
                    for pointer, place in zip(here, places, strict=True):
                        builder.store(builder.gep(pointer, [INDEX(1)]), place)
        for target, place in zip(targets, sums, strict=True):
            builder.store(turned(builder.load(place), WIDTH // together), target, align=ALIGNMENT_BYTES)


def any_line(memory, count, taps, together, lines, depth, a, a_line, a_pixel, before, after, b, start, c, c_row, times, a_move, c_move):
    """`sum_line`, compiled once for all that call it."""
    if CHECKED:
        check(memory, c, (count, c_row), (WIDTH, 1), (times, c_move))
        check(memory, max(start, 0), (WIDTH, 1))
        if lines > 0:
            check(memory, a, (together * count + taps - 1, a_pixel), (lines, a_line), (depth, 1), (times, a_move))
            check(memory, b, (lines * depth * taps * WIDTH, 1))
    choose(memory, count, taps, together, lines, depth, a, a_line, a_pixel, before, after, b, start, c, c_row, times, a_move, c_move)


ANY_LINE = Shared(any_line, (MEMORY, *[INT] * 17))


@intrinsic
def sum_line(
    typing, memory, count, taps, together, lines, depth, a, a_line, a_pixel, before, after, b, start, c, c_row, times, a_move, c_move
):
    """C[p] = start + Σ of A[line, p + tap, channel] B[line, channel, tap], for p below `count`; or for both pixels of pairs, 2p and 2p + 1.

    A line has 3 or 5 `taps`; `together` pixels share a vector, 1 or 2. Of two, each channel's weights stand twice in B, and A has one
    channel. A's lines are a_line apart, its pixels a_pixel, its channels side by side; C's vectors c_row. Of A's first and last
    pixels `before` and `after` need not be looked at: they are padding. When start is -1, sums are added to C. All of it is done `times`
    times, with a and c moved on. Each sum runs over B in order, one rounding each, so its bits do not depend on `count`.
    """
    return ANY_LINE.call()


@separate
def sum_lines(memory, rows, columns, together, height, width, depth, a, line, b, start, c, c_line, c_row):
    """Some channels of an image's target, which are one vector, by lines that see the same of the kernel's lines."""
    apart()
    count = columns.targets // together
    blocks = (count + MOST - 1) // MOST
    u = np.int64(0)
    while u < rows.targets:
        above, seen, lines = alike(rows, u, height)
        at = a + (rows.offset + u * rows.stride + above * rows.spacing) * line
        for block in range(blocks):
            first, end = block * count // blocks, (block + 1) * count // blocks
            before = -columns.offset - first * together - (together - 1)
            after = end * together + columns.offset + columns.taps - width - together
            sum_line(
                memory, end - first, columns.taps, together, seen, depth, at + first * together * depth, rows.spacing * line, depth,
                before, after, b + above * depth * columns.taps * WIDTH, start, c + u * c_line + first * c_row, c_row, lines,
                rows.stride * line, c_line,
            )  # fmt: skip
        u += lines


@separate
def pack_lines(memory, rows, columns, together, w, strides, depth, channels, panel):
    """Weights in the order in which `sum_line` reads them: (kernel rows, source channels, taps, target channels, pixels)."""
    apart()
    step = columns.taps * WIDTH
    clear(memory, panel, rows.taps * depth * step)
    for i in range(rows.taps):
        for k in range(columns.taps):
            at = w + (rows.first_tap + i * rows.tap_step) * strides[0] + (columns.first_tap + k * columns.tap_step) * strides[1]
            for e in range(together):
                copy(memory, at, strides[2], strides[3], depth, channels, 1, panel + i * depth * step + k * WIDTH + e, step, together)


@inlined
def pixels_in_line(columns, groups, depth, breadth):
    """How many pixels share a vector where a gathering is done here, or 0 where tiles do it faster, or only they can."""
    if columns.stride != 1 or columns.spacing != 1 or columns.taps not in TAPS:
        return 0
    if groups == depth == columns.step == 1 and HALF < 2 * breadth <= WIDTH and columns.targets % 2 == 0:
        return 2
    return 1 if breadth > HALF and (breadth <= WIDTH or min(MOST, columns.targets) >= ENOUGH) else 0
