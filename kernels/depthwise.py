"""Depthwise convolutions: each channel has a window of weights of its own, so vectors lie along channels.

Forward and the gradient of the input are gatherings (kernels/gathering.py). Windows of 3 x 3 that share columns go through whole lines,
image by image: weights, or the sums of the weights' gradients, and the shared columns stay in registers, and what lies outside of the
image is zeros. Of others those that have the same taps inside the image are done together, and taps in the padding are never computed: a
gathering takes the same pixel of several images at a time, the gradient of the weights the sums of several taps.

sizes: rows, height, width, channels, output height, output width, kernel height, kernel width, stride, dilation, top and left padding.
Weights are (kernel height, kernel width, 1, channels).
"""

from __future__ import annotations

import numpy as np

from kernels.axis import backward_axis, forward_axis
from kernels.columns import block_sum, plus
from kernels.kernel import kernel
from kernels.simd import WIDTH, add, expect, load, multiply_add, rolled, spread, store
from kernels.tile import inlined, inside

ZERO = np.float32(0)
IMAGES = 4  # that are gathered at a time
TAPS = 9  # whose weights' gradients are summed at a time


@inlined
def stretch(axis, size, target):
    """The first tap that a target sees, how many it sees, where the first one lies, and how many targets from here on see the same."""
    position = axis.offset + target * axis.stride
    before, taps = inside(position, axis.spacing, axis.taps, size)
    low, whole = inside(axis.offset, axis.stride, axis.targets, size - (axis.taps - 1) * axis.spacing)
    return before, taps, position + before * axis.spacing, low + whole - target if low <= target < low + whole else 1


@inlined
def gather_pixels(memory, few, pixels, tall, wide, source, steps, w, w_steps, start, start_steps, target, target_steps, lanes):
    """Target = start + weighted sources, for some pixels of a line of `few` (up to four) images, all of whose windows are tall x wide.

    Steps lead from image to image and from pixel to pixel; those of the source and the weights also to a window's next line and next tap.
    In place of missing images the last one counts again.
    """
    second, third, fourth = min(1, few - 1), min(2, few - 1), min(3, few - 1)
    x1, x2, x3 = second * steps[0], third * steps[0], fourth * steps[0]
    b1, b2, b3 = second * start_steps[0], third * start_steps[0], fourth * start_steps[0]
    y1, y2, y3 = second * target_steps[0], third * target_steps[0], fourth * target_steps[0]
    x, b, y = source, start, target
    for _ in range(pixels):
        s0, s1, s2, s3 = load(memory, b, lanes), load(memory, b + b1, lanes), load(memory, b + b2, lanes), load(memory, b + b3, lanes)
        for i in range(tall):
            at, tap = x + i * steps[2], w + i * w_steps[0]
            for _ in range(wide):
                rolled()
                weight = load(memory, tap, lanes)
                s0 = multiply_add(load(memory, at, lanes), weight, s0)
                s1 = multiply_add(load(memory, at + x1, lanes), weight, s1)
                s2 = multiply_add(load(memory, at + x2, lanes), weight, s2)
                s3 = multiply_add(load(memory, at + x3, lanes), weight, s3)
                at, tap = at + steps[3], tap + w_steps[1]
        store(memory, y, s0, lanes)
        store(memory, y + y1, s1, lanes)
        store(memory, y + y2, s2, lanes)
        store(memory, y + y3, s3, lanes)
        x, b, y = x + steps[1], b + start_steps[1], y + target_steps[1]


@inlined
def neighbours(rows, columns):
    """Whether windows are 3 x 3 and the next one sees two columns of one again."""
    return rows.taps == 3 and columns.taps == 3 and columns.stride == columns.spacing


@inlined
def images_at_once(rows, columns, channels):
    """How many images are done together: neighbours need no others, and memory is read in its order."""
    return 1 if neighbours(rows, columns) and channels % WIDTH == 0 else IMAGES


@inlined
def lines_seen(axis, target, size, source, line):
    """Where the three lines begin that a target sees; -1 for those outside of the image."""
    y, step = axis.offset + target * axis.stride, axis.spacing
    above = source + y * line if 0 <= y < size else -1
    middle = source + (y + step) * line if 0 <= y + step < size else -1
    below = source + (y + 2 * step) * line if 0 <= y + 2 * step < size else -1
    return above, middle, below


