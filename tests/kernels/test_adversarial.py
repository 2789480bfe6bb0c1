"""What two players need, against PyTorch at float64 and slow twins."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kernels import adversarial as kernels
from kernels.kernel import Kernel
from tests.kernels.desk import normal, relative_error, run

STATE = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9], np.uint64)
SUMS = np.array([-90.0, -3.0, -0.5, 0.0, 0.25, 4.0, 90.0])
CLASSES = np.array([0.0, 1, 1, 0, 1, 0, 1])


def unwritten(*shape: int) -> np.ndarray:
    return np.full(shape, np.nan)


@pytest.mark.parametrize("n", [1, 7, 64])
@pytest.mark.parametrize("kernel", [kernels.normal_noise, kernels.uniform_noise])
def test_noise_goes_on_where_it_was(kernel: Kernel, n: int) -> None:
    state, z = run(kernel, n, STATE, unwritten(n))
    again, same = run(kernel, n, STATE, unwritten(n))
    after, other = run(kernel, n, state, unwritten(n))
    assert np.isfinite(z).all()
    assert (z == same).all()
    assert (state == again).all()
    assert (z != other).any()
    assert (state != after).any()


def test_noise_is_spread_as_it_says() -> None:
    normal_numbers, uniform = (
        run(kernel, 100_000, STATE, unwritten(100_000))[1] for kernel in (kernels.normal_noise, kernels.uniform_noise)
    )
    assert normal_numbers.mean() == pytest.approx(0, abs=0.01)
    assert normal_numbers.std() == pytest.approx(1, abs=0.01)
    assert -1 <= uniform.min() < -0.999
    assert 0.999 < uniform.max() < 1
    np.testing.assert_allclose(np.histogram(uniform, 10)[0], 10_000, rtol=0.05)


def critic(z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return torch.where(t == 1, -z, z)


def minimax(z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return -torch.nn.functional.softplus(torch.where(t == 1, z, -z))


@pytest.mark.parametrize("name", ["critic", "minimax"])
def test_losses_and_their_gradients(name: str) -> None:
    z, t, dz, dloss = SUMS, CLASSES, normal(7, seed=1), normal(7, seed=2)
    forward, backward, twin = getattr(kernels, f"{name}_forward"), getattr(kernels, f"{name}_backward"), globals()[name]
    *_, loss = run(forward, 7, 1, z, t, unwritten(7))
    sums = torch.tensor(z, requires_grad=True)
    theirs = twin(sums, torch.tensor(t))
    theirs.backward(torch.tensor(dloss))
    assert relative_error(loss, theirs.detach().numpy()) < 1e-6
    after = run(backward, 7, 1, z, t, loss, dz, None, dloss)
    assert relative_error(after[3] - dz, sums.grad.numpy()) < 1e-6


def test_minimax_keeps_the_digits_of_a_small_loss() -> None:
    *_, loss = run(kernels.minimax_forward, 1, 1, np.array([-20.0]), np.ones(1), unwritten(1))
    assert loss[0] == pytest.approx(-np.log1p(np.exp(-20.0)), rel=1e-5)


@pytest.mark.parametrize("decay", [0.0, 0.9, 0.9999])
def test_an_average_begins_with_what_it_is_of(decay: float) -> None:
    values, t, a = normal(5, 3), np.zeros(1, np.int64), np.zeros(3)
    plain = np.zeros(3)
    for step, w in enumerate(values, 1):
        _, a, t, _ = run(kernels.average_weights, 3, w, a, t, np.array([decay]))
        plain = decay * plain + (1 - decay) * w
        np.testing.assert_allclose(a, plain / (1 - decay**step), rtol=1e-3, atol=1e-6)  # of 1 - 0.9999 float32 has four digits
    assert t[0] == 5


@pytest.mark.parametrize("counted", [0, 1, 8])
def test_before_anything_is_averaged_weights_stand_for_themselves(counted: int) -> None:
    w, a = normal(9), normal(9, seed=1)
    *_, y = run(kernels.averaged_weights, 9, w, a, np.array([counted]), unwritten(9))
    np.testing.assert_array_equal(y, (a if counted else w).astype(np.float32))
