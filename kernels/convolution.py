"""Convolutions of images (rows, height, width, channels), forward and backward, without copies of their windows.

Every pass is a gathering (kernels/gathering.py) or a correlation, which is made of tiles (kernels/tile.py). A correlation sums the
products of what the taps see and the gradient of the output over pixels: it is the gradient of the weights.

sizes: rows, height, width, channels, output height, output width, filters, kernel height, kernel width, stride, dilation, top and left
padding, groups. Weights are (kernel height, kernel width, channels / groups, filters).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types

from kernels.axis import forward_axis
from kernels.columns import add_rows
from kernels.gathering import gather, spread_back
from kernels.kernel import MEMORY, OPERANDS, kernel
from kernels.shared import Shared
from kernels.simd import WIDTH, apart, intrinsic
from kernels.tile import INT, inlined, inside, rows_at_once, three, tile
from kernels.window import BUSY, LANES, SHAPE, clear, copy, copy_window, pixels_at_once, separate, whole_vectors

BAND = 192  # pixels whose contribution to the weights' gradient is summed in registers
DEEP = 16  # channels that make tiles of their own


class Plan(NamedTuple):
    """How a correlation goes through an image."""

    a_moves: bool
    in_lines: bool  # rows of a tile are a line of a padded window, or the whole of it, instead of one tap's channels
    mingled: bool  # the whole of it: in the copy, lines that a window sees are mingled pixel by pixel
    together: np.int64  # pixels that share a row of B
    seen: np.int64  # taps of a line that these see
    across: np.int64  # such rows of a line
    depth: np.int64  # channels of A
    rows: np.int64  # rows of the sums that lie side by side in A
    a_row: np.int64  # how far apart they do
    size: np.int64  # rows of the sums in all
    row: np.int64  # numbers in one of them, in whole vectors
    a_pixel: np.int64  # how far apart A's pixels are, its lines, and B's rows and lines
    a_line: np.int64
    b_pixel: np.int64
    b_line: np.int64


@inlined
def plan_of(operands, a_shape, b_shape, a_moves):
    """Choose it."""
    taps_y, taps_x, stride, dilation, groups = operands[7], operands[8], operands[9], operands[10], operands[13]
    depth, breadth = a_shape[2] // groups, b_shape[2] // groups
    still = b_shape if a_moves else a_shape
    together = pixels_at_once(still[1], stride, taps_x, breadth) if a_moves and dilation == groups == 1 else np.int64(1)
    seen, row = taps_x + (together - 1) * stride, whole_vectors(breadth * together)
    in_lines = a_moves and depth < DEEP and (dilation == 1 or depth == 1)
    mingled = in_lines and dilation == 1 and seen * depth < BUSY
    layers = taps_y if mingled else np.int64(1)
    a_pixel, a_width = (layers * depth, (still[1] - 1) * stride + (taps_x - 1) * dilation + 1) if in_lines else (a_shape[2], a_shape[1])
    b_pixel = row if row != breadth * together else b_shape[2] * together
    return Plan(
        a_moves, in_lines, mingled, together, seen, still[1] // together, depth, layers * seen * depth if in_lines else depth,
        dilation if in_lines and depth == 1 else np.int64(1), taps_y * seen * depth, row, a_pixel, a_width * a_pixel, b_pixel,
        b_shape[1] // together * b_pixel,
    )  # fmt: skip


@inlined
def copy_lines(memory, operands, plan, a, a_shape, lines, window):
    """Copy an image with its padding; returns where its first pixel would be."""
    if plan.mingled:
        for i in range(operands[7]):
            copy_window(
                memory, a, a_shape, i - operands[11], operands[9], lines, -operands[12], plan.a_line // plan.a_pixel, plan.depth,
                window + i * plan.depth, plan.a_line, plan.a_pixel,
            )  # fmt: skip
    else:
        copy_window(
            memory, a, a_shape, 0, 1, lines, -operands[12], plan.a_line // plan.a_pixel, plan.depth, window, plan.a_line, plan.a_pixel
        )  # fmt: skip
    return window + operands[12] * plan.a_pixel


@separate
def correlate_image(memory, operands, plan, a, b, lines, moving, sums):
    """Add the products of one image to the sums. `lines` are those of the image that stays, `moving` height and width of the other."""
    apart()
    stride, dilation = operands[9], operands[10]
    y_stride, x_stride = np.int64(1) if plan.mingled else stride, stride * plan.together
    a_steps, b_steps = three(0, plan.a_line, plan.a_pixel), three(0, plan.b_line, plan.b_pixel)
    if plan.a_moves:
        a_steps = three(0, y_stride * plan.a_line, x_stride * plan.a_pixel)
    else:
        b_steps = three(0, y_stride * plan.b_line, x_stride * plan.b_pixel)
    line, pixel = (plan.a_line, plan.a_pixel) if plan.a_moves else (plan.b_line, plan.b_pixel)
    blocks, most = plan.size // plan.rows, max(1, BAND // plan.across)
    bands = (lines + most - 1) // most
    band = (lines + bands - 1) // bands
    for u in range(0, lines, band):
        for part in range((plan.row + LANES - 1) // LANES * blocks):
            first, block = part // blocks * LANES, part % blocks
            length, tap = min(LANES, plan.row - first), block * plan.rows // plan.depth
            y = np.int64(0) if plan.mingled else tap // plan.seen * dilation - operands[11]
            x = tap % plan.seen * dilation - operands[12]
            above, tall = inside(y + u * y_stride, y_stride, min(band, lines - u), moving[0])
            before, wide = (0, plan.across) if plan.in_lines else inside(x, x_stride, plan.across, moving[1])
            at_a, at_b = a + (u + above) * a_steps[1] + before * a_steps[2], b + (u + above) * b_steps[1] + before * b_steps[2] + first
            shift = y * line + x * pixel
            at_a, at_b = (at_a + shift, at_b) if plan.a_moves else (at_a, at_b + shift)
            q = 0
            while q < plan.rows and tall * wide > 0:
                count, c = rows_at_once(plan.rows - q, length // WIDTH), sums + first * plan.size + (block * plan.rows + q) * length
                tile(
                    memory, count, length // WIDTH, three(1, tall, wide), at_a + q * plan.a_row, plan.a_row, a_steps, at_b, b_steps,
                    c, length, c, length, 1, three(0, 0, 0),
                )  # fmt: skip
                q += count


@separate
def unpack(memory, operands, plan, sums, length, lanes, dw):
    """Add sums to the weights' gradient: each pixel that shares a row of B has its own place among them."""
    apart()
    for i in range(operands[7]):
        for k in range(operands[8]):
            for e in range(plan.together):
                j = k + e * operands[9]
                row = (j * operands[7] + i if plan.mingled else i * plan.seen + j) * plan.depth
                for q in range(plan.depth):
                    at, to = sums + (row + q) * length + e * lanes, dw + ((i * operands[8] + k) * plan.depth + q) * operands[6]
                    for r in range(lanes):
                        memory[to + r] += memory[at + r]


