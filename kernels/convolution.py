"""Convolutions of images (rows, height, width, channels), forward and backward, without copies of their windows.

Every pass is a gathering or a correlation, by tiles of `kernels/tile.py`. A gathering sums, for each pixel of its target, weighted pixels
of its source: a convolution gathers from its input, and the gradient of its input is gathered from the gradient of its output. The rows
of its tiles are neighbouring pixels. They see the same taps, because the source is copied with its padding first; kernel rows in the
padding are left out.

When channels of the target are few, neighbouring pixels share a vector. To the tile this is another convolution, with as many times the
channels and the stride and a window that is wider, in which each pixel's weights have their place among zeros.

sizes: rows, height, width, channels, output height, output width, filters, kernel height, kernel width, stride, dilation, top and left
padding, groups. Weights are (kernel height, kernel width, channels / groups, filters).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types

from kernels.kernel import MEMORY, OPERANDS, kernel
from kernels.shared import UNWRAPPED, Shared, jit
from kernels.simd import WIDTH, apart, intrinsic, load, multiply_add, spread, store
from kernels.tile import REGISTERS, inlined, inside, rows_at_once, three, tile

ZERO, ONE = np.float32(0), np.float32(1)
LANES = REGISTERS * WIDTH
BAND = 192  # pixels whose contribution to the weights' gradient is summed in registers
BUSY = 8  # sums that must be under way to keep a processor busy

separate = jit(forceinline=False, _nrt=False, error_model="numpy", **UNWRAPPED)


class Axis(NamedTuple):
    """What targets see of sources along one axis: target first + t step sees sources t stride + offset + k spacing, k below taps.

    In the kernel, k is the tap first_tap + k tap_step.
    """

    first: int
    step: int
    count: int
    stride: int
    offset: int
    spacing: int
    taps: int
    first_tap: int
    tap_step: int


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


@inlined
def pixels_at_once(count, stride, taps, channels):
    """How many of a line's `count` pixels share a row of a tile: a divisor for which the fewest vectors are multiplied."""
    best, least = 1, count * LANES * taps
    for pixels in range(1, LANES // channels + 1):
        if count % pixels == 0:
            sums = count // pixels * ((pixels * channels + WIDTH - 1) // WIDTH)
            cost = max(sums, BUSY) * (taps + (pixels - 1) * stride)
            if cost < least:
                best, least = pixels, cost
    return best


@separate
def copy(memory, source, source_line, source_step, lines, count, lanes, target, target_line, target_step):
    """Copy lines of `count` times `lanes` numbers; lines and steps say how far apart they begin."""
    apart()
    if source_step == lanes and target_step == lanes:
        count, lanes = 1, count * lanes
    for i in range(lines):
        for j in range(count):
            at, to = source + i * source_line + j * source_step, target + i * target_line + j * target_step
            for q in range(0, lanes, WIDTH):
                store(memory, to + q, load(memory, at + q, lanes - q), lanes - q)


@separate
def clear(memory, target, count):
    """Write zeros."""
    apart()
    for i in range(0, count, WIDTH):
        store(memory, target + i, spread(ZERO), count - i)


@separate
def copy_window(memory, source, shape, y, y_step, lines, x, pixels, lanes, target, line, pixel):
    """Copy what of a window lies inside an image: `lanes` channels of lines y, y + y_step ... and pixels x, x + 1 ...

    Lines of the target are `line` apart, its pixels `pixel`.
    """
    apart()
    height, width, channels = shape
    above, tall = inside(y, y_step, lines, height)
    before, wide = inside(x, 1, pixels, width)
    first = source + ((y + above * y_step) * width + x + before) * channels
    copy(memory, first, y_step * width * channels, channels, tall, wide, lanes, target + above * line + before * pixel, line, pixel)


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


def any_gathering(memory, images, rows, columns, groups, source, source_shape, target, target_shape, bias, w, strides, scratch):
    """`gather`, compiled once for all that call it."""
    height, width, channels = source_shape
    image, target_line = height * width * channels, target_shape[1] * target_shape[2]
    depth, breadth = channels // groups, target_shape[2] // groups
    dense = columns.spacing == 1
    together = pixels_at_once(columns.count, columns.stride, columns.taps, breadth) if dense and groups == columns.step == 1 else 1
    seen, move = columns.taps + (together - 1) * columns.stride, columns.step * together * target_shape[2]
    pixels = (columns.count - 1) * columns.stride + (columns.taps - 1) * columns.spacing + 1
    line, across = pixels * depth, columns.count // together
    alike = (height - 1 - (rows.taps - 1) * rows.spacing - rows.offset) // rows.stride + 1  # target lines up to here see their last tap
    a_row, a_steps = together * columns.stride * depth, three(rows.spacing * line, columns.spacing * depth, 1)
    wanted = breadth * together
    row = (wanted + WIDTH - 1) // WIDTH * WIDTH
    whole, panel_size = row == wanted, rows.taps * seen * depth * LANES
    panels = scratch + row
    padded = panels + (wanted + LANES - 1) // LANES * panel_size
    rest = padded + height * line
    c_line, c_row = (rows.step * target_line, move) if whole else (across * row, row)
    start_line, start_row = (0, 0) if bias >= 0 else (c_line, c_row)
    shifts = three(rows.stride * line, start_line, c_line)
    for g in range(groups):
        clear(memory, scratch, row)
        if bias >= 0:
            copy(memory, bias + g * breadth, 0, 0, 1, together, breadth, scratch, 0, breadth)
        for first in range(0, wanted, LANES):
            to = panels + first // LANES * panel_size
            lanes = min(LANES, wanted - first)
            pack(memory, rows, columns, together, w + g * strides[4] + first * strides[3], strides, depth, lanes, min(LANES, row - first), to)
        clear(memory, padded, height * line)
        for n in range(images):
            at = source + n * image + g * depth
            copy_window(memory, at, source_shape, 0, 1, height, columns.offset, pixels, depth, padded, line, depth)
            at = target + (n * target_shape[0] + rows.first) * target_line + columns.first * target_shape[2] + g * breadth
            if bias < 0 and not whole:
                copy(memory, at, rows.step * target_line, move, rows.count, across, wanted, rest, c_line, c_row)
            for first in range(0, wanted, LANES):
                length = min(LANES, row - first)
                b_steps = three(seen * depth * length, depth * length, length)
                u = 0
                while u < rows.count:
                    y = rows.offset + u * rows.stride
                    above, tall = inside(y, rows.spacing, rows.taps, height)
                    times = max(1, min(rows.count, alike) - u) if tall == rows.taps else 1
                    counts = three(tall, 1, seen * depth) if dense else three(tall, seen, depth)
                    a, b = padded + (y + above * rows.spacing) * line, panels + first // LANES * panel_size + above * b_steps[0]
                    v, c = 0, (at if whole else rest) + u * c_line + first
                    while v < across:
                        count, to = rows_at_once(across - v, length // WIDTH), c + v * c_row
                        start = scratch + first if bias >= 0 else to
                        tile(
                            memory, count, length // WIDTH, counts, a + v * a_row, a_row, a_steps, b, b_steps, start, start_row, to, c_row,
                            times, shifts,
                        )  # fmt: skip
                        v += count
                    u += times
            if not whole:
                copy(memory, rest, c_line, c_row, rows.count, across, wanted, at, rows.step * target_line, move)


I, AXIS, THREE = types.int64, types.NamedUniTuple(types.int64, 9, Axis), types.UniTuple(types.int64, 3)  # noqa: E741
ANY_GATHERING = Shared(any_gathering, (MEMORY, I, AXIS, AXIS, I, I, THREE, I, THREE, I, I, types.UniTuple(I, 5), I))


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


@separate
def unpack(memory, sums, length, tall, seen, depth, folded, together, stride, lanes, dw, taps, filters):
    """Add the sums of a correlation to the weights' gradient: each pixel that shares a vector has its own place among the sums."""
    apart()
    for i in range(tall):
        for k in range(taps):
            for e in range(together):
                j = k + e * stride
                row = (j * tall + i if folded else i * seen + j) * depth
                for q in range(depth):
                    at, to = sums + (row + q) * length + e * lanes, dw + ((i * taps + k) * depth + q) * filters
                    for r in range(lanes):
                        memory[to + r] += memory[at + r]


@inlined
def add_pixels(memory, pixels, channels, dy, db):
    """db += sum of dy over pixels: the gradient of a bias."""
    ones = spread(ONE)
    for j in range(0, channels, WIDTH):
        lanes = min(WIDTH, channels - j)
        even, odd = load(memory, db + j, lanes), spread(ZERO)
        for i in range(0, pixels - 1, 2):
            even = multiply_add(load(memory, dy + i * channels + j, lanes), ones, even)
            odd = multiply_add(load(memory, dy + (i + 1) * channels + j, lanes), ones, odd)
        if pixels % 2 == 1:
            odd = multiply_add(load(memory, dy + (pixels - 1) * channels + j, lanes), ones, odd)
        store(memory, db + j, multiply_add(even, ones, odd), lanes)


def any_correlation(memory, operands, a, a_shape, b, b_shape, a_moves, dw, db, scratch):
    """`correlate`, compiled once for all that call it."""
    taps_y, taps_x, stride, dilation = operands[7], operands[8], operands[9], operands[10]
    top, left, groups = operands[11], operands[12], operands[13]
    moving, still = (a_shape, b_shape) if a_moves else (b_shape, a_shape)
    depth, breadth, filters = a_shape[2] // groups, b_shape[2] // groups, b_shape[2]
    dense = a_moves and dilation == 1
    together = pixels_at_once(still[1], stride, taps_x, breadth) if dense and groups == 1 else 1
    seen, across = taps_x + (together - 1) * stride, still[1] // together
    # Rows of a tile lie side by side in A: a pixel's channels, a window's line, or a whole window, the lines of which are mingled for this.
    folded = dense and seen * depth < BUSY
    rows = taps_y * seen * depth if folded else seen * depth if depth < 16 and (dense or (a_moves and depth == 1)) else depth
    layers, lines = (taps_y, still[0]) if folded else (1, (still[0] - 1) * stride + (taps_y - 1) * dilation + 1)
    pixels = (still[1] - 1) * stride + (taps_x - 1) * dilation + 1
    wanted = breadth * together
    row = (wanted + WIDTH - 1) // WIDTH * WIDTH
    size, band = taps_y * seen * depth, max(1, BAND // across)
    pixel = layers * depth if a_moves else row
    line, window, step = pixels * pixel, scratch + size * row + together * filters, together * filters
    rest, copied = window + lines * line, a_moves and row != wanted
    a_steps = three(line if folded else stride * line, 0, together * stride * pixel)
    b_steps = three(across * row, 0, row) if copied else three(across * step, 0, step)
    if not a_moves:
        a_steps, b_steps = three(across * a_shape[2], 0, a_shape[2]), a_steps
    for g in range(groups):
        clear(memory, scratch, size * row + together * filters + lines * line)
        for n in range(operands[0]):
            from_a = a + n * a_shape[0] * a_shape[1] * a_shape[2] + g * depth
            from_b = b + n * b_shape[0] * b_shape[1] * b_shape[2] + g * breadth
            if g == 0:
                add_pixels(memory, b_shape[0] * b_shape[1] // together, step, from_b, scratch + size * row)
            source, numbers = (from_a, depth) if a_moves else (from_b, breadth)
            for i in range(layers):
                y_step = stride if folded else np.int64(1)
                copy_window(memory, source, moving, i - top, y_step, lines, -left, pixels, numbers, window + i * depth, line, pixel)
            if copied:
                copy(memory, from_b, 0, step, 1, still[0] * across, wanted, rest, 0, row)
                from_b = rest
            from_a, from_b = (window, from_b) if a_moves else (from_a, window)
            for u in range(0, still[0], band):
                for first in range(0, wanted, LANES):
                    length = min(LANES, row - first)
                    for block in range(size // rows):
                        i, j = block * rows // depth // seen, block * rows // depth % seen
                        above, tall = (u, min(band, still[0] - u)) if folded else inside(
                            i * dilation - top + u * stride, stride, min(band, still[0] - u), moving[0])
                        above = above if folded else u + above
                        before, wide = inside(j * dilation - left, stride, across, moving[1]) if rows == depth and together == 1 else (0, across)
                        shift = (i * line + j * pixel) * dilation
                        at_a = from_a + above * a_steps[0] + before * a_steps[2] + (shift if a_moves else 0)
                        at_b = from_b + above * b_steps[0] + before * b_steps[2] + first + (0 if a_moves else shift)
                        a_row = dilation if a_moves and depth == 1 else np.int64(1)
                        q = 0
                        while q < rows and tall * wide > 0:
                            count, c = rows_at_once(rows - q, length // WIDTH), scratch + first * size + (block * rows + q) * length
                            tile(
                                memory, count, length // WIDTH, three(tall, 1, wide), at_a + q * a_row, a_row, a_steps, at_b, b_steps, c, length, c, length,
                                1, a_steps,
                            )  # fmt: skip
                            q += count
        if g == 0:
            add_pixels(memory, together, filters, scratch + size * row, db)
        for first in range(0, wanted, LANES):
            length, lanes = min(LANES, row - first), min(LANES, wanted - first) // together
            unpack(
                memory, scratch + first * size, length, taps_y, seen, depth, folded, together, stride, lanes,
                dw + g * breadth + first, taps_x, filters,
            )  # fmt: skip


ANY_CORRELATION = Shared(any_correlation, (MEMORY, OPERANDS, I, THREE, I, THREE, types.boolean, I, I, I))


@intrinsic
def correlate(typing, memory, operands, a, a_shape, b, b_shape, a_moves, dw, db, scratch):
    """Gradient of the weights: dW[tap] += Σ over images and pixels of A[its channels] B[its filters].

    When `a_moves`, A is a convolution's input, which is seen through the taps, and B the gradient of its output; else A is the input of
    a transposed convolution. Shapes are (height, width, channels). Sums are kept in scratch, from which they are added to dW.
    """
    return ANY_CORRELATION.call()


def scratch_places(sizes: tuple[int, ...]) -> int:
    """How much room the kernels work in, by their sizes: packed weights or their gradient, padded images, a tile, half vectors of pixels."""
    _, height, width, channels, down, across, filters, tall, wide, stride, dilation, *_, groups = sizes
    depth, breadth = max(channels, filters) // groups, max(channels, filters) // groups + LANES
    lines = max(height, down, (min(height, down) - 1) * stride + (tall - 1) * dilation + 1)
    pixels = max(width, across) + (wide - 1) * dilation + stride
    room = lines * pixels * breadth + down * pixels * (BUSY + tall) * tall
    return breadth + max(LANES, filters) + tall * (wide + LANES * stride) * depth * breadth + room + max(height * width, down * across) * breadth


@inlined
def strides_of(operands, source, target):
    """How far apart in the weights are kernel rows, taps, source channels and target channels (these two as given), groups."""
    filters, groups = operands[6], operands[13]
    tap = operands[3] // groups * filters
    return np.int64(operands[8] * tap), np.int64(tap), np.int64(source), np.int64(target), np.int64(filters // groups)


@kernel
def convolution_forward(memory, data, operands):
    """y = x * W + b (a cross-correlation, as in every framework).

    operands: sizes | x (rows, height, width, channels), W, b (filters) | y (rows, output height, output width, filters) | scratch.
    """
    x, w, b, y, scratch = operands[14], operands[15], operands[16], operands[17], operands[18]
    rows = forward_axis(operands[7], operands[9], operands[10], operands[11], operands[4])
    columns = forward_axis(operands[8], operands[9], operands[10], operands[12], operands[5])
    shape, shape_y = (operands[1], operands[2], operands[3]), (operands[4], operands[5], operands[6])
    strides = strides_of(operands, operands[6], 1)
    gather(memory, operands[0], rows, columns, operands[13], x, shape, y, shape_y, b, w, strides, scratch)


@kernel
def convolution_backward(memory, data, operands):
    """dx += dy * W turned about, dW += x * dy, db += sum of dy over pixels.

    operands: sizes | x, W, b, y | dx (or -1), dW, db, dy | scratch.
    """
    x, w, dx, dw, db, dy, scratch = operands[14], operands[15], operands[18], operands[19], operands[20], operands[21], operands[22]
    shape, shape_y = (operands[1], operands[2], operands[3]), (operands[4], operands[5], operands[6])
    correlate(memory, operands, x, shape, dy, shape_y, True, dw, db, scratch)
    if dx >= 0:
        spread_back(memory, operands, dy, shape_y, dx, shape, np.int64(-1), w, strides_of(operands, 1, operands[6]), scratch)


@kernel
def transposed_forward(memory, data, operands):
    """Each pixel of x paints its weighted window onto y, which begins with the bias: a convolution's backward pass as a forward one.

    operands: sizes | x (rows, height, width, channels), W, b (filters) | y (rows, output height, output width, filters) | scratch. The
    padding is what the windows of the first pixels reach beyond y; groups are 1.
    """
    x, w, b, y, scratch = operands[14], operands[15], operands[16], operands[17], operands[18]
    shape, shape_y = (operands[1], operands[2], operands[3]), (operands[4], operands[5], operands[6])
    spread_back(memory, operands, x, shape, y, shape_y, b, w, strides_of(operands, operands[6], 1), scratch)


@kernel
def transposed_backward(memory, data, operands):
    """The gradients of transposed_forward.  operands: sizes | x, W, b, y | dx (or -1), dW, db, dy | scratch."""
    x, w, dx, dw, db, dy, scratch = operands[14], operands[15], operands[18], operands[19], operands[20], operands[21], operands[22]
    shape, shape_y = (operands[1], operands[2], operands[3]), (operands[4], operands[5], operands[6])
    correlate(memory, operands, x, shape, dy, shape_y, False, dw, db, scratch)
    if dx >= 0:
        rows = forward_axis(operands[7], operands[9], operands[10], operands[11], operands[1])
        columns = forward_axis(operands[8], operands[9], operands[10], operands[12], operands[2])
        strides = strides_of(operands, 1, operands[6])
        gather(memory, operands[0], rows, columns, operands[13], dy, shape_y, dx, shape, np.int64(-1), w, strides, scratch)
