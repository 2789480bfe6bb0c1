"""Depthwise convolutions against loops over taps in float64."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import depthwise as kernels
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.images import Case

CASES = [
    Case(1, 1, 1, 1, 1, kernel=(1, 1)),
    Case(2, 5, 6, 8, 8, padding=(1, 1), groups=8),
    Case(3, 6, 5, 19, 19, kernel=(5, 3), padding=(2, 2), groups=19),
    Case(2, 9, 8, 3, 3, stride=2, dilation=2, padding=(2, 1), groups=3),
    Case(1, 2, 2, 4, 4, kernel=(5, 5), padding=(2, 2), groups=4),
    Case(5, 7, 6, 32, 32, padding=(1, 1), groups=32),
    Case(2, 3, 3, 16, 16, groups=16),
    Case(2, 1, 2, 16, 16, padding=(1, 1), groups=16),
    Case(1, 9, 11, 20, 20, stride=2, dilation=2, padding=(2, 2), groups=20),
    Case(2, 7, 8, 16, 16, kernel=(2, 4), stride=3, padding=(1, 2), groups=16),
]


@pytest.mark.parametrize("case", CASES)
def test_forward(case: Case) -> None:
    x, w, b, y = case.arrays()
    *_, ours = run(kernels.depthwise_forward, *case.sizes[:6], *case.sizes[7:13], x, w, b, np.full(y.shape, np.nan))
    assert relative_error(ours, case.forward(x, w, b)) < 1e-6


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("needed", [True, False])
def test_backward_adds(case: Case, needed: bool) -> None:
    x, w, b, dy = case.arrays()
    before = normal(*x.shape, seed=4), normal(*w.shape, seed=5), normal(*b.shape, seed=6)
    given = x, w, np.full(b.shape, np.nan), np.full(dy.shape, np.nan), before[0] if needed else None, *before[1:], dy
    *_, dw, db, _ = results = run(kernels.depthwise_backward, *case.sizes[:6], *case.sizes[7:13], *given)
    of_x, of_w = case.backward(x, w, dy)
    assert relative_error(dw, before[1] + of_w) < 1e-6
    assert relative_error(db, before[2] + dy.sum(axis=(0, 1, 2))) < 1e-6
    if needed:
        assert relative_error(results[4], before[0] + of_x) < 1e-6
