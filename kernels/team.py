"""One program on several threads: one thread leads and does what is for the whole batch; its shards go to whoever is free first.

Nobody waits for a helper that has not taken a shard: the operating system may have given its processor to another program. Which thread
does a shard changes no bit: each shard has places of its own, and what shards give together is summed in their order by an instruction
of its own.
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

TICKET, FINISHED, STOPPED, LINES = 0, 8, 16, 24  # the board's counters and its sign, a cache line each
MOST = 1 << 16  # more pieces than a round has: a ticket is the round's number times this, and the pieces that are taken
PATIENCE = 1000  # looks at the board before a thread lets others have its processor
WHOLE = -1  # the shard of an instruction that is for the whole batch
ORDER = "seq_cst"


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def counter(context, builder, kind, board, place):
    """The address of board[place]."""
    return builder.gep(context.make_array(kind)(context, builder, board).data, [place])


@intrinsic
def increase(typing, board, place):
    """board[place] += 1 as one act; returns the value before."""

    def generate(context, builder, signature, arguments):
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", counter(context, builder, signature.args[0], *arguments), one, ORDER)

    return types.int64(board, types.intp), generate


@intrinsic
def seen(typing, board, place):
    """board[place] as it is now."""

    def generate(context, builder, signature, arguments):
        return builder.load_atomic(counter(context, builder, signature.args[0], *arguments), ORDER, 8)

    return types.int64(board, types.intp), generate


@intrinsic
def write(typing, board, place, value):
    """board[place] = value, for all to see."""

    def generate(context, builder, signature, arguments):
        builder.store_atomic(arguments[2], counter(context, builder, signature.args[0], *arguments[:2]), ORDER, 8)
        return context.get_dummy_value()

    return types.void(board, types.intp, types.int64), generate


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


def rounds_of(shards: np.ndarray) -> np.ndarray:
    """The rounds of a program whose instructions are for these shards: (rounds, parts + 1) int64, where each piece begins, and its end.

    A round is what may be done at the same time: the instructions of one shard after another, each shard's one piece. Instructions for
    the whole batch are a round of one piece. Missing pieces, of rounds with fewer than the others, begin at the round's end.
    """
    rounds: list[list[int]] = []
    for start in np.flatnonzero(np.diff(shards, prepend=WHOLE - 1)).tolist():
        if not rounds or shards[start] < shards[start - 1] or shards[start - 1] == WHOLE:
            rounds.append([])
        rounds[-1].append(start)
    ends = [first for first, *_ in rounds[1:]] + [shards.size]
    width = 1 + max(map(len, rounds), default=0)
    filled = [begins + [end] * (width - len(begins)) for begins, end in zip(rounds, ends, strict=False)]
    return np.array(filled, np.int64).reshape(-1, width)


@njit(nogil=True, forceinline=True)  # type: ignore[untyped-decorator, unused-ignore]
def wait(looks):
    """Between two looks at the board."""
    if looks < PATIENCE:
        breathe()
    else:
        step_aside()


@njit(nogil=True, forceinline=True)  # type: ignore[untyped-decorator, unused-ignore]
def pieces(begins, turn):
    """How many pieces that round has."""
    count, end = 0, begins[turn, -1]
    while begins[turn, count] < end:
        count += 1
    return count


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def do(addresses, operands, memory, data, first, stop):
    """Instructions [first, stop), as far as none halts the program."""
    for i in range(first, stop):
        if memory[HALT] != np.float32(0):
            return
        call(addresses[i], memory, data, operands, i)  # type: ignore[call-arg]


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def take(addresses, operands, begins, memory, data, board):
    """Take a piece of the round that the board tells and do it; whether there was one."""
    ticket = seen(board, TICKET)
    if ticket < MOST or ticket % MOST >= pieces(begins, ticket // MOST % len(begins)):
        return False
    ticket = increase(board, TICKET)  # perhaps another round's by now
    turn, piece = ticket // MOST % len(begins), ticket % MOST
    if piece >= pieces(begins, turn):
        return False
    do(addresses, operands, memory, data, begins[turn, piece], begins[turn, piece + 1])
    increase(board, FINISHED)
    return True


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def share_out(addresses, operands, begins, memory, data, board, number):
    """Tell the board of the round of that number (of all times), and come back when all its pieces are done."""
    write(board, FINISHED, 0)
    write(board, TICKET, number * MOST)
    while take(addresses, operands, begins, memory, data, board):
        pass
    count, looks = pieces(begins, number % len(begins)), 0
    while seen(board, FINISHED) < count:
        looks += 1
        wait(looks)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def help_out(addresses, operands, begins, memory, data, board):
    """Do pieces of what `lead` executes with the same arguments, until it has come to its end. For any number of threads, at any time."""
    mode = flush_denormals()
    looks = 0
    while seen(board, STOPPED) == 0:
        looks = 0 if take(addresses, operands, begins, memory, data, board) else looks + 1
        wait(looks)
    restore_mode(mode)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def lead(addresses, operands, begins, memory, data, times, board):
    """As `execute`, but others may help out.

    addresses (n,) int64 | operands (n, width) int64 | begins as `rounds_of` gives | memory, data float32 | board (LINES,) int64, zeros.
    Only instructions for the whole batch may halt the program.
    """
    mode = flush_denormals()
    rounds, number = len(begins), len(begins)  # a ticket of 0 tells of no round
    while number < (times + 1) * rounds and memory[HALT] == np.float32(0):
        turn = number % rounds
        if pieces(begins, turn) > 1:
            share_out(addresses, operands, begins, memory, data, board, number)
        else:
            do(addresses, operands, memory, data, begins[turn, 0], begins[turn, 1])
        if memory[HALT] == np.float32(0):  # a round that halts does not count, be it a step's last
            number += 1
    write(board, STOPPED, 1)
    restore_mode(mode)
    return number // rounds - 1
