"""Pooling: windows of images (rows, height, width, channels) summed up channel by channel; places in the padding do not count.

sizes: rows, height, width, channels, output height, output width, window, stride, top and left padding.
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel
from kernels.simd import VECTOR, WIDTH, intrinsic, load, multiply_add, spread, store
from kernels.tile import inlined, inside

ZERO, ONE = np.float32(0), np.float32(1)


@intrinsic
def where_better(typing, x, best, then, otherwise):
    """`then` in the lanes where x is larger than the best or NaN, `otherwise` in the others."""

    def generate(context, builder, signature, arguments):
        x, best, then, otherwise = arguments
        better = builder.or_(builder.fcmp_ordered(">", x, best), builder.fcmp_unordered("uno", x, x))
        return builder.select(better, then, otherwise)

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), generate


@intrinsic
def where_equal(typing, a, b, then, otherwise):
    """`then` in the lanes where a equals b, `otherwise` in the others."""

    def generate(context, builder, signature, arguments):
        a, b, then, otherwise = arguments
        return builder.select(builder.fcmp_ordered("==", a, b), then, otherwise)

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), generate


@inlined
def window_at(operands, u, v):
    """The window of output pixel (u, v): its first tap inside the image, that tap's pixel, and how many rows and columns are inside."""
    height, width, size, stride = operands[1], operands[2], operands[6], operands[7]
    y, x = u * stride - operands[8], v * stride - operands[9]
    above, tall = inside(y, 1, size, height)
    before, wide = inside(x, 1, size, width)
    return above * size + before, (y + above) * width + x + before, tall, wide


@inlined
def compete(memory, x, line, step, first, size, tall, wide, y, winners, lanes):
    """The largest of a window whose lines are `line` apart and pixels `step`; `first` is the number of its first tap inside the image."""
    best, winner = load(memory, x, lanes), spread(np.float32(first))
    for i in range(tall):
        for j in range(wide):
            value = load(memory, x + i * line + j * step, lanes)
            winner = where_better(value, best, spread(np.float32(first + i * size + j)), winner)
            best = where_better(value, best, value, best)
    store(memory, y, best, lanes)
    store(memory, winners, winner, lanes)


@inlined
def reward(memory, dx, line, step, first, size, tall, wide, dy, winners, lanes):
    """The gradient goes to the winner of the window."""
    gradient, winner, nothing, ones = load(memory, dy, lanes), load(memory, winners, lanes), spread(ZERO), spread(ONE)
    for i in range(tall):
        for j in range(wide):
            place = dx + i * line + j * step
            share = where_equal(winner, spread(np.float32(first + i * size + j)), gradient, nothing)
            store(memory, place, multiply_add(share, ones, load(memory, place, lanes)), lanes)


@kernel
def max_pooling_forward(memory, data, operands):
    """y = the largest of each window. The first wins a tie; NaN is larger than all, the last NaN wins (as in PyTorch).

    operands: sizes | x | y (rows, output height, output width, channels) | winners: their taps' numbers in the window, as y.
    """
    width, channels, size = operands[2], operands[3], operands[6]
    x, y, winners = operands[10], operands[11], operands[12]
    line = width * channels
    for _ in range(operands[0]):
        for u in range(operands[4]):
            for v in range(operands[5]):
                first, pixel, tall, wide = window_at(operands, u, v)
                for c in range(0, channels, WIDTH):
                    at, lanes = x + pixel * channels + c, min(WIDTH, channels - c)
                    if tall == 2 and wide == 2 and lanes == WIDTH:  # the usual case, with all that is known written into the code
                        compete(memory, at, line, channels, first, size, 2, 2, y + c, winners + c, WIDTH)
                    else:
                        compete(memory, at, line, channels, first, size, tall, wide, y + c, winners + c, lanes)
                y += channels
                winners += channels
        x += operands[1] * line


