"""Text by character: what a row is, a loss at every step, and writing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from playground import Experiment, Run
from playground.data import DataError, load
from playground.data.text import LONGEST, Text, help_topics
from playground.engine.graph import ShapeError
from playground.saving import state_names
from playground.sentences import refusal
from playground.tasks.writing import drawn, write
from tests.kernels.desk import relative_error

POEM = "the cat sat on the mat. the dog sat on the log. " * 40


def experiment(layers: list[Any] | None = None, data: dict[str, Any] | None = None, **changes: Any) -> Experiment:
    usual = [{"kind": "embedding", "entries": 16, "width": 6}, {"kind": "gru", "hidden": 24, "sequence": True}]
    chosen = {
        "data": {"kind": "text", "text": POEM, "window": 16} | (data or {}),
        "layers": usual if layers is None else layers,
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "training": {"batch_size": 16, "clip": {"kind": "norm", "limit": 1}},
    }
    return Experiment.model_validate(chosen | changes)


@pytest.fixture(scope="module")
def taught() -> Run:
    run = Run(experiment())
    run.step(300)
    return run


def test_a_row_is_a_window_and_its_targets_the_next_characters() -> None:
    dataset = load(Text(text=POEM, window=16))
    alphabet = np.array(dataset.classes)
    assert dataset.classes == tuple(sorted(set(POEM)))
    assert dataset.shape == (16,)
    for row in (0, 1, 7, len(dataset.raw) - 1):
        assert "".join(alphabet[dataset.raw[row].astype(int)]) == POEM[8 * row : 8 * row + 16]
        assert "".join(alphabet[dataset.y[row].astype(int)]) == POEM[8 * row + 1 : 8 * row + 17]


def test_the_help_topics_are_the_text_unless_one_is_given() -> None:
    dataset = load(Text())
    text = help_topics()
    assert len(text) > 300_000
    assert dataset.nbytes < 5 * len(text), "the text is kept once"
    known = dataset.train[-1] * 32 + 65
    assert known <= dataset.test[0] * 32
    assert 0.09 < 1 - known / len(text) < 0.11
    assert dataset.classes == tuple(sorted(set(text)))


def test_an_evaluation_looks_at_a_fair_share_of_the_training_part() -> None:
    run = Run(experiment())
    assert run.evaluate().keys() == {f"{split}/{name}" for split in ("train", "test") for name in ("loss", "accuracy", "bits")}
    dataset = run.dataset
    every = dataset.train.size // dataset.test.size
    for split, rows in (("train", dataset.train[::every][: dataset.test.size]), ("test", dataset.test)):
        chances = run.predict(dataset.raw[rows]).astype(np.float64)
        assert chances.shape == (len(rows), 16, len(dataset.classes))
        truth = dataset.y[rows].astype(int)
        own = np.take_along_axis(chances, truth[..., None], axis=2)
        scores = run.evaluate()
        assert scores[f"{split}/loss"] == pytest.approx(-np.log(own).mean(), rel=1e-4)
        assert scores[f"{split}/bits"] == pytest.approx(scores[f"{split}/loss"] / math.log(2))
        assert scores[f"{split}/accuracy"] == pytest.approx((chances.argmax(axis=2) == truth).mean())


def test_other_losses_have_no_bits() -> None:
    assert "test/bits" not in Run(experiment(loss="mse")).evaluate()


def test_gradients_through_time_equal_pytorch_s() -> None:
    run = Run(experiment())
    run.step(3)
    weights = {name: torch.tensor(run.view(name), dtype=torch.float64).requires_grad_() for name in run.network.graph.parameters}
    run.step(1)
    module = torch.nn.GRU(6, 24, batch_first=True).double()
    x = torch.nn.functional.embedding(torch.tensor(run.view("input")).long(), weights["embedding_1/weight"])
    parameters = {
        "weight_ih_l0": weights["gru_1/weight"].T,
        "weight_hh_l0": weights["gru_1/recurrent_weight"].T,
        "bias_ih_l0": weights["gru_1/bias"],
        "bias_hh_l0": weights["gru_1/recurrent_bias"],
    }
    states, _ = torch.func.functional_call(module, parameters, x)
    logits = states @ weights["head/weight"] + weights["head/bias"]
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.tensor(run.view("target")).long().flatten())
    loss.backward()
    assert run.view("loss") == pytest.approx(loss.item(), rel=2e-5)
    norm = math.sqrt(sum(float((weight.grad**2).sum()) for weight in weights.values()))
    for name, weight in weights.items():
        assert relative_error(run.view(f"{name}.grad"), weight.grad.numpy() / max(1, norm)) < 1e-4, name


def test_gradients_through_time_equal_finite_differences() -> None:
    layers = [{"kind": "embedding", "entries": 16, "width": 3}, {"kind": "lstm", "hidden": 4, "sequence": True}]
    run = Run(experiment(layers, training={"batch_size": 16}))
    weight = run.view("embedding_1/weight")
    before = weight.copy()
    run.step(1)
    inputs, truth = run.view("input").copy(), run.view("target").astype(int)[..., None]
    gradient, step, slopes = run.view("embedding_1/weight.grad").copy(), 1e-2, np.zeros_like(weight)
    others = Run(run.experiment)  # all weights are at the beginning
    weight = others.view("embedding_1/weight")
    np.testing.assert_array_equal(weight, before)

    def loss(i: tuple[int, ...], change: float) -> float:
        weight[i] = before[i] + change
        answers = others.logits(inputs).astype(np.float64)
        weight[i] = before[i]
        logarithms = answers - np.log(np.exp(answers).sum(axis=2, keepdims=True))
        return float(-np.take_along_axis(logarithms, truth, axis=2).mean())

    for i in np.ndindex(weight.shape):
        slopes[i] = (loss(i, step) - loss(i, -step)) / (2 * step)
    assert relative_error(gradient, slopes) < 5e-3


@pytest.mark.parametrize(
    ("layers", "came"),
    [
        ([{"kind": "embedding", "entries": 16}, "gru"], r"\(16,\)"),
        ([], r"\(16,\)"),
        ([{"kind": "embedding", "entries": 16}, {"kind": "conv1d", "stride": 2, "padding": "causal"}], r"\(8, 8\)"),
    ],
)
def test_every_step_must_come_to_the_head(layers: list[Any], came: str) -> None:
    with pytest.raises(ShapeError, match=rf"the layers must end in \(16, width\), got {came}\. Let an Embedding be the first"):
        Run(experiment(layers))


def test_two_characters_make_one_score() -> None:
    run = Run(experiment(data={"text": "ab" * 200}))
    assert run.view("head/output").shape == (16, 16, 1)
    run.step(150)
    assert run.metrics()["test/accuracy"] > 0.9
    assert write(run, 8, "abababab", temperature=0) == "abababab"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": "a" * 500}, "The text has no other character than 'a', so there is nothing to tell"),
        ({"text": "ab" * 10}, r"Windows of 16 characters need a text of at least 34, this has 20\. Make the window shorter"),
    ],
)
def test_a_text_that_teaches_nothing_is_refused(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        Run(experiment(data=data))


def test_a_text_that_is_too_long_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValidationError) as error:
        Text(text="ab" * LONGEST)
    assert str(refusal(error.value)).startswith("Text should have at most 1000000 characters, got 'abab")


def test_it_learns_to_write(taught: Run) -> None:
    assert taught.metrics()["test/bits"] < 0.8
    assert write(taught, 20, "the dog sat on the ", temperature=0)[:4] in ("log.", "mat.")


def test_the_same_seed_writes_the_same(taught: Run) -> None:
    texts = [write(taught, 60, "the ", 1.5, seed=seed) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    assert set(texts[0]) <= set(taught.dataset.classes)
    assert write(taught, 30, "the ", 1.5, seed=1) == texts[0][:30]


@pytest.mark.parametrize("length", [1, 5, 16, 40])
def test_temperature_0_takes_the_likeliest(taught: Run, length: int) -> None:
    prompt = POEM[3 : 3 + length]
    codes = [taught.dataset.classes.index(character) for character in prompt][-16:]
    row = np.zeros((1, 16), np.float32)
    row[0, : len(codes)] = codes
    likeliest = taught.logits(row)[0, len(codes) - 1].argmax()
    assert write(taught, 1, prompt, temperature=0) == taught.dataset.classes[likeliest]
    assert write(taught, 25, prompt, temperature=0, seed=1) == write(taught, 25, prompt, temperature=3, top_k=1, seed=2)


def test_what_is_drawn_has_the_chances_it_should() -> None:
    logits, rng = np.log([0.1, 0.5, 0.15, 0.25]), np.random.default_rng(0)
    for temperature, top_k, chances in ((1, 0, [0.1, 0.5, 0.15, 0.25]), (1, 2, [0, 2 / 3, 0, 1 / 3]), (0.5, 2, [0, 0.8, 0, 0.2])):
        counts = np.bincount([drawn(logits, temperature, top_k, rng) for _ in range(4000)], minlength=4)
        np.testing.assert_allclose(counts / 4000, chances, atol=0.03)


def test_writing_changes_nothing(taught: Run) -> None:
    before, looked_at = {name: taught.view(name).tobytes() for name in state_names(taught)}, taught.view("probe/input").copy()
    write(taught, 20)
    assert before == {name: taught.view(name).tobytes() for name in state_names(taught)}
    np.testing.assert_array_equal(taught.view("probe/input"), looked_at)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"prompt": "Ü"}, "The text that was learned from has no 'Ü'"),
        ({"temperature": -1}, "Temperature and top-k are at least 0, got -1 and 0"),
        ({"top_k": -2}, "Temperature and top-k are at least 0, got 1 and -2"),
    ],
)
def test_what_cannot_be_written_is_said(taught: Run, chosen: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        write(taught, 5, **chosen)


def test_only_text_is_gone_on_with() -> None:
    run = Run(Experiment.model_validate({"data": "iris"}))
    with pytest.raises(DataError, match=r"Iris has no text to go on with\. Choose the data set Text"):
        write(run, 5)


def test_a_saved_run_goes_on_bit_for_bit() -> None:
    run = Run(experiment())
    run.step(9)
    run.advance()
    copy, unseen = Run.load(run.save()), Run(experiment(), watched=False)
    run.step(30)
    copy.step(30)
    unseen.step(run.steps)
    for name in state_names(run):
        assert run.view(name).tobytes() == copy.view(name).tobytes()
    np.testing.assert_array_equal(run.view("parameters"), unseen.view("parameters"))
    assert write(run, 20, seed=3) == write(copy, 20, seed=3)


E0 = {"kind": "embedding", "entries": 16, "width": 6}
LOOKING_AHEAD: dict[str, tuple[dict[str, Any], str]] = {
    "bidirectional": ({"kind": "bidirectional", "layer": {"kind": "gru", "sequence": True}}, "Bidirectional .* Take GRU alone"),
    "backward": ({"kind": "lstm", "sequence": True, "reverse": True}, "LSTM looks ahead, .* Switch Backward off"),
    "attention": ({"kind": "multi_head_attention", "heads": 2}, "Multi-head attention looks ahead, .* Switch Causal on"),
    "conv1d": ({"kind": "conv1d", "filters": 6}, 'Conv1D looks ahead, .* Choose the padding "causal"'),
    "layer norm": ({"kind": "layer_norm", "over": "everything"}, "Layer normalization looks ahead, .* over the features"),
    "group norm": ({"kind": "group_norm"}, "Group normalization looks ahead, .* Take Layer normalization"),
    "reshape": ({"kind": "reshape", "shape": [16, 6]}, "Reshape looks ahead, .* Leave it out"),
}


@pytest.mark.parametrize("name", LOOKING_AHEAD)
def test_a_layer_that_would_see_the_answer_is_refused(name: str) -> None:
    layer, sentence = LOOKING_AHEAD[name]
    for layers in ([E0, layer], [E0, {"kind": "residual", "layers": [layer]}], [E0, {"kind": "concatenate", "branches": [[], [layer]]}]):
        with pytest.raises(ShapeError, match=sentence):
            Run(experiment(layers))


def test_a_layer_that_looks_ahead_may_forecast() -> None:
    series = {"kind": "mackey_glass", "length": 300, "window": 16, "ahead": 5}
    for layer, _ in LOOKING_AHEAD.values():
        layers = [{"kind": "conv1d", "filters": 6}, layer]
        assert Run(Experiment.model_validate({"data": series, "layers": layers, "training": {"batch_size": 8}})).step(1) == 1


def test_what_is_not_refused_sees_nothing_of_later_steps() -> None:
    layers = [
        {"kind": "conv1d", "filters": 6, "padding": "causal"},
        {"kind": "residual", "layers": [{"kind": "multi_head_attention", "heads": 2, "causal": True}, "layer_norm"]},
        {"kind": "concatenate", "branches": [[{"kind": "simple_rnn", "hidden": 3, "sequence": True}], [{"kind": "conv1d", "kernel": 1}]]},
        {"kind": "lstm", "hidden": 5, "sequence": True},
    ]
    run = Run(experiment([E0, *layers]))
    row = run.dataset.raw[:1].copy()
    before = run.predict(row)[0]
    for step in range(16):
        changed = row.copy()
        changed[0, step] = (changed[0, step] + 3) % len(run.dataset.classes)
        after = run.predict(changed)[0]
        np.testing.assert_array_equal(after[:step], before[:step])
        assert not np.array_equal(after[step], before[step])
