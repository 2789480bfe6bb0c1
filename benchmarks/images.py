"""Convolutions and pooling against PyTorch's, one thread each.

Rounds alternate in one process; the lower quartile counts. PyTorch is eager and has the better of its two layouts, channels first and
last, in each figure. Its gradients are those of the operations behind autograd. Our gradient of the data is what the backward kernel
takes longer when somebody needs it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.report import Figure
from kernels import pooling as pooling_kernels
from kernels.kernel import Kernel, address, execute
from playground.engine.graph import Graph, Operation, Tensor
from playground.engine.machine import zeros_from_a_line
from playground.engine.program import WIDTH, Plan
from playground.layers.convolution import convolution
from playground.layers.depthwise import depthwise
from playground.layers.pooling import pooling
from playground.layers.windows import lay

TITLE = "Images, one thread, against PyTorch eager"
ROUNDS = 11
ROUND_SECONDS = 0.03
SHAPES = ((32, 28, 1, 8), (32, 14, 8, 16), (64, 16, 16, 32), (32, 28, 32, 64))  # rows, height and width, channels, filters
LAYOUTS = (torch.contiguous_format, torch.channels_last)

Runner = Callable[[], object]
convolution_backward = torch.ops.aten.convolution_backward
max_pooling_backward = torch.ops.aten.max_pool2d_with_indices_backward


def measure() -> Iterator[Figure]:
    """Times and ratios."""
    torch.set_num_threads(1)
    for taps in (3, 5):
        for rows, side, channels, filters in SHAPES:
            yield from compare_convolution(rows, side, channels, filters, taps)
    yield from compare_depthwise(32, 28, 32, 3)
    yield from compare_pooling(32, 28, 8)


def race(*runners: Runner) -> np.ndarray:
    """Seconds a call of each runner."""
    lengths = [max(1, round(ROUND_SECONDS / min(timed(runner, 1) for _ in range(3)))) for runner in runners]
    times = [[timed(runner, length) for runner, length in zip(runners, lengths, strict=True)] for _ in range(ROUNDS)]
    return np.quantile(times, 0.25, axis=0)


def timed(runner: Runner, times: int) -> float:
    """Seconds a call."""
    begun = time.perf_counter()
    for _ in range(times):
        runner()
    return (time.perf_counter() - begun) / times


def figures(name: str, ours: float, theirs: float, target: float) -> Iterator[Figure]:
    """Ours, theirs, and how many times faster ours is."""
    yield Figure(f"{name}: ours", ours * 1e6, "µs")
    yield Figure(f"{name}: PyTorch", theirs * 1e6, "µs")
    yield Figure(f"{name}: times faster", theirs / ours, "x", target)


def alone(operation: Operation, rows: int, *inputs: Tensor) -> tuple[Runner, Runner, Runner]:
    """An operation on random numbers: forward, backward, and backward when nobody needs the first input's gradient."""
    output = Tensor("y", operation.shape(inputs))
    kept = [Tensor("kept", shape) for shape in operation.auxiliary(inputs)]
    graph = Graph()
    plan = Plan(graph)

    def room(*tensors: Tensor) -> list[int]:
        return [plan.place(f"{len(plan.places)}", ((rows,) if tensor.batched else ()) + tensor.shape) for tensor in tensors]

    values, gradients, auxiliaries = room(*inputs, output), room(*inputs, output), room(*kept)
    needs = operation.scratch(rows, inputs)
    scratch = [plan.place("scratch", (needs,))] if needs else []
    memory = zeros_from_a_line(plan.size)
    np.random.default_rng(0).standard_normal(out=memory, dtype=np.float32)
    memory[0] = 0
    sizes = operation.sizes(rows, inputs)

    def calling(kernel: Kernel, *operands: int) -> Runner:
        table = np.zeros((1, WIDTH), np.int64)
        table[0, : len(operands)] = operands
        addresses, data = np.array([address(kernel)]), np.zeros(1, np.float32)
        return lambda: execute(addresses, table, memory, data, 1)

    forward = calling(operation.forward, *sizes, *values, *auxiliaries, *scratch)
    forward()  # winners must be there before they are asked for
    backward = calling(operation.backward, *sizes, *values, *gradients, *auxiliaries, *scratch)
    without = calling(operation.backward, *sizes, *values, -1, *gradients[1:], *auxiliaries, *scratch)
    return forward, backward, without


