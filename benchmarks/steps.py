"""One training step against PyTorch's: same network, data, batch and optimizer, one thread each.

Rounds alternate in one process, so that both meet the same clock and the same neighbours; the lower quartile of the rounds counts.
PyTorch is eager with fused Adam, its fastest way at this size, and slices batches of a shuffled copy of the data, which costs it less
than gathering them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks.report import Figure
from playground import Experiment, Run

TITLE = "One training step, one thread, against PyTorch eager with fused Adam"
ROUNDS = 15
ROUND_SECONDS = 0.1

SMALL = {
    "data": {"kind": "circle", "samples": 500},
    "layers": [{"kind": "dense", "units": 8, "activation": "tanh"}] * 2,
    "optimizer": {"kind": "adam", "learning_rate": 0.003},
    "training": {"batch_size": 10},
}


def digits(batch: int) -> dict:
    """The 64-128-64-10 network on the digits."""
    return {
        "data": {"kind": "digits", "test_fraction": 0.5},
        "layers": [{"kind": "dense", "units": units, "activation": "relu"} for units in (128, 64)],
        "optimizer": {"kind": "adam", "learning_rate": 1e-4},
        "training": {"batch_size": batch},
    }


def measure() -> Iterator[Figure]:
    """Times and ratios."""
    torch.set_num_threads(1)
    yield from compare("2-8-8-1 tanh, batch 10", SMALL, 80)
    yield from compare("64-128-64-10 ReLU, batch 32", digits(32), 10)
    yield from compare("64-128-64-10 ReLU, batch 128", digits(128), 5)


def compare(name: str, chosen: dict, target: float | None = None) -> Iterator[Figure]:
    """Ours, theirs, and how many times faster ours is."""
    experiment = Experiment.model_validate(chosen)
    run = Run(experiment, watched=False)
    ours, theirs = race(run.execute_steps, torch_steps(run))
    yield Figure(f"{name}: ours", ours * 1e6, "µs")
    yield Figure(f"{name}: PyTorch", theirs * 1e6, "µs")
    yield Figure(f"{name}: times faster", theirs / ours, "x", target)


def race(*runners: Callable[[int], object]) -> list[float]:
    """Seconds a step of each runner, the lower quartile of alternating rounds."""
    lengths = [steps_in(runner, ROUND_SECONDS) for runner in runners]
    times = [[timed(runner, length) for runner, length in zip(runners, lengths, strict=True)] for _ in range(ROUNDS)]
    quartiles: list[float] = np.quantile(times, 0.25, axis=0).tolist()
    return quartiles


def steps_in(runner: Callable[[int], object], seconds: float) -> int:
    """How many steps take about so long; warms up on the way."""
    runner(10)
    return max(10, int(seconds / timed(runner, 100)))


def timed(runner: Callable[[int], object], steps: int) -> float:
    """Seconds a step."""
    begun = time.perf_counter()
    runner(steps)
    return (time.perf_counter() - begun) / steps


def torch_steps(run: Run) -> Callable[[int], None]:
    """PyTorch training the same network on the same rows."""
    experiment, dataset = run.experiment, run.dataset
    names = dataset.chosen(experiment.features)
    x = torch.from_numpy(np.ascontiguousarray(dataset.features(names)(dataset.raw[dataset.train]), np.float32))
    y = torch.from_numpy(dataset.y[dataset.train].copy())
    model = torch_model(experiment, x.shape[1], len(dataset.classes))
    two = len(dataset.classes) == 2
    loss = torch.nn.BCEWithLogitsLoss() if two else torch.nn.CrossEntropyLoss()
    y = y if two else y[:, 0].long()
    optimizer = torch.optim.Adam(model.parameters(), lr=experiment.optimizer.learning_rate, fused=True)
    batch = experiment.training.batch_size
    batches = len(x) // batch

    def train(steps: int) -> None:
        for step in range(steps):
            at = step % batches
            if at == 0:
                order = torch.randperm(len(x))
                shuffled_x, shuffled_y = x[order], y[order]
            rows = slice(at * batch, (at + 1) * batch)
            optimizer.zero_grad(set_to_none=True)
            loss(model(shuffled_x[rows]), shuffled_y[rows]).backward()
            optimizer.step()

    return train


def torch_model(experiment: Experiment, inputs: int, classes: int) -> torch.nn.Module:
    """The experiment's dense layers and head."""
    parts: list[torch.nn.Module] = []
    activations = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
    for layer in experiment.layers:
        parts += [torch.nn.Linear(inputs, layer.units), activations[layer.activation.kind]()]
        inputs = layer.units
    return torch.nn.Sequential(*parts, torch.nn.Linear(inputs, 1 if classes == 2 else classes))
