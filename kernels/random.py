"""The run's own random numbers: xoroshiro128+ (Blackman and Vigna 2018), its state four places of memory."""

from __future__ import annotations

import numpy as np
from numba import njit

A, B, C = np.uint64(24), np.uint64(16), np.uint64(37)
WORD = np.uint64(64)
HIGH24 = np.uint64(40)
SCALE24 = np.float32(2.0**-24)
HALF = np.uint64(32)
TURN = np.float32(2 * np.pi)


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
def next_normal(state):
    """A standard normal float32, up to 5.8 in size, out of two uniform numbers (Box and Muller 1958)."""
    radius = np.sqrt(np.float32(-2) * np.log(np.float32(1) - next_uniform(state)))
    return radius * np.cos(TURN * next_uniform(state))
