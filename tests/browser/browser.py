"""A Chromium to test with: one that is there, or else one that is installed now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FLAGS = (
    "--no-sandbox",  # root, as in a container, has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ADVICE = """No Chromium could be found or installed. Any of these helps:
    CHROMIUM_PATH=/path/to/chrome make test
    {python} -m playwright install --with-deps chromium
    apt-get install chromium      (as root, on Debian)
What was tried:
{tried}"""


class NoBrowserError(RuntimeError):
    """There is no browser and none could be installed."""


@cache
def find_browser() -> str:
    """The path of a Chromium that starts. Raises NoBrowserError, which says what to do."""
    tried: list[str] = []
    for path in candidates(tried):
        if starts(path):
            return path
        tried.append(f"{path}: does not start")
    raise NoBrowserError(ADVICE.format(python=sys.executable, tried="\n".join(f"    {line}" for line in tried)))


def candidates(tried: list[str]) -> Iterator[str]:
    """Where a browser may be, the cheapest first; what costs an installation comes when all before it have failed."""
    if chosen := os.environ.get("CHROMIUM_PATH"):
        yield chosen
        return  # who names a browser wants no other
    yield from filter(None, map(shutil.which, NAMES))
    if Path(MAC).exists():
        yield MAC
    yield from playwright_browser(tried)
    yield from debian_browser(tried)


def starts(path: str) -> bool:
    """Whether the program at `path` runs: a browser without its shared libraries does not."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwright_browser(tried: list[str]) -> Iterator[str]:
    """Playwright's own Chromium, downloaded if need be; as root with the system libraries it wants."""
    libraries = ["--with-deps"] if can_install() else []
    if attempt(tried, sys.executable, "-m", "playwright", "install", *libraries, "chromium"):
        script = "from playwright.sync_api import sync_playwright as p\nwith p() as b: print(b.chromium.executable_path)"
        yield subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def debian_browser(tried: list[str]) -> Iterator[str]:
    """Debian's package, as root."""
    if not can_install():
        tried.append("apt-get install chromium: only root on Debian can")
        return
    attempt(tried, "apt-get", "update", "-qq")
    if attempt(tried, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"):
        yield "/usr/bin/chromium"


def can_install() -> bool:
    """Whether system packages can be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def attempt(tried: list[str], *command: str) -> bool:
    """Run an installer; a failure is noted in `tried` with the line that names the error."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        said = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line or line.startswith("E:")]
        failure = "" if done.returncode == 0 else said[0].strip() if said else f"ended with {done.returncode}"
    except (OSError, subprocess.TimeoutExpired) as error:
        failure = str(error)
    if failure:
        tried.append(f"{' '.join(command)}: {failure}")
    return not failure
