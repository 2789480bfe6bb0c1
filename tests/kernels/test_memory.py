"""Moving numbers about, against NumPy and plain loops; with awkward sizes."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import memory as moves
from kernels.kernel import HALT, address, execute

NO_DATA = np.zeros(1, np.float32)


def run(kernel, memory, operands, data=NO_DATA, times=1):
    """Execute one kernel as a program of one instruction."""
    row = np.zeros((1, 24), np.int64)
    row[0, : len(operands)] = operands
    return execute(np.array([address(kernel)]), row, memory, data, times)


def test_execute_stops_where_it_is_halted() -> None:
    memory = np.zeros(32, np.float32)
    assert run(moves.guard, memory, (16,), times=5) == 5
    memory[16] = np.nan
    assert run(moves.guard, memory, (16,), times=5) == 0
    assert memory[HALT] == 1


@pytest.mark.parametrize(("value", "halts"), [(0.0, 0), (-1e38, 0), (np.inf, 1), (-np.inf, 1), (np.nan, 1)])
def test_guard(value: float, halts: int) -> None:
    memory = np.zeros(32, np.float32)
    memory[20] = value
    run(moves.guard, memory, (20,))
    assert memory[HALT] == halts


def test_clear_leaves_the_neighbours_alone() -> None:
    memory = np.full(32, 7, np.float32)
    run(moves.clear, memory, (5, 16))
    np.testing.assert_array_equal(memory[15:22], [7, 0, 0, 0, 0, 0, 7])


def test_the_losss_gradient_by_itself_is_1() -> None:
    memory = np.full(32, 7, np.float32)
    run(moves.start_backward, memory, (20,))
    np.testing.assert_array_equal(memory[19:22], [7, 1, 7])


def test_tick_counts_beyond_what_float32_can() -> None:
    memory = np.zeros(32, np.float32)
    memory[16:18].view(np.int64)[0] = 2**40
    run(moves.tick, memory, (16, 18), times=3)
    assert memory[16:18].view(np.int64)[0] == 2**40 + 3
    assert memory[18:20].view(np.int64)[0] == 3


@pytest.mark.parametrize(("rows", "examples", "inputs", "targets"), [(1, 1, 1, 1), (3, 10, 2, 1), (10, 10, 5, 3), (4, 7, 1, 2)])
def test_draw_batch_shows_each_example_once_an_epoch(rows: int, examples: int, inputs: int, targets: int) -> None:
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(examples, inputs)).astype(np.float32), rng.normal(size=(examples, targets)).astype(np.float32)
    data = np.concatenate([x.ravel(), t.ravel()])
    order, counters, random, at_x, at_t, picked = 16, 64, 80, 96, 256, 400
    memory = np.zeros(512, np.float32)
    memory[random : random + 4].view(np.uint64)[:] = (1, 2)
    operands = (rows, examples, inputs, targets, 0, x.size, inputs, targets, order, counters, random, at_x, at_t, picked)
    for _ in range(3):
        seen = []
        for _ in range(examples // rows):
            run(moves.draw_batch, memory, operands, data)
            chosen = memory[picked : picked + rows].view(np.int32)
            np.testing.assert_array_equal(memory[at_x : at_x + rows * inputs].reshape(rows, inputs), x[chosen])
            np.testing.assert_array_equal(memory[at_t : at_t + rows * targets].reshape(rows, targets), t[chosen])
            seen += chosen.tolist()
        assert len(set(seen)) == len(seen)
    assert memory[counters : counters + 4].view(np.int64).tolist() == [0, 3]


@pytest.mark.parametrize(("rows", "first", "count"), [(1, 0, 1), (4, 0, 10), (4, 3, 4), (5, 2, 7), (7, 0, 7)])
def test_load_chunk_and_score_count_every_row_once(rows: int, first: int, count: int) -> None:
    rng = np.random.default_rng(1)
    total = first + count
    x, t = rng.normal(size=(total, 2)).astype(np.float32), rng.integers(0, 3, (total, 1)).astype(np.float32)
    data = np.concatenate([x.ravel(), t.ravel()])
    counters, at_x, at_t, losses, outputs, totals = 16, 32, 96, 128, 160, 240
    memory = np.zeros(512, np.float32)
    for _ in range(-(-count // rows)):
        run(moves.load_chunk, memory, (rows, count, 2, 1, 2 * first, x.size + first, 2, 1, counters, at_x, at_t), data)
        chunk = memory[at_x : at_x + 2 * rows].reshape(rows, 2)
        memory[losses : losses + rows] = chunk[:, 0]
        memory[outputs : outputs + 3 * rows].reshape(rows, 3)[:] = np.column_stack([chunk, chunk[:, :1] * 0])
        run(moves.score, memory, (rows, 1, 3, 1, losses, outputs, at_t, counters, totals))
    own = x[first:]
    answer = np.column_stack([own, np.zeros(count)]).argmax(axis=1)
    loss, hits = memory[totals : totals + 4].view(np.float64)
    assert loss == pytest.approx(own[:, 0].sum(), rel=1e-5)
    assert hits == np.sum(answer == t[first:, 0])


def test_score_of_one_output_asks_for_its_sign_and_nan_never_hits() -> None:
    memory = np.zeros(64, np.float32)
    memory[16:20] = (1, 2, 3, 4)
    memory[20:24] = (0.5, -0.5, np.nan, 0)
    memory[24:28] = (1, 0, 1, 1)
    run(moves.score, memory, (4, 1, 1, 1, 16, 20, 24, 32, 40))
    assert memory[40:44].view(np.float64).tolist() == [10, 2]


def test_a_tally_adds_to_what_was_there_and_skips_what_was_counted() -> None:
    memory = np.zeros(64, np.float32)
    memory[16:20] = (1, 2, 3, 4)
    memory[32:36].view(np.int64)[:] = (8, 1)
    memory[40:42].view(np.float64)[:] = 0.5
    run(moves.tally, memory, (4, 16, 32, 40))
    assert memory[40:42].view(np.float64)[0] == 9.5


def test_score_counts_each_step_of_a_row() -> None:
    memory = np.zeros(64, np.float32)
    memory[16:20] = (1, 2, 3, 4)
    memory[20:28] = (0, 1, 1, 0, 0, 1, 1, 0)
    memory[28:32] = (1, 0, 1, 1)
    memory[34:36].view(np.int64)[0] = 1
    run(moves.score, memory, (2, 2, 2, 1, 16, 20, 28, 32, 40))
    assert memory[40:44].view(np.float64).tolist() == [7, 1]


@pytest.mark.parametrize(("inputs", "targets", "apart", "lead"), [(5, 1, 1, 7), (20, 20, 10, 1), (3, 2, 4, 3)])
def test_rows_may_overlap(inputs: int, targets: int, apart: int, lead: int) -> None:
    series = np.arange(100, dtype=np.float32)
    memory, rows, count = np.zeros(512, np.float32), 3, 7
    order, counters, random, at_x, at_t, picked = 16, 32, 40, 64, 192, 300
    memory[random : random + 4].view(np.uint64)[:] = (1, 2)
    where, results = (0, lead, apart, apart), (at_x, at_t)

    def agree(numbers: np.ndarray) -> None:
        for i, row in enumerate(numbers):
            np.testing.assert_array_equal(memory[at_x + i * inputs :][:inputs], apart * row + np.arange(inputs))
            np.testing.assert_array_equal(memory[at_t + i * targets :][:targets], apart * row + lead + np.arange(targets))

    run(moves.draw_batch, memory, (rows, count, inputs, targets, *where, order, counters, random, *results, picked), series)
    agree(memory[picked : picked + rows].view(np.int32))
    memory[counters : counters + 4] = 0
    for numbers in ([0, 1, 2], [3, 4, 5], [4, 5, 6]):
        run(moves.load_chunk, memory, (rows, count, inputs, targets, *where, counters, *results), series)
        agree(np.array(numbers))


@pytest.mark.parametrize("size", [1, 2, 15, 16, 17])
def test_mean_and_add(size: int) -> None:
    rng = np.random.default_rng(size)
    memory = rng.normal(size=256).astype(np.float32)
    before = memory.copy()
    a, b, y, da, db, dy = (16 + 32 * i for i in range(6))
    run(moves.add_forward, memory, (size, a, b, y))
    np.testing.assert_array_equal(memory[y : y + size], before[a : a + size] + before[b : b + size])
    run(moves.add_backward, memory, (size, a, b, y, da, -1, dy))
    np.testing.assert_array_equal(memory[da : da + size], before[da : da + size] + before[dy : dy + size])
    np.testing.assert_array_equal(memory[db : db + size], before[db : db + size])
    run(moves.mean_forward, memory, (size, a, 0))
    assert memory[0] == pytest.approx(before[a : a + size].mean(), rel=1e-5, abs=1e-6)
    memory[dy] = 3
    memory[da : da + size] = 1
    run(moves.mean_backward, memory, (size, a, 0, da, dy))
    np.testing.assert_allclose(memory[da : da + size], 1 + 3 / size, rtol=1e-6)
