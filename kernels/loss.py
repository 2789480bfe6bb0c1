"""Losses, one number a row. Stable for outputs of any size; NaN stays NaN.

operands, forward: rows, k | z (rows, k), t, settings (1 each) | loss (rows)
operands, backward: rows, k | z, t, settings, loss | dz (rows, k), - for t and settings, dloss (rows)
t is (rows, k) where values are compared, and (rows, 1), the number of the class, where classes are.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.kernel import kernel, view
from kernels.mathematics import exp, expm1, inlined, log1p_unit, sigmoid, softplus, tanh
from kernels.shared import SAFE_MATH
from kernels.simd import WIDTH, add, load, load_over, maximum, multiply, rolled, spread, store, subtract, top, total

ZERO, HALF, ONE, TWO = np.float32(0), np.float32(0.5), np.float32(1), np.float32(2)
LN2 = np.float32(0.6931471805599453)
INFINITY = np.float32(np.inf)
BLOCK = 4096  # numbers of a softmax that are worked on at a time: they stay in the level-1 cache
summing = njit(forceinline=True, error_model="numpy", fastmath=SAFE_MATH)  # sums may be reordered, so that they become vector code


# ------------------------------------------------------------------ values


@kernel
def mse_forward(memory, data, operands):
    """loss = mean over k of (z - t)²."""
    rows, k, loss = operands[0], operands[1], operands[4]
    share = ONE / np.float32(k)
    for i in range(rows):
        z, t = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k)
        total = ZERO
        for j in range(k):
            error = z[j] - t[j]
            total += error * error
        memory[loss + i] = total * share


@kernel
def mse_backward(memory, data, operands):
    """dz += dloss 2 (z - t) / k."""
    rows, k, dloss = operands[0], operands[1], operands[7]
    for i in range(rows):
        z, t, dz = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k), view(memory, operands[5] + i * k, k)
        share = memory[dloss + i] * (TWO / np.float32(k))
        for j in range(k):
            dz[j] += share * (z[j] - t[j])


@kernel
def mae_forward(memory, data, operands):
    """loss = mean over k of |z - t|."""
    rows, k, loss = operands[0], operands[1], operands[4]
    share = ONE / np.float32(k)
    for i in range(rows):
        z, t = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k)
        total = ZERO
        for j in range(k):
            total += abs(z[j] - t[j])
        memory[loss + i] = total * share


@kernel
def mae_backward(memory, data, operands):
    """dz += dloss sign(z - t) / k; 0 where z = t."""
    rows, k, dloss = operands[0], operands[1], operands[7]
    for i in range(rows):
        z, t, dz = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k), view(memory, operands[5] + i * k, k)
        share = memory[dloss + i] * (ONE / np.float32(k))
        for j in range(k):
            error = z[j] - t[j]
            sign = ONE if error > ZERO else -ONE if error < ZERO else ZERO
            dz[j] += share * sign


@kernel
def huber_forward(memory, data, operands):
    """loss = mean over k of e² / 2 for |e| up to delta, else delta (|e| - delta / 2), e = z - t.  settings: delta."""
    rows, k, delta, loss = operands[0], operands[1], memory[operands[4]], operands[5]
    share = ONE / np.float32(k)
    for i in range(rows):
        z, t = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k)
        total = ZERO
        for j in range(k):
            error = abs(z[j] - t[j])
            total += delta * (error - HALF * delta) if error > delta else HALF * error * error
        memory[loss + i] = total * share


@kernel
def huber_backward(memory, data, operands):
    """dz += dloss clip(z - t, -delta, delta) / k.  settings: delta."""
    rows, k, delta, dloss = operands[0], operands[1], memory[operands[4]], operands[9]
    for i in range(rows):
        z, t, dz = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k), view(memory, operands[6] + i * k, k)
        share = memory[dloss + i] * (ONE / np.float32(k))
        for j in range(k):
            error = z[j] - t[j]
            error = delta if error > delta else -delta if error < -delta else error
            dz[j] += share * error


@kernel
def log_cosh_forward(memory, data, operands):
    """loss = mean over k of ln cosh(z - t), by ln(1 + (e^a - 1)² / (2 e^a)) for small a = |z - t|, a + ln(1 + e^(-2a)) - ln 2 for large."""
    rows, k, loss = operands[0], operands[1], operands[4]
    share = ONE / np.float32(k)
    for i in range(rows):
        z, t = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k)
        total = ZERO
        for j in range(k):
            a = abs(z[j] - t[j])
            if a < ONE:
                e = expm1(a)
                total += log1p_unit(HALF * e * e / (ONE + e))
            else:
                total += a + log1p_unit(exp(-TWO * a)) - LN2
        memory[loss + i] = total * share


@kernel
def log_cosh_backward(memory, data, operands):
    """dz += dloss tanh(z - t) / k."""
    rows, k, dloss = operands[0], operands[1], operands[7]
    for i in range(rows):
        z, t, dz = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k), view(memory, operands[5] + i * k, k)
        share = memory[dloss + i] * (ONE / np.float32(k))
        for j in range(k):
            dz[j] += share * tanh(z[j] - t[j])


# ------------------------------------------------------------------ two classes, one score


@kernel
def binary_cross_entropy_forward(memory, data, operands):
    """loss = ln(1 + e^(-s z)), s = 1 for class 1, -1 for class 0.  k is 1."""
    rows = operands[0]
    z, t, loss = view(memory, operands[2], rows), view(memory, operands[3], rows), view(memory, operands[4], rows)
    for i in range(rows):
        loss[i] = softplus(z[i] - TWO * t[i] * z[i])


@kernel
def binary_cross_entropy_backward(memory, data, operands):
    """dz += dloss (sigmoid(z) - t)."""
    rows = operands[0]
    z, t = view(memory, operands[2], rows), view(memory, operands[3], rows)
    dz, dloss = view(memory, operands[5], rows), view(memory, operands[7], rows)
    for i in range(rows):
        # Not sigmoid(z) - t, which loses the digits of a small error.
        sign = ONE - TWO * t[i]
        dz[i] += dloss[i] * sign * sigmoid(sign * z[i])


@kernel
def binary_hinge_forward(memory, data, operands):
    """loss = max(0, 1 - s z), s = 1 for class 1, -1 for class 0.  k is 1."""
    rows = operands[0]
    z, t, loss = view(memory, operands[2], rows), view(memory, operands[3], rows), view(memory, operands[4], rows)
    for i in range(rows):
        miss = ONE + z[i] - TWO * t[i] * z[i]
        loss[i] = ZERO if miss < ZERO else miss


@kernel
def binary_hinge_backward(memory, data, operands):
    """dz -= dloss s where s z < 1."""
    rows = operands[0]
    z, t = view(memory, operands[2], rows), view(memory, operands[3], rows)
    dz, dloss = view(memory, operands[5], rows), view(memory, operands[7], rows)
    for i in range(rows):
        sign = TWO * t[i] - ONE
        dz[i] -= dloss[i] * sign if sign * z[i] < ONE else ZERO


@kernel
def binary_focal_forward(memory, data, operands):
    """loss = q^gamma (-ln p), p = sigmoid(s z) the chance of the true class, q = 1 - p (Lin et al. 2017, eq. 4).  settings: gamma."""
    rows, gamma = operands[0], memory[operands[4]]
    z, t, loss = view(memory, operands[2], rows), view(memory, operands[3], rows), view(memory, operands[5], rows)
    for i in range(rows):
        against = z[i] - TWO * t[i] * z[i]
        loss[i] = sigmoid(against) ** gamma * softplus(against)


@kernel
def binary_focal_backward(memory, data, operands):
    """dz -= dloss s q^gamma (gamma p (-ln p) + q).  settings: gamma."""
    rows, gamma = operands[0], memory[operands[4]]
    z, t = view(memory, operands[2], rows), view(memory, operands[3], rows)
    dz, dloss = view(memory, operands[6], rows), view(memory, operands[9], rows)
    for i in range(rows):
        sign = ONE - TWO * t[i]
        against = sign * z[i]
        q = sigmoid(against)
        dz[i] += dloss[i] * sign * q**gamma * (gamma * sigmoid(-against) * softplus(against) + q)


# ------------------------------------------------------------------ many classes, a score each


@inlined
def softmax_rows(memory, rows, k, z, p, logarithms):
    """p (rows, k) = softmax of z, row by row, and the logarithm of each row's sum of e^z at `logarithms` (-1: nobody asks).

    The powers of many rows are taken in one loop, for rows are often shorter than a vector.
    """
    block = max(1, BLOCK // k)
    for begin in range(0, rows, block):
        end = min(rows, begin + block)
        for i in range(begin, end):
            shift_row(memory, k, z + i * k, p + i * k, logarithms + i if logarithms >= 0 else -1)
        powers = view(memory, p + begin * k, (end - begin) * k)
        for j in range(powers.size):
            powers[j] = exp(powers[j])
        for i in range(begin, end):
            share_row(memory, k, p + i * k, logarithms + i if logarithms >= 0 else -1)


@inlined
def shift_row(memory, k, z, p, largest):
    """p = z - the largest of z, which is kept."""
    tops = spread(-INFINITY)
    for j in range(0, k, WIDTH):
        rolled()
        tops = maximum(tops, load_over(spread(-INFINITY), memory, z + j, min(WIDTH, k - j)))
    shift = top(tops)
    for j in range(0, k, WIDTH):
        rolled()
        count = min(WIDTH, k - j)
        store(memory, p + j, subtract(load(memory, z + j, count), spread(shift)), count)
    if largest >= 0:
        memory[largest] = shift


@inlined
def share_row(memory, k, p, logarithm):
    """p /= its sum, whose logarithm is added."""
    sums = spread(ZERO)
    for j in range(0, k, WIDTH):
        rolled()
        sums = add(sums, load(memory, p + j, min(WIDTH, k - j)))
    whole = total(sums)
    part = spread(ONE / whole)
    for j in range(0, k, WIDTH):
        rolled()
        count = min(WIDTH, k - j)
        store(memory, p + j, multiply(load(memory, p + j, count), part), count)
    if logarithm >= 0:
        memory[logarithm] += np.log(whole)


@kernel
def softmax_forward(memory, data, operands):
    """y = e^z / sum of e^z.  operands: rows, k | z (rows, k) | y (rows, k)."""
    softmax_rows(memory, operands[0], operands[1], operands[2], operands[3], -1)


@kernel
def softmax_backward(memory, data, operands):
    """dz += y (dy - sum of y dy).  operands: rows, k | z, y | dz, dy (rows, k)."""
    rows, k = operands[0], operands[1]
    for i in range(rows):
        y, dy = view(memory, operands[3] + i * k, k), view(memory, operands[5] + i * k, k)
        dz = view(memory, operands[4] + i * k, k)
        total = ZERO
        for j in range(k):
            total += y[j] * dy[j]
        for j in range(k):
            dz[j] += y[j] * (dy[j] - total)


@kernel
def one_hot_forward(memory, data, operands):
    """y = 1 at the class, else 0.  operands: rows, k | t (rows, 1), like (rows, k) | y (rows, k)."""
    rows, k, t, y = operands[0], operands[1], operands[2], operands[4]
    for i in range(rows):
        for j in range(k):
            memory[y + i * k + j] = ONE if memory[t + i] == np.float32(j) else ZERO


@summing
def sum_of_others(p, c):
    """The chance of all classes but c: 1 - p[c], with all its digits."""
    total = ZERO
    for j in range(p.size):
        total += ZERO if j == c else p[j]
    return total


@summing
def add_difference(dz, p, c, factor):
    """dz += factor (p - 1 at the class c), where that is minus the others' sum."""
    at_class = dz[c] - factor * sum_of_others(p, c)
    for j in range(dz.size):
        dz[j] += factor * p[j]
    dz[c] = at_class


