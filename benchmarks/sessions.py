"""Twenty sessions on one server: the real route under uvicorn in one process, clients that draw whatever comes in another."""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from benchmarks.report import Figure
from playground.labs.plane import PlaneLab
from playground.labs.plane_gallery import PRESETS
from playground.live.channel import routes
from playground.live.doors import Door
from playground.live.frames import unpack
from playground.live.house import House

TITLE = "20 sessions at 5,000 steps a second each"
SESSIONS = 20
PACE = 5000
WARM, SECONDS = 4.0, 10.0
PULSE = 0.005  # seconds between two looks at the event loop's lag


def measure() -> Iterator[Figure]:
    """Frames, steps and the event loop's lag, while all sessions are watched."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there,), daemon=True)
    server.start()
    port, keys = here.recv()
    seen = asyncio.run(watch_all(port, keys))
    here.send("enough")
    lags = here.recv()
    server.join()
    yield Figure("frames drawn, the worst session", min(view.frames for view in seen) / SECONDS, "frames/s", 20)
    yield Figure("steps trained, the slowest session", min(view.steps for view in seen) / SECONDS, "steps/s", 0.98 * PACE)
    yield Figure("lag of the server's event loop, p99", 1000 * float(np.quantile(lags, 0.99)), "ms", 25, higher=False)


# ---------------------------------------------------------------- the server's process


def serve(pipe: Connection) -> None:
    """Serve until the pipe says enough; answers with the lags in seconds."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    house = House()
    seats = [house.sit(PlaneLab, PRESETS[0].experiment) for _ in range(SESSIONS)]
    app = Starlette(routes=routes(house, Door))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio", ws_per_message_deflate=False))
    gc.collect()
    gc.freeze()  # as the app does
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    pipe.send((server.servers[0].sockets[0].getsockname()[1], [seat.key for seat in seats]))
    pipe.send(await lags_until(pipe))
    server.should_exit = True
    await serving
    house.close()


async def lags_until(pipe: Connection) -> list[float]:
    """How late the event loop was at each pulse while it was busy: the last seconds before the pipe says enough."""
    lags = []
    while not pipe.poll():
        due = time.perf_counter() + PULSE
        await asyncio.sleep(PULSE)
        lags.append(time.perf_counter() - due)
    return lags[-int(SECONDS / PULSE / 2) :]


# ---------------------------------------------------------------- the clients' process


@dataclass
class View:
    """What a client has seen: frames, and the steps between the first and the last of them."""

    frames: int = 0
    first: int = 0
    last: int = 0

    @property
    def steps(self) -> int:
        """Steps trained meanwhile."""
        return self.last - self.first


async def watch_all(port: int, keys: list[str]) -> list[View]:
    """All at once, the same seconds."""
    ready = asyncio.Barrier(len(keys))
    return await asyncio.gather(*(watch(f"ws://127.0.0.1:{port}/live", key, ready) for key in keys))


async def watch(address: str, key: str, ready: asyncio.Barrier) -> View:
    """Play at the pace, warm up, then count."""
    async with connect(address, max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"key": key, "tab": None, "watch": True}))
        await until_ready(socket)
        await ready.wait()
        await socket.send(json.dumps({"do": "pace", "steps_per_second": PACE}))
        await socket.send(json.dumps({"do": "play"}))
        await look(socket, WARM)
        return await look(socket, SECONDS)


async def until_ready(socket: connect) -> None:
    """Draw until the kernels are there."""
    state = "preparing"
    while state == "preparing":
        state = (await draw(socket) or {"state": state})["state"]


async def look(socket: connect, seconds: float) -> View:
    """Draw for so long."""
    view, end = View(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        if frame := await draw(socket):
            view.frames += 1
            view.first, view.last = view.first or frame["step"], frame["step"]
    return view


async def draw(socket: connect) -> dict | None:
    """The next frame, acknowledged; None when it was another message, answered by a beat."""
    message = await socket.recv()
    if isinstance(message, str):
        await socket.send('{"beat":1}')
        return None
    frame = unpack(message)[0]
    await socket.send(json.dumps({"ack": frame["seq"], "revision": frame["revision"]}))
    return frame
