"""Convolutions of images (rows, height, width, channels), forward and backward, without copies of their windows.

Every pass is a gathering or a correlation, by tiles of `kernels/tile.py`. A gathering sums, for each pixel of its target, weighted pixels
of its source: a convolution gathers from its input, and the gradient of its input is gathered from the gradient of its output. The rows
of its tiles are the same pixel of several images, which have the same taps inside the image: taps in the padding are never computed.

sizes: rows, height, width, channels, output height, output width, filters, kernel height, kernel width, stride, dilation, top and left
padding, groups. Weights are (kernel height, kernel width, channels / groups, filters).
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel
from kernels.simd import WIDTH, load, multiply_add, spread, store
from kernels.tile import apart, inlined, inside, rows_at_once, three, tile_of

ZERO, ONE = np.float32(0), np.float32(1)
REGISTERS = 2  # vectors of a tile's row
BAND = 128  # pixels whose contribution to the weights' gradient is summed in registers
FEW = 4  # fewer channels than this are gathered with their taps into rows before the weights' gradient is summed


@inlined
def forward_axis(taps, stride, dilation, padding, targets):
    """Which sources a target sees along one axis, when it is a convolution's output.

    An axis is (first, step, count) of the targets, and (stride, offset, spacing, taps) of the sources: target first + t step sees
    t stride + offset + k spacing, k below taps. (first, step) of the weights says which tap of the kernel k is.
    """
    zero, one = np.int64(0), np.int64(1)
    return zero, one, targets, stride, -padding, dilation, taps, zero, one


@inlined
def backward_axis(remainder, taps, stride, dilation, padding, size):
    """The same, when the target is a convolution's input: those of its places that are `remainder` beyond a multiple of the stride."""
    step = np.int64(1)
    while step * dilation % stride != 0:
        step += 1
    tap = taps - 1
    while tap >= 0 and (remainder + padding - tap * dilation) % stride != 0:
        tap -= 1
    count = (size - remainder + stride - 1) // stride
    offset, spacing, taps_seen = (remainder + padding - tap * dilation) // stride, dilation * step // stride, (tap + step) // step
    return remainder, stride, count, np.int64(1), offset, spacing, taps_seen, tap, -step


@inlined
def pack(memory, rows, columns, w, strides, depth, lanes, length, panel):
    """Weights in the order in which a gathering reads them: (kernel rows, taps, source channels, target channels).

    Lanes from `lanes` up to `length` become 0.
    """
    for i in range(rows[6]):
        for j in range(columns[6]):
            at = w + (rows[7] + i * rows[8]) * strides[0] + (columns[7] + j * columns[8]) * strides[1]
            for q in range(depth):
                for r in range(lanes):
                    memory[panel + r] = memory[at + q * strides[2] + r * strides[3]]
                for r in range(lanes, length):
                    memory[panel + r] = ZERO
                panel += length


@apart
def gather(memory, images, rows, columns, groups, source, source_shape, target, target_shape, bias, w, strides, panel):
    """Each target pixel: bias plus the weighted sources around it; without a bias (-1) the sum is added to what is there.

    rows, columns: the axes. Shapes are (height, width, channels). strides: how far apart in w are kernel rows, taps, source channels,
    target channels and groups. A tile's row holds up to two vectors of target channels.
    """
    height, width, channels = source_shape
    image, line, target_image = height * width * channels, width * channels, target_shape[0] * target_shape[1] * target_shape[2]
    depth, breadth = channels // groups, target_shape[2] // groups
    together = columns[5] == 1 and groups == 1  # a window's row lies side by side
    a_steps = three(rows[5] * line, columns[5] * channels, 1)
    alike = (width - 1 - (columns[6] - 1) * columns[5] - columns[4]) // columns[3] + 1  # target columns up to here see their last tap
    move = columns[1] * target_shape[2]
    shifts = three(columns[3] * channels, 0 if bias >= 0 else move, move)
    for g in range(groups):
        for first in range(0, breadth, REGISTERS * WIDTH):
            lanes = min(REGISTERS * WIDTH, breadth - first)
            registers = (lanes + WIDTH - 1) // WIDTH
            length, channel = registers * WIDTH, g * breadth + first
            pack(memory, rows, columns, w + g * strides[4] + first * strides[3], strides, depth, lanes, length, panel)
            b_steps = three(columns[6] * depth * length, depth * length, length)
            n = 0
            while n < images:
                count = rows_at_once(images - n)
                for u in range(rows[2]):
                    y = rows[4] + u * rows[3]
                    above, tall = inside(y, rows[5], rows[6], height)
                    a_line = source + n * image + (y + above * rows[5]) * line + g * depth
                    c_line = target + n * target_image + (rows[0] + u * rows[1]) * target_shape[1] * target_shape[2] + channel
                    v = 0
                    while v < columns[2]:
                        x = columns[4] + v * columns[3]
                        before, wide = inside(x, columns[5], columns[6], width)
                        times = max(1, min(columns[2], alike) - v) if wide == columns[6] else 1
                        a, c = a_line + (x + before * columns[5]) * channels, c_line + (columns[0] + v * columns[1]) * target_shape[2]
                        b = panel + (above * columns[6] + before) * depth * length
                        counts = three(tall, 1, wide * depth) if together else three(tall, wide, depth)
                        start, start_row = (bias + channel, 0) if bias >= 0 else (c, target_image)
                        tile_of(
                            memory, count, registers, lanes, counts, a, image, a_steps, b, b_steps, start, start_row, c, target_image,
                            times, shifts,
                        )  # fmt: skip
                        v += times
                n += count


