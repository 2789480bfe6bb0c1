"""From compiled functions to addresses: each is an object file in the cache, linked into the process when it is asked for.

Numba's own cache keeps a function's types and bitcode, too, in case another function is to be compiled with a copy of it, and reads all
of them. What is called by address needs none of that: linking its machine code takes a tenth of the time.
"""

from __future__ import annotations

from functools import cache as cache_once
from pathlib import Path
from typing import Any

import llvmlite.binding
from numba.core.runtime import _nrt_python  # type: ignore[attr-defined]

from kernels import cache

# What machine code finds by name, besides what the process has, and where it is. Numba's own: what ends an array that nobody refers to.
symbols: dict[str, int] = {"NRT_MemInfo_call_dtor": _nrt_python.c_helpers["MemInfo_call_dtor"]}
_linked: dict[Any, int] = {}
_libraries: list[Any] = []  # machine code lives as long as they do


@cache_once
def linker() -> Any:
    """LLVM's own; what it cannot link is compiled instead, so it need not complain."""
    return llvmlite.binding.create_lljit_compiler(suppress_errors=True)


def link(name: str, entry: str, code: bytes) -> int | None:
    """The address of function `entry` of an object file; None when something that it calls is not there."""
    # Each has a name space of its own: Numba's names of small functions are unique in one compiling process only.
    library = llvmlite.binding.JITLibraryBuilder().add_object_img(code).add_current_process().export_symbol(entry)
    for symbol, place in symbols.items():
        library.import_symbol(symbol, place)
    try:
        linked = library.link(linker(), f"{name}.{len(_libraries)}")
    except RuntimeError:
        return None
    _libraries.append(linked)
    address: int = linked[entry]
    return address


def belongs(function: Any) -> bool:
    """Whether the cache's name covers the function's source: it is one of this package's."""
    return Path(function.py_func.__code__.co_filename).parent == Path(__file__).parent


def load(function: Any) -> int | None:
    """The address of a compiled function, by its object file; None where there is none that fits."""
    name = function.py_func.__name__
    found = cache.read(name) if belongs(function) else None
    return link(name, *found) if found else None


def compile_now(function: Any, arguments: tuple[Any, ...]) -> int:
    """The address of a function that is compiled for it, and kept when the cache's name covers its source."""
    function.compile(arguments)
    result, name = function.overloads[arguments], function.py_func.__name__
    entry = result.fndesc.llvm_func_name
    _, _, (code, _) = result.library.serialize_using_object_code()
    address = link(name, entry, code)
    if address is not None and belongs(function):
        cache.write(name, entry, code)
    return address or int(result.library.get_pointer_to_function(entry))  # Numba has linked it, too


def address_of(function: Any, arguments: tuple[Any, ...]) -> int:
    """Where a compiled function's machine code is, for these types of arguments; loads or compiles it at the first call."""
    if function not in _linked:
        _linked[function] = load(function) or compile_now(function, arguments)
    return _linked[function]
