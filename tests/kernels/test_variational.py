"""What autoencoders are made of, against PyTorch at float64 and finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from kernels import variational as kernels
from tests.kernels.desk import normal, relative_error, run, slope

STATE = np.array([1, 2], np.uint64)
SIZES = [(1, 1), (3, 5), (7, 64)]


def tensor(x: np.ndarray) -> torch.Tensor:
    return torch.tensor(x, requires_grad=True)


def unwritten(*shape: int) -> np.ndarray:
    return np.full(shape, np.nan)


def drawn(count: int, state: np.ndarray = STATE) -> tuple[np.ndarray, np.ndarray]:
    """So many normal numbers, and the random state afterwards."""
    result = run(kernels.sample_forward, count, np.zeros(count), np.zeros(count), state, unwritten(count), unwritten(count))
    return result[-1].astype(np.float64), result[2]


def test_normal_numbers_are_normal() -> None:
    e, _ = drawn(200_000)
    assert e.mean() == pytest.approx(0, abs=0.01)
    assert e.std() == pytest.approx(1, abs=0.01)
    for edge in (0.5, 1, 2, 3):
        chance = torch.erf(torch.tensor(edge / 2**0.5)).item()
        assert (np.abs(e) < edge).mean() == pytest.approx(chance, abs=0.005)
    for apart in (1, 100_000):
        assert np.abs(np.corrcoef(e[:-apart], e[apart:])[0, 1]) < 0.01
        assert np.abs(np.corrcoef(e[:-apart] ** 2, e[apart:] ** 2)[0, 1]) < 0.01
    assert np.abs(e).max() < 5.8


def test_random_numbers_go_on_where_they_were() -> None:
    first, state = drawn(51)
    assert (first == drawn(51)[0]).all()
    assert (first != drawn(51, state)[0]).all()


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_noise_is_added(level: float) -> None:
    x = normal(1000)
    *_, y = run(kernels.add_noise_forward, 1000, x, np.array([level]), STATE, unwritten(1000))
    np.testing.assert_allclose(y, x + level * drawn(1000)[0], rtol=1e-5, atol=1e-6)
    dx, dy = normal(4, seed=1), normal(4, seed=2)
    after = run(kernels.add_noise_backward, 4, x[:4], np.ones(1), STATE, x[:4], dx, None, None, dy)
    np.testing.assert_allclose(after[4], dx + dy, rtol=1e-6)


@pytest.mark.parametrize("n", [1, 5, 64])
def test_a_sample_and_its_gradients(n: int) -> None:
    m, v, dz, dm, dv = (normal(n, seed=seed) for seed in range(5))
    _, _, _, z, e = run(kernels.sample_forward, n, m, v, STATE, unwritten(n), unwritten(n))
    mean, spread = tensor(m), tensor(v)
    theirs = mean + torch.exp(spread / 2) * torch.tensor(e.astype(np.float64))
    theirs.backward(torch.tensor(dz))
    assert relative_error(z, theirs.detach().numpy()) < 1e-6
    after = run(kernels.sample_backward, n, m, v, STATE, z, dm, dv, None, dz, e)
    assert relative_error(after[4] - dm, mean.grad.numpy()) < 1e-6
    assert relative_error(after[5] - dv, spread.grad.numpy()) < 1e-5
    run(kernels.sample_backward, n, m, v, STATE, z, None, None, None, dz, e)


@pytest.mark.parametrize("n", [1, 5, 64])
def test_divergence_and_its_gradients(n: int) -> None:
    m, v, dy, dm, dv = (normal(n, seed=seed) for seed in range(5))
    *_, y = run(kernels.normal_divergence_forward, n, m, v, unwritten(n))
    mean, spread = tensor(m), tensor(v)
    theirs = kl_divergence(Normal(mean, torch.exp(spread / 2)), Normal(torch.zeros(n).double(), torch.ones(n).double()))
    theirs.backward(torch.tensor(dy))
    assert relative_error(y, theirs.detach().numpy()) < 1e-6
    after = run(kernels.normal_divergence_backward, n, m, v, y, dm, dv, dy)
    assert relative_error(after[3] - dm, mean.grad.numpy()) < 1e-5
    assert relative_error(after[4] - dv, spread.grad.numpy()) < 1e-5


def test_a_standard_normal_cloud_does_not_diverge() -> None:
    *_, y = run(kernels.normal_divergence_forward, 3, np.zeros(3), np.array([0, 1e-4, -1e-4]), unwritten(3))
    np.testing.assert_allclose(y, [0, 2.5e-9, 2.5e-9], rtol=0.01, atol=1e-12)


@pytest.mark.parametrize(("rows", "k"), SIZES)
def test_a_row_is_summed(rows: int, k: int) -> None:
    x, dx, dy = normal(rows, k), normal(rows, k, seed=1), normal(rows, seed=2)
    _, y = run(kernels.sum_forward, rows, k, x, unwritten(rows))
    assert relative_error(y, x.sum(axis=1)) < 1e-6
    after = run(kernels.sum_backward, rows, k, x, y, dx, dy)
    np.testing.assert_allclose(after[2], dx + dy[:, None], rtol=1e-6, atol=1e-6)


def test_a_weighted_sum() -> None:
    a, b, dy, da, db = (normal(5, seed=seed) for seed in range(5))
    w = np.array([0.25])
    *_, y = run(kernels.add_weighted_forward, 5, a, b, w, unwritten(5))
    np.testing.assert_allclose(y, a + 0.25 * b, rtol=1e-6)
    after = run(kernels.add_weighted_backward, 5, a, b, w, y, da, db, None, dy)
    np.testing.assert_allclose(after[4], da + dy, rtol=1e-6)
    np.testing.assert_allclose(after[5], db + 0.25 * dy, rtol=1e-6)


def squared(z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return (torch.sigmoid(z) - t).square().sum(dim=1) / 2


def crossed(z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(z, t, reduction="none").sum(dim=1)


DISTANCES = {
    "cross entropy": (kernels.pixels_cross_entropy_forward, kernels.pixels_cross_entropy_backward, crossed),
    "squared error": (kernels.pixels_squared_error_forward, kernels.pixels_squared_error_backward, squared),
}


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize(("rows", "k"), SIZES)
def test_distances_of_pictures(distance: str, rows: int, k: int) -> None:
    forward, backward, twin = DISTANCES[distance]
    z, dz, dloss = normal(rows, k, scale=3), normal(rows, k, seed=1), normal(rows, seed=2)
    t = np.random.default_rng(0).uniform(0, 1, (rows, k)).astype(np.float32).astype(np.float64)
    *_, loss = run(forward, rows, k, z, t, unwritten(rows))
    sums = tensor(z)
    theirs = twin(sums, torch.tensor(t))
    theirs.backward(torch.tensor(dloss))
    assert relative_error(loss, theirs.detach().numpy()) < 2e-6
    after = run(backward, rows, k, z, t, loss, dz, None, dloss)
    assert relative_error(after[3] - dz, sums.grad.numpy()) < 2e-6


@pytest.mark.parametrize("distance", DISTANCES)
def test_distances_are_finite_for_any_sum(distance: str) -> None:
    forward, backward, _ = DISTANCES[distance]
    z, t = np.array([[-1e4, 1e4, -1e4, 1e4]]), np.array([[0, 1, 1, 0.0]])
    *_, loss = run(forward, 1, 4, z, t, unwritten(1))
    assert loss[0] == pytest.approx(2e4 if distance == "cross entropy" else 1)
    assert np.isfinite(run(backward, 1, 4, z, t, loss, np.zeros((1, 4)), None, np.ones(1))[3]).all()


GRADIENTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    "divergence by the mean": (
        lambda m: (m**2 + np.exp(0.3) - 1 - 0.3) / 2,
        lambda m: run(kernels.normal_divergence_backward, m.size, m, np.full_like(m, 0.3), m, np.zeros(m.size), None, np.ones(m.size))[3],
    ),
    "divergence by the log variance": (
        lambda v: (0.25 + np.exp(v) - 1 - v) / 2,
        lambda v: run(kernels.normal_divergence_backward, v.size, v * 0 + 0.5, v, v, None, np.zeros(v.size), np.ones(v.size))[3],
    ),
    "sample by the log variance": (
        lambda v: 0.7 * np.exp(v / 2),
        lambda v: run(kernels.sample_backward, v.size, v, v, STATE, v, None, np.zeros(v.size), None, np.ones(v.size), np.full_like(v, 0.7))[
            4
        ],
    ),
    "cross entropy": (
        lambda z: np.logaddexp(0, z) - 0.3 * z,
        lambda z: run(
            kernels.pixels_cross_entropy_backward, z.size, 1, z, np.full_like(z, 0.3), z, np.zeros(z.size), None, np.ones(z.size)
        )[3],
    ),
    "squared error": (
        lambda z: (1 / (1 + np.exp(-z)) - 0.3) ** 2 / 2,
        lambda z: run(
            kernels.pixels_squared_error_backward, z.size, 1, z, np.full_like(z, 0.3), z, np.zeros(z.size), None, np.ones(z.size)
        )[3],
    ),
}


@pytest.mark.parametrize("case", GRADIENTS)
def test_gradients_are_slopes(case: str) -> None:
    function, gradient = GRADIENTS[case]
    x = normal(40, scale=2)
    assert relative_error(gradient(x), slope(function, x)) < 1e-5
