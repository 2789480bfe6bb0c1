"""The adversarial lab's gallery: games worth a look. The first is where everybody begins."""

from __future__ import annotations

from typing import Any

from playground.labs import Preset, gallery


def dense(*units: int, activation: Any = "relu", initializer: Any = "he") -> list[dict[str, Any]]:
    """Dense layers one after the other."""
    return [{"kind": "dense", "units": n, "activation": activation, "initializer": initializer} for n in units]


def leaky(*units: int, initializer: Any = "he") -> list[dict[str, Any]]:
    """Dense layers of which no neuron dies: a gradient must come through the discriminator."""
    return dense(*units, activation={"kind": "leaky_relu", "slope": 0.2}, initializer=initializer)


def small(*units: int) -> list[dict[str, Any]]:
    """The same with small first weights: what is generated begins in the middle, as far from each cloud."""
    return leaky(*units, initializer={"kind": "orthogonal", "gain": 0.5})


def adam(rate: float, beta1: float = 0.5, beta2: float = 0.99) -> dict[str, Any]:
    """Adam with a short memory, since the other player moves (Radford et al. 2016)."""
    return {"kind": "adam", "learning_rate": rate, "beta1": beta1, "beta2": beta2}


def sgd(rate: float) -> dict[str, Any]:
    """Plain gradient descent."""
    return {"kind": "sgd", "learning_rate": rate}


def points(kind: str, **more: Any) -> dict[str, Any]:
    """Data of which all points are learned from: a generator has no test."""
    return {"kind": kind, "test_fraction": 0.0, **more}


def game(generator: list[dict[str, Any]], optimizer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The task with the generator's layers and optimizer."""
    return {"kind": "adversarial", "generator": generator, "generator_optimizer": optimizer, **more}


PLANE, TROUBLE, PICTURES = "On the plane", "When the game goes wrong", "Pictures"
CALMING = {"kind": "cosine", "duration": 15_000, "lowest": 1e-5}


def clouds(data: dict[str, Any], **task: Any) -> dict[str, Any]:
    """A game that finds all clouds: small first weights, rates that go down, and averaged weights to draw with."""
    return {
        "data": data,
        "layers": small(64, 64),
        "task": game(small(64, 64), adam(0.001), noise=8, averaged=0.999, **task),
        "optimizer": adam(0.001),
        "training": {"batch_size": 200, "schedule": CALMING},
    }


GALLERY: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    (
        "two_clouds",
        "Two clouds",
        PLANE,
        "How is one cloud of noise made into two?",
        "The grid is all the noise there is: press play and see it folded over both clouds. Does any of it lie between them?",
        {
            "data": points("gauss", samples=2000),
            "layers": dense(8, 8),
            "task": game(dense(8, 8), sgd(0.1), noise=2, distribution="uniform", discriminator_steps=2),
            "optimizer": sgd(0.2),
            "training": {"batch_size": 150},
        },
    ),
    (
        "ring_of_eight",
        "A ring of eight",
        PLANE,
        "Will it find all eight clouds?",
        "Eight narrow clouds, found within seconds: which were found last, and does it forget one before the rates are low?",
        clouds(points("ring", samples=5000)),
    ),
    (
        "grid_of_clouds",
        "A grid of 25",
        PLANE,
        "How many of 25 clouds does it reach?",
        "Twenty-five clouds are hard to find: give both players twice the neurons and count how many more are reached.",
        clouds(points("grid", samples=5000, apart=1.5)),
    ),
    (
        "wasserstein",
        "A critic",
        PLANE,
        "What does a judge that only measures say?",
        "The critic's weights are held small and it learns five times a step: watch its loss as points come near: what is left of it?",
        {
            "data": points("islands"),
            "layers": leaky(32, 32),
            "task": game(leaky(32, 32), {"kind": "rmsprop", "learning_rate": 0.002}, loss="wasserstein", discriminator_steps=5),
            "optimizer": {"kind": "rmsprop", "learning_rate": 0.002},
            "training": {"batch_size": 64},
        },
    ),
    (
        "collapse",
        "One for eight",
        TROUBLE,
        "Why does it draw the same thing again?",
        "Most clouds are never drawn, though each real one is as frequent: begin with smaller first weights. How many now?",
        {
            "data": points("ring", samples=5000),
            "layers": leaky(64, 64),
            "task": game(leaky(64, 64), adam(0.00025), noise=8),
            "optimizer": adam(0.001),
            "training": {"batch_size": 150},
        },
    ),
    (
        "digits",
        "Digits by name",
        PICTURES,
        "Can you ask it for a seven?",
        "Both players are told which digit is meant, a row for each: drag a number of the noise. What stays, what changes?",
        {
            "data": {"kind": "digit_pictures", "test_fraction": 0.0},
            "layers": ["flatten", *leaky(128)],
            "task": game(leaky(128), adam(0.0005), noise=16, conditional=True, averaged=0.99),
            "optimizer": adam(0.0005),
            "training": {"batch_size": 64},
        },
    ),
)

PRESETS: tuple[Preset, ...] = gallery(GALLERY)
