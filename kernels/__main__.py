"""Fill the disk cache: `python -m kernels [NAME ...]` compiles the kernels of those names, or all, and prints each name when it is done."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import numpy as np

import kernels
from kernels import cache
from kernels.kernel import address, declared, execute


def warm_up(names: list[str]) -> None:
    """Compile what is missing of `names` (all kernels when empty), and the loop that runs programs."""
    for module in pkgutil.iter_modules(kernels.__path__):
        if module.name != "__main__":
            importlib.import_module(f"kernels.{module.name}")
    known = declared()
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"No kernel is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
    execute(np.zeros(0, np.int64), np.zeros((0, 1), np.int64), np.zeros(1, np.float32), np.zeros(1, np.float32), 0)
    for name in names or sorted(known):
        address(known[name])
        cache.mark_compiled(name)
        print(name, flush=True)


if __name__ == "__main__":
    warm_up(sys.argv[1:])
