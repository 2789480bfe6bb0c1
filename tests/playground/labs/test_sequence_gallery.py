"""The sequence lab's gallery: every preset does what its sentence says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground import Run
from playground.labs.sequence import SequenceLab
from playground.labs.sequence_gallery import PRESETS

NAMED = {preset.name: preset.experiment for preset in PRESETS}


def run(name: str, **changes: Any) -> Run:
    return Run(NAMED[name].replace(**changes))


def reach(run: Run) -> float:
    """How much of the gradient by the last state is left at the first step."""
    run.step(1)
    sizes = SequenceLab(run).frame()[1]["sequence/gradient/1"]
    return float(sizes[0] / sizes[-1])


def test_there_is_a_preset_for_each_kind_of_data_and_of_recurrent_layer() -> None:
    assert len(PRESETS) >= 7
    assert {experiment.data.kind for experiment in NAMED.values()} == {"remember", "mackey_glass", "damped_sines", "text"}
    assert {layer.kind for experiment in NAMED.values() for layer in experiment.layers} >= {"lstm", "gru", "simple_rnn", "bidirectional"}


@pytest.mark.parametrize(("name", "steps"), [("remember_lstm", 700), ("remember_gru", 700), ("both_ways", 150)])
def test_the_first_letter_is_remembered(name: str, steps: int) -> None:
    remembering = run(name)
    remembering.step(steps)
    assert remembering.metrics()["test/accuracy"] >= 0.99


def test_without_a_keep_bias_no_gradient_reaches_the_first_letter() -> None:
    kept, lost = NAMED["remember_gru"].layers[0], NAMED["remember_gru"].layers[0].model_copy(update={"keep_bias": 0.0})
    assert reach(run("remember_gru", layers=[kept])) > 0.01
    assert reach(run("remember_gru", layers=[lost])) < 1e-8


def test_a_simple_network_s_gradient_vanishes_and_it_learns_to_remember_over_a_few_steps_only() -> None:
    forgetting = run("remember_rnn")
    assert reach(forgetting) < 1e-12
    forgetting.step(5000)
    assert forgetting.metrics()["test/accuracy"] < 0.2
    short = run("remember_rnn", data={"kind": "remember", "steps": 5})
    short.step(2000)
    assert short.metrics()["test/accuracy"] > 0.9


def test_only_the_half_that_reads_backward_knows_the_first_letter() -> None:
    both = run("both_ways")
    both.step(150)
    weight = both.view("head/weight")
    for half, known in ((slice(0, 16), True), (slice(16, 32), False)):
        before = weight.copy()
        weight[half] = 0
        both.changed()
        assert (both.metrics()["test/accuracy"] > 0.95) == known
        weight[:] = before


@pytest.mark.parametrize(("name", "steps", "error"), [("mackey_glass", 600, 0.06), ("stacked", 600, 0.15), ("damped_sines", 1500, 0.25)])
def test_forecasts_are_better_than_the_last_value(name: str, steps: int, error: float) -> None:
    forecasting = run(name)
    forecasting.step(steps)
    assert forecasting.metrics()["test/error"] < error


@pytest.mark.parametrize("name", ["help_topics", "help_lstm", "no_memory"])
def test_texts_begin_to_be_told(name: str) -> None:
    reading = run(name)
    reading.step(60)
    assert reading.metrics()["test/bits"] < 4.2


def test_convolutions_see_sixteen_characters() -> None:
    reading = run("no_memory")
    row = reading.dataset.raw[:1].copy()
    before = reading.predict(row)[0]
    row[0, 20] = (row[0, 20] + 1) % 90
    changed = (reading.predict(row)[0] != before).any(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(changed), np.arange(20, 36))
