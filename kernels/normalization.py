"""Normalization: numbers made of mean 0 and variance 1 together, then scaled and shifted by what is learnt.

Batch and group normalization gather over positions (kernels/columns.py); layer and RMS normalization over neighbours, row by row.
The variance is the mean square around the mean, taken stably: no difference of two large sums.
"""

from __future__ import annotations

import numpy as np

from kernels import columns
from kernels.columns import block_squares, block_sum, minus, plus, times
from kernels.kernel import kernel, view
from kernels.mathematics import inlined
from kernels.simd import WIDTH, load, multiply_add, spread, store
from kernels.simd import total as sum_of_lanes

ZERO, ONE = np.float32(0), np.float32(1)


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


# ------------------------------------------------------------------ group normalization


@inlined
def group_moments(mean, squares, positions):
    """Mean and variance of all numbers of some channels, from each one's mean and squares around it (Chan, Golub and LeVeque 1983)."""
    middle = ZERO
    for j in range(mean.size):
        middle += mean[j]
    middle /= np.float32(mean.size)
    total = ZERO
    for j in range(mean.size):
        apart = mean[j] - middle
        total += squares[j] + np.float32(positions) * apart * apart
    return middle, total / np.float32(positions * mean.size)


@kernel
def group_norm_forward(memory, data, operands):
    """y = (x - mean) inverse scale + shift, mean and variance those of a group of channels of one example (Wu and He 2018, eq. 1 and 7).

    operands: rows, positions, c, groups | x (rows, positions, c), scale (c), shift (c), epsilon (1) | y (rows, positions, c) |
    mean (rows, groups), inverse (rows, groups) | scratch (6 c).
    """
    rows, positions, c, groups, shift = operands[0], operands[1], operands[2], operands[3], operands[6]
    weight, epsilon, scratch = view(memory, operands[5], c), memory[operands[7]], operands[11]
    mean, squares, factor = view(memory, scratch, c), view(memory, scratch + c, c), view(memory, scratch + 2 * c, c)
    width = c // groups
    for i in range(rows):
        at = i * positions * c
        columns.moments(memory, positions, c, operands[4] + at, scratch, scratch + c)
        for g in range(groups):
            here = slice(g * width, (g + 1) * width)
            middle, variance = group_moments(mean[here], squares[here], positions)
            inverse = inverse_root(variance, epsilon)
            memory[operands[9] + i * groups + g] = middle
            memory[operands[10] + i * groups + g] = inverse
            for j in range(g * width, (g + 1) * width):
                mean[j] = middle
                factor[j] = inverse * weight[j]
        columns.scale(memory, positions, c, operands[4] + at, scratch, scratch + 2 * c, shift, operands[8] + at)


