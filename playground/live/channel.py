"""The live route: a WebSocket beside Streamlit's own, bound to a page's seat by its key.

From the page: {"key", "tab", "watch"} first, then {"ack": frame, "revision"}, {"beat": 1}, {"watch": bool} and commands {"do": ...}.
To the page: {"tab": token} first, then frames (binary) and {"beat": 1}.
Who only looks at what a lab has on show says {"show": lab, "watch"} first; there is no token then, and commands are not heard.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.live.commands import action
from playground.live.doors import Door
from playground.live.house import House
from playground.live.session import Session
from playground.live.viewer import SocketViewer

HELLO = 5.0  # seconds in which the first message must come
BEAT = 1.0  # seconds after which a silent server says that it is there
POLL = 0.05  # seconds between two looks at who may have a session
LONGEST = 2**20  # characters of a message
RATE, BURST = 200.0, 400.0  # messages a second a page may send for long, and at once

REFUSED, NOT_JSON, TOO_LONG, TOO_MANY = 1008, 1007, 1009, 4008  # close codes
UNKNOWN, GONE, FULL = 4001, 4002, 4003  # no such seat (the page reloads itself), session given up, no room


class Closing(Exception):
    """Ends a connection with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def routes(house: House, door: Callable[[], Door]) -> list[BaseRoute]:
    """The live route, under any prefix: server.baseUrlPath is not known yet, and a proxy may pass its own on."""

    async def live(socket: WebSocket) -> None:
        await serve(socket, house, door())

    return [WebSocketRoute("/live", live), WebSocketRoute("/{prefix:path}/live", live)]


async def serve(socket: WebSocket, house: House, door: Door) -> None:
    """One connection, from the door to its end."""
    if not door.admits(socket.headers.get("host"), socket.headers.get("origin")):
        await socket.close(REFUSED)  # before it is accepted: the browser sees 403
        return
    await socket.accept()
    try:
        hello = await greet(socket)
        if "show" in hello:
            await look_on(socket, house, hello)
        else:
            await drive(socket, house, hello)
    except Closing as closing:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(closing.code, closing.reason)
    except WebSocketDisconnect:
        pass


async def greet(socket: WebSocket) -> dict[str, Any]:
    """The first message."""
    try:
        return await asyncio.wait_for(receive(socket), HELLO)
    except TimeoutError:
        raise Closing(REFUSED, "No first message came.") from None


async def drive(socket: WebSocket, house: House, hello: dict[str, Any]) -> None:
    """A page that drives the session of its seat."""
    seat = house.seat(hello.get("key"))
    if seat is None:
        raise Closing(UNKNOWN, "This server knows no such page.")
    await socket.send_text('{"beat":1}')  # the way is open, whatever there is to wait for
    seat.arrive()
    try:
        for _ in seat.claim(hello.get("tab")):
            await asyncio.sleep(POLL)
        session = await found(seat.drive)
        await socket.send_text(json.dumps({"tab": session.token}))
        session.beat(BEAT)
        await Connection(socket, session, hello, session.beat).run()
    finally:
        seat.leave()


async def look_on(socket: WebSocket, house: House, hello: dict[str, Any]) -> None:
    """A page that looks at what a lab has on show."""
    exhibit = house.exhibits.get(str(hello["show"]))
    if exhibit is None:
        raise Closing(UNKNOWN, "This server has no such thing on show.")
    session = await found(exhibit.attend)
    exhibit.beat()
    await Connection(socket, session, hello, exhibit.beat).run()


async def found(session: Callable[[], Session]) -> Session:
    """The session, which may have to be opened first."""
    try:
        return await asyncio.to_thread(session)
    except ValueError as error:
        raise Closing(FULL, str(error)[:120]) from error


async def receive(socket: WebSocket) -> dict[str, Any]:
    """The next message. Raises Closing when it is not a JSON object of reasonable length."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text = message.get("text")
    if text is None:
        raise Closing(NOT_JSON, "Messages to a run are text.")
    if len(text) > LONGEST:
        raise Closing(TOO_LONG, f"A message of {len(text):,} characters came, {LONGEST:,} fit.")
    try:
        content = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Closing(NOT_JSON, "Messages to a run are JSON objects.")
    return content


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


class Connection:
    """A socket that watches a session, and drives one that is not on show. `beat` says that somebody is there."""

    def __init__(self, socket: WebSocket, session: Session, hello: dict[str, Any], beat: Callable[[], None]) -> None:
        loop, self.fresh = asyncio.get_running_loop(), asyncio.Event()
        self.socket = socket
        self.session = session
        self.beat = beat
        self.viewer = SocketViewer(session.camera, lambda: _call(loop, self.fresh.set), bool(hello.get("watch", True)))
        self._allowed, self._counted = BURST, time.monotonic()

    async def run(self) -> None:
        """Send and listen until either ends."""
        self.session.watch(self.viewer)
        try:
            await first_to_end(self._send(), self._listen())
        finally:
            self.session.leave(self.viewer)

    async def _send(self) -> None:
        """Every new frame as soon as there is room for it; a beat when there has been nothing to send for a while."""
        while self.session.alive:
            self.fresh.clear()
            message = self.viewer.take()
            if message is not None:
                await self.socket.send_bytes(message)
                self.session.wanted()
                continue
            try:
                async with asyncio.timeout(BEAT):  # wait_for would make a task of each wait
                    await self.fresh.wait()
            except TimeoutError:
                await self.socket.send_text('{"beat":1}')
        raise Closing(GONE, "The run was given up.")

    async def _listen(self) -> None:
        while True:
            message = await receive(self.socket)
            self._count()
            self.beat()
            if "ack" in message:
                self._acknowledge(message)
            elif "watch" in message:
                self.viewer.watching = bool(message["watch"])
                self.session.watch_anew()
            elif "do" in message and not self.session.on_show:
                self.session.do(action(message))

    def _acknowledge(self, message: dict[str, Any]) -> None:
        number, revision = message["ack"], message.get("revision")
        if not isinstance(number, int) or not isinstance(revision, int):
            raise Closing(NOT_JSON, "An acknowledgement holds two whole numbers.")
        self.viewer.acknowledge(number, revision)
        if not self.viewer.hungry(False):
            self.fresh.set()
        self.session.wanted()

    def _count(self) -> None:
        """Raises Closing when messages come faster than any person or page sends them."""
        now = time.monotonic()
        self._allowed = min(BURST, self._allowed + RATE * (now - self._counted)) - 1
        self._counted = now
        if self._allowed < 0:
            raise Closing(TOO_MANY, f"More than {RATE:g} messages a second came.")


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(function)


async def first_to_end(*works: Awaitable[None]) -> None:
    """Run all at once until one ends, end the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
