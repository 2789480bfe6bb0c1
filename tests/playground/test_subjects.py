"""What can be looked at closely: every part of every lab's presets, and that the numbers are those of memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.labs import labs
from playground.saving import state_names
from playground.sentences import Refused
from playground.subjects import Findings, answered, find, layer_of

PICTURES = Experiment.model_validate(
    {
        "data": {"kind": "digit_pictures"},
        "layers": [
            {"kind": "conv2d", "filters": 4, "kernel": 3, "activation": "relu"},
            "max_pool2d",
            "flatten",
            {"kind": "dense", "units": 6},
        ],
        "optimizer": "adam",
    }
)


def trained(experiment: Any = None, steps: int = 3) -> Run:
    run = Run(Experiment.model_validate(experiment or {"data": "circle", "layers": [{"kind": "dense", "units": 4, "activation": "tanh"}]}))
    run.step(steps)
    return run


def names(run: Run) -> list[str]:
    """Everything a stage may ask for."""
    columns, parameters = run.network.columns, run.network.graph.parameters
    samples = ["sample"] if answered(run) else []
    return ["loss", "optimizer", *samples, *(c.name for c in columns), *(f"{c.name}/output" for c in columns[1:]), "input", *parameters]


def finite(found: Findings) -> bool:
    rows = [value for _, value, form in found.rows if form not in ("text", "shape")]
    cells = [number for row in (found.table or {"rows": []})["rows"] for number in row["numbers"]]
    return all(number is None or math.isfinite(number) for number in [found.value, found.gradient, *rows, *cells])


@pytest.mark.parametrize(
    "experiment",
    [p.experiment for lab in labs().values() for p in lab.presets],
    ids=[p.name for lab in labs().values() for p in lab.presets],
)
def test_every_part_of_every_preset_has_finite_numbers_and_no_look_changes_a_bit(experiment: Experiment) -> None:
    run = Run(experiment)
    for name in names(run):
        index = (0,) if name == "sample" else ()
        assert finite(find(run, name, index).now())
    run.step(2)
    before = {name: run.view(name).tobytes() for name in state_names(run)}
    for name in names(run):
        subject = find(run, name, (0,) if name == "sample" else ())
        found = subject.now()
        assert finite(found), name
        assert found.value is not None, name
        assert subject.facts()["kind"]
    assert {name: run.view(name).tobytes() for name in state_names(run)} == before


def test_anything_in_memory_can_be_asked_for() -> None:
    run = trained(PICTURES)
    for name in run.names():
        if run.view(name).size:
            find(run, name).now()


def test_a_neuron_is_the_mean_of_its_answers() -> None:
    run = trained()
    subject = find(run, "dense_1/output", (2,))
    found, facts = subject.now(), subject.facts()
    assert found.value == pytest.approx(run.view("dense_1/output")[:, 2].mean())
    assert found.gradient == pytest.approx(np.abs(run.view("dense_1/output.grad")[:, 2]).mean())
    assert (facts["kind"], facts["layer"], facts["part"]) == ("unit", "dense_1", "neuron 3")
    assert facts["edit"] == {"label": "bias", "name": "dense_1/bias", "index": (2,)}
    assert {label: value for label, value, _ in found.rows}["bias"] == run.view("dense_1/bias")[2]


def test_a_link_is_a_number_with_what_the_optimizer_remembers_of_it() -> None:
    run = trained({"data": "circle", "layers": [{"kind": "dense", "units": 4}], "optimizer": "adam"})
    subject = find(run, "dense_1/weight", (1, 3))
    found = subject.now()
    rows = {label: value for label, value, _ in found.rows}
    place, begin = run.program.places["dense_1/weight"], run.program.places["parameters"].offset
    assert found.value == run.view("dense_1/weight")[1, 3]
    assert found.gradient == run.view("dense_1/weight.grad")[1, 3]
    assert rows["Adam's squares"] == run.view("adam/squares")[place.offset - begin + 7]
    assert rows["multiply-adds"] == 1
    assert subject.part() == "x₂ → neuron 4"
    assert find(run, "head/weight", (1, 0)).part() == "neuron 2 → neuron 1"


def test_a_kernel_and_a_map_have_pictures() -> None:
    run = trained(PICTURES)
    kernel, answers = find(run, "conv2d_1/weight", (3,)), find(run, "conv2d_1/output", (3,))
    side = run.view("conv2d_1/output").shape[1]
    found = kernel.now()
    assert (kernel.kind, kernel.part()) == ("kernel", "kernel 4")
    assert np.array_equal(found.picture[0], run.view("conv2d_1/weight")[:, :, 0, 3])
    assert {label: value for label, value, _ in found.rows}["multiply-adds"] == 9 * side * side
    assert answers.kind == "map"
    assert np.allclose(answers.now().picture[0], run.view("conv2d_1/output")[..., 3].mean(axis=0))
    assert find(run, "conv2d_1/output", (1, 2, 3)).part() == "map 4, pixel (2, 1)"


def test_the_optimizers_step_is_the_one_its_kernel_makes() -> None:
    run = trained({"data": "circle", "layers": [{"kind": "dense", "units": 4}], "optimizer": {"kind": "sgd", "learning_rate": 0.5}})
    found = find(run, "optimizer").now()
    gradients = np.concatenate([run.view(f"{name}.grad").ravel() for name in run.network.graph.parameters])
    assert np.allclose(found.values, -0.5 * gradients, atol=1e-6)
    assert found.value == 0.5
    assert found.gradient == pytest.approx(np.linalg.norm(found.values) / np.linalg.norm(run.view("parameters")))
    assert [row["layer"] for row in found.table["rows"]] == ["dense_1", "head"]


def test_the_loss_names_the_worst_of_the_batch() -> None:
    run = trained()
    found = find(run, "loss").now()
    worst = found.table["rows"][0]
    losses = run.view(run.network.losses.name)
    assert found.value == pytest.approx(losses.mean())
    assert worst["numbers"] == [losses.max()]
    assert worst["open"] == {"name": "sample", "index": [int(run.view("picked")[losses.argmax()])]}


def test_a_sample_is_what_the_network_says_of_it() -> None:
    run = trained(steps=200)
    row = run.dataset.test[0]
    found = find(run, "sample", (run.train_rows,)).now()
    chance = float(run.predict(run.dataset.raw[[row]])[0, 0])
    assert found.value == pytest.approx(chance if run.dataset.y[row, 0] else 1 - chance)
    assert ("used for", "test", "text") in found.rows
    numbers = trained({"data": "hills"})
    assert find(numbers, "sample", (0,)).now().gradient >= 0


def test_pictures_that_are_made_again_are_no_samples_but_have_latent_numbers() -> None:
    run = trained({"data": "digit_pictures", "task": {"kind": "variational", "latent": 2}, "layers": ["flatten", "dense"]})
    assert find(run, "mean/output", (1,)).now().value == pytest.approx(run.view("mean/output")[:, 1].mean(), rel=1e-4)
    assert find(run, "loss").now().table["rows"][0]["open"] is None
    assert {"reconstruction", "kl"} <= {label for label, *_ in find(run, "loss").now().rows}
    with pytest.raises(Refused, match="one answer each"):
        find(run, "sample", (0,))


def test_the_longest_name_of_a_layer_is_its_own() -> None:
    run = trained({"data": "circle", "layers": [{"kind": "residual", "layers": [{"kind": "dense", "units": 2}]}]})
    name = run.network.columns[1].name
    assert layer_of(run, f"{name}/weight") == name
    assert layer_of(run, "input") == "features"
    assert layer_of(run, "gradients") is None


@pytest.mark.parametrize(
    ("name", "index", "words"),
    [
        ("dense_9", (), "There is no 'dense_9'"),
        ("dense_1/output", (4,), "no place"),
        ("dense_1/weight", (0, 0, 0), "no place"),
        ("dense_1", (0,), "no place"),
        ("sample", (), "rows 0 to"),
        ("sample", (10**6,), "rows 0 to"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(name: str, index: tuple[int, ...], words: str) -> None:
    with pytest.raises(Refused, match=words):
        find(trained(), name, index)
