"""A variational autoencoder of handwritten digits against PyTorch eager with fused Adam, one thread.

Both begin with the same weights and learn from the same batches; each draws its own noise. The test loss is the negative evidence lower
bound in nats a picture with the mean of the latent numbers for a sample.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.report import Figure
from playground import Experiment, Run

TITLE = "Variational autoencoder of digits, against PyTorch eager"
SEEDS, EPOCHS, RATE, UNITS = range(5), 100, 0.002, 128
SECONDS, APART = 3.0, 1.0  # seconds, percent

Weights = dict[str, torch.Tensor]


def measure() -> Iterator[Figure]:
    """Losses, their difference, seconds."""
    torch.set_num_threads(1)
    Run(experiment(0), watched=False).step(1)  # compiles
    ours, theirs = zip(*map(compare, SEEDS), strict=True)
    losses = [median(loss for loss, _ in results) for results in (ours, theirs)]
    seconds = [median(taken for _, taken in results) for results in (ours, theirs)]
    name = f"64-{UNITS}-2-{UNITS}-64, {EPOCHS} epochs, batch 32"
    yield Figure(f"{name}: test loss, median of {len(SEEDS)} seeds", losses[0], "nats")
    yield Figure("PyTorch's", losses[1], "nats")
    yield Figure("between the medians", 100 * abs(losses[0] / losses[1] - 1), "%", APART, higher=False)
    yield Figure("seconds", seconds[0], "s", SECONDS, higher=False)
    yield Figure("times PyTorch's speed", seconds[1] / seconds[0])


def experiment(seed: int) -> Experiment:
    """Two latent numbers, a hidden layer on either side."""
    hidden = {"kind": "dense", "units": UNITS, "activation": "relu", "initializer": "he"}
    return Experiment.model_validate(
        {
            "seed": seed,
            "data": {"kind": "digit_pictures", "seed": seed},
            "task": {"kind": "variational", "latent": 2, "decoder": [hidden]},
            "layers": ["flatten", hidden],
            "optimizer": {"kind": "adam", "learning_rate": RATE},
            "training": {"batch_size": 32},
        }
    )


def compare(seed: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """(test loss, seconds) of ours and of PyTorch's; planning is counted, compiling is not."""
    begun = time.perf_counter()
    run = Run(experiment(seed), watched=False)
    loss = run.train(epochs=EPOCHS)["test/loss"]
    seconds = time.perf_counter() - begun
    return (loss, seconds), torch_trained(Run(experiment(seed), watched=False))


def torch_trained(run: Run) -> tuple[float, float]:
    """Test loss and seconds of PyTorch, from the weights of a new run and on the batches that it draws."""
    weights = {name: torch.tensor(run.view(name), requires_grad=True) for name in run.network.graph.parameters}
    pictures = torch.tensor(run.dataset.raw[run.dataset.train])
    batches = torch.tensor(np.array([picked(run) for _ in range(EPOCHS * run.steps_per_epoch)]), dtype=torch.long)
    torch.manual_seed(run.experiment.seed)
    optimizer = torch.optim.Adam(weights.values(), lr=RATE, fused=True)
    begun = time.perf_counter()
    for batch in batches:
        optimizer.zero_grad()
        torch_losses(weights, pictures[batch], noise=True).mean().backward()
        optimizer.step()
    seconds = time.perf_counter() - begun
    with torch.no_grad():
        return torch_losses(weights, torch.tensor(run.dataset.raw[run.dataset.test]), noise=False).mean().item(), seconds


def picked(run: Run) -> np.ndarray:
    """The rows of the next batch."""
    run.step(1)
    return run.view("picked").copy()


def torch_losses(weights: Weights, x: torch.Tensor, noise: bool) -> torch.Tensor:
    """The negative evidence lower bound of each picture."""

    def dense(name: str, x: torch.Tensor) -> torch.Tensor:
        return torch.addmm(weights[f"{name}/bias"], x, weights[f"{name}/weight"])

    hidden = torch.relu(dense("dense_1", x))
    mean, spread = dense("mean", hidden), dense("log_variance", hidden)
    z = mean + torch.exp(spread / 2) * torch.randn_like(mean) if noise else mean
    sums = dense("decoder/head", torch.relu(dense("decoder/dense_1", z)))
    reconstruction = F.binary_cross_entropy_with_logits(sums, x, reduction="none").sum(dim=1)
    return reconstruction + (mean**2 + torch.exp(spread) - 1 - spread).sum(dim=1) / 2
