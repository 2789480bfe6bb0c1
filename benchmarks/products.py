"""Matrix products against PyTorch's and NumPy's, and against what the processor can do at most: one thread each.

The peak is that of independent fused multiply-adds in registers, measured in the same rounds. AB, AᵀB and ABᵀ are what a dense layer
does: forward, gradient of the weights, gradient of its input.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from threadpoolctl import threadpool_limits

from benchmarks.report import Figure, number
from kernels import matmul
from kernels.kernel import address, execute, kernel
from kernels.simd import WIDTH, multiply_add, spread, store
from playground.engine.machine import zeros_from_a_line

TITLE = "Matrix products, one thread: billions of operations a second (a multiply-add is two)"
SECONDS = 1.2  # for each product
CALL_SECONDS = 0.001  # short, so that many rounds meet no neighbour
SMALL = [(10, 8, 8), (10, 64, 64), (30, 8, 8), (30, 64, 64)]  # rows, columns, depth
LARGE = [(32, 32, 32), (32, 128, 64), (64, 64, 64), (100, 100, 100), (128, 128, 64), (128, 256, 784), (256, 256, 256)]
LARGEST = [(512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048)]
PLAIN = (128, 128, 128)
PEAK_STEPS = 5_000


@njit(forceinline=True)
def twelve(sums, x, y):
    """Twelve independent multiply-adds: two a cycle, four cycles until each is done, so eight are needed at least."""
    return (
        multiply_add(x, y, sums[0]),
        multiply_add(x, y, sums[1]),
        multiply_add(x, y, sums[2]),
        multiply_add(x, y, sums[3]),
        multiply_add(x, y, sums[4]),
        multiply_add(x, y, sums[5]),
        multiply_add(x, y, sums[6]),
        multiply_add(x, y, sums[7]),
        multiply_add(x, y, sums[8]),
        multiply_add(x, y, sums[9]),
        multiply_add(x, y, sums[10]),
        multiply_add(x, y, sums[11]),
    )


@kernel
def peak(memory, data, operands):
    """Multiply-adds and nothing else.  operands: steps | out (12, WIDTH)."""
    x, y = spread(memory[operands[1]]), spread(memory[operands[1] + 1])
    sums = (
        spread(np.float32(0)),
        spread(np.float32(1)),
        spread(np.float32(2)),
        spread(np.float32(3)),
        spread(np.float32(4)),
        spread(np.float32(5)),
        spread(np.float32(6)),
        spread(np.float32(7)),
        spread(np.float32(8)),
        spread(np.float32(9)),
        spread(np.float32(10)),
        spread(np.float32(11)),
    )
    for _ in range(operands[0]):
        sums = twelve(sums, x, y)
    for i in range(12):
        store(memory, operands[1] + i * WIDTH, sums[i], WIDTH)


@kernel
def benchmark_product(memory, data, operands):
    """C = A B.  operands: m, n, k, a_row, a_column, b_row, b_column | A, B, C, scratch."""
    m, n, k, a_row, a_column = operands[0], operands[1], operands[2], operands[3], operands[4]
    b_row, b_column, a, b, c, scratch = operands[5], operands[6], operands[7], operands[8], operands[9], operands[10]
    matmul.multiply(memory, m, n, k, a, a_row, a_column, b, b_row, b_column, c, n, False, scratch)


@dataclass(frozen=True)
class Race:
    """Seconds of one product, and of one operation at the peak: lower quartiles of alternating rounds."""

    ours: float
    pytorch: float
    numpy: float
    peak: float


def measure() -> Iterator[Figure]:
    """Every shape in all three forms; the largest in one."""
    torch.set_num_threads(1)
    with threadpool_limits(1):
        for m, n, k in SMALL + LARGE:
            for form in ("AB", "AᵀB", "ABᵀ"):
                yield compare(form, m, n, k, (m, n, k) in SMALL)
        for m, n, k in LARGEST:
            yield compare("AB", m, n, k, False)
        yield plain(*PLAIN)


def compare(form: str, m: int, n: int, k: int, small: bool) -> Figure:
    """How many times faster than PyTorch (small ones, where calling costs most) or the share of the peak; the rest in words."""
    times, operations = race(form, m, n, k), 2 * m * n * k
    speed, share = operations / times.ours / 1e9, 100 * operations * times.peak / times.ours
    pytorch, numpy = times.pytorch / times.ours, times.numpy / times.ours
    name = f"{form}, {m}×{k} by {k}×{n}: {number(speed)} GFLOP/s of {1e-9 / times.peak:.0f}, NumPy {number(numpy)} x"
    if small:
        return Figure(f"{name}, share of the peak {share:.0f} %; PyTorch", pytorch, "x", 2)
    return Figure(f"{name}, PyTorch {number(pytorch)} x; share of the peak", share, "%", 75)


def plain(m: int, n: int, k: int) -> Figure:
    """The product without registers of our own, in a process that knows no others; the peak is that of registers, before and after."""
    code = f"from benchmarks.products import *; print(seconds(ours(*matrices('AB', {m}, {n}, {k}))))"
    rates = []
    for _ in range(3):
        before = seconds(peak_steps())
        settings = {**os.environ, "PLAYGROUND_SIMD": "plain"}
        done = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True)
        rates.append((before + seconds(peak_steps())) / 2 / (PEAK_STEPS * 12 * WIDTH) * m * n * k / float(done.stdout))
    share = 100 * float(np.median(rates))
    return Figure(f"AB, {m}×{k} by {k}×{n}, without vector registers of our own: share of the peak", share, "%", 40)


def seconds(runner: Callable[[int], object]) -> float:
    """Seconds a call: the lower quartile of rounds."""
    length, begun = calls_in(runner, CALL_SECONDS), time.perf_counter()
    rounds: list[float] = []
    while time.perf_counter() - begun < SECONDS:
        rounds.append(timed(runner, length))
    return float(np.quantile(rounds, 0.25))


def race(form: str, m: int, n: int, k: int) -> Race:
    """Rounds of ours, PyTorch's, NumPy's and the peak, one after the other."""
    a, b = matrices(form, m, n, k)
    x, y, out = torch.from_numpy(a), torch.from_numpy(b), np.empty((m, n), np.float32)
    target = torch.from_numpy(out)
    runners = (ours(a, b), repeated(lambda: torch.mm(x, y, out=target)), repeated(lambda: np.matmul(a, b, out=out)), peak_steps())
    lengths = [calls_in(runner, CALL_SECONDS) for runner in runners]
    rounds: list[list[float]] = []
    begun = time.perf_counter()
    while len(rounds) < 5 or time.perf_counter() - begun < SECONDS:
        rounds.append([timed(runner, length) for runner, length in zip(runners, lengths, strict=True)])
    mine, pytorch, numpy, steps = np.quantile(rounds, 0.25, axis=0)
    return Race(mine, pytorch, numpy, steps / (PEAK_STEPS * 12 * WIDTH * 2))


def matrices(form: str, m: int, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """A and B of normal numbers, the one with a ᵀ turned in memory."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((m, k), np.float32), rng.standard_normal((k, n), np.float32)
    if form == "AᵀB":
        a = np.ascontiguousarray(a.T).T
    if form == "ABᵀ":
        b = np.ascontiguousarray(b.T).T
    return a, b


