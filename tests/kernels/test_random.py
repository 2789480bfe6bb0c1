"""The run's random numbers against the published generator, written with Python's integers."""

from __future__ import annotations

import numpy as np
from numba import njit

from kernels.random import next_below, next_uint64, next_uniform

MASK = 2**64 - 1


@njit
def draw(state, count):
    numbers = np.empty(count, np.uint64)
    for i in range(count):
        numbers[i] = next_uint64(state)
    return numbers


@njit
def draw_uniform(state, count):
    numbers = np.empty(count, np.float32)
    for i in range(count):
        numbers[i] = next_uniform(state)
    return numbers


@njit
def draw_below(state, limit, count):
    numbers = np.empty(count, np.int64)
    for i in range(count):
        numbers[i] = next_below(state, limit)
    return numbers


def reference(s0: int, s1: int, count: int) -> list[int]:
    def rotate(x: int, k: int) -> int:
        return (x << k | x >> (64 - k)) & MASK

    numbers = []
    for _ in range(count):
        numbers.append((s0 + s1) & MASK)
        s1 ^= s0
        s0, s1 = rotate(s0, 24) ^ s1 ^ (s1 << 16) & MASK, rotate(s1, 37)
    return numbers


def test_equals_the_published_generator() -> None:
    state = np.array([0x0123456789ABCDEF, 0xFEDCBA9876543210], np.uint64)
    expected = reference(*(int(word) for word in state), 100)
    assert draw(state, 100).tolist() == expected


def test_uniform_numbers_fill_the_unit_interval_evenly() -> None:
    numbers = draw_uniform(np.array([1, 2], np.uint64), 100_000)
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts = np.histogram(numbers, 20, (0, 1))[0]
    assert abs(counts / 5000 - 1).max() < 0.06


def test_numbers_below_a_limit() -> None:
    numbers = draw_below(np.array([3, 4], np.uint64), 7, 70_000)
    counts = np.bincount(numbers)
    assert len(counts) == 7
    assert abs(counts / 10_000 - 1).max() < 0.05
