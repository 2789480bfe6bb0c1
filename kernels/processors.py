"""What threads that wait for each other can do about their processors: spare them, lend them, and see who has lost his.

An operating system lets every program have a turn, and a thread that loses its processor in the midst of its work may get it back
milliseconds later, while the one that waits for it keeps another processor busy with waiting. Linux lets threads of a process see each
other's clocks, which stand still then, and choose each other's processors. Elsewhere, and where processors are too many for a word's
bits, nobody moves.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from llvmlite import ir
from numba import extending, njit, types
from numba.core import cgutils

from kernels.denormals import X86

intrinsic: Any = extending.intrinsic  # its declared type counts the compiler's own argument in

LINUX = sys.platform == "linux"
WORD, LONG = ir.IntType(32), ir.IntType(64)
SECOND = 1_000_000_000  # nanoseconds
BITS = 63  # processors that a word has room for
ALL = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))  # before any thread was moved
ALLOWED = sum(1 << processor for processor in ALL) if LINUX and max(ALL) < BITS else 0  # those that threads may be moved to, a bit each


def cores() -> int:
    """How many processors this process may use."""
    return len(ALL)


def function(builder, name, result, *arguments):
    """A function of the C library by its name."""
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


@intrinsic
def breathe(typing):
    """Tell the processor that this thread only waits."""

    def generate(context, builder, signature, arguments):
        if X86:
            builder.call(function(builder, "llvm.x86.sse2.pause", ir.VoidType()), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def step_aside(typing):
    """Let another thread have this processor, if one wants it."""

    def generate(context, builder, signature, arguments):
        if os.name == "posix":
            builder.call(function(builder, "sched_yield", WORD), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def here(typing):
    """The number of the processor that this thread runs on."""

    def generate(context, builder, signature, arguments):
        return builder.sext(builder.call(function(builder, "sched_getcpu", WORD), []), LONG) if LINUX else ir.Constant(LONG, 0)

    return types.int64(), generate


@intrinsic
def clock(typing, thread):
    """Nanoseconds that a processor has worked for the thread of that number (0: this one); -1 where that is not known."""

    def generate(context, builder, signature, arguments):
        if not LINUX:
            return ir.Constant(LONG, -1)
        time = cgutils.alloca_once(builder, LONG, 2)  # seconds, nanoseconds
        number = builder.or_(builder.shl(builder.not_(builder.trunc(arguments[0], WORD)), ir.Constant(WORD, 3)), ir.Constant(WORD, 6))
        failed = builder.call(function(builder, "clock_gettime", WORD, WORD, time.type), [number, time])
        whole = builder.mul(builder.load(time), ir.Constant(LONG, SECOND))
        told = builder.add(whole, builder.load(builder.gep(time, [ir.Constant(WORD, 1)])))
        return builder.select(builder.icmp_signed("==", failed, ir.Constant(WORD, 0)), told, ir.Constant(LONG, -1))

    return types.int64(types.int64), generate


@intrinsic
def settle(typing, thread, processors):
    """Let the thread of that number (0: this one) run on these processors only, a bit each."""

    def generate(context, builder, signature, arguments):
        if LINUX:
            bits = cgutils.alloca_once_value(builder, arguments[1])
            size = ir.Constant(LONG, LONG.width // 8)
            builder.call(
                function(builder, "sched_setaffinity", WORD, WORD, LONG, bits.type), [builder.trunc(arguments[0], WORD), size, bits]
            )
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def move(thread, processors, every):
    """Send the thread there, as far as that is of `every`; afterwards it may run on all of these."""
    if processors & every != 0:
        settle(thread, processors & every)
        settle(thread, every)