@kernel
def softmax_cross_entropy_forward(memory, data, operands):
    """loss = ln(sum of e^z) - z of the class.  auxiliary: softmax(z) (rows, k)."""
    rows, k, t, loss = operands[0], operands[1], operands[3], operands[4]
    softmax_rows(memory, rows, k, operands[2], operands[5], loss)
    for i in range(rows):
        memory[loss + i] -= memory[operands[2] + i * k + np.int64(memory[t + i])]


@kernel
def softmax_cross_entropy_backward(memory, data, operands):
    """dz += dloss (softmax(z) - 1 at the class).  auxiliary: softmax(z) (rows, k)."""
    rows, k, t, dloss = operands[0], operands[1], operands[3], operands[7]
    for i in range(rows):
        dz, p = view(memory, operands[5] + i * k, k), view(memory, operands[8] + i * k, k)
        add_difference(dz, p, np.int64(memory[t + i]), memory[dloss + i])


@kernel
def hinge_forward(memory, data, operands):
    """loss = sum over the other classes of max(0, 1 + z - z of the class), divided by k (torch.nn.MultiMarginLoss)."""
    rows, k, t, loss = operands[0], operands[1], operands[3], operands[4]
    for i in range(rows):
        z, c = view(memory, operands[2] + i * k, k), np.int64(memory[t + i])
        total = ZERO
        for j in range(k):
            miss = ONE + z[j] - z[c]
            total += ZERO if j == c or miss < ZERO else miss
        memory[loss + i] = total / np.float32(k)


