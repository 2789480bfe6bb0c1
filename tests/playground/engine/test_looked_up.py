"""Recurrent layers right behind an embedding: they look symbols up themselves, and vectors are made for those who look at them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.tasks import segments
from tests.kernels.desk import relative_error

EMBEDDING = {"kind": "embedding", "entries": 17, "width": 4}
GRU = {"kind": "gru", "hidden": 4, "sequence": True}
LSTM = {"kind": "lstm", "hidden": 4, "sequence": True}
RNN = {"kind": "simple_rnn", "hidden": 5}
PAST: dict[str, list[dict[str, Any]]] = {  # all who are given the vectors can do without them
    "gru": [EMBEDDING, GRU],
    "lstm": [EMBEDDING, LSTM, RNN],
    "rnn, padded": [EMBEDDING | {"padding": True}, RNN],
    "both ways": [EMBEDDING, {"kind": "bidirectional", "layer": GRU}],
    "two branches": [EMBEDDING, {"kind": "concatenate", "branches": [[GRU], [LSTM]]}],
}
WANTED: dict[str, list[dict[str, Any]]] = {  # somebody needs them
    "residual": [EMBEDDING, {"kind": "residual", "layers": [GRU]}],
    "dense branch": [EMBEDDING, {"kind": "concatenate", "branches": [[GRU], []]}],
    "attention": [EMBEDDING, GRU, {"kind": "multi_head_attention", "heads": 2, "others": "embedding_1"}],
    "activation": [EMBEDDING, {"kind": "activation", "activation": "relu"}, GRU],
}


def experiment(layers: list[dict[str, Any]]) -> Experiment:
    return Experiment.model_validate({"data": "digits", "layers": layers, "training": {"batch_size": 16}})


@pytest.mark.parametrize("shards", [(), (4,)])
@pytest.mark.parametrize("layers", [*PAST.values(), *WANTED.values()], ids=[*PAST, *WANTED])
def test_who_watches_changes_no_bit(layers: list[dict[str, Any]], shards: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SHARD_WORTH", 1)
    monkeypatch.setattr(segments, "SHARDS", shards)
    seen, unseen = Run(experiment(layers)), Run(experiment(layers), watched=False)
    seen.step(5)
    unseen.step(5)
    np.testing.assert_array_equal(seen.view("parameters"), unseen.view("parameters"))
    assert seen.metrics() == unseen.metrics()


@pytest.mark.parametrize("layers", [*PAST.values(), *WANTED.values()], ids=[*PAST, *WANTED])
def test_who_watches_sees_vectors_and_their_whole_gradients(layers: list[dict[str, Any]]) -> None:
    run = Run(experiment(layers))
    table = run.view("embedding_1/weight").copy()
    run.step(1)
    symbols, summed = run.view("input").clip(0, 16).astype(int), np.zeros_like(table)
    np.testing.assert_array_equal(run.view("embedding_1/output"), table[symbols])
    np.add.at(summed, symbols, run.view("embedding_1/output.grad"))
    assert relative_error(run.view("embedding_1/weight.grad"), summed) < 1e-5


@pytest.mark.parametrize("layers", PAST.values(), ids=PAST)
def test_nobody_makes_vectors_that_nobody_looks_at(layers: list[dict[str, Any]]) -> None:
    run = Run(experiment(layers), watched=False)
    assert not {"embedding_1/output", "embedding_1/output.grad", "evaluate/embedding_1/output"} & set(run.names())
    assert "probe/embedding_1/output" in run.names()
    assert "embedding_backward" not in run.kernels()


@pytest.mark.parametrize("layers", WANTED.values(), ids=WANTED)
def test_vectors_that_are_wanted_are_made(layers: list[dict[str, Any]]) -> None:
    run = Run(experiment(layers), watched=False)
    assert "embedding_backward" in run.kernels()
