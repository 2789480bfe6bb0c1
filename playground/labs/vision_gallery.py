"""The vision lab's gallery: convolutional networks worth a look. The first is where everybody begins."""

from __future__ import annotations

from typing import Any

from playground.labs import Preset, gallery

Layers = list[dict[str, Any]]


def conv(filters: int, kernel: int = 3, activation: str = "relu", **more: Any) -> dict[str, Any]:
    """A convolution with the initializer made for ReLU."""
    return {"kind": "conv2d", "filters": filters, "kernel": kernel, "activation": activation, "initializer": "he"} | more


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    """A dense layer with the initializer made for ReLU."""
    return {"kind": "dense", "units": units, "activation": activation, "initializer": "he"}


def adam(rate: float) -> dict[str, Any]:
    """Adam with this learning rate."""
    return {"kind": "adam", "learning_rate": rate}


def around(*layers: dict[str, Any]) -> dict[str, Any]:
    """A residual block."""
    return {"kind": "residual", "layers": list(layers)}


POOL, NORM, FLAT, RELU = {"kind": "max_pool2d"}, {"kind": "batch_norm"}, {"kind": "flatten"}, {"kind": "activation", "activation": "relu"}
DIGITS, ROOM, TROUBLE = "Digits", "Deeper", "When it learns by heart"
SMALL = [conv(8), POOL, conv(16), POOL, FLAT, dense(32)]

GALLERY: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    (
        "digits",
        "Digits, small",
        DIGITS,
        "At which stroke does a 3 become an 8?",
        "Draw a 3 and close its gaps stroke by stroke: at which stroke does it become an 8, and which map saw it first?",
        {"data": "digit_pictures", "layers": SMALL, "optimizer": adam(0.003), "training": {"batch_size": 32}},
    ),
    (
        "no_hidden",
        "No convolution at all",
        DIGITS,
        "What does a network miss that sees single pixels?",
        "Each digit has one weight for each pixel: draw a 1 at the edge, where no 1 ever was, and see what it takes it for.",
        {"data": "digit_pictures", "layers": [FLAT], "optimizer": adam(0.01), "training": {"batch_size": 32}},
    ),
    (
        "lenet",
        "LeNet-5",
        ROOM,
        "What has changed since 1998?",
        "Tanh and averages, as in 1998: put ReLU and the largest in their place, and see how many epochs that saves.",
        {
            "data": {"kind": "glyphs", "samples": 4000},
            "layers": [
                conv(6, 5, "tanh", initializer="glorot"),
                {"kind": "average_pool2d"},
                conv(16, 5, "tanh", padding="valid", initializer="glorot"),
                {"kind": "average_pool2d"},
                FLAT,
                {"kind": "dense", "units": 120, "activation": "tanh"},
                {"kind": "dense", "units": 84, "activation": "tanh"},
            ],
            "optimizer": adam(0.002),
            "training": {"batch_size": 32},
        },
    ),
    (
        "vgg",
        "Small windows, twice",
        ROOM,
        "Why two small windows, not one large?",
        "Two windows of 3 see as far as one of 5, with fewer weights and a bend between: hover over a pixel and count.",
        {
            "data": {"kind": "glyphs", "samples": 4000},
            "layers": [conv(8), conv(8), POOL, conv(16), conv(16), POOL, FLAT, dense(64), {"kind": "dropout", "rate": 0.3}],
            "optimizer": adam(0.002),
            "training": {"batch_size": 32},
        },
    ),
    (
        "resnet",
        "A way around",
        ROOM,
        "What does a block add to what comes in?",
        "Each block only adds to what comes in: hover over its maps, and find one that is hardly changed at all.",
        {
            "data": {"kind": "glyphs", "samples": 4000},
            "layers": [
                conv(8),
                POOL,
                around(conv(8, activation="linear"), NORM, RELU, conv(8, activation="linear"), NORM),
                RELU,
                around(conv(8, activation="linear"), NORM, RELU, conv(8, activation="linear"), NORM),
                RELU,
                {"kind": "global_average_pool2d"},
            ],
            "optimizer": adam(0.003),
            "training": {"batch_size": 32},
        },
    ),
    (
        "by_heart",
        "Too few pictures",
        TROUBLE,
        "What if there are too few pictures?",
        "180 digits and 128 neurons: train loss goes to nothing, test loss turns. Which one layer holds it back best?",
        {
            "data": {"kind": "digit_pictures", "test_fraction": 0.9},
            "layers": [conv(16), POOL, FLAT, dense(128)],
            "optimizer": adam(0.003),
            "training": {"batch_size": 32},
        },
    ),
)

PRESETS: tuple[Preset, ...] = gallery(GALLERY)