@kernel
def max_pooling_backward(memory, data, operands):
    """dx += dy where the winner of its window was.  operands: sizes | x, y | dx (or -1), dy | winners."""
    width, channels, size = operands[2], operands[3], operands[6]
    dx, dy, winners = operands[12], operands[13], operands[14]
    line = width * channels
    for _ in range(operands[0] if dx >= 0 else 0):
        for u in range(operands[4]):
            for v in range(operands[5]):
                first, pixel, tall, wide = window_at(operands, u, v)
                for c in range(0, channels, WIDTH):
                    at, lanes = dx + pixel * channels + c, min(WIDTH, channels - c)
                    if tall == 2 and wide == 2 and lanes == WIDTH:
                        reward(memory, at, line, channels, first, size, 2, 2, dy + c, winners + c, WIDTH)
                    else:
                        reward(memory, at, line, channels, first, size, tall, wide, dy + c, winners + c, lanes)
                dy += channels
                winners += channels
        dx += operands[1] * line


@kernel
def average_pooling_forward(memory, data, operands):
    """y = mean of each window's places inside the image.  operands: sizes | x | y (rows, output height, output width, channels)."""
    width, channels = operands[2], operands[3]
    x, y = operands[10], operands[11]
    for _ in range(operands[0]):
        for u in range(operands[4]):
            for v in range(operands[5]):
                _, pixel, tall, wide = window_at(operands, u, v)
                share = spread(ONE / np.float32(tall * wide))
                for c in range(0, channels, WIDTH):
                    lanes = min(WIDTH, channels - c)
                    total = spread(ZERO)
                    for i in range(tall):
                        for j in range(wide):
                            total = multiply_add(load(memory, x + (pixel + i * width + j) * channels + c, lanes), share, total)
                    store(memory, y + c, total, lanes)
                y += channels
        x += operands[1] * width * channels


@kernel
def average_pooling_backward(memory, data, operands):
    """dx += dy's share in each place of its window.  operands: sizes | x, y | dx (or -1), dy."""
    width, channels = operands[2], operands[3]
    dx, dy = operands[12], operands[13]
    for _ in range(operands[0] if dx >= 0 else 0):
        for u in range(operands[4]):
            for v in range(operands[5]):
                _, pixel, tall, wide = window_at(operands, u, v)
                share = spread(ONE / np.float32(tall * wide))
                for c in range(0, channels, WIDTH):
                    lanes = min(WIDTH, channels - c)
                    gradient = load(memory, dy + c, lanes)
                    for i in range(tall):
                        for j in range(wide):
                            place = dx + (pixel + i * width + j) * channels + c
                            store(memory, place, multiply_add(gradient, share, load(memory, place, lanes)), lanes)
                dy += channels
        dx += operands[1] * width * channels


@kernel
def global_pooling_forward(memory, data, operands):
    """y = mean of each channel over all pixels.  operands: rows, pixels, channels | x (rows, pixels, channels) | y (rows, channels)."""
    pixels, channels, x, y = operands[1], operands[2], operands[3], operands[4]
    share = spread(ONE / np.float32(pixels))
    for n in range(operands[0]):
        for c in range(0, channels, WIDTH):
            lanes = min(WIDTH, channels - c)
            total = spread(ZERO)
            for i in range(pixels):
                total = multiply_add(load(memory, x + (n * pixels + i) * channels + c, lanes), share, total)
            store(memory, y + n * channels + c, total, lanes)


@kernel
def global_pooling_backward(memory, data, operands):
    """dx += dy / pixels.  operands: rows, pixels, channels | x, y | dx (or -1), dy."""
    pixels, channels, dx, dy = operands[1], operands[2], operands[5], operands[6]
    share = spread(ONE / np.float32(pixels))
    for n in range(operands[0] if dx >= 0 else 0):
        for c in range(0, channels, WIDTH):
            lanes = min(WIDTH, channels - c)
            gradient = load(memory, dy + n * channels + c, lanes)
            for i in range(pixels):
                place = dx + (n * pixels + i) * channels + c
                store(memory, place, multiply_add(gradient, share, load(memory, place, lanes)), lanes)
