"""Compiling every kernel there is into an empty cache, and loading them all from a full one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Figure

TITLE = "All kernels, compiled and loaded"
LOADINGS = 3

LOAD = """
import importlib, pkgutil, time
import numba.np.arraymath  # as the app does when it starts
import kernels
from kernels.kernel import address, declared
for module in pkgutil.iter_modules(kernels.__path__):
    if module.name != "__main__":
        importlib.import_module(f"kernels.{module.name}")
begun = time.perf_counter()
for kernel in declared().values():
    address(kernel)
print(time.perf_counter() - begun)
"""


def measure() -> Iterator[Figure]:
    """Seconds, kernels, megabytes."""
    with TemporaryDirectory() as folder:
        settings = {**os.environ, "PLAYGROUND_CACHE": folder}
        begun = time.perf_counter()
        names = said([sys.executable, "-m", "kernels"], settings).split()
        yield Figure("compiled cold, on all cores", time.perf_counter() - begun, "s", 60, higher=False)
        loaded = min(float(said([sys.executable, "-c", LOAD], settings)) for _ in range(LOADINGS))
        yield Figure("loaded from the cache", loaded, "s", 0.5, higher=False)
        yield Figure("kernels", len(names))
        yield Figure("size of the cache", sum(file.stat().st_size for file in Path(folder).rglob("*")) / 2**20, "MB")


def said(command: list[str], settings: dict[str, str]) -> str:
    """What a process prints."""
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=True).stdout
