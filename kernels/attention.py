"""Scaled dot-product attention of several heads (Vaswani et al. 2017, eq. 1).

Queries are (rows, time, width), keys and values (rows, others, width): self-attention has others = time, attention to another sequence
may have any. Head k has columns k width / heads and following of all three, and of the output.
"""

from __future__ import annotations

import numpy as np

from kernels.kernel import kernel, view
from kernels.mathematics import exp
from kernels.matmul import multiply
from kernels.recurrent import inlined, length_of

ZERO, ONE = np.float32(0), np.float32(1)
SIGN_BITS, ALL_BUT_SIGN = 31, np.int32(0x7FFFFFFF)


@kernel
def attention_forward(memory, data, operands):
    """y = P V with P = softmax(Q Kᵀ / √(width / heads)) for each head.

    Nobody looks at what is behind the others' length; when `causal` is 1 time i sees others up to the i-th only. Who sees nothing gets 0.
    operands: rows, heads, time, others, width, causal | Q (rows, time, width), K, V (rows, others, width), lengths of the others (rows, or
    -1) | y (rows, time, width) | P (rows, heads, time, others), 0 where it may not look | scratch (SCRATCH).
    """
    rows, heads, time, others, width, causal = operands[0], operands[1], operands[2], operands[3], operands[4], operands[5]
    depth = width // heads
    scale = np.float32(1 / np.sqrt(depth))
    scratch = operands[12]
    for head in range(rows * heads):
        first = head % heads * depth
        q = operands[6] + head // heads * time * width + first
        k, v = operands[7] + head // heads * others * width + first, operands[8] + head // heads * others * width + first
        y, p = operands[10] + head // heads * time * width + first, operands[11] + head * time * others
        length = length_of(memory, operands[9], head // heads, others)
        multiply(memory, time, others, depth, q, width, 1, k, 1, width, p, others, False, scratch)
        for i in range(time):
            softmax(view(memory, p + i * others, others), min(i + 1, length) if causal else length, scale)
        multiply(memory, time, depth, others, p, others, 1, v, width, 1, y, width, False, scratch)


@inlined
def ordered(bits):
    """float32's bits as whole numbers that are ordered as the numbers are; it undoes itself. NaN comes out at the ends."""
    return bits ^ ((bits >> SIGN_BITS) & ALL_BUT_SIGN)


@inlined
def largest(x):
    """The largest number. Whole numbers, because LLVM makes no vector code of a maximum that must mind NaN."""
    bits = x.view(np.int32)
    best = ordered(bits[0])
    for j in range(bits.size):
        best = max(best, ordered(bits[j]))
    return np.int32(ordered(best)).view(np.float32)


@inlined
def softmax(x, seen, scale):
    """x becomes softmax(scale x) over its first `seen` numbers, and 0 from there on; the largest is taken off first."""
    top, total = largest(x[: max(seen, 1)]), ZERO
    for j in range(seen):
        x[j] = exp(scale * (x[j] - top))
        total += x[j]
    share = ONE / total
    for j in range(seen):
        x[j] *= share
    for j in range(seen, x.size):
        x[j] = ZERO


@kernel
def attention_backward(memory, data, operands):
    """dS = P (dP - row sums of P dP) / √(width / heads) with dP = dy Vᵀ; dQ += dS K, dK += dSᵀ Q, dV += Pᵀ dy.

    operands: rows, heads, time, others, width, causal | Q, K, V, lengths, y | dQ, dK, dV (or -1 each), -, dy | P |
    scratch: dP (time, others), SCRATCH.
    """
    rows, heads, time, others, width = operands[0], operands[1], operands[2], operands[3], operands[4]
    depth = width // heads
    scale = np.float32(1 / np.sqrt(depth))
    dp = operands[17]
    scratch = dp + time * others
    for head in range(rows * heads):
        at_q = head // heads * time * width + head % heads * depth
        at_k = head // heads * others * width + head % heads * depth
        dy, p = operands[15] + at_q, operands[16] + head * time * others
        if operands[13] >= 0:
            multiply(memory, others, depth, time, p, 1, others, dy, width, 1, operands[13] + at_k, width, True, scratch)
        multiply(memory, time, others, depth, dy, width, 1, operands[8] + at_k, 1, width, dp, others, False, scratch)
        for i in range(time):
            softmax_backward(view(memory, p + i * others, others), view(memory, dp + i * others, others), scale)
        if operands[11] >= 0:
            multiply(memory, time, depth, others, dp, others, 1, operands[7] + at_k, width, 1, operands[11] + at_q, width, True, scratch)
        if operands[12] >= 0:
            multiply(memory, others, depth, time, dp, 1, others, operands[6] + at_q, width, 1, operands[12] + at_k, width, True, scratch)


@inlined
def softmax_backward(p, dp, scale):
    """dp becomes the gradient of what the softmax was made of."""
    total = ZERO
    for j in range(p.size):
        total += p[j] * dp[j]
    for j in range(p.size):
        dp[j] = scale * p[j] * (dp[j] - total)
