"""Sequences whose first symbol must be remembered: what a row is, and who can do it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground import Experiment, Run
from playground.data import DataError, load
from playground.data.remember import SYMBOLS, Remember
from playground.engine.graph import ShapeError
from playground.labs.plane import PlaneLab
from playground.saving import state_names
from tests.kernels.desk import relative_error


def experiment(layers: list[Any] | None = None, data: dict[str, Any] | None = None, **changes: Any) -> Experiment:
    chosen = {
        "data": {"kind": "remember", "steps": 12, "samples": 400} | (data or {}),
        "layers": [{"kind": "lstm", "hidden": 10, "forget_bias": 2}] if layers is None else layers,
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "training": {"batch_size": 20},
    }
    return Experiment.model_validate(chosen | changes)


def state(run: Run) -> dict[str, bytes]:
    return {name: run.view(name).tobytes() for name in state_names(run)}


def test_the_class_is_the_first_symbol() -> None:
    one_hot, codes = load(Remember(samples=100)), load(Remember(samples=100, encoding="codes"))
    steps = one_hot.raw.reshape(100, *one_hot.shape)
    assert (one_hot.shape, codes.shape) == ((60, len(SYMBOLS)), (60,))
    np.testing.assert_array_equal(steps.sum(axis=2), 1)
    np.testing.assert_array_equal(steps.argmax(axis=2), codes.raw)
    np.testing.assert_array_equal(codes.raw[:, :1], codes.y)
    assert len(np.unique(codes.raw[:, 1:])) == len(SYMBOLS)
    np.testing.assert_array_equal(np.bincount(codes.y[:, 0].astype(int)), [13] * 4 + [12] * 4)


def test_what_distracts_tells_nothing() -> None:
    rows = load(Remember(encoding="codes")).raw
    for step in (1, 30, 59):
        assert abs(np.corrcoef(rows[:, 0], rows[:, step])[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("layers", "data", "shape"),
    [
        (["lstm"], {}, (20, 16)),
        ([{"kind": "gru", "sequence": True}, "flatten"], {}, (20, 12 * 16)),
        ([{"kind": "conv1d", "filters": 4}], {}, (20, 12, 4)),
        ([{"kind": "embedding", "entries": 8, "width": 5}, "simple_rnn"], {"encoding": "codes"}, (20, 16)),
        ([], {"encoding": "codes"}, None),
        ([], {}, None),
    ],
)
def test_layers_get_sequences_and_the_head_what_comes_of_them(layers: list[Any], data: dict[str, Any], shape: Any) -> None:
    run = Run(experiment(layers, data))
    run.step(2)
    if shape:
        assert run.view(f"{run.network.columns[-2].name}/output").shape == shape
    assert run.view("head/output").shape == (20, len(SYMBOLS))
    assert {"train/loss", "test/accuracy"} <= run.metrics().keys()


@pytest.mark.parametrize(
    ("layers", "data", "sentence"),
    [
        (["dense"], {}, r"Dense needs a flat input, got \(12, 8\)\. Put a Flatten before it\."),
        (["lstm"], {"encoding": "codes"}, r"LSTM needs a sequence \(time, features\), got \(12,\)"),
        (["embedding"], {}, r"Embedding needs a row of whole numbers \(time,\), got \(12, 8\)"),
    ],
)
def test_what_does_not_fit_a_sequence_is_said(layers: list[Any], data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        Run(experiment(layers, data))


def test_a_sequence_is_fed_whole() -> None:
    with pytest.raises(DataError, match=r"A sequence is fed whole: 96 numbers, got 1\. Leave the features empty"):
        Run(experiment(features=["step_1=A"]))
    assert Experiment.model_validate({"data": "circle", "features": ["x1"]}).on({"kind": "remember"}).features == ()


def test_other_labs_do_not_take_sequences() -> None:
    with pytest.raises(ValueError, match="Remember the first is for the Sequence lab, this is the Plane lab"):
        PlaneLab(Run(experiment()))


def test_the_first_look_is_a_training_sequence_and_stays() -> None:
    run = Run(experiment())
    np.testing.assert_array_equal(run.view("probe/input"), run.dataset.raw[run.dataset.train[:1]])
    run.look_at(run.dataset.raw[7:8])
    run.probe()
    assert run.view("probe/lstm_1/states").shape == (1, 12, 10)
    other = run.change(run.experiment.replace(optimizer={"kind": "sgd"}))
    np.testing.assert_array_equal(other.view("probe/input"), run.dataset.raw[7:8])


@pytest.mark.parametrize(
    "kind", [{"kind": "lstm", "forget_bias": 2.0}, {"kind": "gru", "keep_bias": 2.0}, {"kind": "simple_rnn"}], ids=lambda k: k["kind"]
)
def test_gradients_reach_the_first_step_as_pytorch_s_do(kind: dict[str, Any]) -> None:
    run = Run(experiment([kind | {"hidden": 6}], {"steps": 40, "samples": 100}))
    run.step(3)
    weights = {name: run.view(name).copy() for name in run.network.graph.parameters}
    run.step(1)
    name = f"{kind['kind']}_1"
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}[kind["kind"]](8, 6, batch_first=True).double()
    ours = {"weight_ih_l0": "weight", "weight_hh_l0": "recurrent_weight", "bias_ih_l0": "bias", "bias_hh_l0": "recurrent_bias"}
    with torch.no_grad():
        for theirs, part in ours.items():
            value = weights.get(f"{name}/{part}", np.zeros(weights[f"{name}/bias"].shape))
            getattr(module, theirs).copy_(torch.tensor(value.transpose()))
    head = [torch.tensor(weights[f"head/{part}"], dtype=torch.float64) for part in ("weight", "bias")]
    x = torch.tensor(run.view("input").reshape(20, 40, 8), dtype=torch.float64)
    logits = module(x)[0][:, -1] @ head[0] + head[1]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(run.view("target")[:, 0]).long())
    loss.backward()
    assert run.view("loss") == pytest.approx(loss.item(), rel=2e-5)
    for theirs, part in ours.items():
        if f"{name}/{part}" in weights:
            gradient = getattr(module, theirs).grad.numpy().transpose()
            assert relative_error(run.view(f"{name}/{part}.grad"), gradient) < 1e-4, part


def test_an_lstm_remembers_what_a_simple_rnn_forgets() -> None:
    lstm, simple = Run(experiment(data={"samples": 2000})), Run(experiment([{"kind": "simple_rnn", "hidden": 10}], {"steps": 60}))
    assert lstm.train(epochs=12)["test/accuracy"] > 0.95
    assert simple.train(epochs=12)["test/accuracy"] < 0.3


def test_a_saved_run_goes_on_bit_for_bit() -> None:
    run = Run(experiment())
    run.step(9)
    run.advance()
    copy, unseen = Run.load(run.save()), Run(experiment(), watched=False)
    run.step(5)
    copy.step(5)
    unseen.step(run.steps)
    assert state(run) == state(copy)
    np.testing.assert_array_equal(run.view("parameters"), unseen.view("parameters"))
