"""Kernels are compiled by a child process; a session that waits for them says how far it is, and the others go on."""

from __future__ import annotations

from kernels import cache
from playground.live.preparation import Preparation
from tests.live.lab import CIRCLE, Eyes, WeightsLab, drive, house, until


def test_a_child_fills_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path))
    preparation = Preparation()
    assert preparation.waits_for(["tick"])
    assert preparation.waits_for(["tick"])
    until(lambda: not preparation.waits_for(["tick"]), 60)
    assert len(list(tmp_path.glob("kernels-*/tick.o"))) == 1


def test_a_child_that_fails_is_not_waited_for_again(caplog):
    preparation = Preparation()
    assert preparation.waits_for(["nonsense"])
    until(lambda: not preparation.waits_for(["nonsense"]), 60)
    assert "No kernel is called nonsense" in caplog.text


def test_a_session_waits_while_others_train():
    with house() as before:
        drive(before)  # the cache has all kernels, so the house below has not tried any
    with house(threads=2) as home:
        other = drive(home)
        marks = [cache.place(name) for name in ("tick", "guard")]
        for mark in marks:
            mark.unlink()
        session = home.open(WeightsLab, CIRCLE)
        eyes = Eyes(session)
        frame = eyes.see(lambda frame: frame["state"] == "preparing")
        assert frame["kernels"]["done"] == frame["kernels"]["total"] - 2
        assert eyes.scene["experiment"]["seed"] == CIRCLE.seed
        seq = frame["seq"]
        steps = other.run.steps
        other.do(lambda other: other.play()).result(5)
        until(lambda: other.run.steps > steps + 1000)
        frame = eyes.see(lambda frame: frame["state"] == "paused", 60)
        assert frame["kernels"]["done"] == frame["kernels"]["total"]
        assert frame["seq"] - seq < 8  # a frame when there is progress, not 60 a second
        assert all(mark.exists() for mark in marks)
