"""Answers that leave at once.

Streamlit (and uvicorn with several workers) binds its socket without naming TCP as its protocol, and asyncio switches Nagle's algorithm
off only where TCP is named. With it on, the end of each answer waits for the browser's acknowledgement of its beginning, which browsers
put off for 40 ms: a page of a hundred files and a frame of a run feel it.
"""

from __future__ import annotations

import gc
import socket

INTERNET = (socket.AF_INET, socket.AF_INET6)


def send_at_once() -> None:
    """Switch Nagle's algorithm off for every connection that this process's listening sockets accept from now on."""
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.fileno() >= 0 and thing.family in INTERNET and thing.type == socket.SOCK_STREAM:
            thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what a listening socket is set to, those it accepts inherit
