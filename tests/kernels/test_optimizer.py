"""Optimizers as kernels: weights do not disturb each other, decay knows its bounds. Their numbers: tests/playground/test_optimizers.py."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import optimizer
from kernels.kernel import declared
from tests.kernels.desk import normal, run

# name: how many moments, and settings after the rate
OPTIMIZERS = {
    "sgd": (0, ()),
    "momentum": (1, (0.9,)),
    "nesterov": (1, (0.9,)),
    "adagrad": (1, (1e-10,)),
    "adadelta": (2, (0.9, 1e-6)),
    "rmsprop": (1, (0.99, 1e-8)),
    "adam": (2, (0.9, 0.999, 1e-8)),
    "adamw": (2, (0.9, 0.999, 1e-8, 0.5)),
    "nadam": (2, (0.9, 0.999, 1e-8)),
    "adamax": (2, (0.9, 0.999, 1e-8)),
    "lion": (1, (0.9, 0.99, 0.5)),
}
NAMES = sorted(name for name, kernel in declared().items() if kernel.py_func.__module__ == optimizer.__name__)


def update(name: str, regularized: int, w: np.ndarray, g: np.ndarray, times: int = 3, rate: float = 0.1) -> np.ndarray:
    """The weights after some updates with the same gradient."""
    moments, settings = OPTIMIZERS[name]
    state = [np.zeros(w.size) for _ in range(moments)]
    for t in range(1, times + 1):
        numbers = [np.array([value]) for value in (rate, *settings)]
        w, _, *rest = run(declared()[name], w.size, regularized, w, g, *state, np.array([t]), *numbers)
        state = rest[:moments]
    return w


@pytest.mark.parametrize("size", [1, 8, 13, 40])
@pytest.mark.parametrize("name", NAMES)
def test_every_weight_goes_its_own_way(name: str, size: int) -> None:
    w, g = normal(size), normal(size, seed=1)
    together = update(name, size // 2, w, g)
    alone = np.concatenate([update(name, int(i < size // 2), w[i : i + 1], g[i : i + 1]) for i in range(size)])
    np.testing.assert_allclose(together, alone, rtol=1e-6)
    assert (np.sign(w - update(name, 0, w, g)) == np.sign(g)).all()


@pytest.mark.parametrize("name", ["adamw", "lion"])
def test_decay_touches_only_regularized_weights(name: str) -> None:
    w = normal(9)
    after = update(name, 4, w, np.zeros(9), times=1)
    np.testing.assert_allclose(after, np.where(np.arange(9) < 4, w * (1 - 0.1 * 0.5), w), rtol=1e-6)


def test_lion_steps_by_the_sign_of_what_it_remembers_and_sees() -> None:
    w, m, g = np.array([1.0, 1.0, 1.0, 1.0]), np.array([1.0, 1.0, -1.0, 0.0]), np.array([1.0, -20.0, 1.0, 0.0])
    numbers = [np.array([value]) for value in (0.1, 0.9, 0.99, 0.0)]
    w, _, m, *_ = run(optimizer.lion, 4, 4, w, g, m, np.array([1]), *numbers)
    np.testing.assert_allclose(w, [0.9, 1.1, 1.1, 1.0], rtol=1e-6)
    np.testing.assert_allclose(m, [1.0, 0.79, -0.98, 0.0], rtol=1e-6)


def test_nadam_after_a_long_time() -> None:
    numbers = [np.array([value]) for value in (0.1, 0.9, 0.999, 1e-8)]
    w, *_ = run(optimizer.nadam, 1, 1, np.ones(1), np.ones(1), np.ones(1), np.ones(1), np.array([10**6]), *numbers)
    assert w[0] == pytest.approx(0.9, rel=1e-5)
