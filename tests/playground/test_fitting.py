"""From data to data: layers that read one kind of sequence are made to read another."""

from __future__ import annotations

from typing import Any

import pytest

from playground import Experiment, Run
from playground.labs.sequence_gallery import PRESETS

DATA: dict[str, Any] = {
    "remember": "remember",
    "codes": {"kind": "remember", "encoding": "codes"},
    "mackey_glass": "mackey_glass",
    "text": {"kind": "text", "text": "to be or not to be. " * 30},
}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@pytest.mark.parametrize("data", DATA)
def test_every_preset_goes_to_all_data_but_what_looks_ahead_to_a_text(preset: Any, data: str) -> None:
    moved = preset.experiment.on(DATA[data])
    if preset.name == "both_ways" and data == "text":
        with pytest.raises(ValueError, match="Bidirectional looks ahead, .* Take Simple RNN alone, and let it hand on the whole sequence."):
            Run(moved)
    else:
        run = Run(moved)
        assert run.network.logits.size == (64 if data == "text" else 1) * (1 if data == "mackey_glass" else len(run.dataset.classes))


def test_there_and_back_is_the_same_network() -> None:
    for name, other in (("remember_lstm", "text"), ("stacked", "text"), ("help_topics", "remember"), ("help_lstm", "mackey_glass")):
        preset = next(preset.experiment for preset in PRESETS if preset.name == name)
        back = preset.on(DATA[other]).on(preset.data)
        assert [layer.model_dump() for layer in back.layers] == [layer.model_dump() for layer in preset.layers]


def test_what_fits_stays_as_it_is() -> None:
    layers = [{"kind": "gru", "hidden": 4, "sequence": True}, {"kind": "gru", "hidden": 4, "sequence": True}]
    experiment = Experiment.model_validate({"data": "mackey_glass", "layers": layers})
    assert experiment.on("damped_sines").layers == experiment.layers
