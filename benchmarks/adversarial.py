"""Two players: iterations a second against PyTorch, and whether the generator finds all clouds of a ring.

An iteration is the discriminator's steps and the generator's. PyTorch is eager with fused Adam on one thread; rounds alternate, the lower
quartile counts. GAN Lab (Kahng et al. 2019) makes 42 iterations a second of the first network in a browser.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.report import Figure
from playground import Experiment, Run
from playground.labs.adversarial_gallery import PRESETS

TITLE = "Two players, against PyTorch eager"
ITERATIONS, ROUNDS, ROUND = 4000, 12, 0.25  # a second, rounds, seconds each
SEEDS, SECONDS = range(10), 20.0
FOUND, MODES, NEAR = 8, 8, 0.85  # seeds of ten that end with all eight clouds and so many points on them

Weights = dict[str, torch.Tensor]


def measure() -> Iterator[Figure]:
    """Speed, and how many seeds end well."""
    torch.set_num_threads(1)
    chosen = {preset.name: preset.experiment for preset in PRESETS}
    ours, theirs = speeds(chosen["two_clouds"])
    yield Figure("GAN Lab's default: 2-8-8-2 and 2-8-8-1, batch 150, the discriminator twice", ours, "iterations/s", ITERATIONS)
    yield Figure("times PyTorch's speed", ours / theirs)
    ends = [end_of(chosen["ring_of_eight"].replace(seed=seed)) for seed in SEEDS]
    good = sum(modes == MODES and near >= NEAR for modes, near in ends)
    yield Figure(f"ring of 8 clouds, {SECONDS:.0f} s of training: seeds of {len(SEEDS)} with 8 clouds and 85 % on them", good, "", FOUND)
    yield Figure("clouds, mean of the seeds", float(np.mean([modes for modes, _ in ends])))
    yield Figure("share of points on them, mean of the seeds", 100 * float(np.mean([near for _, near in ends])), "%")


def end_of(experiment: Experiment) -> tuple[float, float]:
    """Clouds and the share of points on them after so long in this process."""
    run = Run(experiment, watched=False)
    run.step(1)
    begun = time.process_time()
    while time.process_time() - begun < SECONDS:
        run.step(100)
    scores = run.evaluate()
    return scores["modes"], scores["good"]


def speeds(experiment: Experiment) -> tuple[float, float]:
    """Iterations a second, ours and PyTorch's, in rounds that alternate."""
    run = Run(experiment, watched=False)
    run.step(1)
    ways: list[Callable[[], object]] = [lambda: run.execute("step", 200), torch_steps(run, 10)]
    each = np.array([[seconds_of(way) for way in ways] for _ in range(ROUNDS)]) / (200, 10)
    ours, theirs = 1 / np.quantile(each, 0.25, axis=0)
    return float(ours), float(theirs)


def seconds_of(way: Callable[[], object]) -> float:
    """Mean seconds of a call, over a round."""
    begun, calls = time.perf_counter(), 0
    while time.perf_counter() - begun < ROUND:
        way()
        calls += 1
    return (time.perf_counter() - begun) / calls


def torch_steps(run: Run, times: int) -> Callable[[], None]:
    """So many iterations of PyTorch with the run's weights, batches drawn at random."""
    weights = {name: torch.tensor(run.view(name), requires_grad=True) for name in run.network.graph.parameters}
    players = {
        player: torch.optim.SGD([w for name, w in weights.items() if name.startswith(player)], lr=rate, fused=True)
        for player, rate in (("discriminator", 0.2), ("generator", 0.1))
    }
    points, rows = torch.tensor(run.dataset.raw[run.dataset.train], dtype=torch.float32), run.batch_rows
    one, zero = torch.ones(rows, 1), torch.zeros(rows, 1)

    def layers(player: str, x: torch.Tensor) -> torch.Tensor:
        for name in ("dense_1", "dense_2", "head"):
            x = torch.addmm(weights[f"{player}/{name}/bias"], x, weights[f"{player}/{name}/weight"])
            x = x if name == "head" else torch.relu(x)
        return x

    def noise() -> torch.Tensor:
        return torch.rand(rows, 2) * 2 - 1

    def judge() -> None:
        real = points[torch.randint(len(points), (rows,))]
        with torch.no_grad():
            fake = layers("generator", noise())
        verdicts = layers("discriminator", torch.cat([real, fake]))
        players["discriminator"].zero_grad()
        F.binary_cross_entropy_with_logits(verdicts, torch.cat([one, zero])).backward()
        players["discriminator"].step()

    def iterate() -> None:
        for _ in range(times):
            for _ in range(run.experiment.task.discriminator_steps):
                judge()
            players["generator"].zero_grad()
            F.binary_cross_entropy_with_logits(layers("discriminator", layers("generator", noise())), one).backward()
            players["generator"].step()

    return iterate
