"""What an operation may ask of the planner beside inputs and output: statistics, states, scratch, a kernel for inference, another shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kernels import memory as moves
from kernels.kernel import name_of
from playground.engine.graph import Graph, Operation, Tensor, add, mean, no_auxiliary
from playground.engine.machine import Machine
from playground.engine.passes import Pass
from playground.engine.program import Plan, finish

ROWS = 3

keeper = Operation(
    "keeper",
    moves.add_forward,
    moves.add_backward,
    auxiliary=lambda inputs: ((7,),),
    statistics=lambda inputs: ((4,), (2, 2)),
    scratch=lambda rows, inputs: 10 * rows,
    inference=moves.mean_forward,
)


def graph_with(statistics: bool) -> tuple[Graph, Tensor, Tensor]:
    """x -> keeper -> keeper -> mean."""
    operation = keeper if statistics else replace(keeper, statistics=no_auxiliary)
    graph = Graph()
    x = graph.input("x", (2, 3))
    with graph.scope("layer"):
        graph.state("average", (5,), 1.5)
        first = graph.alias(graph.apply(operation, x, x), "output")
        flat = graph.alias(graph.reshape(first, (6,)), "flat")
    second = graph.apply(operation, flat, flat, name="second")
    return graph, x, graph.apply(mean, second, name="loss")


def written(training: bool) -> tuple[Plan, Pass, Tensor]:
    """Its plan."""
    graph, x, loss = graph_with(statistics=True)
    plan, flow = Plan(graph), Pass("", ROWS, training)
    plan.place("random", (4,))
    plan.parameters()
    plan.state_end = plan.size
    plan.bind(flow, x)
    plan.forward(flow, graph.nodes, "forward")
    return plan, flow, loss


def test_auxiliaries_have_rows_and_statistics_have_none() -> None:
    places = written(training=True)[0].places
    assert places["layer/keeper.auxiliary_1"].shape == (ROWS, 7)
    assert places["layer/keeper.statistics_1"].shape == (4,)
    assert places["layer/keeper.statistics_2"].shape == (2, 2)


def test_operations_share_their_scratch_and_find_it_last() -> None:
    plan = written(training=True)[0]
    scratch = plan.places["scratch"]
    assert scratch.shape == (1, 32)  # 10 for each row, in whole cache lines
    for line in plan.segments["forward"][:2]:
        assert line.operands[-1] == scratch.offset
    assert scratch.offset not in plan.segments["forward"][2].operands


@pytest.mark.parametrize(("training", "kernel"), [(True, "add_forward"), (False, "mean_forward")])
def test_another_kernel_may_serve_inference(training: bool, kernel: str) -> None:
    plan = written(training)[0]
    assert [name_of(line.kernel) for line in plan.segments["forward"]] == [kernel, kernel, "mean_forward"]


def test_a_reshaped_tensor_is_the_same_memory_in_its_own_shape() -> None:
    plan, flow, _ = written(training=True)
    places = plan.places
    assert places["layer/output"].shape == (ROWS, 2, 3)
    assert places["layer/flat"].shape == (ROWS, 6)
    assert places["layer/flat"].offset == places["layer/output"].offset
    assert plan.segments["forward"][1].operands[1] == flow.offsets["layer/keeper"]


def test_states_belong_to_the_runs_state_and_have_their_first_value() -> None:
    plan, _, _ = written(training=True)
    machine = Machine(finish(plan, ROWS, ("forward",), {}), plan.graph, np.zeros(1, np.float32), seed=0)
    place = plan.places["layer/average"]
    assert place.offset + place.places <= plan.state_end
    np.testing.assert_array_equal(machine.view("layer/average"), np.full(5, 1.5, np.float32))


def test_what_asks_for_no_scratch_gets_none() -> None:
    graph = Graph()
    x = graph.input("x", (2,))
    graph.apply(add, x, x)
    plan, flow = Plan(graph), Pass("", ROWS, training=True)
    plan.bind(flow, x)
    plan.forward(flow, graph.nodes, "forward")
    assert "scratch" not in plan.places
    assert len(plan.segments["forward"][0].operands) == 4
