"""What attention makes of shapes."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.graph import Graph, ShapeError, Tensor
from playground.layers import stack
from playground.layers.attention import MultiHeadAttention, attention
from playground.layers.conv1d import Conv1D
from playground.layers.embedding import Embedding
from playground.losses import MSE
from tests.playground.networks import below, machine_of


def test_the_shape_stays_and_the_weights_are_kept() -> None:
    graph = Graph()
    assert stack(graph, (MultiHeadAttention(heads=2),), graph.input("x", (7, 6))).shape == (7, 6)
    assert graph.tensors["multi_head_attention_1/attention.auxiliary_1"].shape == (2, 7, 7)


def test_another_sequence_may_have_another_length() -> None:
    graph = Graph()
    queries, others = graph.input("queries", (7, 6)), graph.input("others", (3, 6))
    assert graph.apply(attention(2, False), queries, others, others, None).shape == (7, 6)
    assert graph.tensors["attention.auxiliary_1"].shape == (2, 7, 3)


def test_another_layer_may_be_looked_at() -> None:
    graph = Graph()
    layers = Embedding(width=3), Conv1D(filters=6, stride=2), MultiHeadAttention(heads=2, others="embedding_1")
    assert stack(graph, layers, graph.input("x", (7,))).shape == (4, 6)
    assert graph.tensors["multi_head_attention_1/keys/weight"].shape == (3, 6)
    assert graph.tensors["multi_head_attention_1/attention.auxiliary_1"].shape == (2, 4, 7)


def test_what_is_looked_at_must_be_there() -> None:
    graph, asking = Graph(), MultiHeadAttention(others="lstm_1")
    with pytest.raises(ShapeError, match="an earlier layer puts out, and 'lstm_1' is none. There is none yet."):
        asking.build(graph, graph.input("x", (5, 4)))
    with pytest.raises(ShapeError, match="'lstm_1' is none. There are: embedding_1, conv1d_1."):
        stack(graph, (Embedding(width=4), Conv1D(filters=4), asking), graph.input("y", (5,)))


def test_what_is_no_sequence_is_refused() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match=r"needs a sequence \(time, width\), got \(64,\). Put a Reshape before it."):
        MultiHeadAttention().build(graph, graph.input("x", (64,)))


def test_heads_share_the_width() -> None:
    graph = Graph()
    with pytest.raises(ShapeError, match="4 heads cannot share 6. Take one of 1, 2, 3, 6 heads, or another width."):
        MultiHeadAttention(heads=4).build(graph, graph.input("x", (5, 6)))


def test_biases_are_not_regularized() -> None:
    graph = Graph()
    MultiHeadAttention(heads=1).build(graph, graph.input("x", (4, 2)))
    assert {name: p.regularized for name, p in graph.parameters.items()} == {name: "bias" not in name for name in graph.parameters}


@pytest.mark.parametrize(("heads", "note"), [(1, "attention, 1 head"), (4, "attention, 4 heads")])
def test_it_says_how_many_heads(heads: int, note: str) -> None:
    assert MultiHeadAttention(heads=heads).note() == note


def test_the_bias_of_the_keys_has_no_gradient_but_rounding() -> None:
    def write(graph: Graph, x: Tensor, target: Tensor) -> Tensor:
        result = stack(graph, (MultiHeadAttention(),), graph.reshape(below(graph, x, 60), (5, 12)))
        return MSE().build(graph, graph.reshape(result, (60,)), target, "linear")

    machine = machine_of(write, inputs=3, targets=60, seed=4)
    machine.view("input")[...] = np.random.default_rng(4).normal(size=machine.view("input").shape)
    machine.execute("step")
    keys, queries = (machine.view(f"multi_head_attention_1/{name}/bias.grad") for name in ("keys", "queries"))
    assert np.abs(keys).max() < 1e-4 * np.abs(queries).max()
