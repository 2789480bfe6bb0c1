"""What recurrent layers make of shapes, and how they begin."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.graph import Graph, ShapeError
from playground.layers import stack
from playground.layers.lstm import LSTM
from playground.layers.recurrent import Recurrent
from playground.record import members


@pytest.mark.parametrize("kind", members(Recurrent))
def test_a_sequence_becomes_states_or_the_last_of_them(kind: str) -> None:
    layer = members(Recurrent)[kind]
    graph = Graph()
    x = graph.input("x", (7, 3))
    assert layer(hidden=5, sequence=True).build(graph, x).shape == (7, 5)
    assert layer(hidden=5, sequence=False).build(graph, x).shape == (5,)


@pytest.mark.parametrize("kind", members(Recurrent))
def test_what_is_no_sequence_is_refused(kind: str) -> None:
    layer = members(Recurrent)[kind]()
    graph = Graph()
    with pytest.raises(ShapeError, match=rf"{layer.title} needs a sequence \(time, features\), got \(64,\). Put a Reshape before it."):
        layer.build(graph, graph.input("x", (64,)))


@pytest.mark.parametrize("kind", members(Recurrent))
def test_biases_are_not_regularized(kind: str) -> None:
    graph = Graph()
    members(Recurrent)[kind]().build(graph, graph.input("x", (4, 2)))
    assert {name: p.regularized for name, p in graph.parameters.items()} == {name: "bias" not in name for name in graph.parameters}


def test_recurrent_layers_stack() -> None:
    graph = Graph()
    assert stack(graph, (LSTM(hidden=4, sequence=True), LSTM(hidden=6)), graph.input("x", (9, 2))).shape == (6,)
    assert graph.tensors["lstm_1/states.auxiliary_1"].shape == (9, 4, 4)
    assert graph.tensors["lstm_2/states.auxiliary_2"].shape == (9, 6)


def test_only_forget_gates_begin_with_a_bias() -> None:
    graph = Graph()
    LSTM(hidden=3, forget_bias=2.0).build(graph, graph.input("x", (4, 2)))
    bias = graph.parameters["bias"]
    np.testing.assert_array_equal(bias.initializer.draw(np.random.default_rng(0), bias.tensor.shape), [0] * 3 + [2] * 3 + [0] * 6)


def test_they_say_their_size() -> None:
    assert LSTM(hidden=32).note() == "lstm 32"
