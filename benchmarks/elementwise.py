"""What touches each number a few times, forward and backward, against PyTorch's own on one thread.

The same numbers, in the layout each likes best; rounds alternate as in steps.py. Ours clears its gradients first, PyTorch makes new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.report import Figure
from benchmarks.steps import race
from kernels import loss, normalization, optimizer
from kernels import memory as moves
from kernels.kernel import Kernel, address, execute
from playground.engine.machine import zeros_from_a_line

TITLE = "Elementwise work, forward and backward, one thread, against PyTorch eager"
TARGET = 1.5
NO_DATA = np.zeros(1, np.float32)
WEIGHTS = 100_000

Steps = Callable[[int], object]


class Bench:
    """A memory of its own and a program that grows line by line."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = [np.zeros(16, np.float32)]
        self.size = 16
        self.lines: list[tuple[Kernel, tuple[int, ...]]] = []

    def put(self, values: np.ndarray) -> int:
        """Room with these values, from a cache line's start; its offset."""
        words = values.ravel().view(np.float32)
        offset, places = self.size, -(-words.size // 16) * 16
        self.arrays.append(np.pad(words, (0, places - words.size)))
        self.size += places
        return offset

    def room(self, *sizes: int) -> list[int]:
        """Zeros of those sizes, one after the other."""
        return [self.put(np.zeros(size, np.float32)) for size in sizes]

    def call(self, kernel: Kernel, *operands: int) -> None:
        """One more instruction."""
        self.lines.append((kernel, operands))

    def steps(self) -> Steps:
        """The program as a function of how often it runs."""
        memory = zeros_from_a_line(self.size)
        np.concatenate(self.arrays, out=memory)
        table = np.zeros((len(self.lines), 24), np.int64)
        for row, (_, operands) in zip(table, self.lines, strict=True):
            row[: len(operands)] = operands
        addresses = np.array([address(kernel) for kernel, _ in self.lines])
        return lambda times: execute(addresses, table, memory, NO_DATA, times)


def normal(*shape: int) -> np.ndarray:
    """float32 numbers of the standard normal distribution."""
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


def measure() -> Iterator[Figure]:
    """Times and ratios."""
    torch.set_num_threads(1)
    yield from compare("Batch norm, 32 x 16 x 16 x 32", batch_norm(32 * 256, 32), torch_batch_norm(32, 16, 32))
    yield from compare("Batch norm, 128 x 64", batch_norm(128, 64), torch_batch_norm(128, 0, 64))
    yield from compare("Layer norm, 512 x 128", layer_norm(512, 128), torch_layer_norm(512, 128))
    yield from compare("Softmax cross-entropy, 128 x 10", cross_entropy(128, 10), torch_cross_entropy(128, 10))
    yield from compare("Softmax cross-entropy, 512 x 100", cross_entropy(512, 100), torch_cross_entropy(512, 100))
    yield from compare("Adam, 100,000 weights", adam(WEIGHTS), torch_adam(WEIGHTS))


def compare(name: str, ours: Steps, theirs: Steps) -> Iterator[Figure]:
    """Ours, theirs, and how many times faster ours is."""
    seconds = race(ours, theirs)
    yield Figure(f"{name}: ours", seconds[0] * 1e6, "µs")
    yield Figure(f"{name}: PyTorch", seconds[1] * 1e6, "µs")
    yield Figure(f"{name}: times faster", seconds[1] / seconds[0], "x", TARGET)


# ------------------------------------------------------------------ ours


def batch_norm(n: int, c: int) -> Steps:
    """Batch normalization of n numbers for each of c channels."""
    bench = Bench()
    x, dy = bench.put(normal(n, c)), bench.put(normal(n, c))
    scale, variance, momentum, epsilon = (
        bench.put(np.full(size, value, np.float32)) for size, value in ((c, 1), (c, 1), (1, 0.1), (1, 1e-5))
    )
    shift, mean, y, batch_mean, inverse, scratch = bench.room(c, c, n * c, c, c, 5 * c)
    dscale, dshift, dx, top = bench.room(c, c, n * c, 1)
    inputs = (x, scale, shift, mean, variance, momentum, epsilon)
    bench.call(normalization.batch_norm_forward, n, c, *inputs, y, batch_mean, inverse, scratch)
    bench.call(moves.clear, top - dscale, dscale)
    gradients = (dx, dscale, dshift, -1, -1, -1, -1, dy)
    bench.call(normalization.batch_norm_backward, n, c, *inputs, y, *gradients, batch_mean, inverse, scratch)
    return bench.steps()


def layer_norm(n: int, k: int) -> Steps:
    """Layer normalization of n rows of k."""
    bench = Bench()
    x, dy = bench.put(normal(n, k)), bench.put(normal(n, k))
    scale, epsilon = bench.put(np.ones(k, np.float32)), bench.put(np.full(1, 1e-5, np.float32))
    shift, y, mean, inverse = bench.room(k, n * k, n, n)
    dscale, dshift, dx, top = bench.room(k, k, n * k, 1)
    bench.call(normalization.layer_norm_forward, n, k, x, scale, shift, epsilon, y, mean, inverse)
    bench.call(moves.clear, top - dscale, dscale)
    bench.call(normalization.layer_norm_backward, n, k, x, scale, shift, epsilon, y, dx, dscale, dshift, -1, dy, mean, inverse)
    return bench.steps()


def cross_entropy(n: int, k: int) -> Steps:
    """Softmax cross-entropy of n rows and k classes, and its mean."""
    bench = Bench()
    z, t = bench.put(normal(n, k)), bench.put(np.arange(n).astype(np.float32) % k)
    losses, p, total, dz, dlosses, dtotal = bench.room(n, n * k, 1, n * k, n, 1)
    bench.call(loss.softmax_cross_entropy_forward, n, k, z, t, losses, p)
    bench.call(moves.mean_forward, n, losses, total)
    bench.call(moves.clear, dtotal - dz, dz)
    bench.call(moves.start_backward, dtotal)
    bench.call(moves.mean_backward, n, losses, total, dlosses, dtotal)
    bench.call(loss.softmax_cross_entropy_backward, n, k, z, t, losses, dz, -1, dlosses, p)
    return bench.steps()


def adam(n: int) -> Steps:
    """One update of n weights."""
    bench = Bench()
    w, g, m, v = bench.put(normal(n)), bench.put(normal(n)), *bench.room(n, n)
    steps = bench.put(np.ones(1, np.int64))
    settings = [bench.put(np.full(1, value, np.float32)) for value in (1e-4, 0.9, 0.999, 1e-8)]
    bench.call(moves.tick, steps, steps)
    bench.call(optimizer.adam, n, n, w, g, m, v, steps, *settings)
    return bench.steps()


# ------------------------------------------------------------------ PyTorch's


def differentiate(function: Callable[..., torch.Tensor], inputs: list[torch.Tensor], dy: torch.Tensor | None) -> Steps:
    """The function of its inputs and all their gradients."""
    inputs = [tensor.requires_grad_() for tensor in inputs]

    def steps(times: int) -> None:
        for _ in range(times):
            torch.autograd.grad(function(*inputs), inputs, dy)

    return steps


def torch_batch_norm(rows: int, side: int, c: int) -> Steps:
    """Batch normalization of (rows, c), or of (rows, c, side, side) with the channels last in memory, where it is fastest."""

    def numbers() -> torch.Tensor:
        if not side:
            return torch.from_numpy(normal(rows, c))
        return torch.from_numpy(normal(rows, c, side, side)).contiguous(memory_format=torch.channels_last)

    mean, variance = torch.zeros(c), torch.ones(c)
    inputs = [numbers(), torch.ones(c), torch.zeros(c)]
    return differentiate(lambda x, w, b: F.batch_norm(x, mean, variance, w, b, training=True), inputs, numbers())


def torch_layer_norm(n: int, k: int) -> Steps:
    """Layer normalization of n rows of k."""
    inputs = [torch.from_numpy(normal(n, k)), torch.ones(k), torch.zeros(k)]
    return differentiate(lambda x, w, b: F.layer_norm(x, (k,), w, b), inputs, torch.from_numpy(normal(n, k)))


def torch_cross_entropy(n: int, k: int) -> Steps:
    """Softmax cross-entropy of n rows and k classes, and its mean."""
    t = torch.arange(n) % k
    return differentiate(lambda z: F.cross_entropy(z, t), [torch.from_numpy(normal(n, k))], None)


def torch_adam(n: int) -> Steps:
    """One fused update of n weights."""
    weight = torch.from_numpy(normal(n)).requires_grad_()
    weight.grad = torch.from_numpy(normal(n))
    optimizer = torch.optim.Adam([weight], lr=1e-4, fused=True)

    def steps(times: int) -> None:
        for _ in range(times):
            optimizer.step()

    return steps
