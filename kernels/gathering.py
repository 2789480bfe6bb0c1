"""The gathering of a convolution: each pixel of a target becomes the weighted sum of a window of a source.

A convolution gathers from its input, and the gradient of its input is gathered from the gradient of its output. A tile's rows are
neighbouring pixels that see the same taps: kernel rows in the padding are left out, and columns of it where that pays. For the others the
source is copied with its padding first; from the copy, which comes in order and stays in the cache, all tiles read. Where it is faster,
kernels/lines.py takes the place of tiles.
"""

from __future__ import annotations

import numpy as np
from numba import types

from kernels.axis import AXIS, alike, backward_axis, sharing
from kernels.kernel import MEMORY
from kernels.lines import pack_lines, pixels_in_line, sum_lines
from kernels.shared import Shared
from kernels.simd import WIDTH, apart, intrinsic
from kernels.tile import INT, LONG, inlined, rows_at_once, three, tile
from kernels.window import BUSY, LANES, SHAPE, clear, copy, copy_window, pixels_at_once, separate, whole_vectors


@separate
def pack(memory, rows, columns, together, w, strides, depth, lanes, length, panel):
    """Weights in the order in which a gathering reads them: (kernel rows, window columns, source channels, pixels, target channels)."""
    apart()
    seen, channels = columns.taps + (together - 1) * columns.stride, lanes // together
    clear(memory, panel, rows.taps * seen * depth * length)
    for i in range(rows.taps):
        for k in range(columns.taps):
            at = w + (rows.first_tap + i * rows.tap_step) * strides[0] + (columns.first_tap + k * columns.tap_step) * strides[1]
            for e in range(together):
                to = panel + (i * seen + k + e * columns.stride) * depth * length + e * channels
                copy(memory, at, strides[2], strides[3], depth, channels, 1, to, length, 1)


@inlined
def sum_rectangle(memory, registers, counts, a, a_steps, b, b_steps, start, c, along, across):
    """Sums of the pixels of a rectangle; its sides are (pixels, how far apart they are in the source, in the target)."""
    (long, a_row, c_row), (times, a_move, c_move) = along, across
    done = np.int64(0)
    while done < long:
        count, place = rows_at_once(long - done, registers), c + done * c_row
        begin, begin_row, begin_move = (start, 0, 0) if start >= 0 else (place, c_row, c_move)
        tile(
            memory, count, registers, counts, a + done * a_row, a_row, a_steps, b, b_steps, begin, begin_row, place, c_row,
            times, three(a_move, begin_move, c_move),
        )  # fmt: skip
        done += count


@separate
def sum_part(memory, rows, columns, height, width, depth, registers, a, line, b, b_steps, start, c, c_line, c_row):
    """Some channels of an image's target, by rectangles of pixels that see the same taps.

    Where enough lines do, their first and last columns are upright rectangles, which leave out the padding at both sides. Sums of few
    products are made with it, for one more tile would cost more.
    """
    apart()
    worth = rows.taps * columns.taps * depth >= LONG
    a_steps, joined = three(rows.spacing * line, columns.spacing * depth, 1), columns.spacing == 1
    u = np.int64(0)
    while u < rows.targets:
        above, tall, lines = alike(rows, u, height)
        down = three(lines, rows.stride * line, c_line)
        v = np.int64(0)
        while v < columns.targets:
            before, wide, pixels = alike(columns, v, width) if worth and lines * registers >= BUSY else (0, columns.taps, columns.targets)
            counts = three(tall, 1, wide * depth) if joined else three(tall, wide, depth)
            at = a + (rows.offset + u * rows.stride) * line + v * columns.stride * depth
            at, panel = at + above * a_steps[0] + before * a_steps[1], b + above * b_steps[0] + before * b_steps[1]
            right = three(pixels, columns.stride * depth, c_row)
            along, across = (down, right) if pixels * registers < BUSY and pixels < lines else (right, down)
            sum_rectangle(memory, registers, counts, at, a_steps, panel, b_steps, start, c + u * c_line + v * c_row, along, across)
            v += pixels
        u += lines


