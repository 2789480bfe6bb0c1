"""Scene and frames of the vision lab: what the stage is told is what the run holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.labs.blocks import INPUTS, MAPS, UNITS
from playground.labs.plane import PlaneLab
from playground.labs.vision import CELL, VisionLab

CONV = {"kind": "conv2d", "filters": 6, "kernel": 3, "activation": "relu"}
POOL: dict[str, Any] = {"kind": "max_pool2d"}
BLOCK = {"kind": "residual", "layers": [CONV, {"kind": "batch_norm"}, {**CONV, "activation": "linear"}]}
NETWORKS: dict[str, list[Any]] = {
    "convolutions": [CONV, POOL, {**CONV, "filters": 20, "stride": 2}, "flatten", {"kind": "dense", "units": 70}],
    "residual": [CONV, BLOCK, {"kind": "activation", "activation": "relu"}, {"kind": "global_average_pool2d"}],
    "nothing hidden": [],
    "flat": ["flatten"],
    "dropout": [CONV, {"kind": "spatial_dropout", "rate": 0.2}, "flatten", {"kind": "dropout", "rate": 0.2}],
    "depthwise": [CONV, {"kind": "depthwise_conv2d"}, {"kind": "adaptive_max_pool2d"}],
}


@dataclass
class Motion:
    index: int
    sample: int = 0
    before: np.ndarray | None = None


def lab_of(layers: list[Any], **more: Any) -> VisionLab:
    run = Run(Experiment.model_validate({"data": "digit_pictures", "layers": layers, "training": {"batch_size": 16}, **more}))
    run.step(5)
    return VisionLab(run)


@pytest.fixture(params=NETWORKS)
def lab(request: pytest.FixtureRequest) -> VisionLab:
    return lab_of(NETWORKS[request.param])


def test_a_scene_is_plain_json_and_names_every_layer(lab: VisionLab) -> None:
    scene, arrays = lab.scene(3)
    assert scene["revision"] == 3
    assert json.loads(json.dumps(scene, allow_nan=False)) == json.loads(json.dumps(scene))
    assert [column["kind"] for column in scene["columns"]][:: len(scene["columns"]) - 1] == ["picture", "head"]
    assert sum(column["parameters"] for column in scene["columns"]) == lab.run.cost.parameters
    pixels = arrays["scene/samples/pixels"]
    assert pixels.shape == (len(scene["samples"]), 8, 8, 1)
    for sample, picture in zip(scene["samples"], pixels, strict=True):
        np.testing.assert_allclose(picture.ravel() / 255, lab.run.dataset.raw[sample["row"]], atol=1 / 255)


def test_maps_are_what_the_network_makes_of_the_picture(lab: VisionLab) -> None:
    scene, _ = lab.scene(1)
    facts, arrays = lab.frame()
    row = facts["picture"]["row"]
    assert facts["picture"]["class"] == lab.run.dataset.y[row, 0]
    np.testing.assert_allclose(arrays["vision/picture"].ravel(), lab.run.dataset.raw[row], atol=1e-3)
    np.testing.assert_allclose(arrays["vision/probabilities"], lab.run.predict(lab.run.dataset.raw[[row]])[0], atol=1e-6)
    head = len(scene["columns"]) - 1
    np.testing.assert_allclose(arrays[f"vision/maps/{head}"], arrays["vision/probabilities"], rtol=1e-3)
    for i, column in enumerate(scene["columns"][1:-1], 1):
        answer = lab.run.view(f"probe/{column['name']}/output")[0].reshape(column["shape"])[..., column["shown"]]
        maps = arrays[f"vision/maps/{i}"]
        assert maps.dtype == np.float16
        np.testing.assert_allclose(maps, answer.transpose(2, 0, 1) if answer.ndim == 3 else answer, rtol=1e-3, atol=1e-6)
        assert len(maps) == min(column["units"], MAPS if answer.ndim == 3 else UNITS)


@pytest.mark.parametrize("i", [1, 2])
def test_a_pixel_is_its_window_times_the_kernel(i: int) -> None:
    lab = lab_of([{**CONV, "filters": 9, "stride": 2, "activation": "linear"}] * 2)
    scene, _ = lab.scene(1)
    _, arrays = lab.frame()
    window, kernels, biases = scene["columns"][i]["window"], arrays[f"vision/kernels/{i}"], arrays[f"vision/biases/{i}"]
    before, after = arrays[f"vision/maps/{i - 1}"].astype(np.float64), arrays[f"vision/maps/{i}"]
    top, left = (3 + 2 - margin for margin in window["before"])
    seen = np.pad(before, ((0, 0), (3, 3), (3, 3)))[:, top : top + 3, left : left + 3].transpose(1, 2, 0)
    assert after[7, 1, 1] == pytest.approx((seen * kernels[..., 7]).sum() + biases[7], abs=5e-3)


def test_weights_are_those_of_the_run(lab: VisionLab) -> None:
    scene, _ = lab.scene(1)
    _, arrays = lab.frame()
    for i, column in enumerate(scene["columns"]):
        if (name := f"{column['name']}/weight") not in lab.run.network.graph.parameters:
            assert not {f"vision/{part}/{i}" for part in ("kernels", "weights", "biases")} & set(arrays)
            continue
        weight = lab.run.view(name)
        if weight.ndim == 4:
            np.testing.assert_array_equal(arrays[f"vision/kernels/{i}"], weight[:, :, :MAPS, : len(column["shown"])])
        elif len(weight) <= INPUTS:
            np.testing.assert_array_equal(arrays[f"vision/weights/{i}"], weight[:, : len(column["shown"])])


@pytest.mark.parametrize(
    ("layers", "fields"),
    [
        ([CONV, CONV], [3, 5]),
        ([CONV, POOL, CONV], [3, 4, 8]),
        ([{**CONV, "dilation": 2}, {**CONV, "stride": 2}], [5, 7]),
        ([POOL, POOL], [2, 4]),
    ],
)
def test_how_far_a_pixel_sees(layers: list[Any], fields: list[int]) -> None:
    scene, _ = lab_of(layers).scene(1)
    assert [column["receptive"][0] for column in scene["columns"][1:-1]] == fields


def test_a_residual_block_says_what_is_added() -> None:
    scene, _ = lab_of(NETWORKS["residual"]).scene(1)
    assert [column["skip_from"] for column in scene["columns"]] == [None, None, None, None, 1, None, None, None]


def test_another_picture_is_looked_at() -> None:
    lab = lab_of([CONV, "flatten"])
    lab.touch("row", 7)
    assert lab.frame()[0]["picture"] == {"class": int(lab.run.dataset.y[7, 0]), "row": 7}
    drawn = [0] * 63 + [255]
    lab.touch("draw", drawn)
    facts, arrays = lab.frame()
    assert facts["picture"] == {"class": None, "row": None}
    np.testing.assert_allclose(255 * arrays["vision/picture"].ravel(), drawn, atol=0.2)
    assert VisionLab(lab.run).row is None
    lab.touch("row", 7)
    assert VisionLab(lab.run).row == 7


def test_the_confusion_matrix_counts_the_test_pictures_and_opens() -> None:
    lab = lab_of(NETWORKS["convolutions"])
    while (lab.verdicts.found < 0).any():
        lab.verdicts.go_on()
    _, arrays = lab.frame()
    found = lab.run.predict(lab.run.dataset.raw[lab.run.dataset.test]).argmax(axis=1)
    truth = lab.run.dataset.y[lab.run.dataset.test, 0].astype(int)
    expected = np.zeros((10, 10), int)
    np.add.at(expected, (truth, found), 1)
    np.testing.assert_array_equal(arrays["vision/confusion"], expected)
    one, other = np.unravel_index(expected.argmax(), expected.shape)
    lab.touch("cell", [int(one), int(other)])
    facts, arrays = lab.frame()
    assert facts["cell"] == {"truth": one, "found": other, "count": expected.max()}
    assert arrays["vision/cell"].shape == (min(CELL, expected.max()), 8, 8, 1)
    lab.touch("cell", None)
    assert lab.frame()[0]["cell"] is None


def test_sums_come_for_the_block_that_is_asked_for() -> None:
    lab = lab_of([CONV])
    lab.touch("block", 1)
    _, arrays = lab.frame()
    np.testing.assert_array_equal(np.maximum(arrays["vision/sums/1"], 0), arrays["vision/maps/1"])
    lab.touch("block", None)
    assert "vision/sums/1" not in lab.frame()[1]


@pytest.mark.parametrize(
    ("what", "value"),
    [("row", -1), ("row", 10**6), ("row", "3"), ("draw", [0] * 63), ("draw", [0] * 63 + [256]), ("draw", [0.5] * 64), ("draw", None),
     ("cell", [10, 0]), ("cell", [0]), ("block", 0), ("block", 9), ("pad", 1)],
)  # fmt: skip
def test_what_cannot_be_touched_is_refused_in_a_sentence(what: str, value: Any) -> None:
    lab = lab_of([CONV])
    with pytest.raises(ValueError, match=r"\.$"):
        lab.touch(what, value)
    assert lab.frame()[0]["picture"]["row"] is not None


def test_slow_motion_shows_what_the_step_has_reached(lab: VisionLab) -> None:
    run, sample = lab.run, 3
    for stage in range(len(run.stages) - 1):
        run.advance()
        _, arrays = lab.frame(slow=Motion(stage, sample))
        done = {(s.segment, s.layer) for s in run.stages[: stage + 1]}
        for i, block in enumerate(lab.blocks[1:], 1):
            for segment, array, suffix, times in (("forward", "maps", "", 1), ("backward", "gradients", ".grad", 16)):
                shown = arrays[f"slow/{array}/{i}"]
                needed = f"{block.name}/output{suffix}" in run.program.places  # of the picture itself nobody needs the gradient
                if not needed or (block.shown_with and (segment, block.shown_with) not in done):
                    assert np.isnan(shown).all()
                    continue
                whole = times * run.view(f"{block.name}/output{suffix}")[sample].reshape(block.shape)[..., block.shown]
                if block.kind == "head" and array == "maps":
                    whole = run.link(whole[None])[0]
                np.testing.assert_allclose(shown, whole.transpose(2, 0, 1) if whole.ndim == 3 else whole, rtol=2e-3, atol=1e-4)


def test_each_lab_takes_its_own_data_and_names_the_other() -> None:
    plane, pictures = Run(Experiment.model_validate({"data": "circle"})), Run(Experiment.model_validate({"data": "digit_pictures"}))
    with pytest.raises(ValueError, match="is for the Vision lab"):
        PlaneLab(pictures)
    with pytest.raises(ValueError, match="is for the Plane lab"):
        VisionLab(plane)


def test_tips_are_those_of_the_labs_own_presets() -> None:
    preset = VisionLab.presets[0]
    assert VisionLab(Run(preset.experiment)).tip() == preset.sentence
