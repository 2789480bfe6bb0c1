"""Initializers: spread as their papers say, and as torch.nn.init has it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.initializers import Constant, Glorot, He, Initializer, LeCun, Normal, Orthogonal, Uniform, fans
from playground.record import members
from tests.strategies import records

SHAPES = [(1,), (7,), (1, 1), (3, 5), (300, 200), (3, 3, 4, 6)]
LARGE = (400, 250)


def draw(initializer: Initializer, shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return initializer.draw(np.random.default_rng(seed), shape)


@pytest.mark.parametrize("kind", members(Initializer))
@settings(max_examples=5, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_shape_type_and_seed(kind: str, data: st.DataObject, seed: int) -> None:
    initializer = data.draw(records(members(Initializer)[kind]))
    for shape in SHAPES:
        values = draw(initializer, shape, seed)
        assert values.shape == shape
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
        np.testing.assert_array_equal(values, draw(initializer, shape, seed))


def test_fans() -> None:
    assert fans((3, 5)) == (3, 5)
    assert fans((3, 3, 4, 6)) == (36, 54)
    assert fans((7,)) == (7, 7)


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize(
    ("cls", "variance"),
    [(Glorot, 2 / (400 + 250)), (He, 2 / 400), (LeCun, 1 / 400)],
    ids=["glorot", "he", "lecun"],
)
def test_variance(cls: type[Initializer], variance: float, distribution: str) -> None:
    values = draw(cls(distribution=distribution), LARGE)
    assert values.var() == pytest.approx(variance, rel=0.02)
    assert values.mean() == pytest.approx(0, abs=0.01 * math.sqrt(variance))
    limit = math.sqrt(3 * variance)
    assert (np.abs(values) <= limit).all() == (distribution == "uniform")


def test_spread_as_pytorch_spreads() -> None:
    # PyTorch's weights are (out, in).
    theirs = torch.nn.init.xavier_uniform_(torch.empty(250, 400), generator=torch.Generator().manual_seed(0))
    assert np.abs(draw(Glorot(), LARGE)).max() == pytest.approx(theirs.abs().max().item(), rel=1e-3)
    theirs = torch.nn.init.kaiming_normal_(torch.empty(250, 400), nonlinearity="relu", generator=torch.Generator().manual_seed(0))
    assert draw(He(), LARGE).std() == pytest.approx(theirs.std().item(), rel=0.02)


def test_plain_distributions() -> None:
    assert np.abs(draw(Uniform(limit=0.25), LARGE)).max() == pytest.approx(0.25, rel=1e-3)
    assert draw(Normal(deviation=2), LARGE).std() == pytest.approx(2, rel=0.02)
    assert (draw(Constant(value=0.5), LARGE) == 0.5).all()


@pytest.mark.parametrize("shape", [(5, 5), (9, 4), (4, 9), (3, 3, 4, 6)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    matrix = draw(Orthogonal(gain=2), shape).reshape(-1, shape[-1]).astype(np.float64)
    square = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(square, 4 * np.eye(len(square)), atol=1e-5)
