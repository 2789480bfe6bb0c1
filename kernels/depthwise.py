"""Depthwise convolutions: each channel has a window of weights of its own, so vectors lie along channels.

sizes: rows, height, width, channels, output height, output width, kernel height, kernel width, stride, dilation, top and left padding.
Weights are (kernel height, kernel width, 1, channels). Taps in the padding are never computed.
"""

from __future__ import annotations

import numpy as np

from kernels.convolution import add_pixels
from kernels.kernel import kernel
from kernels.simd import WIDTH, load, multiply_add, spread, store
from kernels.tile import inlined, inside

ZERO, ONE = np.float32(0), np.float32(1)


@inlined
def windows_of_line(operands, u):
    """The first kernel row inside the image for output line u, how many there are, and the image's line that it lies on."""
    y = u * operands[8] - operands[10]
    above, tall = inside(y, operands[9], operands[6], operands[1])
    return above, tall, y + above * operands[9]


@inlined
def window_of_pixel(operands, v):
    """The same for kernel columns and output column v."""
    x = v * operands[8] - operands[11]
    before, wide = inside(x, operands[9], operands[7], operands[2])
    return before, wide, x + before * operands[9]


@inlined
def gather_line(memory, operands, u, image, w, bias, y, lanes):
    """Some channels of output line u."""
    width, channels, taps_x, dilation = operands[2], operands[3], operands[7], operands[9]
    above, tall, line = windows_of_line(operands, u)
    start = load(memory, bias, lanes)
    for v in range(operands[5]):
        before, wide, pixel = window_of_pixel(operands, v)
        total = start
        for i in range(tall):
            at = image + ((line + i * dilation) * width + pixel) * channels
            tap = w + ((above + i) * taps_x + before) * channels
            for j in range(wide):
                value = load(memory, at + j * dilation * channels, lanes)
                total = multiply_add(value, load(memory, tap + j * channels, lanes), total)
        store(memory, y + v * channels, total, lanes)


@kernel
def depthwise_forward(memory, data, operands):
    """y = x * W + b, channel by channel.

    operands: sizes | x (rows, height, width, channels), W, b (channels) | y (rows, output height, output width, channels).
    """
    channels, down = operands[3], operands[4]
    x, w, b, y = operands[12], operands[13], operands[14], operands[15]
    for n in range(operands[0]):
        image = x + n * operands[1] * operands[2] * channels
        for u in range(down):
            line = y + (n * down + u) * operands[5] * channels
            for c in range(0, channels, WIDTH):
                if channels - c >= WIDTH:  # the same for whole vectors, which need no masks
                    gather_line(memory, operands, u, image + c, w + c, b + c, line + c, WIDTH)
                else:
                    gather_line(memory, operands, u, image + c, w + c, b + c, line + c, channels - c)


@inlined
def add_tap(memory, x, dx, dy, w, dw, count, step, channels, lanes):
    """One tap's part of the gradients along an output line of `count` pixels whose sources are `step` apart; dx may be -1."""
    weight, ones = load(memory, w, lanes), spread(ONE)
    even, odd = load(memory, dw, lanes), spread(ZERO)
    for v in range(count):
        gradient = load(memory, dy + v * channels, lanes)
        product = multiply_add(load(memory, x + v * step, lanes), gradient, odd)
        even, odd = product, even
        if dx >= 0:
            store(memory, dx + v * step, multiply_add(gradient, weight, load(memory, dx + v * step, lanes)), lanes)
    store(memory, dw, multiply_add(even, ones, odd), lanes)


@kernel
def depthwise_backward(memory, data, operands):
    """dx += dy * W turned about, dW += x * dy, db += sum of dy over pixels.  operands: sizes | x, W, b, y | dx (or -1), dW, db, dy."""
    width, channels, across, taps_x, dilation = operands[2], operands[3], operands[5], operands[7], operands[9]
    x, w, dx, dw, db, dy = operands[12], operands[13], operands[16], operands[17], operands[18], operands[19]
    step, pixels = operands[8] * channels, operands[0] * operands[4] * across
    for n in range(operands[0]):
        image = n * operands[1] * width * channels
        for u in range(operands[4]):
            above, tall, line = windows_of_line(operands, u)
            gradients = dy + (n * operands[4] + u) * across * channels
            for c in range(0, channels, WIDTH):
                for tap in range(tall * taps_x):
                    i, j = tap // taps_x, tap % taps_x
                    first = j * dilation - operands[11]
                    low, count = inside(first, operands[8], across, width)
                    at = image + ((line + i * dilation) * width + first) * channels + low * step + c
                    place = ((above + i) * taps_x + j) * channels + c
                    from_dy, target = gradients + low * channels + c, dx + at if dx >= 0 else -1
                    if channels - c >= WIDTH:
                        add_tap(memory, x + at, target, from_dy, w + place, dw + place, count, step, channels, WIDTH)
                    else:
                        add_tap(memory, x + at, target, from_dy, w + place, dw + place, count, step, channels, channels - c)
    add_pixels(memory, pixels, channels, dy, db)
