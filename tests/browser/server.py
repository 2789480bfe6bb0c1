"""The real server, `streamlit run app.py`, in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """A running server: where it is, its process, and the file that holds all it said."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Everything it has written so far."""
        return self.log.read_text(errors="replace")

    def complaints(self, since: int) -> list[str]:
        """The lines of tracebacks through our own code, and of watched files. Streamlit has one of its own when a page leaves too early.

        All requests pass the middleware in preload.py, so that a line of it alone says nothing.
        """
        text = self.said()[since:]
        own = re.escape(str(ROOT))
        return re.findall(rf".*(?:{own}/(?:app\.py|playground/(?!ui/preload\.py)|kernels/)|Uncaught app|Inotify).*", text)


@contextmanager
def serving(folder: Path, port: int | None = None, script: str = "app.py", **environment: str) -> Iterator[Server]:
    """Start the app on a free port (or the given one) of this machine, wait until it is healthy, and end it by its process in the end.

    The log goes to `folder`; `environment` is set on top of this process's own. Raises RuntimeError with the log when it does not start.
    """
    port = port or free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), "--server.headless", "true"]
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment})
    try:
        server = Server(f"http://127.0.0.1:{port}", process, log)
        wait_until_healthy(server)
        yield server
    finally:
        stop(process)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_healthy(server: Server) -> None:
    """Return as soon as the server answers its health check."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start. It said:\n{server.said()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; insist after a while."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
