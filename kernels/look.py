"""Kernels that make what a person sees: fields of neurons and the output picture, small enough to send 60 times a second."""

from __future__ import annotations

import numpy as np

from kernels.kernel import is_finite, kernel, view

ZERO, ONE = np.float32(0), np.float32(1)
MIDDLE = np.float32(127)  # code of 0; 0 and 254 are -1 and 1
NOT_A_NUMBER = np.uint8(255)
LARGEST = np.float32(32000)  # of 16-bit codes
BROKEN = np.int16(-32768)


@kernel
def tiles(memory, data, operands):
    """Each shown neuron's answers over the picture as bytes, its mean, and the share of the picture where it is flat.

    A byte is 127 + 127 clip(gain * answer, -1, 1), 255 for NaN. An answer at or below `low`, or at or above `high`, is flat.
    operands: side, stride, units, shown | answers (side², units), which (shown, int32), gain, low, high (1 each) |
    bytes (shown, side / stride, side / stride), means (shown), flat (shown).
    """
    side, stride, units, shown = operands[0], operands[1], operands[2], operands[3]
    answers = operands[4]
    which = memory[operands[5] : operands[5] + shown].view(np.int32)
    gain, low, high = memory[operands[6]], memory[operands[7]], memory[operands[8]]
    tile = side // stride
    codes = memory[operands[9] : operands[9] + shown * tile * tile // 4].view(np.uint8)
    means, flat = view(memory, operands[10], shown), view(memory, operands[11], shown)
    for k in range(shown):
        means[k] = ZERO
        flat[k] = ZERO
    share = ONE / np.float32(tile * tile)
    for i in range(tile):
        for j in range(tile):
            row = answers + (i * stride * side + j * stride) * units
            for k in range(shown):
                value = memory[row + which[k]]
                means[k] += value * share
                if value <= low or value >= high:
                    flat[k] += share
                code = NOT_A_NUMBER
                if not np.isnan(value):
                    code = np.uint8(MIDDLE + MIDDLE * min(max(gain * value, -ONE), ONE) + np.float32(0.5))
                codes[(k * tile + i) * tile + j] = code


@kernel
def surface(memory, data, operands):
    """The output picture as 16-bit codes: value = code * scale, -32768 for what is not finite. Of several outputs: minus their largest.

    operands: points, outputs | logits (points, outputs) | codes (outputs, points, int16), scale (1).
    """
    points, outputs = operands[0], operands[1]
    logits = view(memory, operands[2], points * outputs)
    codes = memory[operands[3] : operands[3] + points * outputs // 2].view(np.int16)
    largest = np.float32(1e-6)
    for i in range(points * outputs):
        if is_finite(logits[i]):
            largest = max(largest, abs(logits[i]))
    if outputs > 1:
        largest = largest + largest
    memory[operands[4]] = largest / LARGEST
    factor = LARGEST / largest
    for i in range(points):
        top = ZERO
        if outputs > 1:
            top = logits[i * outputs]
            for k in range(1, outputs):
                top = max(top, logits[i * outputs + k])
        for k in range(outputs):
            value = logits[i * outputs + k] - top
            codes[k * points + i] = np.int16(np.rint(value * factor)) if is_finite(value) else BROKEN
