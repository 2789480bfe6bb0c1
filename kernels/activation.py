"""Activation functions, element by element. NaN stays NaN.

operands, forward: n | x, settings (1 each) | y      backward: n | x, settings, y | dx, settings' gradients (nobody needs them), dy
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, vectors, view
from kernels.mathematics import exp, expm1, normal_cdf, sigmoid, softplus, tanh
from kernels.simd import WIDTH, add, load, maximum, spread, store, where_better

ZERO, ONE, TWO = np.float32(0), np.float32(1), np.float32(2)
SELU_SCALE, SELU_ALPHA = np.float32(1.0507009873554805), np.float32(1.6732632423543772)  # Klambauer et al. 2017, eq. 2
NORMAL_PEAK = np.float32(0.3989422804014327)  # density of the standard normal distribution at 0
MISH_HIGH = np.float32(20)  # from here on tanh(softplus x) is 1


@kernel
def relu_forward(memory, data, operands):
    """y = max(x, 0), where x was or elsewhere.  operands: n | x | y."""
    n, x, y = operands[0], operands[1], operands[2]
    for i in range(0, n, WIDTH):
        some = min(WIDTH, n - i)
        store(memory, y + i, maximum(load(memory, x + i, some), spread(ZERO)), some)


@kernel
def relu_backward(memory, data, operands):
    """dx += dy where y > 0; in place of dy: dx = dy there, else 0.  operands: n | x, y | dx, dy."""
    y, dx, dy = operands[2], operands[3], operands[4]
    n = operands[0] if dx >= 0 else 0  # nobody needs the gradient
    for i in range(0, n, WIDTH):
        some = min(WIDTH, n - i)
        share = where_better(load(memory, y + i, some), spread(ZERO), load(memory, dy + i, some), spread(ZERO))
        store(memory, dx + i, share if dx == dy else add(share, load(memory, dx + i, some)), some)


@kernel
def leaky_relu_forward(memory, data, operands):
    """y = x for x > 0, else slope x.  operands: n | x, slope | y."""
    n, slope = operands[0], memory[operands[2]]
    x, y = view(memory, operands[1], n), view(memory, operands[3], n)
    for i in range(n):
        y[i] = x[i] if x[i] > ZERO else slope * x[i]


@kernel
def leaky_relu_backward(memory, data, operands):
    """dx += dy (1 for x > 0, else slope).  operands: n | x, slope, y | dx, -, dy."""
    n, slope = operands[0], memory[operands[2]]
    x, dx, dy = view(memory, operands[1], n), view(memory, operands[4], n), view(memory, operands[6], n)
    for i in range(dx.size):
        dx[i] += dy[i] * (ONE if x[i] > ZERO else slope)


@kernel
def elu_forward(memory, data, operands):
    """y = x for x > 0, else alpha (e^x - 1).  operands: n | x, alpha | y."""
    n, alpha = operands[0], memory[operands[2]]
    x, y = view(memory, operands[1], n), view(memory, operands[3], n)
    for i in range(n):
        y[i] = x[i] if x[i] > ZERO else alpha * expm1(x[i])


@kernel
def elu_backward(memory, data, operands):
    """dx += dy (1 for x > 0, else y + alpha).  operands: n | x, alpha, y | dx, -, dy."""
    n, alpha = operands[0], memory[operands[2]]
    x, y = view(memory, operands[1], n), view(memory, operands[3], n)
    dx, dy = view(memory, operands[4], n), view(memory, operands[6], n)
    for i in range(dx.size):
        dx[i] += dy[i] * (ONE if x[i] > ZERO else y[i] + alpha)


@kernel
def selu_forward(memory, data, operands):
    """y = scale x for x > 0, else scale alpha (e^x - 1).  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = SELU_SCALE * (x[i] if x[i] > ZERO else SELU_ALPHA * expm1(x[i]))


@kernel
def selu_backward(memory, data, operands):
    """dx += dy (scale for x > 0, else y + scale alpha).  operands: n | x, y | dx, dy."""
    x, y, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        dx[i] += dy[i] * (SELU_SCALE if x[i] > ZERO else y[i] + SELU_SCALE * SELU_ALPHA)


