"""Compiling kernels without holding up a page: a child process fills the cache on disk, one at a time for all who wait."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]

logger = logging.getLogger(__name__)


class Preparation:
    """Takes names of kernels; says when there is no use in waiting for them any longer."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._wanted: set[str] = set()
        self._tried: set[str] = set()
        self._running = False

    def waits_for(self, names: Iterable[str]) -> bool:
        """Get these kernels compiled; False when a child has tried them all already."""
        with self._lock:
            untried = set(names) - self._tried
            self._wanted |= untried
            if untried and not self._running:
                self._running = True
                threading.Thread(target=self._work, name="kernels", daemon=True).start()
            return bool(untried)

    def _work(self) -> None:
        while names := self._take():
            self._compile(names)
            with self._lock:
                self._tried |= names

    def _take(self) -> set[str]:
        with self._lock:
            names = self._wanted - self._tried
            self._wanted = set()
            self._running = bool(names)
            return names

    def _compile(self, names: set[str]) -> None:
        """Run the child to its end. Should it fail, whoever needs the kernels compiles them here, slowly but surely."""
        command = [sys.executable, "-m", "kernels", *sorted(names)]
        try:
            child = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
        except OSError as error:
            logger.warning("Kernels could not be compiled in a process of their own: %s", error)
            return
        if child.returncode:
            logger.warning("Kernels could not be compiled in a process of their own:\n%s", child.stderr)
