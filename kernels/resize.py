"""Images (rows, height, width, channels) made larger by a whole factor.

sizes: rows, height, width, channels, factor.
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel
from kernels.tile import inlined

ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)


@kernel
def nearest_forward(memory, data, operands):
    """Each pixel becomes factor x factor pixels.  operands: sizes | x | y (rows, factor height, factor width, channels)."""
    rows, height, width, channels, factor = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, y = operands[5], operands[6]
    for i in range(rows * height * factor):
        for j in range(width * factor):
            source = x + (i // factor * width + j // factor) * channels
            for c in range(channels):
                memory[y + c] = memory[source + c]
            y += channels


@kernel
def nearest_backward(memory, data, operands):
    """dx += the sum of dy over each pixel's copies.  operands: sizes | x, y | dx (or -1), dy."""
    rows, height, width, channels, factor = operands[0], operands[1], operands[2], operands[3], operands[4]
    dx, dy = operands[7], operands[8]
    for i in range(rows * height * factor if dx >= 0 else 0):
        for j in range(width * factor):
            target = dx + (i // factor * width + j // factor) * channels
            for c in range(channels):
                memory[target + c] += memory[dy + c]
            dy += channels


@inlined
def neighbours(position, factor, size):
    """The two places between which an output place lies, pixels' middles being where they are, and the second's weight."""
    at = max((np.float32(position) + HALF) / np.float32(factor) - HALF, ZERO)
    low = min(np.int64(at), size - 1)
    return low, min(low + 1, size - 1), at - np.float32(low)


@kernel
def bilinear_forward(memory, data, operands):
    """Each new pixel is a mean of the four around it, weighted by nearness; beyond the outermost pixels' middles nothing changes.

    operands: sizes | x | y (rows, factor height, factor width, channels).
    """
    rows, height, width, channels, factor = operands[0], operands[1], operands[2], operands[3], operands[4]
    x, y = operands[5], operands[6]
    for n in range(rows):
        for u in range(height * factor):
            above, below, down = neighbours(u, factor, height)
            upper, lower = x + (n * height + above) * width * channels, x + (n * height + below) * width * channels
            for v in range(width * factor):
                left, right, along = neighbours(v, factor, width)
                for c in range(channels):
                    a, b = memory[upper + left * channels + c], memory[upper + right * channels + c]
                    e, f = memory[lower + left * channels + c], memory[lower + right * channels + c]
                    top, bottom = a * (ONE - along) + b * along, e * (ONE - along) + f * along
                    memory[y + c] = top * (ONE - down) + bottom * down
                y += channels


@kernel
def bilinear_backward(memory, data, operands):
    """dx += dy by the weights of the forward pass.  operands: sizes | x, y | dx (or -1), dy."""
    rows, height, width, channels, factor = operands[0], operands[1], operands[2], operands[3], operands[4]
    dx, dy = operands[7], operands[8]
    for n in range(rows if dx >= 0 else 0):
        for u in range(height * factor):
            above, below, down = neighbours(u, factor, height)
            upper, lower = dx + (n * height + above) * width * channels, dx + (n * height + below) * width * channels
            for v in range(width * factor):
                left, right, along = neighbours(v, factor, width)
                for c in range(channels):
                    gradient = memory[dy + c]
                    memory[upper + left * channels + c] += gradient * (ONE - down) * (ONE - along)
                    memory[upper + right * channels + c] += gradient * (ONE - down) * along
                    memory[lower + left * channels + c] += gradient * down * (ONE - along)
                    memory[lower + right * channels + c] += gradient * down * along
                dy += channels
