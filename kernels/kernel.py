"""The one signature every kernel has, and the loop that runs a program of them.

A program is a table: row i of `operands` belongs to the kernel at `addresses[i]`. Kernels are called by address, so one compiled
`execute` serves every program there will ever be.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from llvmlite.ir import Constant
from numba import njit, types
from numba.extending import intrinsic, overload
from numba.np.arrayobj import populate_array

from kernels import linking
from kernels.denormals import flush_denormals, restore_mode
from kernels.shared import SAFE_MATH, UNWRAPPED, jit, load_compiled

MEMORY = types.float32[::1]  # everything a run owns
DATA = types.float32[::1]  # the data set: read only, shared by runs
OPERANDS = types.int64[::1]  # one instruction's sizes and offsets
TABLE = types.int64[:, ::1]  # a program's, a row each
SIGNATURE = (MEMORY, DATA, OPERANDS)

LARGEST = np.finfo(np.float32).max
HALT = 0  # the place in memory that stops a program: not 0 when a loss is no longer finite

Kernel = Any  # a Numba dispatcher: Callable[[memory, data, operands], None] with a name

_registry: dict[str, Kernel] = {}
_lock = threading.RLock()


def kernel(function: Callable[..., None]) -> Kernel:
    """Declare a kernel: compiled when a program first names it, cached on disk, never holds the GIL. Only `execute` can call it."""
    name = function.__name__
    if name in _registry and _registry[name].py_func.__module__ != function.__module__:
        raise ValueError(f"Two kernels are called {name}. Rename one of them.")
    compiled = jit(nogil=True, error_model="numpy", fastmath=SAFE_MATH, **UNWRAPPED)(function)
    _registry[name] = compiled
    return compiled


def name_of(declared: Kernel) -> str:
    """The kernel's name, unique in this process."""
    name: str = declared.py_func.__name__
    return name


def declared() -> dict[str, Kernel]:
    """Every kernel declared so far, by name."""
    return dict(_registry)


@contextmanager
def no_garbage_collected() -> Iterator[None]:
    """The compiler makes many objects and keeps them: looking for garbage among them would take a fifth of its time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def address(declared: Kernel) -> int:
    """Where the kernel's machine code lives; compiles it, or loads it from the cache, at the first call."""
    with _lock, no_garbage_collected():
        found = linking.address_of(declared, SIGNATURE)
        load_compiled()
        return found


def lend(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    """The same array without its owner: views of it inside kernels then count no references."""
    lent = context.make_array(kind)(context, builder, array)
    lent.meminfo, lent.parent = (Constant(value.type, None) for value in (lent.meminfo, lent.parent))
    return lent._getvalue()


def row_of(context: Any, builder: Any, table: Any, i: Any) -> Any:
    """Row i of the table of operands, without an owner."""
    whole, row = context.make_array(TABLE)(context, builder, table), context.make_array(OPERANDS)(context, builder)
    width = builder.extract_value(whole.shape, 1)
    start = builder.gep(whole.data, [builder.mul(i, width)])
    populate_array(row, data=start, shape=[width], strides=[whole.itemsize], itemsize=whole.itemsize, meminfo=None)
    return row._getvalue()


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def call(_context: Any, address: Any, memory: Any, data: Any, table: Any, i: Any) -> Any:
    """Call the kernel at an address with row i of the table; a kernel's exception (bounds checking) travels on."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        address, memory, data, table, i = arguments
        convention = context.call_conv
        function_type = convention.get_function_type(types.void, SIGNATURE)
        function = builder.inttoptr(address, function_type.as_pointer())
        lent = (lend(context, builder, MEMORY, memory), lend(context, builder, DATA, data), row_of(context, builder, table, i))
        status, _ = convention.call_function(builder, function, types.void, SIGNATURE, lent)
        with builder.if_then(status.is_error, likely=False):
            convention.return_status_propagate(builder, status)
        return context.get_dummy_value()

    return types.void(types.int64, MEMORY, DATA, TABLE, types.intp), generate


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def execute(addresses, operands, memory, data, times):  # type: ignore[no-untyped-def]
    """Run the program `times` times; returns how often it ran to its end before it halted.

    addresses (n,) int64 | operands (n, width) int64 | memory, data float32.
    """
    mode = flush_denormals()
    done = 0
    while done < times:
        for i in range(addresses.size):
            call(addresses[i], memory, data, operands, i)  # type: ignore[call-arg]
            if memory[HALT] != np.float32(0):
                restore_mode(mode)
                return done
        done += 1
    restore_mode(mode)
    return times


def vectors(memory: Any, operands: Any, count: int) -> Any:
    """`count` views of memory, each `operands[0]` long, at the offsets `operands[1:1 + count]`. For use inside kernels."""
    size = operands[0]
    return tuple(memory[operands[1 + i] : operands[1 + i] + size] for i in range(count))


@njit(forceinline=True, error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def view(memory, offset, size):  # type: ignore[no-untyped-def]
    """The `size` places of memory from `offset` on; empty when the offset is -1 (a gradient that nobody needs)."""
    return memory[offset : offset + size] if offset >= 0 else memory[:0]


@njit(forceinline=True)  # type: ignore[untyped-decorator, unused-ignore]
def is_finite(x):  # type: ignore[no-untyped-def]
    """Whether x is neither NaN nor infinite. NumPy's own asks whether x - x is a number, which reassociation folds to yes."""
    return abs(x) <= LARGEST


@overload(vectors, prefer_literal=True, jit_options={"forceinline": True})  # type: ignore[untyped-decorator, unused-ignore]
def _vectors(memory, operands, count):  # type: ignore[no-untyped-def]
    """The compiled form: the tuple's length must be known to the compiler."""
    if not isinstance(count, types.IntegerLiteral):
        return None
    length = count.literal_value
    if length == 2:
        return lambda memory, operands, count: (
            view(memory, operands[1], operands[0]),
            view(memory, operands[2], operands[0]),
        )
    if length == 3:
        return lambda memory, operands, count: (
            view(memory, operands[1], operands[0]),
            view(memory, operands[2], operands[0]),
            view(memory, operands[3], operands[0]),
        )
    if length == 4:
        return lambda memory, operands, count: (
            view(memory, operands[1], operands[0]),
            view(memory, operands[2], operands[0]),
            view(memory, operands[3], operands[0]),
            view(memory, operands[4], operands[0]),
        )
    return None
