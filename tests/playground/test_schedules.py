"""Schedules, against torch.optim.lr_scheduler where it has them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from playground.record import members
from playground.schedules import Schedule
from tests.kernels.desk import run
from tests.playground.networks import rounded
from tests.strategies import records

BASE = 0.25  # exact in float32
SHORT = {"every": st.integers(1, 50), "duration": st.integers(10, 120)}

TORCH = {
    "step": lambda o, s: lr_scheduler.StepLR(o, s.every, rounded(s.factor)),
    "exponential": lambda o, s: lr_scheduler.ExponentialLR(o, rounded(s.factor)),
    "cosine": lambda o, s: lr_scheduler.CosineAnnealingLR(o, s.duration, rounded(s.lowest)),
    "warm_up": lambda o, s: lr_scheduler.LinearLR(o, rounded(s.start), total_iters=s.duration),
    "one_cycle": lambda o, s: lr_scheduler.OneCycleLR(
        o, BASE, s.duration, pct_start=s.rise, div_factor=1 / rounded(s.start), final_div_factor=rounded(s.start) / rounded(s.end)
    ),
}


def ours(schedule: Schedule, steps: int) -> list[float]:
    """The rates of the first steps."""
    numbers = [np.array([value]) for value in schedule.numbers("schedule").values()]
    kernel = type(schedule).kernel
    return [float(run(kernel, np.array([t]), np.array([BASE]), np.zeros(1), *numbers)[2][0]) for t in range(steps)]


def theirs(schedule: Schedule, steps: int) -> list[float]:
    """The same by PyTorch."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE)
    scheduler = TORCH[schedule.kind](optimizer, schedule)
    rates = []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return rates


def drawn(kind: str) -> st.SearchStrategy[Schedule]:
    cls = members(Schedule)[kind]
    own = {"end": st.floats(1e-5, 1), "rise": st.floats(0.15, 0.9)} if kind == "one_cycle" else {}
    own |= {"start": st.floats(1e-3, 1)} if "start" in cls.model_fields else {}
    return records(cls, **own, **{name: values for name, values in SHORT.items() if name in cls.model_fields})


def test_only_a_constant_rate_needs_no_kernel() -> None:
    assert {kind for kind, cls in members(Schedule).items() if cls.kernel is None} == {"constant"}
    assert set(members(Schedule)) == TORCH.keys() | {"constant"}


@pytest.mark.parametrize("kind", TORCH)
@settings(max_examples=10, derandomize=True)
@given(data=st.data())
def test_equals_pytorch(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(drawn(kind))
    steps = getattr(schedule, "duration", 60) - (kind == "one_cycle")
    np.testing.assert_allclose(ours(schedule, steps), theirs(schedule, steps), rtol=2e-5, atol=1e-8)


@pytest.mark.parametrize("kind", ["cosine", "warm_up", "one_cycle"])
def test_stays_where_it_ends(kind: str) -> None:
    rates = ours(members(Schedule)[kind](duration=20), 60)
    assert len(set(rates[20:])) == 1
