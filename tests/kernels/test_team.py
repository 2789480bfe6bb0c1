"""Programs that several threads execute: each instruction once, in an order that keeps rounds apart, whoever comes and goes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from kernels import memory as moves
from kernels.kernel import HALT, address
from kernels.processors import ALL
from kernels.team import STOPPED, WHOLE, Team, rounds_of
from tests.kernels.desk import NO_DATA

PARTS, TIMES = 4, 2000
LONG, SOME, TEAMS = 1 << 16, 100, 20  # counts that take long enough for others to come in between, in some steps of some teams
LOSS, TOTAL, COUNTS = 16, 17, 32  # places in memory; each part counts for itself


def program(width: int = 1) -> tuple[np.ndarray, ...]:
    """Each part counts one, then two at once; in between and after it the counts are added to the total.

    A part has `width` counts that are the same, and each of them costs time.
    """
    ones, places = COUNTS + PARTS * width, [COUNTS + part * width for part in range(PARTS)]
    count = [(moves.add_forward, (width, place, ones, place), part) for part, place in enumerate(places)]
    twice = [line for line in count for _ in range(2)]
    add = [(moves.sum_parts, (1, PARTS, width, COUNTS, TOTAL), WHOLE), (moves.guard, (LOSS,), WHOLE)]
    lines = [*count, *add, *twice, *count, *add]
    operands = np.zeros((len(lines), 8), np.int64)
    for row, (_, numbers, _) in zip(operands, lines, strict=True):
        row[: len(numbers)] = numbers
    addresses = np.array([address(kernel) for kernel, _, _ in lines])
    memory = np.zeros(ones + width, np.float32)
    memory[ones:] = 1
    return addresses, operands, rounds_of(np.array([shard for _, _, shard in lines])), memory, NO_DATA


def counted(steps: int) -> tuple[float, float]:
    """What each part and the total come to."""
    return 4 * steps, PARTS * sum(4 * step + 1 + 4 * step + 4 for step in range(steps))


@pytest.mark.parametrize(
    ("shards", "rounds"),
    [
        ([], []),
        ([-1, -1], [[0, 2]]),
        ([0, 0, 1, 2], [[0, 2, 3, 4]]),
        ([-1, 0, 1, -1, 0, 1], [[0, 1, 1], [1, 2, 3], [3, 4, 4], [4, 5, 6]]),
        ([0, 1, 0, 1, 1], [[0, 1, 2], [2, 3, 5]]),
        ([-1, 0, 1, 2, 0, 1], [[0, 1, 1, 1], [1, 2, 3, 4], [4, 5, 6, 6]]),
    ],
)
def test_a_round_is_what_may_be_done_at_the_same_time(shards: list[int], rounds: list[list[int]]) -> None:
    assert rounds_of(np.array(shards, np.int64)).tolist() == rounds


@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_each_instruction_is_done_once_however_many_help(helpers: int) -> None:
    shared = program()
    team = Team(*shared)
    with helping(team, helpers):
        assert team.lead(TIMES) == TIMES
    memory = shared[3]
    parts, total = counted(TIMES)
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [parts] * PARTS
    assert memory[TOTAL] == pytest.approx(total, rel=1e-4)


def test_each_instruction_is_done_once_while_other_programs_take_processors_and_nobody_stays_where_he_was_moved() -> None:
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * len(ALL))]
    try:
        for _ in range(TEAMS):
            shared, ends = program(LONG), list[set[int]]()
            team = Team(*shared)
            with helping(team, 2, then=lambda ends=ends: ends.append(affinity())):
                assert team.lead(SOME) == SOME
            counts = shared[3][COUNTS : COUNTS + PARTS * LONG]
            np.testing.assert_array_equal(counts, counted(SOME)[0])
            assert [affinity(), *ends] == [ALL] * 3
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_who_comes_in_the_midst_helps_and_who_comes_too_late_goes() -> None:
    shared = program()
    team = Team(*shared)
    leader = threading.Thread(target=team.lead, args=(TIMES,))
    leader.start()
    team.help_out()
    leader.join()
    before = shared[3].copy()
    team.help_out()
    np.testing.assert_array_equal(shared[3], before)
    assert shared[3][COUNTS] == counted(TIMES)[0]


def test_helpers_touch_nothing_before_it_begins() -> None:
    addresses, operands, _, memory, data = program()
    team = Team(addresses, operands, np.array([[0, 1, 2, 3, 4]]), memory, data)  # a program whose first round may be shared
    with helping(team, 1) as helpers:
        helpers[0].join(0.05)
        assert helpers[0].is_alive()
        assert memory[COUNTS : COUNTS + PARTS].tolist() == [0] * PARTS
        assert team.lead(5) == 5
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [5] * PARTS


def test_all_stop_where_it_halts() -> None:
    shared = program()
    memory = shared[3]
    memory[LOSS] = np.nan
    team = Team(*shared)
    with helping(team, 1):
        assert team.lead(TIMES) == 0
    assert team.board[STOPPED] == 1
    assert memory[HALT] == 1
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [1] * PARTS
    assert Team(*shared).lead(TIMES) == 0  # what has halted stands still
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [1] * PARTS


def test_a_step_that_halts_with_its_last_instruction_does_not_count() -> None:
    addresses, operands, rounds, memory, data = program()
    memory[LOSS] = np.inf
    ending = rounds.copy()
    ending[1] = (4, 4, 4, 4, 4)  # the first guard is left out, the last one stays
    assert Team(addresses, operands, ending, memory, data).lead(TIMES) == 0
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [4] * PARTS


@contextmanager
def helping(team: Team, helpers: int, then: Callable[[], None] = lambda: None) -> Iterator[list[threading.Thread]]:
    """So many threads that help until it has come to its end, and then do something else."""
    threads = [threading.Thread(target=lambda: (team.help_out(), then()), daemon=True) for _ in range(helpers)]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.join()


def affinity() -> set[int]:
    """The processors that this thread may run on."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ALL
