"""A real server of the live route, and a client that behaves like a page."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from playground.live.channel import routes
from playground.live.doors import Door
from playground.live.frames import Facts, unpack
from playground.live.house import House
from tests.live.lab import PATIENCE, until


@contextmanager
def serving(home: House, door: Door | None = None) -> Iterator[str]:
    """The address of a server of this house's live route."""
    app = Starlette(routes=routes(home, lambda: door or Door()))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/live"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def opened(address: str, key: Any, tab: str | None = None, **choices: Any) -> Iterator[Page]:
    """A page that has said hello."""
    with connect(address, max_size=None, compression=None, **choices) as socket:
        page = Page(socket)
        page.send({"key": key, "tab": tab, "watch": True})
        yield page


@contextmanager
def looking_on(address: str, lab: str) -> Iterator[Page]:
    """A page that looks at what a lab has on show."""
    with connect(address, max_size=None, compression=None) as socket:
        page = Page(socket)
        page.send({"show": lab, "watch": True})
        yield page


class Page:
    """A browser page: draws and acknowledges what comes, answers beats."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.tab: str | None = None
        self.frame: Facts = {}
        self.scene: Facts = {}
        self.arrays: dict[str, np.ndarray] = {}
        self.acknowledges = True

    def send(self, message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hear(self, patience: float = PATIENCE) -> bool:
        """The next message; whether it was a frame."""
        message = self.socket.recv(patience)
        if isinstance(message, str):
            self.tab = json.loads(message).get("tab", self.tab)
            self.send({"beat": 1})
            return False
        self.frame, scene, arrays = unpack(message)
        self.scene = scene or self.scene
        self.arrays |= arrays
        if self.acknowledges:
            self.send({"ack": self.frame["seq"], "revision": self.frame["revision"]})
        return True

    def see(self, what: Callable[[Facts], bool], patience: float = PATIENCE) -> Facts:
        """The first frame of which this is true."""
        end = time.monotonic() + patience
        while not (self.hear(max(0.01, end - time.monotonic())) and what(self.frame)):
            pass
        return self.frame

    def first(self) -> Facts:
        """A frame that shows a run that is ready."""
        while self.frame.get("state", "preparing") == "preparing":
            self.hear(120)
        return self.frame

    def closed(self, patience: float = PATIENCE) -> int:
        """The code with which the server ends the connection."""
        end = time.monotonic() + patience
        try:
            while time.monotonic() < end:
                self.socket.recv(patience)
        except ConnectionClosed as closing:
            return closing.rcvd.code if closing.rcvd else 1006
        raise AssertionError("The connection was not closed.")
