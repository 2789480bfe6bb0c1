"""Turns: everybody gets some, one at a time, the urgent first, and a failure is nobody else's."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from playground.live.scheduler import FIRST, NEVER, Scheduler
from tests.live.lab import PATIENCE, until


class Busy:
    """A turn that lasts until it is told to end."""

    def __init__(self):
        self.begun, self.end = threading.Event(), threading.Event()

    def turn(self):
        self.begun.set()
        self.end.wait(PATIENCE)
        return NEVER


class Counter:
    """Counts its turns, and how many were at the same time."""

    def __init__(self, works=0.001, again=lambda: time.monotonic()):
        self.turns = self.inside = self.most = 0
        self.works = works
        self.again = again

    def turn(self):
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(self.works)
        self.turns += 1
        self.inside -= 1
        return self.again()


class InStep:
    """Its turns end when every thread has one: else one that the system lets wait would miss what the others do."""

    def __init__(self, log, meeting, enough):
        self.log, self.meeting, self.enough = log, meeting, enough

    def turn(self):
        if len(self.log) >= self.enough:
            self.meeting.abort()
            return NEVER
        with suppress(threading.BrokenBarrierError):
            self.meeting.wait(PATIENCE)
        self.log.append(self)
        return time.monotonic()


@pytest.fixture(params=[1, 2])
def scheduler(request):
    built = Scheduler(request.param)
    yield built
    built.close()
    assert not any(thread.is_alive() for thread in built.threads)


def test_all_get_the_same_number_of_turns(scheduler):
    log, meeting = [], threading.Barrier(len(scheduler.threads))
    workers = [InStep(log, meeting, enough=125) for _ in range(5)]
    for worker in workers:
        scheduler.call(worker)
    until(lambda: len(log) >= 125)
    assert all(18 <= log[25:125].count(worker) <= 22 for worker in workers)  # the first ones were called one after the other


def test_one_thread_at_a_time(scheduler):
    worker = Counter()
    for _ in range(50):
        scheduler.call(worker)
        time.sleep(0.0005)
    until(lambda: worker.turns >= 20)
    assert worker.most == 1


def test_a_turn_comes_when_it_is_due(scheduler):
    worker = Counter(works=0, again=lambda: NEVER)
    begun = time.monotonic()
    scheduler.call(worker, begun + 0.1)
    until(lambda: worker.turns == 1)
    assert 0.1 <= time.monotonic() - begun < 1


def test_an_earlier_call_replaces_a_later_one(scheduler):
    worker = Counter(works=0, again=lambda: NEVER)
    scheduler.call(worker, time.monotonic() + 60)
    scheduler.call(worker, FIRST)
    scheduler.call(worker, time.monotonic() + 30)
    until(lambda: worker.turns == 1)


def test_a_call_during_a_turn_makes_another(scheduler):
    worker = Counter(works=0.05, again=lambda: NEVER)
    scheduler.call(worker)
    until(lambda: worker.inside == 1)
    scheduler.call(worker)
    until(lambda: worker.turns == 2)


def test_the_urgent_goes_before_those_who_wait():
    scheduler, order, gate = Scheduler(1), [], threading.Event()

    class Named:
        def __init__(self, name):
            self.name = name

        def turn(self):
            gate.wait()
            order.append(self.name)
            return NEVER

    scheduler.call(Named("busy"))
    now = time.monotonic()
    for name in ("a", "b"):
        scheduler.call(Named(name), now)
    scheduler.call(Named("urgent"))
    gate.set()
    until(lambda: len(order) == 4)
    scheduler.close()
    assert order == ["busy", "urgent", "a", "b"]


def test_a_failure_is_logged_and_the_others_go_on(scheduler, caplog):
    class Broken:
        def turn(self):
            raise RuntimeError("broken worker")

    worker = Counter()
    for _ in range(3):
        scheduler.call(Broken())
    scheduler.call(worker)
    until(lambda: worker.turns >= 5)
    assert "broken worker" in caplog.text


def test_nothing_to_do_costs_nothing():
    scheduler = Scheduler(2)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.05
    scheduler.close()


# ---------------------------------------------------------------- errands


def idle(scheduler):
    return scheduler._idle == len(scheduler.threads)


def test_idle_threads_begin_an_errand_at_once(scheduler):
    until(lambda: idle(scheduler))
    begun, end = set(), threading.Event()
    lent = scheduler.lend(lambda: (begun.add(threading.get_ident()), end.wait(PATIENCE)), 5)
    assert lent == len(scheduler.threads)
    until(lambda: len(begun) == lent)
    end.set()
    until(lambda: idle(scheduler))


def test_no_more_are_lent_than_are_wanted(scheduler):
    until(lambda: idle(scheduler))
    assert scheduler.lend(lambda: None, 1) == 1
    assert scheduler.lend(lambda: None, 0) == 0


def test_nobody_is_lent_while_all_have_turns(scheduler):
    until(lambda: idle(scheduler))
    workers = [Busy() for _ in scheduler.threads]
    for worker in workers:
        scheduler.call(worker)
        assert worker.begun.wait(PATIENCE)
    assert scheduler.lend(lambda: None, 1) == 0
    for worker in workers:
        worker.end.set()
    until(lambda: idle(scheduler))
    assert scheduler.lend(lambda: None, 1) == 1


def test_who_is_about_to_have_helped_may_help_again(scheduler):
    until(lambda: idle(scheduler))
    begun, end, again = threading.Event(), threading.Event(), threading.Event()
    for _ in scheduler.threads:
        begun.clear()
        assert scheduler.lend(lambda: (begun.set(), end.wait(PATIENCE)), 1) == 1
        assert begun.wait(PATIENCE)
    assert scheduler.lend(again.set, 1) == 1
    assert scheduler.lend(lambda: None, 1) == 0  # there is something to do first
    assert not again.is_set()
    end.set()
    assert again.wait(PATIENCE)


def test_nobody_is_lent_while_somebody_waits_for_a_turn(scheduler):
    until(lambda: idle(scheduler))
    scheduler._waiting[Counter()] = FIRST  # its turn has come, and no thread has noticed yet
    assert scheduler.lend(lambda: None, 1) == 0


def test_an_errand_that_was_taken_is_done_although_the_house_closes():
    scheduler, done = Scheduler(threads=1), threading.Event()
    until(lambda: idle(scheduler))
    assert scheduler.lend(done.set, 1)
    scheduler.close()
    assert done.is_set()
    assert scheduler.lend(lambda: None, 1) == 0