@kernel
def group_norm_backward(memory, data, operands):
    """dx += inverse (g - mean of g - z mean of g z), g = dy scale, z = (x - mean) inverse; dscale += sum of dy z; dshift += sum of dy.

    operands: rows, positions, c, groups | x, scale (c), shift, epsilon, y | dx (or -1), dscale (c), dshift (c), -, dy |
    mean (rows, groups), inverse (rows, groups) | scratch (6 c).
    """
    rows, positions, c, groups = operands[0], operands[1], operands[2], operands[3]
    weight, dscale, dshift = view(memory, operands[5], c), view(memory, operands[10], c), view(memory, operands[11], c)
    dx, scratch, width = operands[9], operands[16], c // groups
    mean, plain, weighted = view(memory, scratch, c), view(memory, scratch + c, c), view(memory, scratch + 2 * c, c)
    first, share = scratch + 3 * c, ONE / np.float32(positions * width)
    along_dy, along_x, constant = view(memory, first, c), view(memory, first + c, c), view(memory, first + 2 * c, c)
    for i in range(rows):
        at = i * positions * c
        x, dy = operands[4] + at, operands[13] + at
        for j in range(c):
            mean[j] = memory[operands[14] + i * groups + j // width]
        columns.products(memory, positions, c, x, dy, scratch, scratch + c, scratch + 2 * c)
        for g in range(groups):
            inverse = memory[operands[15] + i * groups + g]
            total, along = ZERO, ZERO
            for j in range(g * width, (g + 1) * width):
                dscale[j] += weighted[j] * inverse
                dshift[j] += plain[j]
                total += plain[j] * weight[j]
                along += weighted[j] * weight[j]
            for j in range(g * width, (g + 1) * width):
                along_dy[j] = inverse * weight[j]
                along_x[j] = -inverse * inverse * inverse * along * share
                constant[j] = -inverse * total * share
        if dx >= 0:
            columns.combine(memory, positions, c, x, dy, scratch, first, first + c, first + 2 * c, dx + at)


# ------------------------------------------------------------------ layer and RMS normalization


@inlined
def row_moments(memory, k, x):
    """Mean and variance of a row of k, in two passes; all but its end is a matrix with a column for each lane."""
    lines = k // WIDTH
    rest = x + lines * WIDTH
    mean = sum_of_lanes(block_sum(memory, lines, WIDTH, x, WIDTH))
    for j in range(rest, x + k):
        mean += memory[j]
    mean /= np.float32(k)
    squares = sum_of_lanes(block_squares(memory, lines, WIDTH, x, spread(mean), WIDTH))
    for j in range(rest, x + k):
        squares += (memory[j] - mean) * (memory[j] - mean)
    return mean, squares / np.float32(k)


@inlined
def row_mean_square(memory, k, x):
    """Mean of x² over a row of k."""
    total = spread(ZERO)
    for j in range(0, k, WIDTH):
        part = load(memory, x + j, min(WIDTH, k - j))
        total = multiply_add(part, part, total)
    return sum_of_lanes(total) / np.float32(k)


@inlined
def row_products(memory, k, x, weight, dy, mean, inverse, dscale, dshift):
    """Means of g and of g (x - mean) over a row of k, g = dy weight; dscale += dy (x - mean) inverse, dshift (or -1) += dy."""
    middle, factor = spread(mean), spread(inverse)
    plain, weighted = spread(ZERO), spread(ZERO)
    for j in range(0, k, WIDTH):
        count = min(WIDTH, k - j)
        change, centred = load(memory, dy + j, count), minus(load(memory, x + j, count), middle)
        along = times(change, centred)
        store(memory, dscale + j, multiply_add(along, factor, load(memory, dscale + j, count)), count)
        if dshift >= 0:
            store(memory, dshift + j, plus(change, load(memory, dshift + j, count)), count)
        w = load(memory, weight + j, count)
        plain, weighted = multiply_add(change, w, plain), multiply_add(along, w, weighted)
    return sum_of_lanes(plain) / np.float32(k), sum_of_lanes(weighted) / np.float32(k)


@inlined
def row_gradient(memory, k, x, weight, dy, mean, inverse, plain, weighted, dx):
    """dx += inverse (dy weight - plain) - (x - mean) weighted, over a row of k."""
    middle, factor = spread(mean), spread(inverse)
    constant, along = spread(-inverse * plain), spread(-weighted)
    for j in range(0, k, WIDTH):
        count = min(WIDTH, k - j)
        g = times(load(memory, dy + j, count), load(memory, weight + j, count))
        total = multiply_add(g, factor, plus(load(memory, dx + j, count), constant))
        store(memory, dx + j, multiply_add(minus(load(memory, x + j, count), middle), along, total), count)


@kernel
def layer_norm_forward(memory, data, operands):
    """y = (x - mean) inverse scale + shift, mean and variance those of k neighbours (Ba, Kiros and Hinton 2016, eq. 3).

    operands: n, k | x (n, k), scale (k), shift (k), epsilon (1) | y (n, k) | mean (n), inverse (n).
    """
    n, k, weight, shift, epsilon = operands[0], operands[1], operands[3], operands[4], memory[operands[5]]
    for i in range(n):
        x, y = operands[2] + i * k, operands[6] + i * k
        mean, variance = row_moments(memory, k, x)
        inverse = inverse_root(variance, epsilon)
        memory[operands[7] + i] = mean
        memory[operands[8] + i] = inverse
        middle, factor = spread(mean), spread(inverse)
        for j in range(0, k, WIDTH):
            count = min(WIDTH, k - j)
            z = times(minus(load(memory, x + j, count), middle), factor)
            store(memory, y + j, multiply_add(z, load(memory, weight + j, count), load(memory, shift + j, count)), count)


@kernel
def layer_norm_backward(memory, data, operands):
    """dx += inverse (g - mean of g - z mean of g z), g = dy scale, z = (x - mean) inverse; dscale += sum of dy z; dshift += sum of dy.

    operands: n, k | x (n, k), scale (k), shift, epsilon, y | dx (n, k, or -1), dscale (k), dshift (k), -, dy (n, k) |
    mean (n), inverse (n).
    """
    n, k, weight, dx, dscale, dshift = operands[0], operands[1], operands[3], operands[7], operands[8], operands[9]
    for i in range(n):
        x, dy, mean, inverse = operands[2] + i * k, operands[11] + i * k, memory[operands[12] + i], memory[operands[13] + i]
        plain, weighted = row_products(memory, k, x, weight, dy, mean, inverse, dscale, dshift)
        if dx >= 0:
            row_gradient(memory, k, x, weight, dy, mean, inverse, plain, weighted * inverse * inverse * inverse, dx + i * k)


@kernel
def rms_norm_forward(memory, data, operands):
    """y = x inverse scale, inverse = 1 / √(mean of x² + epsilon) over k neighbours (Zhang and Sennrich 2019, eq. 4).

    operands: n, k | x (n, k), scale (k), epsilon (1) | y (n, k) | inverse (n).
    """
    n, k, weight, epsilon = operands[0], operands[1], operands[3], memory[operands[4]]
    for i in range(n):
        x, y = operands[2] + i * k, operands[5] + i * k
        inverse = inverse_root(row_mean_square(memory, k, x), epsilon)
        memory[operands[6] + i] = inverse
        factor = spread(inverse)
        for j in range(0, k, WIDTH):
            count = min(WIDTH, k - j)
            store(memory, y + j, times(times(load(memory, x + j, count), factor), load(memory, weight + j, count)), count)


@kernel
def rms_norm_backward(memory, data, operands):
    """dx += inverse (g - z mean of g z), g = dy scale, z = x inverse; dscale += sum of dy z.

    operands: n, k | x (n, k), scale (k), epsilon, y | dx (n, k, or -1), dscale (k), -, dy (n, k) | inverse (n).
    """
    n, k, weight, dx, dscale = operands[0], operands[1], operands[3], operands[6], operands[7]
    for i in range(n):
        x, dy, inverse = operands[2] + i * k, operands[9] + i * k, memory[operands[10] + i]
        _, weighted = row_products(memory, k, x, weight, dy, ZERO, inverse, dscale, -1)
        if dx >= 0:
            row_gradient(memory, k, x, weight, dy, ZERO, inverse, ZERO, weighted * inverse * inverse * inverse, dx + i * k)
