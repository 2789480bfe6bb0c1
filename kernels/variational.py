"""Autoencoders: noise on what comes in, a sample of what a picture may mean, and how far a picture is from what was made of it."""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, vectors, view
from kernels.mathematics import exp, expm1, sigmoid, softplus
from kernels.random import fill_normal

ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)


@kernel
def add_noise_forward(memory, data, operands):
    """y = x + level e, e standard normal (Vincent et al. 2008).  operands: n | x (n), level (1), random (uint64[2]) | y (n)."""
    n, level = operands[0], memory[operands[2]]
    state = memory[operands[3] : operands[3] + 4].view(np.uint64)
    x, y = view(memory, operands[1], n), view(memory, operands[4], n)
    fill_normal(state, y)
    for i in range(n):
        y[i] = x[i] + level * y[i]


@kernel
def add_noise_backward(memory, data, operands):
    """dx += dy.  operands: n | x, level, random, y | dx (n, or -1), -, -, dy (n)."""
    n = operands[0]
    dx, dy = view(memory, operands[5], n), view(memory, operands[8], n)
    for i in range(dx.size):
        dx[i] += dy[i]


@kernel
def sample_forward(memory, data, operands):
    """z = m + e^(v / 2) e, e standard normal: a sample as a function of its mean m and log variance v (Kingma and Welling 2014, 2.4).

    operands: n | m, v (n each), random (uint64[2]) | z (n) | e (n).
    """
    n = operands[0]
    state = memory[operands[3] : operands[3] + 4].view(np.uint64)
    m, v, z, e = view(memory, operands[1], n), view(memory, operands[2], n), view(memory, operands[4], n), view(memory, operands[5], n)
    fill_normal(state, e)
    for i in range(n):
        z[i] = m[i] + exp(HALF * v[i]) * e[i]


@kernel
def sample_backward(memory, data, operands):
    """dm += dz, dv += dz e e^(v / 2) / 2.  operands: n | m, v, random, z | dm, dv (n each, or -1), -, dz (n) | e (n)."""
    n = operands[0]
    v, dz, e = view(memory, operands[2], n), view(memory, operands[8], n), view(memory, operands[9], n)
    dm, dv = view(memory, operands[5], n), view(memory, operands[6], n)
    for i in range(dm.size):
        dm[i] += dz[i]
    for i in range(dv.size):
        dv[i] += dz[i] * e[i] * HALF * exp(HALF * v[i])


@kernel
def normal_divergence_forward(memory, data, operands):
    """y = (m² + e^v - 1 - v) / 2, what N(m, e^v) diverges from N(0, 1) (Kullback and Leibler 1951; Kingma and Welling 2014, appendix B).

    operands: n | m, v | y (n each).
    """
    m, v, y = vectors(memory, operands, 3)
    for i in range(y.size):
        y[i] = HALF * (m[i] * m[i] + (expm1(v[i]) - v[i]))


@kernel
def normal_divergence_backward(memory, data, operands):
    """dm += dy m, dv += dy (e^v - 1) / 2.  operands: n | m, v, y | dm, dv (n each, or -1), dy (n)."""
    n = operands[0]
    m, v, dy = view(memory, operands[1], n), view(memory, operands[2], n), view(memory, operands[6], n)
    dm, dv = view(memory, operands[4], n), view(memory, operands[5], n)
    for i in range(dm.size):
        dm[i] += dy[i] * m[i]
    for i in range(dv.size):
        dv[i] += dy[i] * HALF * expm1(v[i])


@kernel
def sum_forward(memory, data, operands):
    """y = sum of a row.  operands: rows, k | x (rows, k) | y (rows)."""
    rows, k = operands[0], operands[1]
    for i in range(rows):
        x = view(memory, operands[2] + i * k, k)
        total = ZERO
        for j in range(k):
            total += x[j]
        memory[operands[3] + i] = total


@kernel
def sum_backward(memory, data, operands):
    """dx += dy.  operands: rows, k | x, y | dx (rows, k), dy (rows)."""
    rows, k = operands[0], operands[1]
    for i in range(rows):
        dx, dy = view(memory, operands[4] + i * k, k), memory[operands[5] + i]
        for j in range(k):
            dx[j] += dy


@kernel
def add_weighted_forward(memory, data, operands):
    """y = a + w b.  operands: n | a, b (n each), w (1) | y (n)."""
    n, w = operands[0], memory[operands[3]]
    a, b, y = view(memory, operands[1], n), view(memory, operands[2], n), view(memory, operands[4], n)
    for i in range(n):
        y[i] = a[i] + w * b[i]


@kernel
def add_weighted_backward(memory, data, operands):
    """da += dy, db += w dy.  operands: n | a, b, w, y | da, db (n each, or -1), -, dy (n)."""
    n, w = operands[0], memory[operands[3]]
    da, db, dy = view(memory, operands[5], n), view(memory, operands[6], n), view(memory, operands[8], n)
    for i in range(da.size):
        da[i] += dy[i]
    for i in range(db.size):
        db[i] += w * dy[i]


@kernel
def pixels_cross_entropy_forward(memory, data, operands):
    """loss = sum over pixels of ln(1 + e^z) - t z, minus the logarithm of what a coin of chance sigmoid(z) says of t from 0 to 1.

    operands: rows, k | z, t (rows, k each) | loss (rows).
    """
    rows, k = operands[0], operands[1]
    for i in range(rows):
        z, t = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k)
        total = ZERO
        for j in range(k):
            total += softplus(z[j]) - t[j] * z[j]
        memory[operands[4] + i] = total


@kernel
def pixels_cross_entropy_backward(memory, data, operands):
    """dz += dloss (sigmoid(z) - t).  operands: rows, k | z, t, loss | dz (rows, k), -, dloss (rows)."""
    rows, k = operands[0], operands[1]
    for i in range(rows):
        z, t, dz = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k), view(memory, operands[5] + i * k, k)
        dloss = memory[operands[7] + i]
        for j in range(k):
            dz[j] += dloss * (sigmoid(z[j]) - t[j])


@kernel
def pixels_squared_error_forward(memory, data, operands):
    """loss = sum over pixels of (sigmoid(z) - t)² / 2, minus the logarithm of a normal density of variance 1, but for its constant.

    operands: rows, k | z, t (rows, k each) | loss (rows).
    """
    rows, k = operands[0], operands[1]
    for i in range(rows):
        z, t = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k)
        total = ZERO
        for j in range(k):
            error = sigmoid(z[j]) - t[j]
            total += HALF * error * error
        memory[operands[4] + i] = total


@kernel
def pixels_squared_error_backward(memory, data, operands):
    """dz += dloss (p - t) p (1 - p), p = sigmoid(z).  operands: rows, k | z, t, loss | dz (rows, k), -, dloss (rows)."""
    rows, k = operands[0], operands[1]
    for i in range(rows):
        z, t, dz = view(memory, operands[2] + i * k, k), view(memory, operands[3] + i * k, k), view(memory, operands[5] + i * k, k)
        dloss = memory[operands[7] + i]
        for j in range(k):
            p = sigmoid(z[j])
            dz[j] += dloss * (p - t[j]) * p * (ONE - p)
