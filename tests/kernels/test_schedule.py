"""Schedules at their corners. Their numbers on the way: tests/playground/test_schedules.py."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import schedule
from tests.kernels.desk import run

BASE = 0.5


def rate(name: str, t: int, *settings: float) -> float:
    kernel = getattr(schedule, f"{name}_schedule")
    _, base, result, *_ = run(
        kernel, np.array([t]), np.array([BASE]), np.array([np.nan]), *(np.array([float(value)]) for value in settings)
    )
    assert base == BASE
    return float(result[0])


@pytest.mark.parametrize(
    ("name", "settings", "corners"),
    [
        ("step", (10, 0.5), {0: 1, 9: 1, 10: 0.5, 19: 0.5, 20: 0.25, 10**6: 0}),
        ("exponential", (0.9,), {0: 1, 1: 0.9, 2: 0.81, 10**6: 0}),
        ("cosine", (100, 0.1), {0: 1, 50: 0.6, 100: 0.2, 10**6: 0.2}),
        ("warm_up", (100, 0.1), {0: 0.1, 50: 0.55, 100: 1, 10**6: 1}),
        ("one_cycle", (100, 0.31, 0.1, 0.01), {0: 0.1, 15: 0.55, 30: 1, 99: 0.01, 10**6: 0.01}),
    ],
)
def test_corners(name: str, settings: tuple[float, ...], corners: dict[int, float]) -> None:
    for t, share in corners.items():
        assert rate(name, t, *settings) == pytest.approx(share * BASE, rel=1e-5, abs=1e-9), t
