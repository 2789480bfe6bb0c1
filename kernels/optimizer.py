"""Optimizers: how a gradient becomes a step.

operands: n, regularized | w, g (n each) | moments (n each) | t (int64: this update's number, from 1), rate, settings (1 each).
Decoupled weight decay touches only the first `regularized` weights. Powers of t are taken in float64: in float32 few digits of
1 - 0.999^t are left.
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import inlined

ZERO, ONE = np.float32(0), np.float32(1)
NADAM_DECAY = 0.96**0.004  # Dozat 2016, section 3.2: 0.96^(t / 250)
NEGLIGIBLE = 1e-9


@inlined
def average(old, new, beta):
    """A moving average's next value. Not to be reordered as new + beta (old - new), which loses a small average's digits."""
    return beta * old + (ONE - beta) * new


@inlined
def correction(beta, t):
    """1 - beta^t, by which a moving average that began at 0 falls short of a whole one; float64."""
    return 1.0 - np.float64(beta) ** np.float64(t)


@inlined
def shrink(w, count, factor):
    """Decoupled weight decay: the first `count` weights times `factor`."""
    for i in range(count):
        w[i] *= factor


@kernel
def sgd(memory, data, operands):
    """w -= rate g.  no moments, no settings."""
    n, rate = operands[0], memory[operands[5]]
    w, g = view(memory, operands[2], n), view(memory, operands[3], n)
    for i in range(n):
        w[i] -= rate * g[i]


@kernel
def momentum(memory, data, operands):
    """v = momentum v + g; w -= rate v (Polyak 1964).  moments: v. settings: momentum."""
    n, rate, share = operands[0], memory[operands[6]], memory[operands[7]]
    w, g, v = view(memory, operands[2], n), view(memory, operands[3], n), view(memory, operands[4], n)
    for i in range(n):
        v[i] = share * v[i] + g[i]
        w[i] -= rate * v[i]


@kernel
def nesterov(memory, data, operands):
    """v = momentum v + g; w -= rate (g + momentum v) (Sutskever et al. 2013).  moments: v. settings: momentum."""
    n, rate, share = operands[0], memory[operands[6]], memory[operands[7]]
    w, g, v = view(memory, operands[2], n), view(memory, operands[3], n), view(memory, operands[4], n)
    for i in range(n):
        v[i] = share * v[i] + g[i]
        w[i] -= rate * (g[i] + share * v[i])


@kernel
def adagrad(memory, data, operands):
    """s += g²; w -= rate g / (√s + epsilon) (Duchi et al. 2011).  moments: s. settings: epsilon."""
    n, rate, epsilon = operands[0], memory[operands[6]], memory[operands[7]]
    w, g, s = view(memory, operands[2], n), view(memory, operands[3], n), view(memory, operands[4], n)
    for i in range(n):
        s[i] += g[i] * g[i]
        w[i] -= rate * g[i] / (np.sqrt(s[i]) + epsilon)


@kernel
def adadelta(memory, data, operands):
    """s = rho s + (1 - rho) g²; d = g √(u + epsilon) / √(s + epsilon); u = rho u + (1 - rho) d²; w -= rate d (Zeiler 2012).

    moments: s, u. settings: rho, epsilon.
    """
    n, rate, rho, epsilon = operands[0], memory[operands[7]], memory[operands[8]], memory[operands[9]]
    w, g = view(memory, operands[2], n), view(memory, operands[3], n)
    s, u = view(memory, operands[4], n), view(memory, operands[5], n)
    for i in range(n):
        s[i] = average(s[i], g[i] * g[i], rho)
        d = g[i] * np.sqrt(u[i] + epsilon) / np.sqrt(s[i] + epsilon)
        u[i] = average(u[i], d * d, rho)
        w[i] -= rate * d


@kernel
def rmsprop(memory, data, operands):
    """s = alpha s + (1 - alpha) g²; w -= rate g / (√s + epsilon) (Tieleman and Hinton 2012).  moments: s. settings: alpha, epsilon."""
    n, rate, alpha, epsilon = operands[0], memory[operands[6]], memory[operands[7]], memory[operands[8]]
    w, g, s = view(memory, operands[2], n), view(memory, operands[3], n), view(memory, operands[4], n)
    for i in range(n):
        s[i] = average(s[i], g[i] * g[i], alpha)
        w[i] -= rate * g[i] / (np.sqrt(s[i]) + epsilon)


@inlined
def adam_step(w, g, m, v, t, rate, beta1, beta2, epsilon):
    """Kingma and Ba 2015, algorithm 1; epsilon is added to the corrected root."""
    step = np.float32(rate / correction(beta1, t))
    root = np.float32(1.0 / np.sqrt(correction(beta2, t)))
    for i in range(w.size):
        m[i] = average(m[i], g[i], beta1)
        v[i] = average(v[i], g[i] * g[i], beta2)
        w[i] -= step * m[i] / (np.sqrt(v[i]) * root + epsilon)


@kernel
def adam(memory, data, operands):
    """m, v: averages of g, g²; w -= rate m̂ / (√v̂ + epsilon).  moments: m, v. settings: beta1, beta2, epsilon."""
    n = operands[0]
    t, rate = memory[operands[6] : operands[6] + 2].view(np.int64)[0], memory[operands[7]]
    beta1, beta2, epsilon = memory[operands[8]], memory[operands[9]], memory[operands[10]]
    w, g = view(memory, operands[2], n), view(memory, operands[3], n)
    m, v = view(memory, operands[4], n), view(memory, operands[5], n)
    adam_step(w, g, m, v, t, rate, beta1, beta2, epsilon)


@kernel
def adamw(memory, data, operands):
    """Adam after w *= 1 - rate decay (Loshchilov and Hutter 2019).  moments: m, v. settings: beta1, beta2, epsilon, decay."""
    n = operands[0]
    t, rate = memory[operands[6] : operands[6] + 2].view(np.int64)[0], memory[operands[7]]
    beta1, beta2, epsilon, decay = memory[operands[8]], memory[operands[9]], memory[operands[10]], memory[operands[11]]
    w, g = view(memory, operands[2], n), view(memory, operands[3], n)
    m, v = view(memory, operands[4], n), view(memory, operands[5], n)
    shrink(w, operands[1], ONE - rate * decay)
    adam_step(w, g, m, v, t, rate, beta1, beta2, epsilon)


@inlined
def nadam_momentum(beta1, t):
    """Momentum of update t, of update t + 1, and the product of all up to t; float64.

    The product is at most 0.6^t for a thousand updates, so it is taken only as far as it matters.
    """
    decay, product = 1.0, 1.0
    for _ in range(t):
        decay *= NADAM_DECAY
        product *= beta1 * (1.0 - 0.5 * decay)
        if product < NEGLIGIBLE:
            break
    decay = NADAM_DECAY ** np.float64(t)
    return beta1 * (1.0 - 0.5 * decay), beta1 * (1.0 - 0.5 * decay * NADAM_DECAY), product


@kernel
def nadam(memory, data, operands):
    """Adam with Nesterov's look ahead (Dozat 2016, algorithm 2), momentum growing to beta1.

    moments: m, v. settings: beta1, beta2, epsilon.
    """
    n = operands[0]
    t, rate = memory[operands[6] : operands[6] + 2].view(np.int64)[0], memory[operands[7]]
    beta1, beta2, epsilon = memory[operands[8]], memory[operands[9]], memory[operands[10]]
    w, g = view(memory, operands[2], n), view(memory, operands[3], n)
    m, v = view(memory, operands[4], n), view(memory, operands[5], n)
    now, after, product = nadam_momentum(np.float64(beta1), t)
    along_g = np.float32(rate * (1.0 - now) / (1.0 - product))
    along_m = np.float32(rate * after / (1.0 - product * after))
    root = np.float32(1.0 / np.sqrt(correction(beta2, t)))
    for i in range(n):
        m[i] = average(m[i], g[i], beta1)
        v[i] = average(v[i], g[i] * g[i], beta2)
        w[i] -= (along_g * g[i] + along_m * m[i]) / (np.sqrt(v[i]) * root + epsilon)


@kernel
def adamax(memory, data, operands):
    """m: average of g; u = max(beta2 u, |g| + epsilon); w -= rate m̂ / u (Kingma and Ba 2015, algorithm 2).

    moments: m, u. settings: beta1, beta2, epsilon.
    """
    n = operands[0]
    t, rate = memory[operands[6] : operands[6] + 2].view(np.int64)[0], memory[operands[7]]
    beta1, beta2, epsilon = memory[operands[8]], memory[operands[9]], memory[operands[10]]
    w, g = view(memory, operands[2], n), view(memory, operands[3], n)
    m, u = view(memory, operands[4], n), view(memory, operands[5], n)
    step = np.float32(rate / correction(beta1, t))
    for i in range(n):
        m[i] = average(m[i], g[i], beta1)
        old, new = beta2 * u[i], abs(g[i]) + epsilon
        u[i] = old if old > new else new
        w[i] -= step * m[i] / u[i]


@kernel
def lion(memory, data, operands):
    """w -= rate (sign(beta1 m + (1 - beta1) g) + decay w); m = beta2 m + (1 - beta2) g (Chen et al. 2023, algorithm 2).

    moments: m. settings: beta1, beta2, decay. The sign of 0 is 0.
    """
    n, rate = operands[0], memory[operands[6]]
    beta1, beta2, decay = memory[operands[7]], memory[operands[8]], memory[operands[9]]
    w, g, m = view(memory, operands[2], n), view(memory, operands[3], n), view(memory, operands[4], n)
    shrink(w, operands[1], ONE - rate * decay)
    for i in range(n):
        direction = average(m[i], g[i], beta1)
        w[i] -= rate if direction > ZERO else -rate if direction < ZERO else ZERO
        m[i] = average(m[i], g[i], beta2)
