"""A process that compiles kernels into the cache: it makes itself ready at once, and is told later which."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from kernels import cache

ROOT = Path(__file__).parents[1]


class Compiler:
    """`python -m kernels -`, once. Raises OSError when no process can be started."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "kernels", "-"]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=nowhere, stderr=pipe, text=True)

    def compile(self, names: Iterable[str]) -> str:
        """Wait until the kernels of those names are in the cache; what it complained of, or "" when all went well."""
        _, said = self._process.communicate("\n".join(names))
        return said if self._process.returncode else ""


def head_start() -> Compiler | None:
    """A compiler to be told soon, where none of this build's kernels was ever compiled; else there is probably nothing to do."""
    try:
        return None if cache.any_compiled() else Compiler()
    except OSError:
        return None