@kernel
def hinge_backward(memory, data, operands):
    """dz += dloss / k for each other class within the margin; the class itself gets minus their sum."""
    rows, k, t, dloss = operands[0], operands[1], operands[3], operands[7]
    for i in range(rows):
        z, dz = view(memory, operands[2] + i * k, k), view(memory, operands[5] + i * k, k)
        c = np.int64(memory[t + i])
        share, middle, at_class, near = memory[dloss + i] / np.float32(k), z[c], dz[c], ZERO
        for j in range(k):
            within = ONE if j != c and ONE + z[j] - middle > ZERO else ZERO
            dz[j] += within * share
            near += within
        dz[c] = at_class - near * share


@inlined
def information(p, q):
    """-ln p, where q is 1 - p with all its digits."""
    return -np.log(p) if p < HALF else -np.log1p(-q)


@kernel
def focal_forward(memory, data, operands):
    """loss = q^gamma (-ln p), p the chance of the class, q = 1 - p (Lin et al. 2017).  settings: gamma. auxiliary: softmax(z) (rows, k)."""
    rows, k, t, gamma, loss = operands[0], operands[1], operands[3], memory[operands[4]], operands[5]
    softmax_rows(memory, rows, k, operands[2], operands[6], loss)
    for i in range(rows):
        z, p = view(memory, operands[2] + i * k, k), view(memory, operands[6] + i * k, k)
        c = np.int64(memory[t + i])
        q = sum_of_others(p, c)
        minus_ln_p = memory[loss + i] - z[c] if p[c] < HALF else information(p[c], q)
        memory[loss + i] = q**gamma * minus_ln_p


@kernel
def focal_backward(memory, data, operands):
    """dz += dloss q^gamma (gamma p (-ln p) / q + 1) (softmax(z) - 1 at the class).  settings: gamma. auxiliary: softmax(z) (rows, k)."""
    rows, k, t, gamma, dloss = operands[0], operands[1], operands[3], memory[operands[4]], operands[9]
    for i in range(rows):
        dz, p = view(memory, operands[6] + i * k, k), view(memory, operands[10] + i * k, k)
        c = np.int64(memory[t + i])
        q = sum_of_others(p, c)
        focus = p[c]  # p (-ln p) / q, which is p where p is 0 or 1
        if p[c] > ZERO and q > ZERO:
            focus *= information(p[c], q) / q
        factor = memory[dloss + i] * q**gamma * (gamma * focus + ONE)
        add_difference(dz, p, c, factor)
