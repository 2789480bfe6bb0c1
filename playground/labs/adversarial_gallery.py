"""The adversarial lab's gallery: games worth a look. The first is where everybody begins."""

from __future__ import annotations

from typing import Any

from playground.labs import Preset, gallery


def dense(*units: int, activation: Any = "relu", initializer: str = "he") -> list[dict[str, Any]]:
    """Dense layers one after the other."""
    return [{"kind": "dense", "units": n, "activation": activation, "initializer": initializer} for n in units]


def leaky(*units: int) -> list[dict[str, Any]]:
    """Dense layers of which no neuron dies: a gradient must come through the discriminator."""
    return dense(*units, activation={"kind": "leaky_relu", "slope": 0.2})


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
RING = {
    "data": points("ring", samples=5000),
    "layers": leaky(64, 64),
    "task": game(leaky(64, 64), adam(0.001), noise=8, averaged=0.999),
    "optimizer": adam(0.001),
    "training": {"batch_size": 150},
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
            "layers": dense(14, 14),
            "task": game(dense(14, 14), sgd(0.1), noise=2, distribution="uniform"),
            "optimizer": sgd(0.2),
            "training": {"batch_size": 150},
        },
    ),
    (
        "ring_of_eight",
        "A ring of eight",
        PLANE,
        "Will it find all eight clouds?",
        "Eight narrow clouds, and averaged weights to draw with: wait until all are found, then set the averaging to 0.",
        RING,
    ),
    (
        "grid_of_clouds",
        "A grid of 25",
        PLANE,
        "How many of 25 clouds does it reach?",
        "Twenty-five clouds are hard to find: give both players twice the neurons and count how many more are reached.",
        {
            "data": points("grid", samples=5000, apart=1.5),
            "layers": leaky(64, 64),
            "task": game(leaky(64, 64), adam(0.001), noise=8, averaged=0.999),
            "optimizer": adam(0.001),
            "training": {"batch_size": 150},
        },
    ),
    (
        "wasserstein",
        "A critic",
        PLANE,
        "What does a judge that only measures say?",
        "The critic's weights are held small and it learns five times a step: watch its loss, does it fall as points come near?",
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
        "One for all",
        TROUBLE,
        "Why does it draw the same thing again?",
        "All noise ends up in the same place, which flees when it is found: let the discriminator learn more often. Does it help?",
        {
            "data": points("ring"),
            "layers": leaky(8),
            "task": game(leaky(32, 32), adam(0.01, 0.9), noise=2),
            "optimizer": adam(0.001, 0.9),
            "training": {"batch_size": 64},
        },
    ),
    (
        "saturated",
        "A judge too sure",
        TROUBLE,
        "Can a judge be too good to learn from?",
        "The judge is always right and leaves no slope to learn by: take the non-saturating loss instead. What moves now?",
        {
            "data": points("ring", radius=4.0),
            "layers": leaky(64, 64),
            "task": game(leaky(16, 16), adam(0.0002), noise=2, loss="minimax", discriminator_steps=5),
            "optimizer": adam(0.01, 0.9),
            "training": {"batch_size": 100},
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