@kernel
def gelu_forward(memory, data, operands):
    """y = x P(x), P the normal distribution: the exact form, not the tanh one.  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = x[i] * normal_cdf(x[i])


@kernel
def gelu_backward(memory, data, operands):
    """dx += dy (P(x) + x p(x)), p the normal density.  operands: n | x, y | dx, dy."""
    x, _, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        density = NORMAL_PEAK * exp(-x[i] * x[i] / TWO)
        dx[i] += dy[i] * (normal_cdf(x[i]) + x[i] * density)


@kernel
def silu_forward(memory, data, operands):
    """y = x s(x), s the sigmoid.  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = x[i] * sigmoid(x[i])


@kernel
def silu_backward(memory, data, operands):
    """dx += dy s (1 + x (1 - s)).  operands: n | x, y | dx, dy."""
    x, _, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        s = sigmoid(x[i])
        dx[i] += dy[i] * s * (ONE + x[i] * (ONE - s))


@kernel
def mish_forward(memory, data, operands):
    """y = x tanh(ln(1 + e^x)) = x m / (m + 2), m = e^x (e^x + 2).  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        e = exp(MISH_HIGH if x[i] > MISH_HIGH else x[i])
        m = e * (e + TWO)
        y[i] = x[i] * (m / (m + TWO))


@kernel
def mish_backward(memory, data, operands):
    """dx += dy (t + x (1 - t²) s), t = tanh(ln(1 + e^x)), s the sigmoid.  operands: n | x, y | dx, dy."""
    x, _, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        e = exp(MISH_HIGH if x[i] > MISH_HIGH else x[i])
        m = e * (e + TWO)
        t = m / (m + TWO)
        dx[i] += dy[i] * (t + x[i] * (ONE - t * t) * (e / (ONE + e)))


@kernel
def sigmoid_forward(memory, data, operands):
    """y = 1 / (1 + e^-x).  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = sigmoid(x[i])


@kernel
def sigmoid_backward(memory, data, operands):
    """dx += dy y (1 - y).  operands: n | x, y | dx, dy."""
    _, y, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        dx[i] += dy[i] * y[i] * (ONE - y[i])


@kernel
def tanh_forward(memory, data, operands):
    """y = tanh x.  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = tanh(x[i])


@kernel
def tanh_backward(memory, data, operands):
    """dx += dy (1 - y²).  operands: n | x, y | dx, dy."""
    _, y, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        dx[i] += dy[i] * (ONE - y[i] * y[i])


@kernel
def softplus_forward(memory, data, operands):
    """y = ln(1 + e^x).  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = softplus(x[i])


@kernel
def softplus_backward(memory, data, operands):
    """dx += dy s(x), s the sigmoid.  operands: n | x, y | dx, dy."""
    x, _, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        dx[i] += dy[i] * sigmoid(x[i])


@kernel
def softsign_forward(memory, data, operands):
    """y = x / (1 + |x|).  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = x[i] / (ONE + abs(x[i]))


@kernel
def softsign_backward(memory, data, operands):
    """dx += dy / (1 + |x|)².  operands: n | x, y | dx, dy."""
    x, _, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        slope = ONE / (ONE + abs(x[i]))
        dx[i] += dy[i] * slope * slope


@kernel
def sine_forward(memory, data, operands):
    """y = sin(frequency x).  operands: n | x, frequency | y."""
    n, frequency = operands[0], memory[operands[2]]
    x, y = view(memory, operands[1], n), view(memory, operands[3], n)
    for i in range(n):
        y[i] = np.sin(frequency * x[i])


@kernel
def sine_backward(memory, data, operands):
    """dx += dy frequency cos(frequency x).  operands: n | x, frequency, y | dx, -, dy."""
    n, frequency = operands[0], memory[operands[2]]
    x, dx, dy = view(memory, operands[1], n), view(memory, operands[4], n), view(memory, operands[6], n)
    for i in range(dx.size):
        dx[i] += dy[i] * frequency * np.cos(frequency * x[i])


@kernel
def gaussian_forward(memory, data, operands):
    """y = e^(-x²).  operands: n | x | y."""
    x, y = vectors(memory, operands, 2)
    for i in range(x.size):
        y[i] = exp(-x[i] * x[i])


@kernel
def gaussian_backward(memory, data, operands):
    """dx -= 2 dy x y.  operands: n | x, y | dx, dy."""
    x, y, dx, dy = vectors(memory, operands, 4)
    for i in range(dx.size):
        dx[i] -= TWO * dy[i] * x[i] * y[i]
