"""How convolutions lay images and weights out for the tiles of kernels/tile.py: with their padding, and several pixels in a vector.

When channels of the target are few, neighbouring pixels share a vector. To the tile this is another convolution, with as many times the
channels and the stride and a window that is wider, in which each pixel's weights have their place among zeros.
"""

from __future__ import annotations

import numpy as np
from numba import types

from kernels.kernel import MEMORY
from kernels.shared import UNWRAPPED, Shared, jit
from kernels.simd import WIDTH, apart, intrinsic, load, rolled, spread, store
from kernels.tile import INT, REGISTERS, inlined, inside

ZERO = np.float32(0)
LANES = REGISTERS * WIDTH
BUSY = 8  # sums that must be under way to keep a processor busy
SHAPE = types.UniTuple(types.int64, 3)  # height, width, channels

separate = jit(forceinline=False, _nrt=False, error_model="numpy", **UNWRAPPED)


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


@inlined
def whole_vectors(count):
    """The numbers in as many vectors as hold `count`."""
    return (count + WIDTH - 1) // WIDTH * WIDTH


@separate
def copy_numbers(memory, source, source_line, source_step, lines, count, target, target_line, target_step):
    """Copy lines of `count` numbers that lie apart. Places are unsigned, for Numba asks of others whether they count from the end."""
    apart()
    for i in range(lines):
        at, to = np.uint64(source + i * source_line), np.uint64(target + i * target_line)
        for _ in range(count):
            rolled()
            memory[to] = memory[at]
            at, to = at + np.uint64(source_step), to + np.uint64(target_step)


def any_copy(memory, source, source_line, source_step, lines, count, lanes, target, target_line, target_step):
    """`copy`, compiled once for all that call it."""
    if source_step == lanes and target_step == lanes:
        count, lanes = 1, count * lanes
    if lanes == 1:
        copy_numbers(memory, source, source_line, source_step, lines, count, target, target_line, target_step)
        lines = 0
    for i in range(lines):
        for j in range(count):
            at, to = source + i * source_line + j * source_step, target + i * target_line + j * target_step
            for q in range(0, lanes, WIDTH):
                store(memory, to + q, load(memory, at + q, lanes - q), lanes - q)


ANY_COPY = Shared(any_copy, (MEMORY, *[INT] * 9))


@intrinsic
def copy(typing, memory, source, source_line, source_step, lines, count, lanes, target, target_line, target_step):
    """Copy lines of `count` times `lanes` numbers; lines and steps say how far apart they begin."""
    return ANY_COPY.call()


@separate
def clear(memory, target, count):
    """Write zeros."""
    apart()
    for i in range(0, count, WIDTH):
        store(memory, target + i, spread(ZERO), count - i)


def any_window(memory, source, shape, y, y_step, lines, x, pixels, lanes, target, line, pixel):
    """`copy_window`, compiled once for all that call it."""
    height, width, channels = shape
    above, tall = inside(y, y_step, lines, height)
    before, wide = inside(x, 1, pixels, width)
    first = source + ((y + above * y_step) * width + x + before) * channels
    copy(memory, first, y_step * width * channels, channels, tall, wide, lanes, target + above * line + before * pixel, line, pixel)


ANY_WINDOW = Shared(any_window, (MEMORY, INT, SHAPE, *[INT] * 9))


@intrinsic
def copy_window(typing, memory, source, shape, y, y_step, lines, x, pixels, lanes, target, line, pixel):
    """Copy what of a window lies inside an image: `lanes` channels of lines y, y + y_step ... and pixels x, x + 1 ...

    Lines of the target are `line` apart, its pixels `pixel`.
    """
    return ANY_WINDOW.call()