@inlined
def spread_back(memory, operands, source, source_shape, target, target_shape, bias, w, strides, panel):
    """The transpose of a convolution: a gathering for each remainder that a place of the target can leave by the stride."""
    stride, dilation, top, left = operands[9], operands[10], operands[11], operands[12]
    for part in range(stride * stride):
        r, s = part // stride, part % stride
        if r < target_shape[0] and s < target_shape[1]:
            rows = backward_axis(r, operands[7], stride, dilation, top, target_shape[0])
            columns = backward_axis(s, operands[8], stride, dilation, left, target_shape[1])
            gather(
                memory, operands[0], rows, columns, operands[13], source, source_shape, target, target_shape, bias, w, strides, panel
            )  # fmt: skip


@inlined
def copy_lanes(memory, source, step, count, lanes, length, target):
    """The first `lanes` numbers of `count` pixels that are `step` apart, one pixel every `length` places; the lanes beyond become 0."""
    for i in range(count):
        for r in range(lanes):
            memory[target + i * length + r] = memory[source + i * step + r]
        for r in range(lanes, length):
            memory[target + i * length + r] = ZERO


@inlined
def copy_lines(memory, operands, source, depth, first, lines, target):
    """The lines of an image that output lines [first, first + lines) see, with zeros for the padding; returns a line's length."""
    height, width, channels, stride, dilation = operands[1], operands[2], operands[3], operands[9], operands[10]
    across = (operands[5] - 1) * stride + (operands[8] - 1) * dilation + 1
    for i in range((lines - 1) * stride + (operands[7] - 1) * dilation + 1):
        y = first * stride - operands[11] + i
        for j in range(across):
            x = j - operands[12]
            seen, at = 0 <= y < height and 0 <= x < width, source + (y * width + x) * channels
            for q in range(depth):
                memory[target + q] = memory[at + q] if seen else ZERO
            target += depth
    return across * depth


@inlined
def tap_places(operands, tap, line, lines, a_shape, b_shape, a_moves):
    """Where a tap's products begin in A and B, seen from the images' beginnings, and over how many lines and pixels they go."""
    stride, dilation = operands[9], operands[10]
    y, x = tap // operands[8] * dilation - operands[11], tap % operands[8] * dilation - operands[12]
    moving, still = (a_shape, b_shape) if a_moves else (b_shape, a_shape)
    above, tall = inside(y + line * stride, stride, lines, moving[0])
    before, wide = inside(x, stride, still[1], moving[1])
    at_still = ((line + above) * still[1] + before) * still[2]
    at_moving = ((y + (line + above) * stride) * moving[1] + x + before * stride) * moving[2]
    return at_moving if a_moves else at_still, at_still if a_moves else at_moving, tall, wide


