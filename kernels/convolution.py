"""Convolutions of images (rows, height, width, channels), forward and backward, without copies of their windows.

Every pass is a gathering (kernels/gathering.py) or a correlation, by tiles of `kernels/tile.py`. A correlation sums the products of what
the taps see and the gradient of the output over pixels: it is the gradient of the weights.

sizes: rows, height, width, channels, output height, output width, filters, kernel height, kernel width, stride, dilation, top and left
padding, groups. Weights are (kernel height, kernel width, channels / groups, filters).
"""

from __future__ import annotations

import numpy as np
from numba import types

from kernels.gathering import forward_axis, gather, spread_back
from kernels.kernel import MEMORY, OPERANDS, kernel
from kernels.shared import Shared
from kernels.simd import WIDTH, apart, intrinsic, load, multiply_add, spread, store
from kernels.tile import inlined, inside, rows_at_once, three, tile
from kernels.window import BUSY, LANES, SHAPE, clear, copy, copy_window, pixels_at_once, separate, whole_vectors

ZERO, ONE = np.float32(0), np.float32(1)
BAND = 192  # pixels whose contribution to the weights' gradient is summed in registers
DEEP = 16  # channels that make tiles of their own


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


@separate
def unpack(memory, sums, length, tall, seen, depth, mingled, together, stride, lanes, dw, taps, filters):
    """Add the sums of a correlation to the weights' gradient: each pixel that shares a vector has its own place among the sums."""
    apart()
    for i in range(tall):
        for k in range(taps):
            for e in range(together):
                j = k + e * stride
                row = (j * tall + i if mingled else i * seen + j) * depth
                for q in range(depth):
                    at, to = sums + (row + q) * length + e * lanes, dw + ((i * taps + k) * depth + q) * filters
                    for r in range(lanes):
                        memory[to + r] += memory[at + r]


