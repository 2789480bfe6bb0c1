"""Batches cut into shards: the same gradients, and the same bits whoever works on them."""

from __future__ import annotations

import threading
from itertools import groupby

import numpy as np
import pytest

from playground import Experiment, Run
from playground.engine.machine import Errand, Lend
from playground.engine.passes import Pass
from playground.engine.program import Plan, finish
from playground.tasks import segments
from playground.training import Training
from tests.kernels.desk import relative_error
from tests.playground.engine.test_plan import ROWS, graph_with

LAYERS = [
    {"kind": "dense", "units": 64, "activation": "relu"},
    {"kind": "dropout", "rate": 0.2},
    {"kind": "residual", "layers": [{"kind": "dense", "units": 64}]},
]
LARGE = Experiment.model_validate(
    {"data": {"kind": "digits", "test_fraction": 0.2}, "layers": LAYERS, "training": {"batch_size": 256, "l2": 0.001}}
)
MIXED = Experiment.model_validate(
    {
        "data": {"kind": "digit_pictures"},
        "layers": [
            {"kind": "conv2d", "filters": 8, "stride": 2},
            "flatten",
            {"kind": "dense", "units": 50, "activation": "relu"},
        ],
        "training": {"batch_size": 64},
    }
)  # of a convolution's weights each shard makes a part of the gradient, of dense ones' a range
NETWORKS = pytest.mark.parametrize("network", [LARGE, MIXED], ids=["dense", "mixed"])
LIMITS = {"value": {"limit": 1e-4}, "norm": {"limit": 0.01}}  # so tight that they cut


def helped(work: Errand, most: int) -> int:
    """A thread of its own for each errand."""
    for _ in range(most):
        threading.Thread(target=work, daemon=True).start()
    return most


def helped_once(work: Errand, most: int) -> int:
    """One thread and no more."""
    return helped(work, 1)


def state(run: Run) -> dict[str, np.ndarray]:
    return {name: run.view(name).copy() for name in run.names()}


@pytest.fixture
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches are cut, too."""
    monkeypatch.setattr(segments, "SHARD_WORTH", 1)


def shards_of(run: Run) -> set[int]:
    return set(run.program.shards.tolist())


def test_small_networks_are_not_cut() -> None:
    assert shards_of(Run(Experiment.model_validate({"data": "circle", "layers": ["dense"]}))) == {-1}


@pytest.mark.parametrize(("batch", "shards"), [(12, 4), (10, 2), (9, 0)])
def test_shards_have_equally_many_rows(worthwhile: None, batch: int, shards: int) -> None:
    run = Run(Experiment.model_validate({"data": "circle", "layers": ["dense"], "training": {"batch_size": batch}}))
    assert shards_of(run) == {-1, *range(shards)}


@pytest.mark.parametrize("clip", ["none", "value", "norm"])
@pytest.mark.parametrize("lend", [helped, helped_once])
def test_a_team_gives_the_same_bits_as_one_thread(worthwhile: None, lend: Lend, clip: str) -> None:
    clipped = LARGE.model_copy(update={"training": Training(batch_size=256, l2=0.001, clip={"kind": clip, **LIMITS.get(clip, {})})})
    alone, together = Run(clipped), Run(clipped)
    for steps in (1, 7, 20):
        assert alone.step(steps) == together.step(steps, lend) == steps
    for name, array in state(alone).items():
        if name != "scratch":
            np.testing.assert_array_equal(array, together.view(name), err_msg=name)


def test_a_team_gives_the_same_bits_where_gradients_come_in_parts_and_in_ranges(worthwhile: None) -> None:
    alone, together = Run(MIXED), Run(MIXED)
    assert alone.step(20) == together.step(20, helped) == 20
    assert "gradients/shards" in alone.program.places
    for name, array in state(alone).items():
        if name != "scratch":
            np.testing.assert_array_equal(array, together.view(name), err_msg=name)


@NETWORKS
def test_stage_by_stage_gives_the_same_bits_as_full_speed(network: Experiment, worthwhile: None) -> None:
    fast, slow = Run(network), Run(network)
    fast.step(3)
    while slow.steps < 3 or slow.position:
        slow.advance()
    for name, array in state(fast).items():
        if name not in ("scratch", "history", "recorded"):
            np.testing.assert_array_equal(array, slow.view(name), err_msg=name)


def test_at_full_speed_a_shard_goes_through_all_layers_before_the_next(worthwhile: None) -> None:
    program = Run(LARGE).program
    assert sorted(program.order) == list(range(len(program.shards)))
    shards = [shard for shard, _ in groupby(program.shards[program.order])]
    dropped = [-1, 0, 1, 2, 3]  # dropout draws numbers for the whole batch in the midst of the layers
    cleared = updated = dropped
    summed = [0, 1, 2, 3]
    assert shards == [*dropped, *dropped, *cleared, *dropped, *dropped, *summed, *updated]


@NETWORKS
def test_shards_give_the_gradients_of_the_whole_batch(network: Experiment, worthwhile: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = Run(network)
    monkeypatch.setattr(segments, "SHARDS", ())
    whole = Run(network)
    assert shards_of(cut) == {-1, 0, 1, 2, 3}
    assert shards_of(whole) == {-1}
    for run in (cut, whole):
        run.step()
    for name in whole.network.graph.parameters:
        assert relative_error(cut.view(f"{name}.grad"), whole.view(f"{name}.grad")) < 1e-5, name


def test_slow_motion_shows_a_layer_at_once_however_it_is_cut(worthwhile: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = Run(LARGE)
    monkeypatch.setattr(segments, "SHARDS", ())
    assert [(s.segment, s.layer) for s in cut.stages] == [(s.segment, s.layer) for s in Run(LARGE).stages]


def test_a_team_stops_where_the_loss_is_no_longer_finite(worthwhile: None) -> None:
    wild = Experiment.model_validate(
        {
            "data": {"kind": "plane", "samples": 100},
            "layers": [{"kind": "dense", "units": 8, "activation": "linear"}],
            "optimizer": {"kind": "sgd", "learning_rate": 10},
            "training": {"batch_size": 16},
        }
    )
    alone, together = Run(wild), Run(wild)
    assert alone.step(500) == together.step(500, helped) < 500
    assert alone.diverged == together.diverged is not None
    np.testing.assert_array_equal(alone.view("parameters"), together.view("parameters"))


def test_each_shard_works_in_scratch_of_its_own() -> None:
    graph, x, _ = graph_with(statistics=False)
    plan, flow = Plan(graph), Pass("", ROWS, training=True, shards=ROWS)
    plan.place("random", (4,))
    plan.parameters()
    plan.bind(flow, x)
    plan.forward(flow, graph.nodes, "forward")
    places = [line.operands[-1] for line in plan.segments["forward"][:ROWS]]
    assert len(set(places)) == ROWS
    assert min(np.diff(places)) >= 10
    finish(plan, ROWS, ("forward",), {})