def any_gathering(memory, images, rows, columns, groups, source, source_shape, target, target_shape, bias, w, strides, scratch):
    """`gather`, compiled once for all that call it."""
    height, width, channels = source_shape
    depth, breadth, filters = channels // groups, target_shape[2] // groups, target_shape[2]
    pixels = (columns.targets - 1) * columns.stride + (columns.taps - 1) * columns.spacing + 1
    together = pixels_in_line(columns, groups, depth, breadth)
    in_lines = together > 0
    if not in_lines:
        shares = columns.spacing == groups == columns.step == 1
        together = pixels_at_once(columns.targets, columns.stride, columns.taps, breadth) if shares else 1
    shared = sharing(columns, together)
    wanted = breadth * together
    row, line = whole_vectors(wanted), pixels * depth
    most, seen = (WIDTH, columns.taps) if in_lines else (LANES, shared.taps)
    panels, panel = scratch + row, rows.taps * seen * depth * most
    window = panels + (row + most - 1) // most * panel
    copied, whole = window + height * line, row == wanted
    # A target without whole vectors is summed in a copy, where each pixel begins a part of its own, or all that share a row do as one.
    part, room = (breadth, row // together) if in_lines else (wanted, row)
    parts, move = columns.targets * breadth // part, part // breadth * columns.step * filters
    target_line, shared_move = rows.step * target_shape[1] * filters, shared.step * filters
    c_line, c_row = (target_line, shared_move) if whole else (shared.targets * row, row)
    for g in range(groups):
        clear(memory, scratch, row)
        if bias >= 0:
            copy(memory, bias + g * breadth, 0, 0, 1, together, breadth, scratch, 0, room if in_lines else breadth)
        for first in range(0, row, most):
            at, to = w + g * strides[4] + first * strides[3], panels + first // most * panel
            if in_lines:
                pack_lines(memory, rows, columns, together, at, strides, depth, min(WIDTH, breadth - first), to)
            else:
                pack(memory, rows, columns, together, at, strides, depth, min(LANES, wanted - first), min(LANES, row - first), to)
        clear(memory, window, height * line)
        for n in range(images):
            image = source + n * height * width * channels + g * depth
            copy_window(memory, image, source_shape, 0, 1, height, columns.offset, pixels, depth, window, line, depth)
            place = target + ((n * target_shape[0] + rows.first) * target_shape[1] + columns.first) * filters + g * breadth
            c = place if whole else copied
            if bias < 0 and not whole:
                copy(memory, place, target_line, move, rows.targets, parts, part, c, c_line, room)
            for first in range(0, row, most):
                b, start, to = panels + first // most * panel, scratch + first if bias >= 0 else np.int64(-1), c + first
                if in_lines:
                    sum_lines(memory, rows, columns, together, height, width, depth, window, line, b, start, to, c_line, c_row)
                else:
                    length = min(LANES, row - first)
                    b_steps = three(seen * depth * length, depth * length, length)
                    sum_part(
                        memory, rows, shared, height, width, depth, length // WIDTH, window, line, b, b_steps, start, to, c_line, c_row
                    )  # fmt: skip
            if not whole:
                copy(memory, c, c_line, room, rows.targets, parts, part, place, target_line, move)


ANY_GATHERING = Shared(any_gathering, (MEMORY, INT, AXIS, AXIS, INT, INT, SHAPE, INT, SHAPE, INT, INT, types.UniTuple(INT, 5), INT))


@intrinsic
def gather(typing, memory, images, rows, columns, groups, source, source_shape, target, target_shape, bias, w, strides, scratch):
    """Each target pixel: bias plus the weighted sources around it; without a bias (-1) the sum is added to what is there.

    Shapes are (height, width, channels). strides: how far apart in w are kernel rows, taps, source channels, target channels and groups.
    """
    return ANY_GATHERING.call()


@inlined
def spread_back(memory, operands, source, source_shape, target, target_shape, bias, w, strides, scratch):
    """The transpose of a convolution: a gathering for each remainder that a place of the target can leave by the stride."""
    stride, dilation, top, left = operands[9], operands[10], operands[11], operands[12]
    for part in range(stride * stride):
        r, s = part // stride, part % stride
        if r < target_shape[0] and s < target_shape[1]:
            rows = backward_axis(r, operands[7], stride, dilation, top, target_shape[0])
            columns = backward_axis(s, operands[8], stride, dilation, left, target_shape[1])
            gather(
                memory, operands[0], rows, columns, operands[13], source, source_shape, target, target_shape, bias, w, strides, scratch
            )  # fmt: skip
