"""Scene and frames of the plane lab: what the stage is told is what the run holds."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.labs.plane import PlaneLab
from playground.labs.plane_gallery import PRESETS

RESIDUAL = {"kind": "residual", "layers": [{"kind": "dense", "units": 3}, {"kind": "dense", "units": 5}]}
BRANCHES = {"kind": "concatenate", "branches": [[], [{"kind": "dense", "units": 3}]]}
EXPERIMENTS = {
    "circle": {"data": "circle", "layers": [{"kind": "dense", "units": 4, "activation": "tanh"}, {"kind": "dense", "units": 2}]},
    "no hidden layer": {"data": "xor", "features": ["x1x2"]},
    "classes": {"data": {"kind": "blobs", "classes": 5}, "layers": [{"kind": "dense", "units": 30}]},
    "regression": {"data": "hills", "layers": [{"kind": "dense", "units": 70}, {"kind": "dense", "units": 3}]},
    "nested": {"data": "spiral", "layers": [{"kind": "dense", "units": 5}, "dropout", RESIDUAL, "dropout"]},
    "branches": {"data": "circle", "layers": [BRANCHES, "batch_norm", {"kind": "dense", "units": 3}, "activation", "layer_norm"]},
    "table": {"data": "digits", "layers": [{"kind": "dense", "units": 100}]},
    "one input": {"data": "sine", "layers": [{"kind": "dense", "units": 4}]},
    "nothing to train on": {"data": {"kind": "painted", "points": []}, "layers": [{"kind": "dense", "units": 4}]},
}


@dataclass
class Motion:
    index: int
    sample: int = 0
    before: np.ndarray | None = None


@pytest.fixture(params=EXPERIMENTS)
def run(request: pytest.FixtureRequest) -> Run:
    made = Run(Experiment.model_validate(EXPERIMENTS[request.param]))
    made.step(3)
    return made


def sizes(scene: dict[str, Any]) -> list[int]:
    return [len(column["shown"]) for column in scene["columns"]]


def test_a_scene_is_plain_json(run: Run) -> None:
    scene, arrays = PlaneLab(run).scene(3)
    assert scene["revision"] == 3
    assert json.loads(json.dumps(scene, allow_nan=False)) == json.loads(json.dumps(scene))
    assert {array.dtype.name for array in arrays.values()} <= {"float32", "int32", "int16", "uint8"}


def test_arrays_are_as_long_as_the_scene_says(run: Run) -> None:
    lab = PlaneLab(run)
    scene, constant = lab.scene(1)
    _, arrays = lab.frame()
    counts = sizes(scene)
    parameters = sum(before * here + here for before, here in itertools.pairwise(counts))
    assert arrays["network/weights"].size == arrays["network/gradients"].size == parameters
    hidden, tile, grid = sum(counts[1:-1]), scene["tile"], scene["grid"]
    if hidden:
        assert arrays["network/fields"].shape == (hidden, tile, tile)
        assert arrays["network/means"].size == arrays["network/saturation"].size == hidden
    assert arrays["surface/logits"].shape == (run.network.logits.size, grid, grid)
    assert constant["scene/network/features"].shape == (len(scene["features"]), tile, tile)
    assert constant["scene/points/x"].shape == (constant["scene/points/y"].size, 2)


def test_no_column_shows_more_than_64(run: Run) -> None:
    scene, _ = PlaneLab(run).scene(1)
    for column in scene["columns"]:
        assert len(column["shown"]) == min(column["units"], 64)
        assert column["shown"] == sorted(set(column["shown"]))


def test_paths_lead_to_the_layers_own_records(run: Run) -> None:
    scene, _ = PlaneLab(run).scene(1)
    for column in scene["columns"][1:-1]:
        record: Any = scene["experiment"]
        for key in column["path"]:
            record = record[key]
        assert record["units"] == column["units"]
        assert record["activation"]["kind"] == column["activation"]["kind"]


def test_notes_and_skips_stand_where_they_belong() -> None:
    scene, _ = PlaneLab(Run(Experiment.model_validate(EXPERIMENTS["nested"]))).scene(1)
    first, inner, last = scene["columns"][1:4]
    assert [note["path"] for note in first["notes"]] == [["layers", 1]]
    assert (first["skip_from"], inner["skip_from"], last["skip_from"]) == (None, None, 1)
    assert inner["residual"] == last["residual"] == ["layers", 2]


def test_slow_motion_shows_numbers_that_can_be_checked_by_hand() -> None:
    run = Run(Experiment.model_validate(EXPERIMENTS["circle"]))
    run.step(20)
    lab, sample = PlaneLab(run), 3
    for index in range(len(run.stages)):
        run.advance()
        _, arrays = lab.frame(slow=Motion(index, sample))
        values, sums, deltas = (arrays[f"slow/{name}"] for name in ("values", "sums", "deltas"))
        x, hidden, second, p = np.split(values, [2, 6, 8])
        if index == 0:
            assert np.isnan(second).all()
            assert np.isnan(deltas).all()
        if 2 <= index < len(run.stages) - 1:  # the update changes what the sums were made of
            np.testing.assert_allclose(sums[:4], x @ run.view("dense_1/weight") + run.view("dense_1/bias"), rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(hidden, np.tanh(sums[:4]), rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(p, 1 / (1 + np.exp(-sums[6:])), rtol=1e-5)
        if run.stages[index].segment == "backward" and run.stages[index].layer == "head":
            error = 1 / (1 + np.exp(-sums[6])) - run.view("target")[sample, 0]
            assert deltas[6] == pytest.approx(error, rel=1e-4, abs=1e-6)


def test_a_peek_shows_the_neuron_itself() -> None:
    run = Run(Experiment.model_validate(EXPERIMENTS["circle"]))
    facts, arrays = PlaneLab(run).frame(look=("dense_1", 2))
    field = run.view("probe/dense_1/output")[:, 2].reshape(run.grid, run.grid)
    np.testing.assert_allclose(arrays["surface/look"] * facts["look"]["scale"], field, atol=facts["look"]["scale"])


def test_the_pictures_top_row_is_the_highest_x2() -> None:
    run = Run(Experiment.model_validate({"data": "circle", "features": ["x2"]}))
    run.view("head/weight")[:] = 1
    facts, arrays = PlaneLab(run).frame()
    column = arrays["surface/logits"][0, :, 0] * facts["surface"]["scale"]
    assert column[0] > 5 > -5 > column[-1]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_can_be_shown(preset: Any) -> None:
    run = Run(preset.experiment)
    lab = PlaneLab(run)
    scene, _ = lab.scene(1)
    assert scene["tip"] == preset.sentence
    assert len(scene["link"]) <= 2000
    assert lab.frame()[1]
