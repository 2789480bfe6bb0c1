"""The planner: nothing overlaps that must not, and every operand points where it should."""

from __future__ import annotations

import itertools

import pytest

from playground import Experiment
from playground.engine.program import ALIGNMENT, Program
from playground.tasks.network import build
from playground.tasks.segments import compile_program

EXPERIMENTS = {
    "small": {"data": "circle", "layers": [{"kind": "dense", "units": 4}, {"kind": "dense", "units": 2}]},
    "no hidden layer": {"data": "circle"},
    "classes": {"data": {"kind": "blobs"}, "layers": ["dense"], "training": {"schedule": "cosine", "l1": 0.1, "clip": "norm"}},
    "nested": {
        "data": "hills",
        "layers": ["dense", {"kind": "residual", "layers": ["dense", "dropout", "dense"]}, "dropout"],
        "optimizer": "lion",
    },
    "table": {"data": "wine", "layers": [{"kind": "dense", "units": 100}]},
}


@pytest.fixture(params=EXPERIMENTS, scope="module")
def program(request: pytest.FixtureRequest) -> Program:
    experiment = Experiment.model_validate(EXPERIMENTS[request.param])
    return compile_program(experiment, experiment.dataset(), build(experiment, experiment.dataset()))


def test_places_overlap_only_where_one_is_a_range_or_another_name(program: Program) -> None:
    ranges = {"parameters", "regularized", "gradients"}
    spans = {(place.offset, place.offset + place.places) for name, place in program.places.items() if name not in ranges}
    ordered = sorted(span for span in spans if span[0] < span[1])
    for (_, end), (start, _) in itertools.pairwise(ordered):
        assert end <= start


def test_everything_lies_in_memory_behind_the_engines_own_line(program: Program) -> None:
    for place in program.places.values():
        assert ALIGNMENT <= place.offset <= place.offset + place.places <= program.size


def test_whole_numbers_are_aligned_to_eight_bytes(program: Program) -> None:
    for place in program.places.values():
        if place.dtype in {"int64", "float64"}:
            assert place.offset % 2 == 0


def test_gradients_lie_as_the_parameters_do(program: Program) -> None:
    shift = program.places["gradients"].offset - program.places["parameters"].offset
    for name in program.places:
        if name.endswith(("/weight", "/bias")):
            assert program.places[f"{name}.grad"].offset == program.places[name].offset + shift


def test_weights_come_before_biases(program: Program) -> None:
    end = program.places["regularized"].offset + program.places["regularized"].places
    for name, place in program.places.items():
        if name.endswith("/weight"):
            assert place.offset + place.places <= end
        if name.endswith("/bias"):
            assert place.offset >= end


def test_stages_cover_the_step_without_a_gap(program: Program) -> None:
    assert program.stages[0].start == 0
    assert program.stages[-1].stop == program.cost.instructions == len(program.segments["step"][0])
    for before, after in itertools.pairwise(program.stages):
        assert before.stop == after.start
    segments = [stage.segment for stage in program.stages]
    assert segments == sorted(segments, key=["forward", "loss", "backward", "update"].index)


def test_state_ends_before_the_step_does(program: Program) -> None:
    assert program.places["history"].offset < program.state_end <= program.places["input"].offset < program.step_end
    assert program.cost.bytes == 4 * program.size
