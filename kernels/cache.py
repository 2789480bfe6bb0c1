"""Where compiled kernels are kept, and which of them are there already."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
import zlib
from contextlib import suppress
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


def versions() -> tuple[str, ...]:
    """Of all that has a part in making machine code."""
    return numba_version, llvmlite.__version__, str(sys.implementation.cache_tag)


def processor() -> tuple[object, ...]:
    """What machine code is made for: the kind of processor, and what it can do (a virtual one may do less than its kind)."""
    llvm, wished = llvmlite.binding, (config.CPU_NAME, config.CPU_FEATURES, config.ENABLE_AVX)  # type: ignore[attr-defined]
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), *wished


@cache
def directory() -> Path:
    """This build's folder: its name hashes all that compiled code depends on."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        # Numba's own index compares modification times, so they belong to the name.
        digest.update(f"{file.name} {file.stat().st_mtime_ns}".encode())
        digest.update(file.read_bytes())
    digest.update(repr((*versions(), *processor(), config.BOUNDSCHECK, SIMD)).encode())  # type: ignore[attr-defined]
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


def place(name: str) -> Path:
    """The file of the function of that name."""
    return directory() / f"{name}.o"


def compiled(name: str) -> bool:
    """Whether the kernel of that name can be loaded in less than a millisecond instead of compiled in a second."""
    return place(name).exists()


def any_compiled() -> bool:
    """Whether this build ever compiled a kernel."""
    return any(directory().glob("*.o"))


def write(name: str, entry: str, code: bytes) -> None:
    """Keep machine code, whole or not at all; without room on the disk it is compiled again next time."""
    file = place(name)
    unfinished = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        unfinished.write_bytes(f"{zlib.crc32(code)} {entry}\n".encode() + code)
        unfinished.replace(file)


def read(name: str) -> tuple[str, bytes] | None:
    """The function's name in its machine code, and the code; None when it is not there, or not as it was written."""
    try:
        header, _, code = place(name).read_bytes().partition(b"\n")
    except OSError:
        return None
    check, _, entry = header.decode(errors="replace").partition(" ")
    return (entry, code) if check == str(zlib.crc32(code)) else None