def ours(a: np.ndarray, b: np.ndarray) -> Callable[[int], object]:
    """The kernel on a memory of its own."""
    (m, k), n = a.shape, b.shape[1]
    sizes = (matmul.SCRATCH, m * k, k * n, m * n)
    scratch, at_a, at_b, at_c = (16 + sum(-(-size // 16) * 16 for size in sizes[:i]) for i in range(4))
    memory = zeros_from_a_line(at_c + m * n + 16)
    memory[at_a : at_a + m * k] = a.ravel("K")
    memory[at_b : at_b + k * n] = b.ravel("K")
    table = np.array([[m, n, k, a.strides[0] // 4, a.strides[1] // 4, b.strides[0] // 4, b.strides[1] // 4, at_a, at_b, at_c, scratch]])
    where, nothing = np.array([address(benchmark_product)]), np.zeros(1, np.float32)
    execute(where, table, memory, nothing, 1)
    error = np.abs(memory[at_c : at_c + m * n].reshape(m, n) - a.astype(np.float64) @ b).max()
    assert error < 1e-5 * k, f"The product is wrong by {error}."
    return lambda times: execute(where, table, memory, nothing, times)


def peak_steps() -> Callable[[int], object]:
    """The peak's kernel."""
    memory = np.zeros(16 + 12 * WIDTH, np.float32)
    where, table = np.array([address(peak)]), np.array([[PEAK_STEPS, 16]])
    return lambda times: execute(where, table, memory, memory[:1], times)


def repeated(function: Callable[[], object]) -> Callable[[int], None]:
    """The function, so many times."""

    def run(times: int) -> None:
        for _ in range(times):
            function()

    return run


def calls_in(runner: Callable[[int], object], seconds: float) -> int:
    """How many calls take about so long; warms up on the way."""
    runner(1)
    length = 1
    while (took := timed(runner, length) * length) < seconds / 4:
        length *= 4
    return max(1, round(length * seconds / took))


def timed(runner: Callable[[int], object], times: int) -> float:
    """Seconds a call."""
    begun = time.perf_counter()
    runner(times)
    return (time.perf_counter() - begun) / times
