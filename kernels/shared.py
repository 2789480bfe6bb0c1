"""Functions that many kernels call and that are too long to be compiled into each of them: compiled once, kept once, called by address.

Numba copies whatever a kernel calls into the kernel's own code. A shared function has a slot for its address instead, which machine
code finds by name. The slot is filled when a kernel that calls the function is compiled, or before one can be called that was
compiled earlier (kernel.address sees to it).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba import njit, types

from kernels import cache, linking

# All of fast-math but nnan and ninf: those would let LLVM delete the checks for NaN and infinity.
SAFE_MATH = {"contract", "reassoc", "nsz", "arcp", "afn"}

jit: Any = njit  # its declared type does not know all of its options
UNWRAPPED = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # Python never calls what only kernels call

_functions: list[Shared] = []


class Shared:
    """A compiled function that returns nothing, and the place where its address is found."""

    def __init__(self, function: Callable[..., None], arguments: tuple[types.Type, ...]) -> None:
        self.name = function.__name__
        self.arguments = arguments
        self.compiled = jit(nogil=True, forceinline=False, _nrt=False, error_model="numpy", fastmath=SAFE_MATH, **UNWRAPPED)(function)
        self.slot = ctypes.c_void_p(None)
        linking.symbols[f"shared.{self.name}"] = ctypes.addressof(self.slot)
        llvmlite.binding.add_symbol(f"shared.{self.name}", ctypes.addressof(self.slot))  # for Numba, which links what it compiles
        _functions.append(self)

    def find(self) -> None:
        """Compile the function, or load it from the cache, and fill the slot."""
        if self.slot.value is None:
            self.slot.value = linking.address_of(self.compiled, self.arguments)

    def call(self) -> tuple[Any, Callable[..., Any]]:
        """What an intrinsic returns that calls the function: its signature, and how the call is generated."""
        self.find()

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            convention = context.call_conv
            function_type = convention.get_function_type(types.void, self.arguments)
            name = f"shared.{self.name}"
            slot = builder.module.globals.get(name) or ir.GlobalVariable(builder.module, function_type.as_pointer(), name)
            function = builder.load(slot)
            with builder.if_then(builder.icmp_unsigned("==", function, function.type(None)), likely=False):
                convention.return_user_exc(builder, RuntimeError, (f"{self.name} is not loaded. Call kernel.address first.",))
            status, _ = convention.call_function(builder, function, types.void, self.arguments, arguments)
            with builder.if_then(status.is_error, likely=False):
                convention.return_status_propagate(builder, status)
            return context.get_dummy_value()

        return types.void(*self.arguments), generate


def load_compiled() -> None:
    """Fill the slots of all functions that were ever compiled."""
    for function in _functions:
        if function.slot.value is None and cache.compiled(function.name):
            function.find()
