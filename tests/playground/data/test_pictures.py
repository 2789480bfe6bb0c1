"""Rows that are pictures: fed whole, in their shape, and looked at one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import Data, DataError, load
from playground.data.pictures import DigitPictures
from playground.data.tabular import Digits
from playground.engine.graph import ShapeError
from playground.labs.plane import PlaneLab
from playground.record import members
from playground.saving import state_names

KINDS = [kind for kind, member in members(Data).items() if member.group == "picture"]
CNN = [{"kind": "conv2d", "filters": 4, "activation": "relu"}, "max_pool2d", "batch_norm", {"kind": "conv2d", "filters": 6}]


def experiment(kind: str = "digit_pictures", **changes: Any) -> Experiment:
    samples = {"samples": 300} if "samples" in members(Data)[kind].model_fields else {}
    told = {"data": {"kind": kind, **samples}, "layers": CNN, "training": {"batch_size": 32}}
    return Experiment.model_validate(told | changes)


def state(run: Run) -> dict[str, bytes]:
    return {name: run.view(name).tobytes() for name in state_names(run)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_class_has_about_as_many_pictures(kind: str) -> None:
    dataset = load(experiment(kind).data)
    counts = np.bincount(dataset.y[:, 0].astype(int), minlength=len(dataset.classes))
    assert counts.min() > 0.9 * counts.max() - 2


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_are_scaled_by_one_pair_fitted_on_the_training_rows(kind: str) -> None:
    dataset = load(experiment(kind).data)
    assert len({(column.mean, column.scale) for column in dataset.columns}) == 1
    x = dataset.features()(dataset.raw[dataset.train])
    assert abs(x.mean()) < 1e-3
    assert x.std() == pytest.approx(1, abs=1e-3)
    column = dataset.columns[0]
    np.testing.assert_allclose(x, (dataset.raw[dataset.train] - column.mean) / column.scale, rtol=1e-4, atol=1e-5)


def test_digit_pictures_are_the_table_s_rows() -> None:
    pictures, table = load(DigitPictures()), load(Digits())
    np.testing.assert_array_equal(pictures.raw * 16, table.raw)
    np.testing.assert_array_equal(pictures.y, table.y)
    assert pictures.image == (8, 8, 1)
    assert table.image is None


@pytest.mark.parametrize("kind", KINDS)
def test_layers_get_pictures_and_the_head_what_comes_of_them(kind: str) -> None:
    run = Run(experiment(kind))
    height, width, channels = run.dataset.image or (0, 0, 0)
    assert run.network.input.shape == (height * width * channels,)
    assert run.view("conv2d_1/weight").shape == (3, 3, channels, 4)
    assert run.view("conv2d_1/output").shape == (32, height, width, 4)
    assert run.view("head/weight").shape == (height // 2 * (width // 2) * 6, len(run.dataset.classes))


@pytest.mark.parametrize("layers", [[], ["flatten", "dense"], ["activation"], [{"kind": "reshape", "shape": [4, 16, 1]}, "conv2d"]])
def test_the_head_lays_flat_whatever_comes(layers: list[Any]) -> None:
    run = Run(experiment(layers=layers))
    run.step(2)
    assert run.view("head/output").shape == (32, 10)


def test_the_network_on_pictures_is_that_on_the_table_s_rows() -> None:
    layers = [{"kind": "conv2d", "filters": 3}, "flatten"]
    pictures = Run(experiment(layers=layers))
    rows = experiment(layers=[{"kind": "reshape", "shape": [8, 8, 1]}, *layers], data={"kind": "digits", "test_fraction": 0.2})
    table = Run(rows)
    np.testing.assert_array_equal(pictures.dataset.train, table.dataset.train)
    x = np.random.default_rng(0).normal(size=(5, 64)).astype(np.float32)
    np.testing.assert_array_equal(pictures.logits(x), table.logits(x))


def test_a_network_of_convolutions_learns() -> None:
    run = Run(experiment(optimizer={"kind": "adam", "learning_rate": 0.01}))
    run.train(epochs=4)
    predicted = run.predict(run.dataset.raw[run.dataset.test])
    hits = predicted.argmax(axis=1) == run.dataset.y[run.dataset.test, 0]
    assert hits.mean() == pytest.approx(run.metrics()["test/accuracy"])
    assert hits.mean() > 0.9


def test_one_picture_is_looked_at() -> None:
    run = Run(experiment())
    run.step(5)
    before = state(run)
    row = run.dataset.raw[run.dataset.test[:1]]
    run.look_at(row)
    run.probe()
    assert run.view("probe/conv2d_1/output").shape == (1, 8, 8, 4)
    np.testing.assert_array_equal(run.view("probe/head/output"), run.logits(run.dataset.features()(row)))
    assert state(run) == before


def test_the_first_look_is_a_training_picture() -> None:
    run = Run(experiment())
    np.testing.assert_array_equal(run.view("probe/input"), run.dataset.features()(run.dataset.raw[run.dataset.train[:1]]))


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": {"kind": "adam", "learning_rate": 0.5}},
        {"optimizer": "sgd"},
        {"layers": CNN[:1]},
        {"training": {"batch_size": 8}},
    ],
)
def test_who_looks_at_a_picture_keeps_it(changes: dict[str, Any]) -> None:
    run = Run(experiment())
    run.look_at(run.dataset.raw[7:8])
    looked_at = run.view("probe/input").copy()
    np.testing.assert_array_equal(run.watch(False).view("probe/input"), looked_at)
    np.testing.assert_array_equal(run.change(run.experiment.replace(**changes)).view("probe/input"), looked_at)


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (
            [{"kind": "conv2d", "kernel": 9, "padding": "valid"}],
            "Conv2D has windows of 9 x 9 pixels, and the image has only 8 x 8. Make the",
        ),
        (["max_pool2d"] * 4, "MaxPool2D has windows of 2 x 2 pixels, and the image has only 1 x 1"),
        (["dense"], r"Dense needs a flat input, got \(8, 8, 1\). Put a Flatten before it."),
    ],
)
def test_what_does_not_fit_a_picture_is_said(layers: list[Any], sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        Run(experiment(layers=layers))


def test_a_picture_is_fed_whole() -> None:
    with pytest.raises(DataError, match=r"fed whole: 64 pixels, got 1\. Leave the features empty"):
        Run(experiment(features=["pixel_0_0"]))
    table = Experiment.model_validate({"data": "digits", "features": ["pixel_0_0"]})
    assert table.on({"kind": "digit_pictures"}).features == ()


def test_no_plane_is_drawn_through_pictures() -> None:
    with pytest.raises(ValueError, match="is for the Vision lab, this is the Plane lab"):
        PlaneLab(Run(experiment()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_run_goes_on_bit_for_bit(kind: str) -> None:
    run = Run(experiment(kind))
    run.step(9)
    run.advance()
    copy = Run.load(run.save())
    run.step(5)
    copy.step(5)
    assert state(run) == state(copy)


@pytest.mark.parametrize("kind", KINDS)
def test_not_watched_it_learns_the_same_bits(kind: str) -> None:
    seen, unseen = Run(experiment(kind)), Run(experiment(kind), watched=False)
    seen.step(12)
    unseen.step(12)
    np.testing.assert_array_equal(seen.view("parameters"), unseen.view("parameters"))
    assert seen.metrics() == unseen.metrics()