def torch_convolutions(rows: int, side: int, channels: int, filters: int, taps: int, groups: int) -> Iterator[list[Runner]]:
    """For each layout: forward, gradient of the data, of weights and bias, of all."""
    x, dy = torch.randn(rows, channels, side, side), torch.randn(rows, filters, side, side)
    w, b, pad = torch.randn(filters, channels // groups, taps, taps), torch.randn(filters), taps // 2
    for layout in LAYOUTS:
        given = [tensor.to(memory_format=layout) for tensor in (dy, x, w)]

        def backward(mask: list[bool], given: list[torch.Tensor] = given) -> Runner:
            return lambda: convolution_backward(*given, [filters], [1, 1], [pad, pad], [1, 1], False, [0, 0], groups, mask)

        def forward(given: list[torch.Tensor] = given) -> torch.Tensor:
            with torch.no_grad():
                return F.conv2d(given[1], given[2], b, padding=pad, groups=groups)

        yield [forward, *(backward(mask) for mask in ([True, False, False], [False, True, True], [True, True, True]))]


def compare_convolution(rows: int, side: int, channels: int, filters: int, taps: int) -> Iterator[Figure]:
    """The three passes of one convolution."""
    axis = lay(side, taps, 1, 1, "same")
    weight = Tensor("w", (taps, taps, channels, filters), batched=False)
    inputs = Tensor("x", (side, side, channels)), weight, Tensor("b", (filters,), batched=False)
    first, last = torch_convolutions(rows, side, channels, filters, taps, 1)
    forward, backward, without, *theirs = race(*alone(convolution(axis, axis, 1, 1, 1), rows, *inputs), *first[:3], *last[:3])
    theirs = np.minimum(theirs[:3], theirs[3:])
    name = f"{taps}x{taps}, {rows}x{side}x{side}x{channels} to {filters}"
    yield from figures(f"{name}, forward", forward, theirs[0], 4 if channels == 1 else 1)
    yield from figures(f"{name}, gradient of the data", backward - without, theirs[1], 1)
    yield from figures(f"{name}, gradient of the weights", without, theirs[2], 1)


def compare_depthwise(rows: int, side: int, channels: int, taps: int) -> Iterator[Figure]:
    """Forward and backward together."""
    axis = lay(side, taps, 1, 1, "same")
    weight = Tensor("w", (taps, taps, 1, channels), batched=False)
    inputs = Tensor("x", (side, side, channels)), weight, Tensor("b", (channels,), batched=False)
    first, last = torch_convolutions(rows, side, channels, channels, taps, channels)
    times = race(*alone(depthwise(axis, axis, 1, 1), rows, *inputs)[:2], first[0], first[3], last[0], last[3])
    ours, *theirs = times.reshape(3, 2).sum(axis=1)
    yield from figures(f"depthwise {taps}x{taps}, {rows}x{side}x{side}x{channels}, forward and backward", ours, min(theirs), 1.5)


def compare_pooling(rows: int, side: int, channels: int) -> Iterator[Figure]:
    """The largest of 2 x 2, forward and backward together."""
    axis = lay(side, 2, 2, 1, "valid")
    operation = pooling("max_pool", pooling_kernels.max_pooling_forward, pooling_kernels.max_pooling_backward, axis, axis, 2, winners=True)
    runners: list[Runner] = [*alone(operation, rows, Tensor("x", (side, side, channels)))[:2]]
    for layout in LAYOUTS:
        x = torch.randn(rows, channels, side, side).to(memory_format=layout)
        y, winners = F.max_pool2d(x, 2, return_indices=True)
        runners.append(lambda x=x: F.max_pool2d(x, 2))
        runners.append(lambda x=x, y=y, i=winners: max_pooling_backward(y, x, [2, 2], [2, 2], [0, 0], [1, 1], False, i))
    ours, *theirs = race(*runners).reshape(3, 2).sum(axis=1)
    yield from figures(f"largest of 2x2, {rows}x{side}x{side}x{channels}, forward and backward", ours, min(theirs), 1.5)
