"""What kernels/simd.py offers, without registers: a vector is a tuple of four numbers. For processors and LLVMs that disappoint."""

from __future__ import annotations

import numpy as np
from numba import njit

WIDTH = 4
ZERO = np.float32(0)

inlined = njit(forceinline=True, error_model="numpy")


@inlined
def load_over(vector, memory, offset, count):
    """The vector, up to four of its first numbers replaced by those in memory."""
    return (
        memory[offset],
        memory[offset + 1] if count > 1 else vector[1],
        memory[offset + 2] if count > 2 else vector[2],
        memory[offset + 3] if count > 3 else vector[3],
    )


@inlined
def load(memory, offset, count):
    """Up to four numbers from memory; those from `count` on are 0."""
    return load_over(spread(ZERO), memory, offset, count)


@inlined
def store(memory, offset, vector, count):
    """Up to four numbers into memory."""
    for i in range(min(count, WIDTH)):
        memory[offset + i] = vector[i]


@inlined
def spread(value):
    """The number in every lane."""
    return value, value, value, value


@inlined
def lane(vector, number):
    """Lane `number` of the vector in every lane."""
    return spread(vector[number])


@inlined
def add(a, b):
    """a + b."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


@inlined
def subtract(a, b):
    """a - b."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]


@inlined
def multiply(a, b):
    """a b."""
    return a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]


@inlined
def larger(a, b):
    """The larger number, or NaN if one is."""
    return a if a > b or a != a else b


@inlined
def maximum(a, b):
    """The larger ones; NaN, wherever there is one."""
    return larger(a[0], b[0]), larger(a[1], b[1]), larger(a[2], b[2]), larger(a[3], b[3])


@inlined
def where_better(x, best, then, otherwise):
    """`then` where x is larger than the best or NaN, `otherwise` elsewhere."""
    return (
        then[0] if x[0] > best[0] or x[0] != x[0] else otherwise[0],
        then[1] if x[1] > best[1] or x[1] != x[1] else otherwise[1],
        then[2] if x[2] > best[2] or x[2] != x[2] else otherwise[2],
        then[3] if x[3] > best[3] or x[3] != x[3] else otherwise[3],
    )


@inlined
def where_equal(a, b, then, otherwise):
    """`then` where a equals b, `otherwise` elsewhere."""
    return (
        then[0] if a[0] == b[0] else otherwise[0],
        then[1] if a[1] == b[1] else otherwise[1],
        then[2] if a[2] == b[2] else otherwise[2],
        then[3] if a[3] == b[3] else otherwise[3],
    )


@inlined
def multiply_add(a, b, c):
    """a b + c."""
    return add(multiply(a, b), c)


@inlined
def total(vector):
    """The sum of all lanes."""
    return (vector[0] + vector[2]) + (vector[1] + vector[3])


@inlined
def top(vector):
    """The largest of all lanes, or NaN if one is."""
    return larger(larger(vector[0], vector[2]), larger(vector[1], vector[3]))


@inlined
def transpose(block):
    """A tuple of four vectors, rows made columns."""
    a, b, c, d = block
    return (a[0], b[0], c[0], d[0]), (a[1], b[1], c[1], d[1]), (a[2], b[2], c[2], d[2]), (a[3], b[3], c[3], d[3])


@inlined
def rolled():
    """Nothing: here LLVM may do with a loop what it likes."""
