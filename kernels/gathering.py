"""The gathering of a convolution: each pixel of a target becomes the weighted sum of a window of a source.

A convolution gathers from its input, and the gradient of its input is gathered from the gradient of its output. A tile's rows are
neighbouring pixels. They see the same taps, because the source is copied with its padding first; kernel rows in the padding are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types

from kernels.kernel import MEMORY
from kernels.shared import Shared
from kernels.simd import WIDTH, apart, intrinsic
from kernels.tile import INT, inlined, inside, rows_at_once, three, tile
from kernels.window import LANES, SHAPE, clear, copy, copy_window, pixels_at_once, separate, whole_vectors


class Axis(NamedTuple):
    """What targets see of sources along one axis.

    Target first + t step, t below `targets`, sees sources t stride + offset + k spacing, k below taps. In the kernel, k is the tap
    first_tap + k tap_step.
    """

    first: np.int64
    step: np.int64
    targets: np.int64
    stride: np.int64
    offset: np.int64
    spacing: np.int64
    taps: np.int64
    first_tap: np.int64
    tap_step: np.int64


@inlined
def forward_axis(taps, stride, dilation, padding, targets):
    """The axis, when the target is a convolution's output."""
    zero, one = np.int64(0), np.int64(1)
    return Axis(zero, one, targets, stride, -padding, dilation, taps, zero, one)


@inlined
def backward_axis(remainder, taps, stride, dilation, padding, size):
    """The axis, when the target is a convolution's input: those of its places that are `remainder` beyond a multiple of the stride."""
    step = np.int64(1)
    while step * dilation % stride != 0:
        step += 1
    tap = taps - 1
    while tap >= 0 and (remainder + padding - tap * dilation) % stride != 0:
        tap -= 1
    count = (size - remainder + stride - 1) // stride
    offset, spacing, taps_seen = (remainder + padding - tap * dilation) // stride, dilation * step // stride, (tap + step) // step
    return Axis(remainder, stride, count, np.int64(1), offset, spacing, taps_seen, tap, -step)


@separate
def pack(memory, rows, columns, together, w, strides, depth, lanes, length, panel):
    """Weights in the order in which a gathering reads them: (kernel rows, window columns, source channels, pixels, target channels)."""
    apart()
    seen, channels = columns.taps + (together - 1) * columns.stride, lanes // together
    clear(memory, panel, rows.taps * seen * depth * length)
    for i in range(rows.taps):
        for k in range(columns.taps):
            at = w + (rows.first_tap + i * rows.tap_step) * strides[0] + (columns.first_tap + k * columns.tap_step) * strides[1]
            for q in range(depth):
                for e in range(together):
                    to = panel + ((i * seen + k + e * columns.stride) * depth + q) * length + e * channels
                    for r in range(channels):
                        memory[to + r] = memory[at + q * strides[2] + r * strides[3]]


@separate
def sum_part(memory, rows, height, counts, across, registers, a, line, a_row, a_steps, b, b_steps, start, c, c_row, shifts):
    """Some channels of an image's target, `across` rows of tiles in each line; lines that see all their taps go through at once."""
    apart()
    alike = (height - 1 - (rows.taps - 1) * rows.spacing - rows.offset) // rows.stride + 1  # lines up to here see their last tap
    u = 0
    while u < rows.targets:
        y = rows.offset + u * rows.stride
        above, tall = inside(y, rows.spacing, rows.taps, height)
        times = max(1, min(rows.targets, alike) - u) if tall == rows.taps else 1
        v = 0
        while v < across:
            count, place = rows_at_once(across - v, registers), c + u * shifts[2] + v * c_row
            begin, begin_row = (start, 0) if start >= 0 else (place, c_row)
            tile(
                memory, count, registers, three(tall, counts[1], counts[2]), a + y * line + above * a_steps[0] + v * a_row, a_row, a_steps,
                b + above * b_steps[0], b_steps, begin, begin_row, place, c_row, times, shifts,
            )  # fmt: skip
            v += count
        u += times


def any_gathering(memory, images, rows, columns, groups, source, source_shape, target, target_shape, bias, w, strides, scratch):
    """`gather`, compiled once for all that call it."""
    height, width, channels = source_shape
    depth, breadth, filters = channels // groups, target_shape[2] // groups, target_shape[2]
    pixels = (columns.targets - 1) * columns.stride + (columns.taps - 1) * columns.spacing + 1
    dense = columns.spacing == 1
    together = pixels_at_once(columns.targets, columns.stride, columns.taps, breadth) if dense and groups == columns.step == 1 else 1
    seen, across, wanted = columns.taps + (together - 1) * columns.stride, columns.targets // together, breadth * together
    row, line = whole_vectors(wanted), pixels * depth
    panels, panel = scratch + row, rows.taps * seen * depth * LANES
    window = panels + (row + LANES - 1) // LANES * panel
    copied, whole = window + height * line, row == wanted
    target_line, move = rows.step * target_shape[1] * filters, columns.step * together * filters
    c_line, c_row = (target_line, move) if whole else (across * row, row)  # a target without whole vectors is summed in a copy
    a_row, a_steps = together * columns.stride * depth, three(rows.spacing * line, columns.spacing * depth, 1)
    counts = three(0, 1, seen * depth) if dense else three(0, seen, depth)
    shifts = three(rows.stride * line, 0 if bias >= 0 else c_line, c_line)
    for g in range(groups):
        clear(memory, scratch, row)
        if bias >= 0:
            copy(memory, bias + g * breadth, 0, 0, 1, together, breadth, scratch, 0, breadth)
        for first in range(0, row, LANES):
            at, lanes = w + g * strides[4] + first * strides[3], min(LANES, wanted - first)
            to = panels + first // LANES * panel
            pack(memory, rows, columns, together, at, strides, depth, lanes, min(LANES, row - first), to)
        clear(memory, window, height * line)
        for n in range(images):
            image = source + n * height * width * channels + g * depth
            copy_window(memory, image, source_shape, 0, 1, height, columns.offset, pixels, depth, window, line, depth)
            place = target + ((n * target_shape[0] + rows.first) * target_shape[1] + columns.first) * filters + g * breadth
            c = place if whole else copied
            if bias < 0 and not whole:
                copy(memory, place, target_line, move, rows.targets, across, wanted, c, c_line, c_row)
            for first in range(0, row, LANES):
                length = min(LANES, row - first)
                b, b_steps = panels + first // LANES * panel, three(seen * depth * length, depth * length, length)
                start = scratch + first if bias >= 0 else np.int64(-1)
                sum_part(
                    memory, rows, height, counts, across, length // WIDTH, window, line, a_row, a_steps, b, b_steps, start,
                    c + first, c_row, shifts,
                )  # fmt: skip
            if not whole:
                copy(memory, c, c_line, c_row, rows.targets, across, wanted, place, target_line, move)


AXIS = types.NamedUniTuple(INT, 9, Axis)
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
