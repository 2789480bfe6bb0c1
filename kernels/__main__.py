"""Fill the disk cache: `python -m kernels [NAME ...]` compiles the kernels of those names, or all, and prints each name when it is done.

With `-` the names come from standard input, which may keep it waiting: it uses the time to make the compiler ready.
"""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
import sys
from collections.abc import Iterable
from functools import cache as cache_once

import numpy as np

import kernels
from kernels.kernel import Kernel, address, declared, execute, name_of, no_garbage_collected
from kernels.memory import tick
from kernels.processors import cores


def main(arguments: list[str]) -> None:
    """Compile the kernels of those names."""
    known = load()
    waits = arguments == ["-"]
    if waits:
        make_ready()
    names = sys.stdin.read().split() if waits else arguments or sorted(known)
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"No kernel is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    if names:
        make_ready()
        compile_all([known[name] for name in names])


def load() -> dict[str, Kernel]:
    """Every kernel there is."""
    for module in pkgutil.iter_modules(kernels.__path__):
        if module.name != "__main__":
            importlib.import_module(f"kernels.{module.name}")
    return declared()


@cache_once
def make_ready() -> None:
    """Compile what every program needs; what the compiler loads on the way, processes that are forked later have, too."""
    with no_garbage_collected():
        execute(np.zeros(0, np.int64), np.zeros((0, 1), np.int64), np.zeros(1, np.float32), np.zeros(1, np.float32), 0)
    compile_batch([name_of(tick)])


def compile_all(chosen: list[Kernel]) -> None:
    """Compile kernels on all processors."""
    batches = by_module(chosen)
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
    return names


def report(done: Iterable[list[str]]) -> None:
    """Say what is done."""
    for names in done:
        print(*names, sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
