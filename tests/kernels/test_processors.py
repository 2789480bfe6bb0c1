"""What threads know of each other's processors, and whether they go where they are sent."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from numba import njit

from kernels.processors import ALL, ALLOWED, LINUX, clock, cores, here, move, settle

MORE = 2**22 + 1  # a larger number than Linux gives to any thread
linux = pytest.mark.skipif(not LINUX, reason="only Linux lets threads see each other's clocks and choose their processors")


@njit
def ask() -> tuple[int, int]:
    """Where this thread runs, and how long it has worked."""
    return here(), clock(0)


@njit
def clock_of(thread: int) -> int:
    return clock(thread)


@njit
def settle_on(thread: int, processors: int) -> None:
    settle(thread, processors)


@contextmanager
def waiting() -> Iterator[int]:
    """A thread that only waits: its number."""
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    assert thread.native_id is not None
    yield thread.native_id
    go.set()
    thread.join()


def test_there_are_as_many_cores_as_processors_that_may_be_used() -> None:
    assert cores() == len(ALL) >= 1
    assert bin(ALLOWED).count("1") in (0, cores())


@linux
def test_a_clock_goes_on_while_its_thread_works_and_stands_still_while_it_waits() -> None:
    (place, before), end = ask(), time.thread_time() + 0.002
    while time.thread_time() < end:
        pass
    assert place in ALL
    assert ask()[1] - before >= 2_000_000
    with waiting() as thread:
        time.sleep(0.02)
        assert clock_of(thread) == clock_of(thread) > 0


@linux
def test_nobody_knows_the_clock_of_a_thread_that_is_not_there() -> None:
    assert clock_of(MORE) == -1


@linux
@pytest.mark.skipif(not ALLOWED, reason="there are more processors than a word has bits")
def test_threads_run_where_they_are_sent_and_then_where_they_like() -> None:
    with waiting() as thread:
        for processor in ALL:
            settle_on(thread, 1 << processor)
            assert os.sched_getaffinity(thread) == {processor}
        move(thread, 1 << min(ALL), ALLOWED)
        assert os.sched_getaffinity(thread) == ALL
        move(thread, 0, ALLOWED)  # nowhere: it stays
        move(thread, 1 << min(ALL), 0)  # nobody may be moved
        assert os.sched_getaffinity(thread) == ALL
