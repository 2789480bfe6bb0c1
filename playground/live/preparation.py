"""Compiling kernels without holding up a page: a child process fills the cache on disk, one set of names after the other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from kernels.ahead import Compiler

logger = logging.getLogger(__name__)


class Preparation:
    """Takes names of kernels; says when there is no use in waiting for them any longer."""

    def __init__(self) -> None:
        self.compiler: Compiler | None = None  # one that is ready already
        self._lock = threading.Lock()
        self._wanted: set[str] = set()
        self._tried: set[str] = set()
        self._running = False

    def waits_for(self, names: Iterable[str]) -> bool:
        """Get these kernels compiled; False when that was tried already."""
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
        """Fill the cache. What fails is logged: whoever needs it compiles it here, slowly but surely."""
        try:
            compiler, self.compiler = self.compiler or Compiler(), None
            complaint = compiler.compile(sorted(names))
        except OSError as error:
            complaint = str(error)
        if complaint:
            logger.warning("A process that was to compile kernels failed:\n%s", complaint)

    def close(self) -> None:
        """End a compiler that nobody has used."""
        if self.compiler is not None:
            self.compiler.compile([])
            self.compiler = None