@inlined
def pixels_seen(memory, lines, column, width, channels):
    """The three pixels of a column; zeros outside of the image."""
    nothing, at, inside = spread(ZERO), column * channels, np.uint64(column) < np.uint64(width)  # one below 0 would be very large
    above = load(memory, lines[0] + at, WIDTH) if inside and lines[0] >= 0 else nothing
    middle = load(memory, lines[1] + at, WIDTH) if inside and lines[1] >= 0 else nothing
    below = load(memory, lines[2] + at, WIDTH) if inside and lines[2] >= 0 else nothing
    return above, middle, below


@inlined
def three_weights(memory, w, tap):
    """A window's line."""
    return load(memory, w, WIDTH), load(memory, w + tap, WIDTH), load(memory, w + 2 * tap, WIDTH)


@inlined
def gather_neighbours(memory, axis, lines, width, channels, w, w_steps, start, start_step, target, target_step, ahead):
    """Target = start + weighted sources for a line of `neighbours`: the columns that the next window sees again stay in registers.

    Unless `ahead` is 0, the start that lies so far ahead is asked for.
    """
    w0, w1, w2 = three_weights(memory, w, w_steps[1])
    w3, w4, w5 = three_weights(memory, w + w_steps[0], w_steps[1])
    w6, w7, w8 = three_weights(memory, w + 2 * w_steps[0], w_steps[1])
    column = axis.offset
    a0, b0, c0 = pixels_seen(memory, lines, column, width, channels)
    a1, b1, c1 = pixels_seen(memory, lines, column + axis.spacing, width, channels)
    for _ in range(axis.targets):
        rolled()
        if ahead != 0:
            expect(memory, start + ahead, True)
        a2, b2, c2 = pixels_seen(memory, lines, column + 2 * axis.spacing, width, channels)
        total = multiply_add(a2, w2, multiply_add(a1, w1, multiply_add(a0, w0, load(memory, start, WIDTH))))
        total = multiply_add(b2, w5, multiply_add(b1, w4, multiply_add(b0, w3, total)))
        total = multiply_add(c2, w8, multiply_add(c1, w7, multiply_add(c0, w6, total)))
        store(memory, target, total, WIDTH)
        a0, a1, b0, b1, c0, c1 = a1, a2, b1, b2, c1, c2
        column, start, target = column + axis.stride, start + start_step, target + target_step


@inlined
def gather(memory, few, rows, columns, channels, source, shape, w, taps_x, start, target, target_shape):
    """All lines of `few` images; rows and columns are the axes. Without a start (None) sources are added to the target."""
    line, to_line, nothing = shape[1] * channels, target_shape[1] * channels, np.int64(0)
    steps = shape[0] * line, columns.stride * channels, rows.spacing * line, columns.spacing * channels
    w_steps = rows.tap_step * taps_x * channels, columns.tap_step * channels
    to_steps = target_shape[0] * to_line, columns.step * channels
    for u in range(rows.targets):
        above, tall, y, _ = stretch(rows, shape[0], u)
        for part in range(0, channels, WIDTH):  # inside a line, so that memory is read in its order
            lanes, v = min(WIDTH, channels - part), 0
            first_tap = w + (rows.first_tap * taps_x + columns.first_tap) * channels + part
            first = target + (rows.first + u * rows.step) * to_line + columns.first * channels + part
            if start is None:  # gradients were cleared long ago and are far away
                begin, begin_steps, ahead = first, to_steps, rows.step * to_line
            else:
                begin, begin_steps, ahead = start + part, (nothing, nothing), nothing
            if lanes == WIDTH and neighbours(rows, columns):
                for n in range(few):
                    lines = lines_seen(rows, u, shape[0], source + n * steps[0] + part, line)
                    b, c = begin + n * begin_steps[0], first + n * to_steps[0]
                    gather_neighbours(
                        memory, columns, lines, shape[1], channels, first_tap, w_steps, b, begin_steps[1], c, to_steps[1], ahead
                    )  # fmt: skip
                v = columns.targets
            while v < columns.targets:
                before, wide, x, pixels = stretch(columns, shape[1], v)
                a, tap = source + y * line + x * channels + part, first_tap + above * w_steps[0] + before * w_steps[1]
                b, c = begin + v * begin_steps[1], first + v * to_steps[1]
                if lanes == WIDTH:  # the same for whole vectors, which need no masks
                    gather_pixels(memory, few, pixels, tall, wide, a, steps, tap, w_steps, b, begin_steps, c, to_steps, WIDTH)
                else:
                    gather_pixels(memory, few, pixels, tall, wide, a, steps, tap, w_steps, b, begin_steps, c, to_steps, lanes)
                v += pixels


