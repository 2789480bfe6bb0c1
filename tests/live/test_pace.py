"""Pace: steps a second are kept, and a slow machine is not asked to make up for everything."""

from __future__ import annotations

import time

import pytest

from playground.live.pace import Load, Quota


def taken(quota, seconds):
    """Steps taken by somebody who comes whenever steps are due."""
    now, steps = 0.0, 0
    while now < seconds:
        times = quota.owed(now)
        quota.done += times
        steps += times
        now = max(quota.due(now), now + 1e-4)
    return steps


@pytest.mark.parametrize("rate", [1, 3, 59, 60, 61, 1000, 5000])
def test_the_rate_is_kept(rate):
    assert taken(Quota(rate, since=0.0), 4) == pytest.approx(4 * rate, abs=1 + rate / 50)


def test_the_first_step_comes_at_once():
    assert Quota(1, since=5.0).owed(5.0) == 1


def test_what_was_missed_is_forgotten():
    quota = Quota(1000, since=0.0)
    assert quota.owed(60.0) <= 101


def test_a_turn_takes_its_few_milliseconds():
    load = Load()
    for _ in range(30):
        load.learn(load.times, load.times * 5e-6)
    assert 0.004 < load.times * 5e-6 < 0.008
    load.learn(load.times, load.times * 500e-6)
    for _ in range(10):
        load.learn(load.times, load.times * 500e-6)
    assert load.times * 500e-6 < 0.008


def test_the_first_turns_are_careful():
    load = Load()
    load.learn(1, 1e-6)
    assert load.times <= 4


def test_a_quota_starts_now():
    assert Quota(10).since == pytest.approx(time.monotonic(), abs=0.1)
