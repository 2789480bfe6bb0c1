"""The run's own random numbers: xoroshiro128+ (Blackman and Vigna 2018), its state four places of memory."""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.mathematics import circle, log

A, B, C = np.uint64(24), np.uint64(16), np.uint64(37)
WORD = np.uint64(64)
HIGH24 = np.uint64(40)
SCALE24 = np.float32(2.0**-24)
HALF = np.uint64(32)
ONE, MINUS_TWO = np.float32(1), np.float32(-2)


@njit(forceinline=True)
def rotate(x, count):
    """x rotated left by `count` bits; both uint64."""
    return (x << count) | (x >> (WORD - count))


@njit(forceinline=True)
def next_uint64(state):
    """The next 64 random bits.  state (2,) uint64, a view of four float32 places; never all zero."""
    s0 = state[0]
    s1 = state[1]
    result = s0 + s1
    s1 ^= s0
    state[0] = rotate(s0, A) ^ s1 ^ (s1 << B)
    state[1] = rotate(s1, C)
    return result


@njit(forceinline=True)
def next_uniform(state):
    """A float32 in [0, 1), a multiple of 2^-24."""
    return np.float32(next_uint64(state) >> HIGH24) * SCALE24


@njit(forceinline=True)
def next_below(state, limit):
    """An int64 in [0, limit), limit below 2^32, by multiplication (Lemire 2019); its bias is below limit / 2^32."""
    return np.int64(((next_uint64(state) >> HALF) * np.uint64(limit)) >> HALF)


@njit(forceinline=True)
def fill_normal(state, x):
    """x (n,) = standard normal numbers up to 5.8 in size, out of n uniform ones, n + 1 if n is odd (Box and Muller 1958)."""
    for i in range(x.size):
        x[i] = next_uniform(state)
    half = x.size // 2
    for i in range(half):  # first halves of pairs lie before second halves, so that this becomes vector code
        x[i], x[half + i] = normal_pair(x[i], x[half + i])
    if x.size % 2:
        x[x.size - 1], _ = normal_pair(x[x.size - 1], next_uniform(state))


@njit(forceinline=True)
def normal_pair(u, v):
    """Two independent standard normal numbers out of two uniform ones in [0, 1)."""
    radius = np.sqrt(MINUS_TWO * log(ONE - u))
    cosine, sine = circle(v)
    return radius * cosine, radius * sine
