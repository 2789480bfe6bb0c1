"""Fill the disk cache: `python -m kernels [NAME ...]` compiles the kernels of those names, or all, and prints each name when it is done."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import pkgutil
import sys
from collections.abc import Iterable

import numpy as np

import kernels
from kernels import cache
from kernels.kernel import Kernel, address, declared, execute, name_of
from kernels.team import cores


def warm_up(names: list[str]) -> None:
    """Compile what is missing of `names` (all kernels when empty), and the loop that runs programs, on all processors."""
    for module in pkgutil.iter_modules(kernels.__path__):
        if module.name != "__main__":
            importlib.import_module(f"kernels.{module.name}")
    known = declared()
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"No kernel is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    gc.disable()  # the compiler makes millions of objects and keeps them: looking for garbage takes a fifth of its time
    execute(np.zeros(0, np.int64), np.zeros((0, 1), np.int64), np.zeros(1, np.float32), np.zeros(1, np.float32), 0)
    batches = by_module([known[name] for name in names or known])
    processes = min(cores(), len(batches))
    if processes < 2 or sys.platform != "linux":  # elsewhere a process that is forked may not go on with what its parent has loaded
        report(map(compile_batch, batches))
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        report(pool.imap_unordered(compile_batch, batches))


def by_module(chosen: list[Kernel]) -> list[list[str]]:
    """The kernels' names, those of one file together, for they share what they call; the longest files first."""
    batches: dict[str, list[Kernel]] = {}
    for kernel in chosen:
        batches.setdefault(kernel.py_func.__module__, []).append(kernel)
    longest_first = sorted(batches.values(), key=lambda batch: -sum(len(kernel.py_func.__code__.co_code) for kernel in batch))
    return [[name_of(kernel) for kernel in batch] for batch in longest_first]


def compile_batch(names: list[str]) -> list[str]:
    """Compile the kernels of those names into the cache."""
    for name in names:
        address(declared()[name])
        cache.mark_compiled(name)
    return names


def report(done: Iterable[list[str]]) -> None:
    """Say what is done."""
    for names in done:
        print(*names, sep="\n", flush=True)


if __name__ == "__main__":
    warm_up(sys.argv[1:])