def any_correlation(memory, operands, a, a_shape, b, b_shape, a_moves, dw, db, scratch):
    """`correlate`, compiled once for all that call it."""
    plan, groups, filters = plan_of(operands, a_shape, b_shape, a_moves), operands[13], b_shape[2]
    breadth, pixels = filters // groups, b_shape[0] * b_shape[1] // plan.together
    wanted = breadth * plan.together
    lines, moving = (b_shape[0], a_shape) if a_moves else (a_shape[0], b_shape)
    seen_lines = lines if plan.mingled else moving[0]
    totals = scratch + plan.size * plan.row
    window = totals + filters * plan.together
    copied = window + seen_lines * plan.a_line if plan.in_lines else window
    for g in range(groups):
        clear(memory, scratch, copied - scratch)
        for n in range(operands[0]):
            from_a = a + n * a_shape[0] * a_shape[1] * a_shape[2] + g * plan.depth
            from_b = b + n * b_shape[0] * b_shape[1] * filters + g * breadth
            if g == 0:
                add_rows(memory, pixels, filters * plan.together, from_b, filters * plan.together, totals)
            if plan.in_lines:
                from_a = copy_lines(memory, operands, plan, from_a, a_shape, seen_lines, window)
            if plan.row != wanted:
                copy(memory, from_b, 0, filters * plan.together, 1, pixels, wanted, copied, 0, plan.row)
                from_b = copied
            correlate_image(memory, operands, plan, from_a, from_b, lines, (seen_lines, moving[1]), scratch)
        if g == 0:
            add_rows(memory, plan.together, filters, totals, filters, db)
        for first in range(0, plan.row, LANES):
            length, lanes, to = min(LANES, plan.row - first), min(LANES, wanted - first) // plan.together, dw + g * breadth + first
            unpack(memory, operands, plan, scratch + first * plan.size, length, lanes, to)


ANY_CORRELATION = Shared(any_correlation, (MEMORY, OPERANDS, INT, SHAPE, INT, SHAPE, types.boolean, INT, INT, INT))


@intrinsic
def correlate(typing, memory, operands, a, a_shape, b, b_shape, a_moves, dw, db, scratch):
    """Gradient of the weights: dW[tap] += Σ over images and pixels of A[its channels] B[its filters].

    When `a_moves`, A is a convolution's input, which is seen through the taps, and B the gradient of its output; else A is the input of
    a transposed convolution. Shapes are (height, width, channels). Sums are kept in scratch, from which they are added to dW.
    """
    return ANY_CORRELATION.call()


def scratch_places(sizes: tuple[int, ...]) -> int:
    """How much room the kernels work in, by their sizes: packed weights or sums, an image with its padding, one in whole vectors."""
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