@separate
def sum_block(memory, rows, length, counts, a, a_row, a_steps, b, b_steps, c):
    """C += A B: some rows of the sums, over a band of pixels."""
    apart()
    q = 0
    while q < rows and counts[0] * counts[2] > 0:
        count, place = rows_at_once(rows - q, length // WIDTH), c + q * length
        tile(
            memory, count, length // WIDTH, counts, a + q * a_row, a_row, a_steps, b, b_steps, place, length, place, length, 1, three(0, 0, 0)
        )  # fmt: skip
        q += count


def any_correlation(memory, operands, a, a_shape, b, b_shape, a_moves, dw, db, scratch):
    """`correlate`, compiled once for all that call it."""
    taps_y, taps_x, stride, dilation = operands[7], operands[8], operands[9], operands[10]
    top, left, groups = operands[11], operands[12], operands[13]
    moving, still = (a_shape, b_shape) if a_moves else (b_shape, a_shape)
    depth, breadth, filters = a_shape[2] // groups, b_shape[2] // groups, b_shape[2]
    together = pixels_at_once(still[1], stride, taps_x, breadth) if a_moves and dilation == groups == 1 else np.int64(1)
    seen, across, wanted = taps_x + (together - 1) * stride, still[1] // together, breadth * together
    # Rows of a tile lie side by side in A: a pixel's channels, or a line of a padded window, or the whole of it, its lines mingled.
    in_lines = a_moves and depth < DEEP and (dilation == 1 or depth == 1)
    mingled = in_lines and dilation == 1 and seen * depth < BUSY
    layers, y_stride, height = (taps_y, np.int64(1), still[0]) if mingled else (np.int64(1), stride, moving[0])
    size, rows = taps_y * seen * depth, layers * seen * depth if in_lines else depth
    row, pixels = whole_vectors(wanted), (still[1] - 1) * stride + (taps_x - 1) * dilation + 1
    a_pixel, a_width = (layers * depth, pixels) if in_lines else (a_shape[2], a_shape[1])
    b_pixel, b_width = filters * together if row == wanted else row, b_shape[1] // together
    totals = scratch + size * row
    window = totals + filters * together
    copied = window + height * pixels * layers * depth if in_lines else window
    a_steps, b_steps = three(a_width * a_pixel, 0, a_pixel), three(b_width * b_pixel, 0, b_pixel)
    if a_moves:
        a_steps = three(y_stride * a_steps[0], 0, together * stride * a_pixel)
    else:
        b_steps = three(stride * b_steps[0], 0, stride * b_pixel)
    line, pixel = (a_width * a_pixel, a_pixel) if a_moves else (b_width * b_pixel, b_pixel)
    a_row = dilation if in_lines and depth == 1 else np.int64(1)
    for g in range(groups):
        clear(memory, scratch, copied - scratch)
        for n in range(operands[0]):
            from_a = a + n * a_shape[0] * a_shape[1] * a_shape[2] + g * depth
            from_b = b + n * b_shape[0] * b_shape[1] * filters + g * breadth
            if g == 0:
                add_pixels(memory, b_shape[0] * b_width, filters * together, from_b, totals)
            if in_lines:
                for i in range(layers):
                    y = i - top if mingled else np.int64(0)
                    step = stride if mingled else np.int64(1)
                    copy_window(
                        memory, from_a, a_shape, y, step, height, -left, pixels, depth, window + i * depth, a_width * a_pixel, a_pixel
                    )
                from_a = window + left * a_pixel
            if row != wanted:
                copy(memory, from_b, 0, filters * together, 1, b_shape[0] * b_width, wanted, copied, 0, row)
                from_b = copied
            band = max(1, BAND // across)
            for u in range(0, still[0], band):
                for part in range((row + LANES - 1) // LANES * (size // rows)):
                    first, block = part // (size // rows) * LANES, part % (size // rows)
                    length, tap = min(LANES, row - first), block * rows // depth
                    y, x = 0 if mingled else tap // seen * dilation - top, tap % seen * dilation - left
                    above, tall = inside(y + u * y_stride, y_stride, min(band, still[0] - u), height)
                    before, wide = (0, across) if in_lines else inside(x, stride * together, across, moving[1])
                    at_a, at_b = (
                        from_a + (u + above) * a_steps[0] + before * a_steps[2],
                        from_b + (u + above) * b_steps[0] + before * b_steps[2],
                    )
                    shift = y * line + x * pixel
                    at_a, at_b = (at_a + shift, at_b) if a_moves else (at_a, at_b + shift)
                    sum_block(
                        memory, rows, length, three(tall, 1, wide), at_a, a_row, a_steps, at_b + first, b_steps,
                        scratch + first * size + block * rows * length,
                    )  # fmt: skip
        if g == 0:
            add_pixels(memory, together, filters, totals, db)
        for first in range(0, row, LANES):
            length, lanes, to = min(LANES, row - first), min(LANES, wanted - first) // together, dw + g * breadth + first
            unpack(memory, scratch + first * size, length, taps_y, seen, depth, mingled, together, stride, lanes, to, taps_x, filters)


I = types.int64  # noqa: E741
ANY_CORRELATION = Shared(any_correlation, (MEMORY, OPERANDS, I, SHAPE, I, SHAPE, types.boolean, I, I, I))


@intrinsic
def correlate(typing, memory, operands, a, a_shape, b, b_shape, a_moves, dw, db, scratch):
    """Gradient of the weights: dW[tap] += Σ over images and pixels of A[its channels] B[its filters].

    When `a_moves`, A is a convolution's input, which is seen through the taps, and B the gradient of its output; else A is the input of
    a transposed convolution. Shapes are (height, width, channels). Sums are kept in scratch, from which they are added to dW.
    """
    return ANY_CORRELATION.call()


def scratch_places(sizes: tuple[int, ...]) -> int:
    """How much room the kernels work in, by their sizes: packed weights or their gradient, an image with its padding, one in whole vectors."""
    _, height, width, channels, down, across, filters, tall, wide, stride, dilation, *_, groups = sizes
    depth, breadth = channels // groups, filters // groups
    panels = max(tall * (wide + LANES // mine * stride) * theirs * (mine + LANES) for mine, theirs in ((depth, breadth), (breadth, depth)))
    deepest, mingled = max(depth, breadth), tall * depth if depth * wide < BUSY else 0
    window = max(height, down) * (max(width, across) + (wide - 1) * dilation) * max(deepest, mingled)
    return panels + window + max(height * width, down * across) * (deepest + LANES) + filters + 4 * LANES


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
