"""What a pass says of its shards, and which gradients these make parts of."""

from __future__ import annotations

import pytest

from kernels.team import WHOLE
from playground.engine.graph import Graph, Operation, Tensor, add, mean
from playground.engine.passes import Pass, in_parts
from playground.initializers import Zeros
from playground.layers.dense import dense


def test_a_shard_has_its_share_of_the_rows() -> None:
    flow, x, weight = Pass("", 12, training=True, shards=4), Tensor("x", (5, 2)), Tensor("w", (5, 2), batched=False)
    assert [flow.shape(tensor) for tensor in (x, weight)] == [(12, 5, 2), (5, 2)]
    assert [flow.rows_of(shard) for shard in (WHOLE, 0, 3)] == [12, 3, 3]
    assert [flow.before(x, shard) for shard in (WHOLE, 0, 3)] == [0, 0, 90]
    assert flow.before(weight, 3) == 0


@pytest.mark.parametrize(("operation", "parts"), [(add, [0, 1]), (mean, [WHOLE])])
def test_what_looks_at_all_rows_is_not_cut(operation: Operation, parts: list[int]) -> None:
    graph = Graph()
    x = graph.input("x", (2,))
    graph.apply(operation, x, x)
    assert list(Pass("", 12, training=True, shards=2).shards_of(graph.nodes[-1])) == parts


def weights(sharing: bool) -> tuple[Graph, list[str]]:
    """x added to a parameter, then through a dense layer, whose bias may be that parameter; and which gradients come in parts."""
    graph = Graph()
    x = graph.input("x", (3,))
    shift = graph.parameter("shift", (3,), Zeros())
    bias = shift if sharing else graph.parameter("bias", (3,), Zeros())
    shifted = graph.apply(add, x, shift, name="shifted")
    graph.apply(dense, shifted, graph.parameter("weight", (3, 3), Zeros()), bias, name="sum")
    return graph, in_parts(graph.nodes, graph.parameters)


def test_gradients_come_in_parts_where_an_operation_makes_none_in_ranges() -> None:
    assert weights(sharing=False)[1] == ["shift"]


def test_all_gradients_come_in_parts_where_both_kinds_share_a_parameter() -> None:
    graph, parts = weights(sharing=True)
    assert set(parts) == set(graph.parameters) == {"shift", "weight"}
