"""Programs that several threads execute: each instruction once, in an order that keeps rounds apart, whoever comes and goes."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from kernels import memory as moves
from kernels.kernel import HALT, address
from kernels.team import LINES, STOPPED, WHOLE, help_out, lead, rounds_of
from tests.kernels.desk import NO_DATA

PARTS, TIMES = 4, 2000
ONE, LOSS, TOTAL, COUNTS = 16, 17, 18, 32  # places in memory; each part counts for itself


def program() -> tuple[np.ndarray, ...]:
    """Each part counts one, then two at once; in between and after it the counts are added to the total."""
    count = [(moves.add_forward, (1, COUNTS + part, ONE, COUNTS + part), part) for part in range(PARTS)]
    twice = [line for line in count for _ in range(2)]
    add = [(moves.sum_parts, (1, PARTS, 1, COUNTS, TOTAL), WHOLE), (moves.guard, (LOSS,), WHOLE)]
    lines = [*count, *add, *twice, *count, *add]
    operands = np.zeros((len(lines), 8), np.int64)
    for row, (_, numbers, _) in zip(operands, lines, strict=True):
        row[: len(numbers)] = numbers
    addresses = np.array([address(kernel) for kernel, _, _ in lines])
    memory = np.zeros(48, np.float32)
    memory[ONE] = 1
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
    shared, board = program(), np.zeros(LINES, np.int64)
    threads = [threading.Thread(target=help_out, args=(*shared, board)) for _ in range(helpers)]
    for thread in threads:
        thread.start()
    assert lead(*shared, TIMES, board) == TIMES
    for thread in threads:
        thread.join()
    memory = shared[3]
    parts, total = counted(TIMES)
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [parts] * PARTS
    assert memory[TOTAL] == pytest.approx(total, rel=1e-4)


def test_who_comes_in_the_midst_helps_and_who_comes_too_late_goes() -> None:
    shared, board = program(), np.zeros(LINES, np.int64)
    leader = threading.Thread(target=lead, args=(*shared, TIMES, board))
    leader.start()
    help_out(*shared, board)
    leader.join()
    before = shared[3].copy()
    help_out(*shared, board)
    np.testing.assert_array_equal(shared[3], before)
    assert shared[3][COUNTS] == counted(TIMES)[0]


def test_helpers_touch_nothing_before_it_begins() -> None:
    addresses, operands, _, memory, data = program()
    parts_only = np.array([[0, 1, 2, 3, 4]])  # a program whose first round may be shared
    board = np.zeros(LINES, np.int64)
    helper = threading.Thread(target=help_out, args=(addresses, operands, parts_only, memory, data, board))
    helper.start()
    helper.join(0.05)
    assert helper.is_alive()
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [0] * PARTS
    assert lead(addresses, operands, parts_only, memory, data, 5, board) == 5
    helper.join()
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [5] * PARTS


def test_all_stop_where_it_halts() -> None:
    shared, board = program(), np.zeros(LINES, np.int64)
    memory = shared[3]
    memory[LOSS] = np.nan
    helper = threading.Thread(target=help_out, args=(*shared, board))
    helper.start()
    assert lead(*shared, TIMES, board) == 0
    helper.join()
    assert board[STOPPED] == 1
    assert memory[HALT] == 1
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [1] * PARTS
    assert lead(*shared, TIMES, np.zeros(LINES, np.int64)) == 0  # what has halted stands still
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [1] * PARTS


def test_a_step_that_halts_with_its_last_instruction_does_not_count() -> None:
    addresses, operands, rounds, memory, data = program()
    memory[LOSS] = np.inf
    ending = rounds.copy()
    ending[1] = (4, 4, 4, 4, 4)  # the first guard is left out, the last one stays
    assert lead(addresses, operands, ending, memory, data, TIMES, np.zeros(LINES, np.int64)) == 0
    assert memory[COUNTS : COUNTS + PARTS].tolist() == [4] * PARTS
