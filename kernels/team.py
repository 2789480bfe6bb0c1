"""One program on several threads: instructions of a batch's shards are shared out, all others belong to the first thread.

Threads meet where work on shards begins and where it ends. Which thread does a shard changes no bit: each shard has places of its own,
and what shards give together is summed in their order by an instruction of its own.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending, njit, types
from numba.core import cgutils

from kernels.denormals import X86, flush_denormals, restore_mode
from kernels.kernel import HALT, call

intrinsic: Any = extending.intrinsic  # its declared type counts the compiler's own argument in

ARRIVED, OPENED, STOPPED, LINES = 0, 8, 16, 24  # the gate's counters and its sign, a cache line each
PATIENCE = 1000  # looks at the gate before a thread lets others have its processor
WHOLE = -1  # the shard of an instruction that is for the whole batch
ORDER = "seq_cst"


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def counter(context, builder, kind, gate, place):
    """The address of gate[place]."""
    return builder.gep(context.make_array(kind)(context, builder, gate).data, [place])


@intrinsic
def increase(typing, gate, place):
    """gate[place] += 1 as one act; returns the value before."""

    def generate(context, builder, signature, arguments):
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", counter(context, builder, signature.args[0], *arguments), one, ORDER)

    return types.int64(gate, types.intp), generate


@intrinsic
def seen(typing, gate, place):
    """gate[place] as it is now."""

    def generate(context, builder, signature, arguments):
        return builder.load_atomic(counter(context, builder, signature.args[0], *arguments), ORDER, 8)

    return types.int64(gate, types.intp), generate


@intrinsic
def write(typing, gate, place, value):
    """gate[place] = value, for all to see."""

    def generate(context, builder, signature, arguments):
        builder.store_atomic(arguments[2], counter(context, builder, signature.args[0], *arguments[:2]), ORDER, 8)
        return context.get_dummy_value()

    return types.void(gate, types.intp, types.int64), generate


@intrinsic
def breathe(typing):
    """Tell the processor that this thread only waits."""

    def generate(context, builder, signature, arguments):
        if X86:
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def step_aside(typing):
    """Let another thread have this processor, if one wants it."""

    def generate(context, builder, signature, arguments):
        if os.name == "posix":
            builder.call(cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.IntType(32), []), "sched_yield"), [])
        return context.get_dummy_value()

    return types.void(), generate


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def meet(gate, threads):
    """Go on when all threads have come here (a barrier that may be used again at once)."""
    turn = seen(gate, OPENED)
    if increase(gate, ARRIVED) == threads - 1:
        write(gate, ARRIVED, 0)
        increase(gate, OPENED)
        return
    looks = 0
    while seen(gate, OPENED) == turn:
        looks += 1
        if looks < PATIENCE:
            breathe()
        else:
            step_aside()


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def execute_in_team(addresses, operands, shards, memory, data, times, gate, thread, threads):
    """As `execute`, by one of several threads, each of which calls this with its number; all but the last two arguments are shared.

    addresses, shards (n,) int64 | operands (n, width) int64 | memory, data float32 | gate (LINES,) int64, zeros.
    Work that is shared out goes from shard to shard upwards: where the number falls, other work begins, and threads meet. The program must
    begin with an instruction for the whole batch. When one of these halts it, all threads return at the meeting that follows. The first
    thread says so by a sign before it comes there: a thread that is slow to leave a meeting would take a later halt in memory for that
    meeting's own, go, and be waited for at the next one for ever.
    """
    mode = flush_denormals()
    done, last = 0, WHOLE
    while done < times:
        for i in range(addresses.size):
            shard = shards[i]
            if shard < last or last == WHOLE != shard:
                if thread == 0 and memory[HALT] != np.float32(0):
                    write(gate, STOPPED, 1)
                meet(gate, threads)
                if last == WHOLE and seen(gate, STOPPED):  # only here may it be new: a slow thread would see a later one
                    restore_mode(mode)
                    return done
            last = shard
            mine = thread == 0 if shard == WHOLE else shard % threads == thread
            if mine and memory[HALT] == np.float32(0):
                call(addresses[i], memory, data, operands, i)  # type: ignore[call-arg]
        done += 1
    if last != WHOLE:
        meet(gate, threads)
    restore_mode(mode)
    return times