@apart
def correlate(memory, operands, a, a_shape, b, b_shape, a_moves, dw, scratch):
    """Gradient of the weights: dW[tap] += Σ over images and pixels of A[its channels] B[its filters].

    When `a_moves`, A is a convolution's input, which is seen through the taps, and B the gradient of its output; else A is the input of
    a transposed convolution. Shapes are (height, width, channels). A tile holds a tap's weights of several channels and two vectors of
    filters; when channels are few, of a kernel row's taps: then A's lines are copied with their padding first.
    """
    groups, taps, stride, dilation = operands[13], operands[7] * operands[8], operands[9], operands[10]
    lines_in_all = b_shape[0] if a_moves else a_shape[0]
    depth, breadth, filters = a_shape[2] // groups, b_shape[2] // groups, b_shape[2]
    across, pixels_of_b = b_shape[1] if a_moves else a_shape[1], b_shape[0] * b_shape[1]
    band = max(1, BAND // across)
    few = a_moves and depth < FEW and (depth == 1 or dilation == 1)
    a_stride, b_stride = (stride, 1) if a_moves else (1, stride)
    a_steps = three(a_stride * a_shape[1] * a_shape[2], 0, a_stride * a_shape[2])
    for part in range(groups * ((breadth + REGISTERS * WIDTH - 1) // (REGISTERS * WIDTH))):
        g, first = part % groups, part // groups * REGISTERS * WIDTH
        lanes = min(REGISTERS * WIDTH, breadth - first)
        registers = (lanes + WIDTH - 1) // WIDTH
        length, to = registers * WIDTH, dw + g * breadth + first
        shape = (b_shape[0], b_shape[1], length if lanes < length else filters)
        b_steps = three(b_stride * shape[1] * shape[2], 0, b_stride * shape[2])
        for n in range(operands[0]):
            from_a, from_b = a + n * a_shape[0] * a_shape[1] * a_shape[2] + g * depth, b + n * pixels_of_b * filters + g * breadth + first
            if lanes < length:
                copy_lanes(memory, from_b, filters, pixels_of_b, lanes, length, scratch)
                from_b = scratch
            for line in range(0, lines_in_all, band):
                lines, padded = min(band, lines_in_all - line), scratch + pixels_of_b * length
                pitch = copy_lines(memory, operands, from_a, depth, line, lines, padded) if few else 0
                for tap in range(operands[7] if few else taps):
                    at_a, at_b, tall, wide = tap_places(operands, tap, line, lines, a_shape, shape, a_moves)
                    rows, a_row, counts, steps, at_a, at_b = depth, np.int64(1), three(tall, 1, wide), a_steps, from_a + at_a, from_b + at_b
                    if few:
                        rows, a_row, counts = operands[8] * depth, dilation if depth == 1 else np.int64(1), three(lines, 1, across)
                        steps, at_a = three(stride * pitch, 0, stride * depth), padded + tap * dilation * pitch
                        at_b = from_b + line * across * shape[2]
                    q = 0
                    while q < rows and counts[0] * counts[2] > 0:
                        count, c = rows_at_once(rows - q), to + (tap * rows + q) * filters
                        tile_of(
                            memory, count, registers, lanes, counts, at_a + q * a_row, a_row, steps, at_b, b_steps, c, filters, c, filters,
                            np.int64(1), steps,
                        )  # fmt: skip
                        q += count


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


def scratch_places(sizes: tuple[int, ...]) -> int:
    """How much room the kernels work in, by their sizes: packed weights, or padded filters and lines of one image."""
    _, height, width, channels, down, across, filters, tall, wide, stride, dilation, *_, groups = sizes
    length, depth = REGISTERS * WIDTH, channels // groups
    panel = tall * wide * max(depth, filters // groups) * length
    lines = max(1, BAND // across) * stride + (tall - 1) * dilation + 1
    padded = lines * (across * stride + (wide - 1) * dilation) * depth if depth < FEW else 0
    return max(panel, max(height * width, down * across) * length + padded)


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
    add_pixels(memory, operands[0] * operands[4] * operands[5], operands[6], dy, db)
    correlate(memory, operands, x, shape, dy, shape_y, True, dw, scratch)
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
    add_pixels(memory, operands[0] * operands[4] * operands[5], operands[6], dy, db)
    correlate(memory, operands, x, shape, dy, shape_y, False, dw, scratch)
    if dx >= 0:
        rows = forward_axis(operands[7], operands[9], operands[10], operands[11], operands[1])
        columns = forward_axis(operands[8], operands[9], operands[10], operands[12], operands[2])
        strides = strides_of(operands, 1, operands[6])
        gather(memory, operands[0], rows, columns, operands[13], dy, shape_y, dx, shape, np.int64(-1), w, strides, scratch)
