"""What recurrent layers make of shapes, and how they begin."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from playground import Experiment, Run
from playground.engine.graph import Graph, ShapeError
from playground.layers import stack
from playground.layers.bidirectional import Bidirectional
from playground.layers.gru import GRU
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


def test_only_update_gates_begin_with_a_bias() -> None:
    graph = Graph()
    GRU(hidden=3, keep_bias=2.0).build(graph, graph.input("x", (4, 2)))
    first = {name: graph.parameters[name].initializer.draw(np.random.default_rng(0), (9,)) for name in ("bias", "recurrent_bias")}
    np.testing.assert_array_equal(first["bias"], [0] * 3 + [2] * 3 + [0] * 3)
    np.testing.assert_array_equal(first["recurrent_bias"], np.zeros(9))


def test_they_say_their_size() -> None:
    assert LSTM(hidden=32).note() == "LSTM 32"


def test_both_ways_stand_side_by_side() -> None:
    graph = Graph()
    x = graph.input("x", (9, 2))
    layers = (Bidirectional(layer=LSTM(hidden=4, sequence=True)), Bidirectional(layer=LSTM(hidden=6)))
    assert stack(graph, layers[:1], x).shape == (9, 8)
    assert stack(graph, layers, graph.input("y", (9, 2))).shape == (12,)
    assert {"bidirectional_1/forward/weight", "bidirectional_1/backward/states.auxiliary_1"} <= set(graph.tensors)


def test_bidirectional_wants_a_recurrent_layer() -> None:
    with pytest.raises(ValidationError, match="'dense' is not one of: gru, lstm, simple_rnn"):
        Bidirectional.model_validate({"layer": "dense"})


def test_bidirectional_wants_a_sequence() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match=r"LSTM needs a sequence \(time, features\), got \(64,\). Put a Reshape before it."):
        Bidirectional(layer=LSTM()).build(graph, graph.input("x", (64,)))


def test_bidirectional_says_what_it_holds() -> None:
    assert Bidirectional(layer=LSTM(hidden=8)).note() == "LSTM 8, both ways"


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("bidirectional_1/backward/recurrent_weight", "its weights overflowed"),
        ("bidirectional_1/forward/recurrent_bias", "its biases overflowed"),
        ("lstm_1/weight", "its weights overflowed"),
    ],
)
def test_a_layer_that_is_no_longer_finite_is_named(name: str, cause: str) -> None:
    layers = [Bidirectional(layer=GRU(hidden=3, sequence=True)), LSTM(hidden=4)]
    data = {"kind": "remember", "steps": 5, "samples": 100}
    run = Run(Experiment.model_validate({"data": data, "layers": layers, "training": {"batch_size": 8}}))
    run.view(name)[...] = np.nan
    assert run.step(1) == 0
    assert run.diverged is not None
    assert (run.diverged.layer, run.diverged.cause) == (name.partition("/")[0], cause)
