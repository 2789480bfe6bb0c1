"""Optimizers, against PyTorch at float64: twenty steps on a landscape that is neither round nor flat."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.optimizers import Lion, Optimizer
from playground.record import members
from tests.kernels.desk import relative_error, run
from tests.playground.networks import rounded
from tests.strategies import records

SIZE, REGULARIZED, STEPS = 12, 8, 20


def betas(o: Optimizer) -> dict[str, object]:
    return {"betas": (rounded(o.beta1), rounded(o.beta2)), "eps": rounded(o.epsilon)}


TORCH = {
    "sgd": (torch.optim.SGD, lambda o: {}),
    "momentum": (torch.optim.SGD, lambda o: {"momentum": rounded(o.momentum)}),
    "nesterov": (torch.optim.SGD, lambda o: {"momentum": rounded(o.momentum), "nesterov": rounded(o.momentum) > 0}),
    "adagrad": (torch.optim.Adagrad, lambda o: {"eps": rounded(o.epsilon)}),
    "adadelta": (torch.optim.Adadelta, lambda o: {"rho": rounded(o.rho), "eps": rounded(o.epsilon)}),
    "rmsprop": (torch.optim.RMSprop, lambda o: {"alpha": rounded(o.alpha), "eps": rounded(o.epsilon)}),
    "adam": (torch.optim.Adam, betas),
    "adamw": (torch.optim.AdamW, lambda o: {**betas(o), "weight_decay": rounded(o.weight_decay)}),
    "nadam": (torch.optim.NAdam, betas),
    "adamax": (torch.optim.Adamax, betas),
}
OUR_OWN = {"lion"}  # PyTorch has none


def start(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=SIZE).astype(np.float32).astype(np.float64)


def gradient(w: np.ndarray) -> np.ndarray:
    """Of a bowl, steep and shallow in turn, whose bottom is too far to be stepped over: there, signs would hang on the last digit."""
    return np.linspace(0.2, 3, SIZE) * (w - 8)


def ours(optimizer: Optimizer, w: np.ndarray) -> np.ndarray:
    """The weights after STEPS steps."""
    cls = type(optimizer)
    moments = [np.zeros(SIZE) for _ in cls.moments]
    rate, *rest = (np.array([value]) for value in optimizer.numbers("optimizer").values())
    for t in range(1, STEPS + 1):
        w, _, *after = run(cls.kernel, SIZE, REGULARIZED, w, gradient(w), *moments, np.array([t]), rate, *rest)
        moments = after[: len(moments)]
        w = w.astype(np.float64)
    return w


def theirs(optimizer: Optimizer, w: np.ndarray) -> np.ndarray:
    """The same by PyTorch; only the regularized part decays."""
    cls, arguments = TORCH[optimizer.kind]
    parts = [torch.nn.Parameter(torch.tensor(part)) for part in (w[:REGULARIZED], w[REGULARIZED:])]
    chosen = arguments(optimizer)
    groups = [{"params": [parts[0]]}, {"params": [parts[1]]} | ({"weight_decay": 0} if "weight_decay" in chosen else {})]
    torch_optimizer = cls(groups, lr=rounded(optimizer.learning_rate), **chosen)
    for _ in range(STEPS):
        now = np.concatenate([part.detach().numpy() for part in parts])
        for part, slope in zip(parts, (gradient(now)[:REGULARIZED], gradient(now)[REGULARIZED:]), strict=True):
            part.grad = torch.tensor(slope)
        torch_optimizer.step()
    return np.concatenate([part.detach().numpy() for part in parts])


def test_every_optimizer_is_compared() -> None:
    assert set(members(Optimizer)) == TORCH.keys() | OUR_OWN


@pytest.mark.parametrize("kind", TORCH)
def test_defaults_equal_pytorch(kind: str) -> None:
    optimizer = members(Optimizer)[kind]()
    assert relative_error(ours(optimizer, start(1)), theirs(optimizer, start(1))) < 1e-5


@pytest.mark.parametrize("kind", TORCH)
@settings(max_examples=10, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_any_settings_equal_pytorch(kind: str, data: st.DataObject, seed: int) -> None:
    optimizer = data.draw(records(members(Optimizer)[kind], learning_rate=st.floats(1e-4, 0.1)))
    assert relative_error(ours(optimizer, start(seed)), theirs(optimizer, start(seed))) < 1e-5, repr(optimizer)


def test_lion_as_its_paper_has_it() -> None:
    optimizer = Lion(learning_rate=0.01, beta1=0.8, beta2=0.95, weight_decay=0.1)
    w, m = start(1), np.zeros(SIZE)
    decay = np.where(np.arange(SIZE) < REGULARIZED, 0.1, 0)
    for _ in range(STEPS):
        g = gradient(w)
        w = w - 0.01 * (np.sign(0.8 * m + 0.2 * g) + decay * w)
        m = 0.95 * m + 0.05 * g
    assert relative_error(ours(optimizer, start(1)), w) < 1e-5
