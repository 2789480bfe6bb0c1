"""Numbers below 1.2e-38 are taken for 0 while a program runs: processors take a hundred times as long for them.

Moments of weights whose gradient has become 0 decay into that range and never leave it. Where the processor's mode cannot be set,
programs run all the same.
"""

from __future__ import annotations

import platform
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils

intrinsic: Any = extending.intrinsic  # its declared type counts the compiler's own argument in

MACHINE = platform.machine().lower()
X86 = MACHINE in ("x86_64", "amd64")
ARM = MACHINE in ("aarch64", "arm64")
FLUSH = 0x8040 if X86 else 1 << 24  # results and operands (MXCSR); both (FPCR)

WORD, LONG, NOTHING = ir.IntType(32), ir.IntType(64), ir.VoidType()


def function(builder, name, result, *arguments):
    """An LLVM intrinsic by its name."""
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


def read_mode(builder):
    """The thread's floating-point mode, 64 bits."""
    if X86:
        place = cgutils.alloca_once(builder, WORD)
        builder.call(function(builder, "llvm.x86.sse.stmxcsr", NOTHING, place.type), [place])
        return builder.zext(builder.load(place), LONG)
    return builder.call(function(builder, "llvm.aarch64.get.fpcr", LONG), []) if ARM else ir.Constant(LONG, 0)


def write_mode(builder, mode):
    """Set it."""
    if X86:
        place = cgutils.alloca_once_value(builder, builder.trunc(mode, WORD))
        builder.call(function(builder, "llvm.x86.sse.ldmxcsr", NOTHING, place.type), [place])
    elif ARM:
        builder.call(function(builder, "llvm.aarch64.set.fpcr", NOTHING, LONG), [mode])


@intrinsic
def flush_denormals(typing):
    """Take tiny numbers for 0 from now on in this thread; returns the mode before."""

    def generate(context, builder, signature, arguments):
        mode = read_mode(builder)
        write_mode(builder, builder.or_(mode, ir.Constant(LONG, FLUSH)))
        return mode

    return types.int64(), generate


@intrinsic
def restore_mode(typing, mode):
    """Undo flush_denormals."""

    def generate(context, builder, signature, arguments):
        write_mode(builder, arguments[0])
        return context.get_dummy_value()

    return types.void(types.int64), generate
