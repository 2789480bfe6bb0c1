"""Normalization: numbers made of mean 0 and variance 1 together, then scaled and shifted by what is learnt.

Batch and group normalization gather over positions (kernels/columns.py); layer and RMS normalization over neighbours, row by row.
The variance is the mean square around the mean, taken stably: no difference of two large sums.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels import columns
from kernels.kernel import SAFE_MATH, kernel, view
from kernels.mathematics import inlined

ZERO, ONE = np.float32(0), np.float32(1)

compiled = njit(error_model="numpy", fastmath=SAFE_MATH)


@inlined
def inverse_root(variance, epsilon):
    """1 / √(variance + epsilon), rounded once."""
    return np.float32(1.0 / np.sqrt(np.float64(variance) + np.float64(epsilon)))


@inlined
def moved(old, new, share):
    """A running average's next value; not to be reordered, which loses digits (kernels/optimizer.py, average)."""
    return (ONE - share) * old + share * new


# ------------------------------------------------------------------ batch normalization


@kernel
def batch_norm_forward(memory, data, operands):
    """y = (x - mean) inverse scale + shift by channel, mean and variance those of the n numbers (Ioffe and Szegedy 2015, algorithm 1).

    Moves the running mean and the running variance (unbiased: n - 1) towards them by `momentum`. With n = 1 the variance is 0, y = shift,
    and the running variance stays as it was.
    operands: n, c | x (n, c), scale (c), shift (c), running mean (c), running variance (c), momentum (1), epsilon (1) | y (n, c) |
    mean (c), inverse (c) | scratch (5 c).
    """
    n, c, x, shift = operands[0], operands[1], operands[2], operands[4]
    weight, running_mean, running_variance = view(memory, operands[3], c), view(memory, operands[5], c), view(memory, operands[6], c)
    momentum, epsilon, y = memory[operands[7]], memory[operands[8]], operands[9]
    mean, inverse = view(memory, operands[10], c), view(memory, operands[11], c)
    squares, factor = view(memory, operands[12], c), view(memory, operands[12] + c, c)
    columns.moments(memory, n, c, x, operands[10], operands[12])
    for j in range(c):
        inverse[j] = inverse_root(squares[j] / np.float32(n), epsilon)
        factor[j] = inverse[j] * weight[j]
        running_mean[j] = moved(running_mean[j], mean[j], momentum)
        if n > 1:
            running_variance[j] = moved(running_variance[j], squares[j] / np.float32(n - 1), momentum)
    columns.scale(memory, n, c, x, operands[10], operands[12] + c, shift, y)


@kernel
def batch_norm_inference(memory, data, operands):
    """y = (x - running mean) / √(running variance + epsilon) scale + shift.  operands: those of batch_norm_forward."""
    n, c, x, shift = operands[0], operands[1], operands[2], operands[4]
    weight, running_variance, epsilon, y = view(memory, operands[3], c), view(memory, operands[6], c), memory[operands[8]], operands[9]
    factor = view(memory, operands[12], c)
    for j in range(c):
        factor[j] = inverse_root(running_variance[j], epsilon) * weight[j]
    columns.scale(memory, n, c, x, operands[5], operands[12], shift, y)


@kernel
def batch_norm_backward(memory, data, operands):
    """dx += scale inverse (dy - mean of dy - z mean of dy z), z = (x - mean) inverse; dscale += sum of dy z; dshift += sum of dy.

    operands: n, c | x (n, c), scale (c), shift, running mean, running variance, momentum, epsilon, y | dx (n, c, or -1), dscale (c),
    dshift (c), - for the four others, dy (n, c) | mean (c), inverse (c) | scratch (5 c).
    """
    n, c, x, dx, dy, mean = operands[0], operands[1], operands[2], operands[10], operands[17], operands[18]
    weight, inverse, scratch = view(memory, operands[3], c), view(memory, operands[19], c), operands[20]
    dscale, dshift = view(memory, operands[11], c), view(memory, operands[12], c)
    plain, weighted = view(memory, scratch, c), view(memory, scratch + c, c)
    columns.products(memory, n, c, x, dy, mean, scratch, scratch + c)
    for j in range(c):
        dscale[j] += weighted[j] * inverse[j]
        dshift[j] += plain[j]
    if dx >= 0:
        first, share = scratch + 2 * c, ONE / np.float32(n)
        along_dy, along_x, constant = view(memory, first, c), view(memory, first + c, c), view(memory, first + 2 * c, c)
        for j in range(c):
            along_dy[j] = weight[j] * inverse[j]
            along_x[j] = -along_dy[j] * inverse[j] * inverse[j] * weighted[j] * share
            constant[j] = -along_dy[j] * plain[j] * share
        columns.combine(memory, n, c, x, dy, mean, first, first + c, first + 2 * c, dx)
