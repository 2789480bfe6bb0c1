"""`make run` on an installed environment whose kernels were never compiled: how long until the first trained step is on the screen."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from benchmarks.report import Figure
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import ROOT, Server, free_port, wait_until_healthy
from tests.browser.visit import Visit

TITLE = "First start, no kernel compiled yet"


def measure() -> Iterator[Figure]:
    """Seconds from the command to a trained step."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        begun = time.perf_counter()
        with made(Path(folder)) as server:
            visit = Visit(browser.new_context().new_page(), server.url, tapped=False).open()
            visit.play()
            visit.wait("__stage.step > 0")
            yield Figure("`make run` to the first trained step", time.perf_counter() - begun, "s", 12, higher=False)
        browser.close()


@contextmanager
def made(folder: Path) -> Iterator[Server]:
    """What `make run` starts, with an empty cache; ended with its children."""
    port = free_port()
    settings = {"PLAYGROUND_CACHE": str(folder / "cache"), "STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, stdout=output, stderr=output, env={**os.environ, **settings}, start_new_session=True
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", process, log)
        wait_until_healthy(server)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
