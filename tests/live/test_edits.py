"""Commands and changes by path: what fits is done, what does not is one sentence and changes nothing."""

from __future__ import annotations

import pytest

from playground import Experiment
from playground.live import edits
from playground.sentences import Refused, refusal
from tests.live.lab import CIRCLE


def units(experiment):
    return [layer.units for layer in experiment.layers]


def test_a_value_is_put_at_its_path():
    assert units(edits.put(CIRCLE, ["layers", 0, "units"], 7)) == [7, 2]
    assert edits.put(CIRCLE, ["optimizer"], "adam").optimizer.kind == "adam"
    assert edits.put(CIRCLE, ["training", "clip"], {"kind": "norm", "limit": 2}).training.clip.limit == 2


def test_items_come_go_and_move():
    dense = {"kind": "dense", "units": 9}
    assert units(edits.insert(CIRCLE, ["layers", 1], dense)) == [4, 9, 2]
    assert units(edits.insert(CIRCLE, ["layers", 2], dense)) == [4, 2, 9]
    assert units(edits.remove(CIRCLE, ["layers", 0])) == [2]
    assert units(edits.move(CIRCLE, ["layers", 0], 1)) == [2, 4]
    assert units(edits.move(CIRCLE, ["layers", 0], 99)) == [2, 4]


def test_nested_layers_are_reached():
    nested = edits.insert(CIRCLE, ["layers", 2], {"kind": "residual", "layers": [{"kind": "dense", "units": 2}]})
    assert edits.put(nested, ["layers", 2, "layers", 0, "units"], 3).layers[2].layers[0].units == 3


def test_features_keep_the_datas_order():
    both = edits.feature(edits.feature(CIRCLE, "sin_x1", True), "x1x2", True)
    assert both.features == ("x1", "x2", "x1x2", "sin_x1")
    assert edits.feature(both, "x1", False).features == ("x2", "x1x2", "sin_x1")


def test_the_last_feature_stays():
    one = edits.feature(CIRCLE, "x1", False)
    with pytest.raises(Refused, match="has to stay on"):
        edits.feature(one, "x2", False)


def test_other_data_takes_along_what_fits():
    moved = edits.put(CIRCLE, ["data"], {"kind": "iris"})
    assert moved.features == ()
    assert moved.loss is None
    assert units(moved) == [4, 2]


def test_another_kind_of_task_keeps_what_both_have():
    pictures = CIRCLE.replace(data="digit_pictures", features=(), loss=None)
    first = edits.put(pictures, ["task"], {"kind": "variational", "latent": 3, "beta": 4, "decoder": ["dense"]})
    plain = edits.put(first, ["task"], {"kind": "autoencoder", "noise": 0.2})
    assert (plain.task.latent, plain.task.noise, len(plain.task.decoder)) == (3, 0.2, 1)
    assert edits.put(plain, ["task"], {"kind": "variational", "latent": 5}).task.latent == 5
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        edits.put(plain, ["task"], {"kind": "variational", "latent": 0})


def refused(change):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the sentence is looked at by who asked
        change()
    told = refusal(caught.value)
    text = str(told)
    assert text.endswith(".")
    assert "\n" not in text
    assert "pydantic" not in text
    assert "validation error" not in text
    assert len(text) < 250
    return text, told.path


@pytest.mark.parametrize(("path", "value", "says", "where"), [
    (["layers", 0, "units"], 0, "must be at least 1, got 0", ["layers", 0, "units"]),
    (["layers", 0, "units"], "many", "got 'many'", ["layers", 0, "units"]),
    (["layers", 0, "activation"], "nope", "'nope' is not one of: ", ["layers", 0, "activation"]),
    (["layers", 0, "colour"], "red", "There is no setting 'colour' here", ["layers", 0, "colour"]),
    (["layers", 0], {"kind": "dense", "units": 1e30}, "must be a whole number, got 1e+30", ["layers", 0, "units"]),
    (["layers"], [[[[]]]], "is not one of", ["layers", 0]),
    (["optimizer", "learning_rate"], float("nan"), "must be a finite number", ["optimizer", "learning_rate"]),
    (["optimizer", "learning_rate"], -1, "Learning rate must be more than 0, got -1", ["optimizer", "learning_rate"]),
    (["training", "batch_size"], 10**9, "Batch size must be at most 1024, got 1000000000", ["training", "batch_size"]),
    (["version"], 2, "must be 1, got 2", ["version"]),
    (["seed"], "x" * 500, "...", ["seed"]),
    (["nonsense"], 1, "There is no setting 'nonsense' here", ["nonsense"]),
])  # fmt: skip
def test_a_refusal_is_one_sentence_with_a_path(path, value, says, where):
    text, path = refused(lambda: edits.put(CIRCLE, path, value))
    assert says in text
    assert path == where


@pytest.mark.parametrize(
    "path", [["layers", 5, "units"], ["layers", -1, "units"], ["layers", "x", "units"], ["seed", "x"], ["nope", "x"], [0]]
)
def test_a_path_to_nowhere_is_refused(path):
    assert "There is n" in refused(lambda: edits.put(CIRCLE, path, 1))[0]


def test_lists_are_checked():
    assert "no item" in refused(lambda: edits.remove(CIRCLE, ["layers", 2]))[0]
    assert "nothing at" in refused(lambda: edits.insert(CIRCLE, ["layers", 9], {"kind": "dense"}))[0]
    assert "no item" in refused(lambda: edits.remove(CIRCLE, ["optimizer", "learning_rate"]))[0]


def test_a_missing_key_is_named():
    assert "Data is missing" in refused(lambda: Experiment.model_validate({}))[0]
