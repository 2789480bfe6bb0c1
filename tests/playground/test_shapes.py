"""What layers of images and sequences make of shapes, and what they say when they do not fit."""

from __future__ import annotations

import pytest

from playground.engine.graph import Graph, Shape, ShapeError
from playground.layers import Layer
from playground.layers.conv1d import Conv1D
from playground.layers.convolution import Conv2D
from playground.layers.depthwise import DepthwiseConv2D
from playground.layers.pooling import AdaptiveAveragePool2D, AdaptiveMaxPool2D, AveragePool2D, GlobalAveragePool2D, MaxPool2D
from playground.layers.reshape import Flatten, Reshape
from playground.layers.transposed import ConvTranspose2D
from playground.layers.upsample import Upsample2D


def outcome(layer: Layer, shape: Shape) -> Shape:
    graph = Graph()
    return layer.build(graph, graph.input("x", shape)).shape


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (Conv2D(filters=5), (7, 6, 2), (7, 6, 5)),
        (Conv2D(filters=5, stride=2), (7, 6, 2), (4, 3, 5)),
        (Conv2D(filters=5, padding="valid"), (7, 6, 2), (5, 4, 5)),
        (Conv2D(filters=5, padding="valid", dilation=2, stride=2), (7, 6, 2), (2, 1, 5)),
        (Conv2D(filters=3, kernel=11), (1, 1, 1), (1, 1, 3)),
        (Conv1D(filters=5, stride=2), (9, 2), (5, 5)),
        (Conv1D(filters=5, padding="valid", dilation=2), (9, 2), (5, 5)),
        (Conv1D(filters=5, padding="causal", kernel=11), (3, 2), (3, 5)),
        (DepthwiseConv2D(stride=2), (7, 6, 2), (4, 3, 2)),
        (ConvTranspose2D(filters=5), (7, 6, 2), (14, 12, 5)),
        (ConvTranspose2D(filters=5, padding="valid", stride=3, kernel=2), (3, 1, 2), (8, 2, 5)),
        (Upsample2D(factor=3), (7, 6, 2), (21, 18, 2)),
        (MaxPool2D(), (7, 6, 2), (3, 3, 2)),
        (MaxPool2D(padding="same"), (7, 6, 2), (4, 3, 2)),
        (AveragePool2D(size=3, stride=1), (7, 6, 2), (5, 4, 2)),
        (GlobalAveragePool2D(), (7, 6, 2), (2,)),
        (AdaptiveMaxPool2D(height=3, width=5), (7, 6, 2), (3, 5, 2)),
        (AdaptiveAveragePool2D(height=9, width=1), (7, 6, 2), (9, 1, 2)),
        (Flatten(), (3, 2, 2), (12,)),
        (Flatten(), (4,), (4,)),
        (Reshape(shape=(2, 2, 3)), (12,), (2, 2, 3)),
    ],
)
def test_shapes(layer: Layer, shape: Shape, expected: Shape) -> None:
    assert outcome(layer, shape) == expected


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Conv2D(), (64,), r"Conv2D needs an image \(height, width, channels\), got \(64,\). Put a Reshape before it"),
        (Conv2D(padding="valid", kernel=5), (4, 6, 1), r"windows of 5 x 5 pixels, and the image has only 4 x 6. Make the window smaller"),
        (Conv2D(padding="valid", dilation=3), (6, 6, 1), r"windows of 7 x 7 pixels"),
        (Conv2D(groups=2), (6, 6, 3), r"3 channels and 8 filters out to 2 groups, which leaves a remainder. Take a number"),
        (Conv1D(), (64,), r"Conv1D needs a sequence \(time, features\), got \(64,\). Put a Reshape before it"),
        (Conv1D(padding="valid", kernel=5), (4, 1), r"windows of 5 time steps, and the sequence has only 4. Make the window smaller"),
        (Conv1D(groups=2), (6, 3), r"3 channels and 8 filters out to 2 groups"),
        (DepthwiseConv2D(padding="valid", kernel=5), (4, 4, 1), r"DepthwiseConv2D has windows of 5 x 5 pixels"),
        (ConvTranspose2D(), (64,), r"ConvTranspose2D needs an image"),
        (Upsample2D(), (64,), r"Upsample2D needs an image"),
        (MaxPool2D(), (64,), r"MaxPool2D needs an image \(height, width, channels\), got \(64,\). Put a Reshape before it"),
        (AveragePool2D(size=4), (3, 8, 1), r"AveragePool2D has windows of 4 x 4 pixels, and the image has only 3 x 8"),
        (GlobalAveragePool2D(), (4, 5), r"GlobalAveragePool2D needs an image"),
        (AdaptiveMaxPool2D(), (64,), r"AdaptiveMaxPool2D needs an image \(height, width, channels\), got \(64,\). Put a Reshape before it"),
        (Reshape(shape=(4, 4, 1)), (15,), r"makes 16 numbers of \(4, 4, 1\), and 15 come in, \(15,\). Choose a shape whose product is 15"),
    ],
)
def test_what_does_not_fit_is_said(layer: Layer, shape: Shape, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        outcome(layer, shape)


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        (Conv2D(filters=6, kernel=5), "6 filters 5×5"),
        (MaxPool2D(), "max pool 2×2"),
        (AdaptiveAveragePool2D(height=1, width=3), "pool to 1×3"),
        (Reshape(shape=(2, 3, 4)), "2×3×4"),
        (Flatten(), "flatten"),
    ],
)
def test_notes(layer: Layer, note: str) -> None:
    assert layer.note() == note


def test_shapes_cost_nothing() -> None:
    graph = Graph()
    x = graph.input("x", (4, 4, 1))
    Reshape(shape=(2, 8)).build(graph, Flatten().build(graph, x))
    assert not graph.nodes
