"""One program on several threads: one thread leads and does what is for the whole batch; its shards go to whoever is free first.

Nobody waits for a helper that has not taken a shard: the operating system may have given its processor to another program. If one that
has taken a shard loses its processor, the leader lends it his own for the rest of it, and a helper that has nothing to do changes places
with a leader who has lost his. Which thread does a shard changes no bit: each shard has places of its own, and what shards give together
is summed in their order by an instruction of its own.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending, njit, types

from kernels.denormals import flush_denormals, restore_mode
from kernels.kernel import HALT, call
from kernels.processors import ALLOWED, breathe, clock, here, move, step_aside

intrinsic: Any = extending.intrinsic  # its declared type counts the compiler's own argument in

TICKET, FINISHED, STOPPED, STILL, OWNERS = 0, 8, 16, 24, 32  # the board: counters and signs, a cache line each
LEADER, EVERY = STILL, STILL + 1  # what nobody changes: the leader's number as a thread, the processors for all
MOST = 1 << 16  # more pieces than a round has: a ticket is the round's number times this, and the pieces that are taken
PATIENCE = 1000  # looks at the board before a thread lets others have its processor, and asks what the one that it waits for does
UNKNOWN = -1  # a clock that was not read yet
WHOLE = -1  # the shard of an instruction that is for the whole batch
ORDER = "seq_cst"


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
def take(addresses, operands, begins, memory, data, board, me):
    """Take a piece of the round that the board tells and do it; whether there was one. me: this thread's number."""
    ticket = seen(board, TICKET)
    if ticket < MOST or ticket % MOST >= pieces(begins, ticket // MOST % len(begins)):
        return False
    ticket = increase(board, TICKET)  # perhaps another round's by now
    turn, piece = ticket // MOST % len(begins), ticket % MOST
    if piece >= pieces(begins, turn):
        return False
    write(board, OWNERS + piece, me)
    do(addresses, operands, memory, data, begins[turn, piece], begins[turn, piece + 1])
    write(board, OWNERS + piece, 0)
    increase(board, FINISHED)
    return True


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def unfinished(board, count):
    """A piece of the present round that somebody is at; `count` when nobody is, as far as one sees."""
    piece = 0
    while piece < count and seen(board, OWNERS + piece) == 0:
        piece += 1
    return piece


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def lend_place(board, piece):
    """Let a helper that has lost its processor finish its piece on this one."""
    helper, every, place = seen(board, OWNERS + piece), board[EVERY], 1 << here()
    if helper == 0:
        return
    move(helper, place, every)
    while seen(board, OWNERS + piece) == helper:
        step_aside()
    move(helper, ~place, every)


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def change_places(board):
    """Give a leader who has lost his processor this one."""
    every, place = board[EVERY], 1 << here()
    move(seen(board, LEADER), place, every)
    move(0, ~place, every)


@njit(nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def share_out(addresses, operands, begins, memory, data, board, number):
    """Tell the board of the round of that number (of all times), and come back when all its pieces are done."""
    write(board, FINISHED, 0)
    write(board, TICKET, number * MOST)
    while take(addresses, operands, begins, memory, data, board, board[LEADER]):
        pass
    count, looks, before = pieces(begins, number % len(begins)), 0, UNKNOWN
    while seen(board, FINISHED) < count:
        looks += 1
        breathe()
        if looks % PATIENCE == 0:
            piece = unfinished(board, count)
            time = clock(seen(board, OWNERS + piece))
            if time == before != UNKNOWN:
                lend_place(board, piece)
            before = time
            step_aside()


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def help_along(addresses, operands, begins, memory, data, board, me):
    """Do pieces of what `lead` executes with the same arguments, until it has come to its end. For any number of threads, at any time."""
    mode = flush_denormals()
    looks, before = 0, UNKNOWN
    while seen(board, STOPPED) == 0:
        if take(addresses, operands, begins, memory, data, board, me):
            looks, before = 0, UNKNOWN
        looks += 1
        breathe()
        if looks % PATIENCE == 0:
            time = clock(seen(board, LEADER)) if seen(board, TICKET) >= MOST else UNKNOWN  # else who will lead may wait for something else
            if time == before != UNKNOWN:
                change_places(board)
            before = time
            step_aside()
    restore_mode(mode)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def lead(addresses, operands, begins, memory, data, board, times):
    """As `execute`, but others may help out.

    addresses (n,) int64 | operands (n, width) int64 | begins as `rounds_of` gives | memory, data float32 | board int64.
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


class Team:
    """Those who execute a program together, once. The arguments are as `lead` has them."""

    def __init__(self, addresses: np.ndarray, operands: np.ndarray, begins: np.ndarray, memory: np.ndarray, data: np.ndarray) -> None:
        self.board = np.zeros(OWNERS + begins.shape[1], np.int64)
        self.board[EVERY] = ALLOWED
        self._shared = addresses, operands, begins, memory, data, self.board

    def lead(self, times: int) -> int:
        """Execute it so many times; returns how often it came to its end. For one thread."""
        self.board[LEADER] = threading.get_native_id()
        led: int = lead(*self._shared, times)
        return led

    def help_out(self) -> None:
        """Help whoever leads until it has come to its end. For any number of threads, at any time."""
        help_along(*self._shared, threading.get_native_id())
