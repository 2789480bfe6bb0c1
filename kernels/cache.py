"""Where compiled kernels are kept, and which of them are there already."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from functools import cache
from pathlib import Path

import llvmlite.binding
import platformdirs
from numba import __version__ as numba_version
from numba.core import config

KEEP_DAYS = 30
SIMD = os.environ.get("PLAYGROUND_SIMD", "")  # see kernels/simd.py


def root() -> Path:
    """The folder of all caches: $PLAYGROUND_CACHE, else the user's cache folder."""
    chosen = os.environ.get("PLAYGROUND_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("neural-playground")


@cache
def directory() -> Path:
    """This build's folder: its name hashes all that compiled code depends on."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        # Numba's own index compares modification times, so they belong to the name.
        digest.update(f"{file.name} {file.stat().st_mtime_ns}".encode())
        digest.update(file.read_bytes())
    host = (numba_version, llvmlite.binding.get_host_cpu_name(), config.BOUNDSCHECK, SIMD)  # type: ignore[attr-defined]
    digest.update(repr(host).encode())
    return root() / f"kernels-{digest.hexdigest()[:16]}"


def install() -> None:
    """Point Numba at this build's folder, and drop the folders of builds not used for a month."""
    here = directory()
    here.mkdir(parents=True, exist_ok=True)
    config.CACHE_DIR = str(here)  # type: ignore[attr-defined]
    os.utime(here)
    for old in root().glob("kernels-*"):
        if old != here and time.time() - old.stat().st_mtime > KEEP_DAYS * 86400:
            shutil.rmtree(old, ignore_errors=True)


def compiled(name: str) -> bool:
    """Whether the kernel of that name can be loaded in milliseconds instead of compiled in a second."""
    return (directory() / f"{name}.compiled").exists()


def mark_compiled(name: str) -> None:
    """Remember that the kernel of that name is in the cache."""
    (directory() / f"{name}.compiled").touch()
