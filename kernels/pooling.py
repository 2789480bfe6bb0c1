"""Pooling: windows of images (rows, height, width, channels) summed up channel by channel; places in the padding do not count.

sizes: rows, height, width, channels, output height, output width, window, stride, top and left padding. A window of 0 is adaptive: it
reaches over its share of the image, so that all of them together cover it.
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel
from kernels.simd import WIDTH, add, expect, load, multiply_add, rolled, spread, store, where_better, where_equal
from kernels.tile import inlined, inside

ZERO, ONE = np.float32(0), np.float32(1)
HALF = WIDTH // 2


@inlined
def reach(operands, axis, i):
    """Window i along an axis (0: down, 1: across): its first place in the image, how many there are, and how many of its taps lie before.

    An adaptive window goes from floor(i size / windows) to ceil((i + 1) size / windows), as PyTorch's.
    """
    size, windows = operands[1 + axis], operands[4 + axis]
    if operands[6] == 0:
        first = i * size // windows
        return first, ((i + 1) * size + windows - 1) // windows - first, np.int64(0)
    position = i * operands[7] - operands[8 + axis]
    before, count = inside(position, 1, operands[6], size)
    return position + before, count, np.int64(before)


@inlined
def compete(memory, x, line, step, first, size, tall, wide, y, winners, lanes):
    """The largest of a window whose lines are `line` apart and pixels `step`; its taps are counted from `first`, `size` a line."""
    best, winner = load(memory, x, lanes), spread(np.float32(first))
    for i in range(tall):
        for j in range(wide):
            expect(memory, x + (tall + i) * line + j * step, False)  # the next window below
            value = load(memory, x + i * line + j * step, lanes)
            winner = where_better(value, best, spread(np.float32(first + i * size + j)), winner)
            best = where_better(value, best, value, best)
    store(memory, y, best, lanes)
    store(memory, winners, winner, lanes)


@inlined
def reward(memory, dx, line, step, first, size, tall, wide, dy, winners, lanes):
    """The gradient goes to the winner of the window."""
    gradient, winner, nothing = load(memory, dy, lanes), load(memory, winners, lanes), spread(ZERO)
    for i in range(tall):
        for j in range(wide):
            place = dx + i * line + j * step
            expect(memory, place + tall * line, True)  # gradients were cleared long ago and are far away
            share = where_equal(winner, spread(np.float32(first + i * size + j)), gradient, nothing)
            store(memory, place, add(share, load(memory, place, lanes)), lanes)


@inlined
def each_window(memory, operands, u, act, image, y, winners, lanes):
    """`compete` or `reward` in all windows of a line, for some channels."""
    channels = operands[3]
    line = operands[2] * channels
    top, tall, above = reach(operands, 0, u)
    for v in range(operands[5]):
        rolled()
        left, wide, before = reach(operands, 1, v)
        size = operands[6] if operands[6] > 0 else wide
        first, at = above * size + before, image + top * line + left * channels
        if tall == wide == size == 2:  # the usual case, with all that is known written into the code
            act(memory, at, line, channels, 0, 2, 2, 2, y, winners, lanes)
        else:
            act(memory, at, line, channels, first, size, tall, wide, y, winners, lanes)
        y += channels
        winners += channels


@inlined
def each_line(memory, operands, act, image, y, winners):
    """`compete` or `reward` in all windows of all images."""
    channels = operands[3]
    for _ in range(operands[0]):
        for u in range(operands[4]):
            for c in range(0, channels, WIDTH):
                if channels - c >= WIDTH:  # the same for whole vectors, which need no masks, and for halves
                    each_window(memory, operands, u, act, image + c, y + c, winners + c, WIDTH)
                elif channels - c == HALF:
                    each_window(memory, operands, u, act, image + c, y + c, winners + c, HALF)
                else:
                    each_window(memory, operands, u, act, image + c, y + c, winners + c, channels - c)
            y += operands[5] * channels
            winners += operands[5] * channels
        image += operands[1] * operands[2] * channels


@kernel
def max_pooling_forward(memory, data, operands):
    """y = the largest of each window. The first wins a tie; NaN is larger than all, the last NaN wins (as in PyTorch).

    operands: sizes | x | y (rows, output height, output width, channels) | winners: their taps' numbers in the window, as y.
    """
    each_line(memory, operands, compete, operands[10], operands[11], operands[12])


@kernel
def max_pooling_backward(memory, data, operands):
    """dx += dy where the winner of its window was.  operands: sizes | x, y | dx (or -1), dy | winners."""
    if operands[12] >= 0:
        each_line(memory, operands, reward, operands[12], operands[13], operands[14])


@kernel
def average_pooling_forward(memory, data, operands):
    """y = mean of each window's places inside the image.  operands: sizes | x | y (rows, output height, output width, channels)."""
    width, channels = operands[2], operands[3]
    x, y = operands[10], operands[11]
    for _ in range(operands[0]):
        for u in range(operands[4]):
            top, tall, _ = reach(operands, 0, u)
            for v in range(operands[5]):
                left, wide, _ = reach(operands, 1, v)
                share = spread(ONE / np.float32(tall * wide))
                for c in range(0, channels, WIDTH):
                    lanes = min(WIDTH, channels - c)
                    total = spread(ZERO)
                    for i in range(tall):
                        for j in range(wide):
                            place = x + ((top + i) * width + left + j) * channels + c
                            total = multiply_add(load(memory, place, lanes), share, total)
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
            top, tall, _ = reach(operands, 0, u)
            for v in range(operands[5]):
                left, wide, _ = reach(operands, 1, v)
                share = spread(ONE / np.float32(tall * wide))
                for c in range(0, channels, WIDTH):
                    lanes = min(WIDTH, channels - c)
                    gradient = load(memory, dy + c, lanes)
                    for i in range(tall):
                        for j in range(wide):
                            place = dx + ((top + i) * width + left + j) * channels + c
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