@kernel
def depthwise_forward(memory, data, operands):
    """y = x * W + b, channel by channel.

    operands: sizes | x (rows, height, width, channels), W, b (channels) | y (rows, output height, output width, channels).
    """
    channels, shape, shape_y = operands[3], (operands[1], operands[2]), (operands[4], operands[5])
    rows = forward_axis(operands[6], operands[8], operands[9], operands[10], operands[4])
    columns = forward_axis(operands[7], operands[8], operands[9], operands[11], operands[5])
    together = images_at_once(rows, columns, channels)
    for n in range(0, operands[0], together):
        few = min(together, operands[0] - n)
        x, y = operands[12] + n * shape[0] * shape[1] * channels, operands[15] + n * shape_y[0] * shape_y[1] * channels
        gather(memory, few, rows, columns, channels, x, shape, operands[13], operands[7], operands[14], y, shape_y)


@inlined
def tap_place(tap, count, wide, steps):
    """Where a tap lies, seen from the first one of a window; beyond the last one its place."""
    tap = min(tap, count - 1)
    return tap // wide * steps[0] + tap % wide * steps[1]


@inlined
def correlate_region(memory, lines, pixels, tall, wide, x, x_steps, taps, dy, dy_steps, dw, dw_taps, lanes):
    """dW += x * dy over some lines and pixels of an image, all of whose windows are tall x wide."""
    count = tall * wide
    for first in range(0, count, TAPS):
        x0, x1 = x + tap_place(first, count, wide, taps), x + tap_place(first + 1, count, wide, taps)
        x2, x3 = x + tap_place(first + 2, count, wide, taps), x + tap_place(first + 3, count, wide, taps)
        x4, x5 = x + tap_place(first + 4, count, wide, taps), x + tap_place(first + 5, count, wide, taps)
        x6, x7 = x + tap_place(first + 6, count, wide, taps), x + tap_place(first + 7, count, wide, taps)
        x8 = x + tap_place(first + 8, count, wide, taps)
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = spread(ZERO)
        for u in range(lines):
            at, to = u * x_steps[0], dy + u * dy_steps[0]
            for _ in range(pixels):
                rolled()
                gradient = load(memory, to, lanes)
                s0 = multiply_add(load(memory, x0 + at, lanes), gradient, s0)
                s1 = multiply_add(load(memory, x1 + at, lanes), gradient, s1)
                s2 = multiply_add(load(memory, x2 + at, lanes), gradient, s2)
                s3 = multiply_add(load(memory, x3 + at, lanes), gradient, s3)
                s4 = multiply_add(load(memory, x4 + at, lanes), gradient, s4)
                s5 = multiply_add(load(memory, x5 + at, lanes), gradient, s5)
                s6 = multiply_add(load(memory, x6 + at, lanes), gradient, s6)
                s7 = multiply_add(load(memory, x7 + at, lanes), gradient, s7)
                s8 = multiply_add(load(memory, x8 + at, lanes), gradient, s8)
                at, to = at + x_steps[1], to + dy_steps[1]
        for k, total in enumerate((s0, s1, s2, s3, s4, s5, s6, s7, s8)):
            if first + k < count:
                place = dw + tap_place(first + k, count, wide, dw_taps)
                store(memory, place, plus(total, load(memory, place, lanes)), lanes)


