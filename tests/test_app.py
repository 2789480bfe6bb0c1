"""The app as a host starts it: from another folder, under a prefix, with names of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from playground.live.channel import UNKNOWN
from tests.browser.server import START_SECONDS, free_port, stop

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def streamlit(tmp_path_factory):
    """The app by Streamlit's command, from a folder that is not its own, under a prefix."""
    command = ["streamlit", "run", str(ROOT / "app.py"), "--server.headless", "true", "--server.fileWatcherType", "none", "--server.port"]
    with started(command, tmp_path_factory.mktemp("elsewhere"), "/lab", STREAMLIT_SERVER_BASE_URL_PATH="lab") as port:
        yield port


@pytest.fixture(scope="module")
def uvicorn():
    """The app by any ASGI server."""
    with started(["uvicorn", "app:app", "--log-level", "warning", "--port"], ROOT, "") as port:
        yield port


@contextmanager
def started(command, folder, prefix, **settings):
    """The port of a server of one's own, until it is no longer needed."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", *command, str(port)], cwd=folder, env={**os.environ, **settings})
    try:
        deadline = time.monotonic() + START_SECONDS
        while not healthy(f"http://127.0.0.1:{port}{prefix}/_stcore/health"):
            assert process.poll() is None, "The app ended."
            assert time.monotonic() < deadline, "The app did not start."
            time.sleep(0.1)
        yield port
    finally:
        stop(process)


def healthy(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


def answer(address, **choices):
    """The code with which the live route ends a connection that names no seat."""
    with connect(address, **choices) as line:
        line.send('{"key": "guess", "tab": null, "watch": true}')
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(10)
    return closed.value.rcvd.code


@pytest.mark.parametrize("path", ["/live", "/lab/live"])
def test_the_live_route_is_there_with_and_without_the_prefix(streamlit, path):
    assert answer(f"ws://127.0.0.1:{streamlit}{path}", origin=f"http://127.0.0.1:{streamlit}") == UNKNOWN


def test_any_server_has_the_live_route(uvicorn):
    assert answer(f"ws://127.0.0.1:{uvicorn}/live", origin=f"http://127.0.0.1:{uvicorn}") == UNKNOWN


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_foreign_pages_stay_outside(streamlit, origin):
    assert refusal(f"ws://127.0.0.1:{streamlit}/lab/live", origin=origin) == 403


def test_foreign_names_are_not_answered(streamlit):
    assert refusal("ws://evil.example/lab/live", sock=socket.create_connection(("127.0.0.1", streamlit))) == 403


def refusal(address, **choices):
    """The status of a connection that does not come about."""
    with pytest.raises(InvalidStatus) as refused, connect(address, **choices):
        pass
    return refused.value.response.status_code
