"""Activations, against float64 formulas and their slopes by central differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from kernels import activation
from kernels.kernel import address, declared, execute
from tests.kernels.desk import NO_DATA, normal, relative_error, run, slope

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772

# name: the formula in float64, and its settings
TWINS = {
    "relu": (lambda x: np.maximum(x, 0), ()),
    "leaky_relu": (lambda x, a: np.where(x > 0, x, a * x), (0.25,)),
    "elu": (lambda x, a: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0))), (1.5,)),
    "selu": (lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))), ()),
    "gelu": (lambda x: x * special.ndtr(x), ()),
    "silu": (lambda x: x * special.expit(x), ()),
    "mish": (lambda x: x * np.tanh(np.logaddexp(0, x)), ()),
    "sigmoid": (special.expit, ()),
    "tanh": (np.tanh, ()),
    "softplus": (lambda x: np.logaddexp(0, x), ()),
    "softsign": (lambda x: x / (1 + np.abs(x)), ()),
    "sine": (lambda x, f: np.sin(f * x), (2.0,)),
    "gaussian": (lambda x: np.exp(-(x**2)), ()),
}

NAMES = sorted(
    name.removesuffix("_forward")
    for name, kernel in declared().items()
    if kernel.py_func.__module__ == activation.__name__ and name.endswith("_forward")
)


def forward(name: str, x: np.ndarray) -> np.ndarray:
    settings = [np.array([value]) for value in TWINS[name][1]]
    return run(declared()[f"{name}_forward"], x.size, x, *settings, np.full_like(x, np.nan))[-1]


@pytest.mark.parametrize("size", [1, 7, 8, 80, 101])
@pytest.mark.parametrize("name", NAMES)
def test_forward_and_backward(name: str, size: int) -> None:
    formula, values = TWINS[name]
    settings, nobody = [np.array([value]) for value in values], [None for _ in values]
    x, dx, dy = normal(size, scale=3), normal(size, seed=1), normal(size, seed=2)
    y = forward(name, x)
    assert relative_error(y, formula(x, *values)) < 1e-6
    *_, ours, _ = run(declared()[f"{name}_backward"], size, x, *settings, y, dx, *nobody, dy)
    assert relative_error(ours, dx + dy * slope(lambda x: formula(x, *values), x)) < 1e-6


@pytest.mark.parametrize("size", [1, 7, 80, 101])
def test_relu_may_write_over_what_it_reads(size: int) -> None:
    x, dy = normal(size), normal(size, seed=1)
    memory = np.concatenate([np.zeros(16), x, np.full(16, 7), dy, np.full(16, 7)]).astype(np.float32)
    y, gradient = 16, 32 + size
    table = np.zeros((2, 24), np.int64)
    table[0, :3] = size, y, y
    table[1, :5] = size, y, y, gradient, gradient
    execute(np.array([address(activation.relu_forward), address(activation.relu_backward)]), table, memory, NO_DATA, 1)
    expected = [np.zeros(16), np.maximum(x, 0), np.full(16, 7), np.where(x > 0, dy, 0), np.full(16, 7)]
    np.testing.assert_array_equal(memory, np.concatenate(expected).astype(np.float32))


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan_and_disturbs_nobody(name: str) -> None:
    x = normal(40)
    x[11] = np.nan
    np.testing.assert_array_equal(np.isnan(forward(name, x)), np.isnan(x))


@pytest.mark.parametrize("name", NAMES)
def test_nobody_needs_the_gradient(name: str) -> None:
    settings, nobody = [np.array([value]) for value in TWINS[name][1]], [None for _ in TWINS[name][1]]
    x = normal(5)
    run(declared()[f"{name}_backward"], 5, x, *settings, x, None, *nobody, x)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("relu", 0, np.inf),
        ("leaky_relu", -np.inf, np.inf),
        ("elu", -1.5, np.inf),
        ("selu", -SCALE * ALPHA, np.inf),
        ("sigmoid", 0, 1),
        ("tanh", -1, 1),
        ("softplus", 0, np.inf),
        ("gaussian", 0, 0),
    ],
)
def test_limits_at_infinity(name: str, low: float, high: float) -> None:
    np.testing.assert_allclose(forward(name, np.array([-np.inf, np.inf])), [low, high], rtol=1e-6)
