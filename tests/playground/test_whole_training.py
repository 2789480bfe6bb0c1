"""Twenty whole training steps, everything at once, against PyTorch at float64 on the same batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from playground import Experiment, Run
from playground.layers.dense import Dense
from tests.kernels.desk import relative_error
from tests.playground.networks import torch_layer, torch_layers
from tests.playground.twins import Weights, double

STEPS = 20

HEAD = Dense(activation="linear")


def deep(units: list[int], activation: str) -> list[dict[str, Any]]:
    return [{"kind": "dense", "units": size, "activation": activation} for size in units]


def penalize_and_clip(weights: Weights) -> None:
    for name, weight in weights.items():
        if name.endswith("weight"):
            weight.grad += 0.01 * weight.detach().sign() + 0.02 * weight.detach()
    torch.nn.utils.clip_grad_norm_(weights.values(), 0.5)


# name: the experiment, PyTorch's loss, its optimizer, and what it does between backward and step
CASES: dict[str, tuple[dict[str, Any], Callable, Callable, Callable[[Weights], None]]] = {
    "two classes": (
        {"data": "circle", "layers": deep([8, 8], "tanh"), "optimizer": {"kind": "adam", "learning_rate": 0.03}},
        F.binary_cross_entropy_with_logits,
        lambda weights: torch.optim.Adam(weights, lr=0.03),
        lambda weights: None,
    ),
    "several classes, dropout, L1 and L2, clipping": (
        {
            "data": {"kind": "blobs", "classes": 3},
            "layers": [*deep([9, 5], "relu"), {"kind": "dropout", "rate": 0.25}, *deep([4], "silu")],
            "optimizer": {"kind": "momentum", "learning_rate": 0.05},
            "training": {"batch_size": 7, "l1": 0.01, "l2": 0.02, "clip": {"kind": "norm", "limit": 0.5}},
        },
        lambda z, t: F.cross_entropy(z, t[:, 0].long()),
        lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9),
        penalize_and_clip,
    ),
    "numbers, a residual block": (
        {
            "data": "hills",
            "layers": [*deep([6], "gelu"), {"kind": "residual", "layers": deep([3, 6], "softsign")}],
            "loss": {"kind": "huber", "delta": 0.2},
            "optimizer": {"kind": "rmsprop", "learning_rate": 0.01},
        },
        lambda z, t: F.huber_loss(z, t, delta=0.2),
        lambda weights: torch.optim.RMSprop(weights, lr=0.01),
        lambda weights: None,
    ),
    "normalization, branches, an activation by itself": (
        {
            "data": "hills",
            "layers": [
                *deep([6], "tanh"),
                "batch_norm",
                {"kind": "concatenate", "branches": [[], deep([4], "gelu"), [*deep([5], "silu"), "layer_norm"]]},
                {"kind": "group_norm", "groups": 3},
                {"kind": "activation", "activation": "softplus"},
                "rms_norm",
            ],
            "loss": "mse",
            "optimizer": {"kind": "momentum", "learning_rate": 0.05},
        },
        F.mse_loss,
        lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9),
        lambda weights: None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_equals_pytorch(case: str) -> None:
    chosen, loss, optimizer_of, adjust = CASES[case]
    run = Run(Experiment.model_validate(chosen))
    weights = {name: double(run.view(name)) for name in run.network.graph.parameters}
    optimizer = optimizer_of(list(weights.values()))
    for _ in range(STEPS):
        assert run.step(1) == 1
        x, t = (torch.tensor(run.view(name), dtype=torch.float64) for name in ("input", "target"))
        z = torch_layer(HEAD, torch_layers(run.experiment.layers, x, run, weights), run, weights, "head")
        result = loss(z, t)
        optimizer.zero_grad()
        result.backward()
        adjust(weights)
        optimizer.step()
        assert run.view("loss") == pytest.approx(result.item(), rel=1e-4)
    for name, weight in weights.items():
        assert relative_error(run.view(name), weight.detach().numpy()) < 2e-5, name
