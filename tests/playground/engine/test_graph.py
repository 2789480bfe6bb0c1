"""Writing a network down."""

from __future__ import annotations

from kernels import memory as moves
from playground.engine.graph import Graph, add, elementwise, mean
from playground.initializers import Zeros

negate = elementwise("negate", moves.add_forward, moves.add_backward)


def test_scopes_nest_and_names_stay_apart() -> None:
    graph = Graph()
    x = graph.input("x", (3,))
    with graph.scope("outer"):
        first = graph.apply(add, x, x)
        with graph.scope("inner"):
            second = graph.apply(add, first, x)
        third = graph.apply(add, x, x)
    assert [tensor.name for tensor in (first, second, third)] == ["outer/add", "outer/inner/add", "outer/add_2"]
    assert [node.scope for node in graph.nodes] == ["outer", "outer/inner", "outer"]


def test_an_alias_is_one_more_name() -> None:
    graph = Graph()
    x = graph.input("x", (3,))
    with graph.scope("layer"):
        assert graph.alias(x, "output") is x
    assert graph.tensors["layer/output"] is x


def test_settings_and_parameters_are_listed() -> None:
    graph = Graph()
    with graph.scope("layer"):
        weight = graph.parameter("weight", (2, 3), Zeros())
        graph.parameter("bias", (3,), Zeros(), regularized=False)
        slope = graph.setting("slope", 0.01)
    assert not weight.batched
    assert not slope.batched
    assert graph.settings == {"layer/slope": 0.01}
    assert [parameter.regularized for parameter in graph.parameters.values()] == [True, False]


def test_a_mean_has_no_rows() -> None:
    graph = Graph()
    assert not graph.apply(mean, graph.input("x", ())).batched
    assert graph.apply(negate, graph.input("y", (4, 5))).size == 20
