"""Losses, against float64 formulas and their slopes by central differences; stable for outputs of any size."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from kernels import loss
from kernels.kernel import declared
from tests.kernels.desk import normal, relative_error, run


def by_class(formula):
    """A formula of (scores, number of the class) over rows."""
    return lambda z, t, *settings: np.array([formula(row, int(c), *settings) for row, c in zip(z, t[:, 0], strict=True)])


def by_score(formula):
    """A formula of the score in the true class's direction, over rows."""
    return lambda z, t, *settings: formula((2 * t - 1)[:, 0] * z[:, 0], *settings)


def hinge(z: np.ndarray, c: int) -> float:
    return np.maximum(0, 1 + np.delete(z, c) - z[c]).sum() / z.size


def focal(z: np.ndarray, c: int, gamma: float) -> float:
    logarithm = z[c] - special.logsumexp(z)
    return (-np.expm1(logarithm)) ** gamma * -logarithm


def huber(e: np.ndarray, delta: float) -> np.ndarray:
    return np.where(np.abs(e) > delta, delta * (np.abs(e) - delta / 2), e**2 / 2)


# name: the loss of rows in float64, settings, whether it keeps a softmax
VALUES = {
    "mse": (lambda z, t: ((z - t) ** 2).mean(axis=1), (), False),
    "mae": (lambda z, t: np.abs(z - t).mean(axis=1), (), False),
    "huber": (lambda z, t, delta: huber(z - t, delta).mean(axis=1), (0.75,), False),
    "log_cosh": (lambda z, t: np.log(np.cosh(z - t)).mean(axis=1), (), False),
}
SCORES = {
    "binary_cross_entropy": (by_score(lambda s: np.logaddexp(0, -s)), (), False),
    "binary_hinge": (by_score(lambda s: np.maximum(0, 1 - s)), (), False),
    "binary_focal": (by_score(lambda s, gamma: special.expit(-s) ** gamma * np.logaddexp(0, -s)), (1.5,), False),
}
CLASSES = {
    "softmax_cross_entropy": (by_class(lambda z, c: special.logsumexp(z) - z[c]), (), True),
    "hinge": (by_class(hinge), (), False),
    "focal": (by_class(focal), (1.5,), True),
}
TWINS = VALUES | SCORES | CLASSES
NOT_A_LOSS = {"softmax", "one_hot"}

NAMES = sorted(
    name.removesuffix("_forward")
    for name, kernel in declared().items()
    if kernel.py_func.__module__ == loss.__name__ and name.endswith("_forward") and name.removesuffix("_forward") not in NOT_A_LOSS
)


def targets(name: str, rows: int, k: int) -> np.ndarray:
    if name in VALUES:
        return normal(rows, k, seed=7)
    return np.arange(rows)[:, None] % (2 if name in SCORES else k) * 1.0


def outputs(name: str) -> list[int]:
    return [1] if name in SCORES else [1, 3, 10] if name in VALUES else [2, 3, 10]


def both(name: str, z: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Losses and their gradients, each row's weighted with its number + 1."""
    (rows, k), (_, values, keeps) = z.shape, TWINS[name]
    settings, nobody = [np.array([value]) for value in values], [None for _ in values]
    extra = [np.full((rows, k), np.nan)] if keeps else []
    after = run(declared()[f"{name}_forward"], rows, k, z, t, *settings, np.full(rows, np.nan), *extra)
    result, extra = after[2 + len(settings)], after[3 + len(settings) :]
    weights = np.arange(1.0, rows + 1)
    after = run(declared()[f"{name}_backward"], rows, k, z, t, *settings, result, np.zeros((rows, k)), None, *nobody, weights, *extra)
    return result, after[3 + len(settings)]


@pytest.mark.parametrize("rows", [1, 8, 11])
@pytest.mark.parametrize("name", NAMES)
def test_forward_and_backward(name: str, rows: int) -> None:
    twin, values, _ = TWINS[name]
    for k in outputs(name):
        z, t = normal(rows, k, scale=2), targets(name, rows, k)
        ours, gradient = both(name, z, t)
        assert relative_error(ours, twin(z, t, *values)) < 2e-6
        steps = 1e-5 * np.eye(k)
        slopes = np.stack([(twin(z + step, t, *values) - twin(z - step, t, *values)) / 2e-5 for step in steps], axis=1)
        assert relative_error(gradient, slopes * np.arange(1, rows + 1)[:, None]) < 2e-6


@pytest.mark.parametrize("name", NAMES)
def test_stable_far_away(name: str) -> None:
    k = outputs(name)[-1]
    z, t = 1e4 * normal(12, k), targets(name, 12, k)
    for numbers in both(name, z, t):
        assert np.isfinite(numbers).all()


@pytest.mark.parametrize("name", NAMES)
def test_nan_is_the_loss_of_its_row_alone(name: str) -> None:
    k = outputs(name)[-1]
    z, t = normal(5, k), targets(name, 5, k)
    z[3, -1] = np.nan
    np.testing.assert_array_equal(np.isnan(both(name, z, t)[0]), [False, False, False, True, False])


@pytest.mark.parametrize("name", ["binary_cross_entropy", "softmax_cross_entropy"])
def test_a_small_error_keeps_its_digits(name: str) -> None:
    z = np.array([[20.0]]) if name in SCORES else np.array([[-10.0, 10.0]])
    _, gradient = both(name, z, np.ones((1, 1)))
    assert gradient[0, -1] == pytest.approx(-special.expit(-20.0), rel=1e-5)


@pytest.mark.parametrize("k", [1, 2, 9])
def test_softmax(k: int) -> None:
    z, dz, dy = normal(4, k, scale=5), normal(4, k, seed=1), normal(4, k, seed=2)
    _, y = run(loss.softmax_forward, 4, k, z, np.full((4, k), np.nan))
    truth = special.softmax(z, axis=1)
    assert relative_error(y, truth) < 1e-6
    *_, ours, _ = run(loss.softmax_backward, 4, k, z, y, dz, dy)
    assert relative_error(ours, dz + truth * (dy - (truth * dy).sum(axis=1, keepdims=True))) < 1e-6


def test_one_hot() -> None:
    t = np.array([[2.0], [0.0], [1.0]])
    np.testing.assert_array_equal(run(loss.one_hot_forward, 3, 4, t, np.zeros((3, 4)), np.full((3, 4), np.nan))[-1], np.eye(4)[[2, 0, 1]])
