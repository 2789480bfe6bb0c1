"""The variational lab's gallery: autoencoders worth a look. The first is where everybody begins."""

from __future__ import annotations

from typing import Any

from playground.labs import Preset, gallery

Layers = list[dict[str, Any]]


def dense(units: int) -> dict[str, Any]:
    """A dense layer with the initializer made for ReLU."""
    return {"kind": "dense", "units": units, "activation": "relu", "initializer": "he"}


def conv(filters: int) -> dict[str, Any]:
    """A convolution of three by three pixels."""
    return {"kind": "conv2d", "filters": filters, "kernel": 3, "activation": "relu", "initializer": "he"}


FLAT, POOL, GROW = {"kind": "flatten"}, {"kind": "max_pool2d"}, {"kind": "upsample2d"}
MAPS, NUMBERS, PLAIN = "A map of pictures", "More latent numbers", "Without clouds"


def of_digits(task: dict[str, Any], units: int = 128) -> dict[str, Any]:
    """An experiment on digits of 8 x 8 pixels, a hidden layer on either side."""
    return {
        "data": "digit_pictures",
        "task": {"latent": 2, "decoder": [dense(units)], **task},
        "layers": [FLAT, dense(units)],
        "optimizer": {"kind": "adam", "learning_rate": 0.002},
        "training": {"batch_size": 32},
    }


def of_letters(task: dict[str, Any], shift: float, rotation: float, scale: float) -> dict[str, Any]:
    """An experiment on digits of 28 x 28 pixels, convolutions on either side; what moves them about is in the pictures' own units."""
    decoder = [dense(7 * 7 * 8), {"kind": "reshape", "shape": (7, 7, 8)}, GROW, conv(8), GROW, conv(8)]
    return {
        "data": {"kind": "glyphs", "samples": 3000, "noise": 0.0, "shift": shift, "rotation": rotation, "scale": scale},
        "task": {"kind": "variational", "decoder": decoder, **task},
        "layers": [conv(8), POOL, conv(12), POOL, FLAT, dense(64)],
        "optimizer": {"kind": "adam", "learning_rate": 0.002},
        "training": {"batch_size": 32},
    }


GALLERY: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    (
        "digits",
        "Digits on a map",
        MAPS,
        "Can two numbers say which digit it is?",
        "Drag the ring from one digit's region to another's: which pictures lie between them, and which never were drawn?",
        of_digits({"kind": "variational"}),
    ),
    (
        "beta",
        "Beta 4, dear clouds",
        MAPS,
        "What is lost when a code is dear?",
        "Each bit costs four times as much, and all clouds fall into one: at which beta do the digits come apart again?",
        of_digits({"kind": "variational", "beta": 4}),
    ),
    (
        "glyphs",
        "Typefaces, convolutional",
        MAPS,
        "What does a map of typefaces sort by?",
        "The map sorts them by what they say: let them shift and turn, under Data, and what will it sort them by then?",
        of_letters({"latent": 2}, 0.0, 5.0, 0.05),
    ),
    (
        "eight",
        "Eight latent numbers",
        NUMBERS,
        "What does each latent number mean?",
        "Move one slider after another: what does each number change, and which ones does the network leave unused?",
        of_letters({"latent": 8}, 0.05, 10.0, 0.1),
    ),
    (
        "sixteen",
        "Sixteen, beta 2",
        NUMBERS,
        "How many numbers does a digit need?",
        "Sixteen numbers are offered to small digits: how many bars stay at zero, and where do they go when beta is 0.2?",
        of_digits({"kind": "variational", "latent": 16, "beta": 2}),
    ),
    (
        "plain",
        "Plain autoencoder",
        PLAIN,
        "What lies in the holes of the map?",
        "Nothing keeps the codes together here: drag the ring into the holes of the map. What is drawn where no code lies?",
        of_digits({"kind": "autoencoder"}),
    ),
    (
        "denoising",
        "Cleaning noisy digits",
        PLAIN,
        "Can it find a digit in the noise?",
        "Noise goes in, and the clean picture is asked for: what does it make of a scribble of your own, or of no picture at all?",
        of_digits({"kind": "autoencoder", "latent": 12, "noise": 0.4}),
    ),
)
PRESETS: tuple[Preset, ...] = gallery(GALLERY)