@inlined
def correlate_neighbours(memory, rows, columns, channels, x, shape, dy, dw, db):
    """dW += x * dy and db += dy for all `neighbours` of an image: the columns that the next window sees again stay in registers."""
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = total = spread(ZERO)
    line = shape[1] * channels
    for u in range(rows.targets):
        lines, column = lines_seen(rows, u, shape[0], x, line), columns.offset
        below = x + (rows.offset + (u + 1) * rows.stride + 2 * rows.spacing) * line  # what the next line of windows sees first
        a0, b0, c0 = pixels_seen(memory, lines, column, shape[1], channels)
        a1, b1, c1 = pixels_seen(memory, lines, column + columns.spacing, shape[1], channels)
        for _ in range(columns.targets):
            rolled()
            a2, b2, c2 = pixels_seen(memory, lines, column + 2 * columns.spacing, shape[1], channels)
            expect(memory, below + column * channels, False)
            expect(memory, dy + columns.targets * channels, False)
            gradient = load(memory, dy, WIDTH)
            s0, s1, s2 = multiply_add(a0, gradient, s0), multiply_add(a1, gradient, s1), multiply_add(a2, gradient, s2)
            s3, s4, s5 = multiply_add(b0, gradient, s3), multiply_add(b1, gradient, s4), multiply_add(b2, gradient, s5)
            s6, s7, s8 = multiply_add(c0, gradient, s6), multiply_add(c1, gradient, s7), multiply_add(c2, gradient, s8)
            a0, a1, b0, b1, c0, c1 = a1, a2, b1, b2, c1, c2
            total, column, dy = add(total, gradient), column + columns.stride, dy + channels
    for k, gained in enumerate((s0, s1, s2, s3, s4, s5, s6, s7, s8)):
        place = dw + k * channels
        store(memory, place, add(gained, load(memory, place, WIDTH)), WIDTH)
    store(memory, db, add(total, load(memory, db, WIDTH)), WIDTH)


@inlined
def correlate(memory, rows, columns, channels, x, shape, dy, shape_y, dw, db, lanes):
    """What some channels of an image give to the gradients of the weights and the bias."""
    line, line_y = shape[1] * channels, shape_y[1] * channels
    steps, taps = (rows.stride * line, columns.stride * channels), (rows.spacing * line, columns.spacing * channels)
    steps_y, taps_w, u = (line_y, channels), (columns.taps * channels, channels), 0
    while u < rows.targets:
        above, tall, i, lines = stretch(rows, shape[0], u)
        v = 0
        while v < columns.targets:
            before, wide, j, pixels = stretch(columns, shape[1], v)
            a, b, c = x + i * line + j * channels, dy + u * line_y + v * channels, dw + above * taps_w[0] + before * channels
            correlate_region(memory, lines, pixels, tall, wide, a, steps, taps, b, steps_y, c, taps_w, lanes)
            v += pixels
        u += lines
    store(memory, db, plus(block_sum(memory, shape_y[0] * shape_y[1], channels, dy, lanes), load(memory, db, lanes)), lanes)


@kernel
def depthwise_backward(memory, data, operands):
    """dx += dy * W turned about, dW += x * dy, db += sum of dy over pixels.  operands: sizes | x, W, b, y | dx (or -1), dW, db, dy."""
    channels, stride, dilation, dx = operands[3], operands[8], operands[9], operands[16]
    shape, shape_y = (operands[1], operands[2]), (operands[4], operands[5])
    image, image_y = shape[0] * shape[1] * channels, shape_y[0] * shape_y[1] * channels
    rows = forward_axis(operands[6], stride, dilation, operands[10], shape_y[0])
    columns = forward_axis(operands[7], stride, dilation, operands[11], shape_y[1])
    together = images_at_once(rows, columns, channels)
    for first in range(0, operands[0], together):  # their gradients are still near when those of the input are gathered
        few, dy = min(together, operands[0] - first), operands[19] + first * image_y
        for n in range(few):
            x = operands[12] + (first + n) * image
            for c in range(0, channels, WIDTH):
                from_dy, dw, db = dy + n * image_y + c, operands[17] + c, operands[18] + c
                if channels - c >= WIDTH and neighbours(rows, columns):
                    correlate_neighbours(memory, rows, columns, channels, x + c, shape, from_dy, dw, db)
                elif channels - c >= WIDTH:
                    correlate(memory, rows, columns, channels, x + c, shape, from_dy, shape_y, dw, db, WIDTH)
                else:
                    correlate(memory, rows, columns, channels, x + c, shape, from_dy, shape_y, dw, db, channels - c)
        for part in range(stride * stride if dx >= 0 else 0):
            r, s = part // stride, part % stride
            if r < shape[0] and s < shape[1]:
                down = backward_axis(r, operands[6], stride, dilation, operands[10], shape[0])
                across = backward_axis(s, operands[7], stride, dilation, operands[11], shape[1])
                to = dx + first * image
                gather(memory, few, down, across, channels, dy, shape_y, operands[13], operands[7], None, to, shape)
