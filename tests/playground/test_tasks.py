"""The family of tasks: autoencoders against PyTorch, the same bits however they are run, sentences for what cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch.nn import functional as F

from playground import Experiment, Run
from playground.data import DataError
from playground.engine.graph import ShapeError
from playground.labs import labs
from playground.layers.dense import Dense
from playground.link import decode, encode
from playground.optimizers import Adam
from playground.record import members
from playground.saving import state_names
from playground.sentences import refusal
from playground.tasks import Task, segments
from tests.kernels.desk import relative_error
from tests.playground.engine.test_shards import helped
from tests.playground.networks import torch_layer, torch_layers
from tests.playground.twins import Weights, double
from tests.strategies import records

LINEAR = Dense(activation="linear")
DENSE = {"kind": "dense", "units": 12, "activation": "relu"}
CONVOLUTION = {"kind": "conv2d", "filters": 3, "activation": "relu"}
DRAWN = [{"kind": "dense", "units": 16}, {"kind": "reshape", "shape": [4, 4, 1]}, {"kind": "conv_transpose2d", "filters": 3}]
TASKS: dict[str, dict[str, Any]] = {
    "plain": {"kind": "autoencoder", "latent": 3, "decoder": [DENSE]},
    "denoising": {"kind": "autoencoder", "noise": 0.4, "reconstruction": "squared_error", "decoder": [{"kind": "activation"}, DENSE]},
    "variational": {"kind": "variational", "decoder": [DENSE, {"kind": "dropout", "rate": 0.2}]},
    "beta": {"kind": "variational", "latent": 5, "beta": 4.0, "reconstruction": "squared_error", "decoder": DRAWN},
    "no hidden layer": {"kind": "variational"},
}


def of(task: Any, **more: Any) -> Experiment:
    layers = [CONVOLUTION, {"kind": "max_pool2d"}, "flatten", DENSE]
    told = {"data": "digit_pictures", "task": task, "layers": layers, "training": {"batch_size": 24}}
    return Experiment.model_validate(told | more)


def state(run: Run) -> dict[str, bytes]:
    return {name: run.view(name).tobytes() for name in state_names(run)}


@pytest.fixture(params=TASKS)
def experiment(request: pytest.FixtureRequest) -> Experiment:
    return of(TASKS[request.param])


def torch_loss(run: Run, weights: Weights) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """PyTorch's loss of the run's batch, with the run's random numbers, and the losses of each row by name."""
    task: Any = run.experiment.task
    x = torch.tensor(run.view("input"), dtype=torch.float64)
    seen = torch.tensor(run.view("noise/noisy"), dtype=torch.float64) if getattr(task, "noise", 0) else x
    hidden = torch_layers(run.experiment.layers, seen.reshape(-1, 8, 8, 1), run, weights).flatten(1)
    terms = {}
    if task.kind == "variational":
        mean, spread = (torch_layer(LINEAR, hidden, run, weights, name) for name in ("mean", "log_variance"))
        code = mean + torch.exp(spread / 2) * torch.tensor(run.view("log_variance/z.auxiliary_1"), dtype=torch.float64)
        terms["kl_by_dimension"] = (mean**2 + torch.exp(spread) - 1 - spread) / 2
        terms["kl"] = terms["kl_by_dimension"].sum(dim=1)
    else:
        code = torch_layer(LINEAR, hidden, run, weights, "latent")
    drawn = torch_layers(task.decoder, code, run, weights, "decoder/")
    if run.view("decoder/head/weight").ndim == 4:
        z = torch.einsum("bhwc,cd->bhwd", drawn, weights.setdefault("decoder/head/weight", double(run.view("decoder/head/weight")))[0, 0])
        z = (z + weights.setdefault("decoder/head/bias", double(run.view("decoder/head/bias")))).flatten(1)
    else:
        z = torch_layer(LINEAR, drawn.flatten(1), run, weights, "decoder/head")
    if task.reconstruction == "cross_entropy":
        distance = F.binary_cross_entropy_with_logits(z, x, reduction="none").sum(dim=1)
    else:
        distance = (torch.sigmoid(z) - x).square().sum(dim=1) / 2
    terms["reconstruction"] = distance
    return (distance + task.beta * terms["kl"] if "kl" in terms else distance).mean(), terms


def test_twenty_steps_equal_pytorch(experiment: Experiment) -> None:
    run = Run(experiment.replace(optimizer={"kind": "momentum", "learning_rate": 0.001}))
    weights = {name: double(run.view(name)) for name in run.network.graph.parameters}
    optimizer = torch.optim.SGD(list(weights.values()), lr=0.001, momentum=0.9)
    for step in range(20):
        assert run.step(1) == 1
        loss, terms = torch_loss(run, weights)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            for name, weight in weights.items():
                assert relative_error(run.view(f"{name}.grad"), weight.grad.numpy()) < 2e-5, name
        optimizer.step()
        assert run.view("loss") == pytest.approx(loss.item(), rel=1e-4)
        for name, term in terms.items():
            assert relative_error(run.view(f"loss/{name}"), term.detach().numpy()) < 1e-4, name
    for name, weight in weights.items():
        assert relative_error(run.view(name), weight.detach().numpy()) < 1e-4, name


def test_noise_is_what_it_says_and_the_target_stays_clean() -> None:
    run = Run(of(TASKS["denoising"]))
    run.step(1)
    added = run.view("noise/noisy") - run.view("input")
    assert added.std() == pytest.approx(0.4, rel=0.05)
    assert 0 <= run.view("input").min() <= run.view("input").max() <= 1
    rows = run.view("picked")
    np.testing.assert_array_equal(run.view("input"), run.dataset.raw[run.dataset.train[rows]])


def test_pictures_are_kept_once(experiment: Experiment) -> None:
    run = Run(experiment)
    assert run.data.size == run.dataset.raw.size
    assert run.data is Run(experiment.replace(seed=8)).data


def test_it_learns_and_says_what_its_loss_is_made_of(experiment: Experiment) -> None:
    run = Run(experiment)
    before, after = run.metrics(), run.train(epochs=10)
    assert after["test/loss"] < 0.8 * before["test/loss"]
    assert not any("accuracy" in name for name in after)
    if experiment.task.kind == "variational":
        assert set(after) == {"step", "epoch", *(f"{s}/{n}" for s in ("train", "test") for n in ("loss", "reconstruction", "kl"))}
        assert after["test/loss"] == pytest.approx(after["test/reconstruction"] + experiment.task.beta * after["test/kl"])


def test_a_test_counts_every_picture_once_and_adds_no_noise(experiment: Experiment) -> None:
    run = Run(experiment)
    run.step(30)
    for split, rows in (("train", run.dataset.train), ("test", run.dataset.test)):
        raw = run.dataset.raw[rows].astype(np.float64)
        p = run.predict(raw).astype(np.float64)
        if experiment.task.reconstruction == "cross_entropy":
            expected = -(raw * np.log(p) + (1 - raw) * np.log1p(-p)).sum(axis=1).mean()
        else:
            expected = ((p - raw) ** 2).sum(axis=1).mean() / 2
        metrics = run.metrics()
        assert metrics.get(f"{split}/reconstruction", metrics[f"{split}/loss"]) == pytest.approx(expected, rel=1e-3)


def test_halves_make_the_whole(experiment: Experiment) -> None:
    run = Run(experiment)
    run.step(20)
    raw = run.dataset.raw[run.dataset.test]
    code = run.encode(raw)
    assert code.shape == (len(raw), experiment.task.latent)
    np.testing.assert_array_equal(run.decode(code), run.predict(raw))
    np.testing.assert_array_equal(run.encode(raw[:3]), code[:3])
    assert run.decode(code[0]).shape == (1, 64)
    if experiment.task.kind == "variational":
        run.probe()
        np.testing.assert_allclose(run.view("probe/mean/output"), run.encode(run.view("probe/input")), rtol=1e-5, atol=1e-6)


def test_looking_changes_nothing(experiment: Experiment) -> None:
    looked_at, left_alone = Run(experiment), Run(experiment)
    for _ in range(10):
        looked_at.step(3)
        looked_at.probe()
        looked_at.evaluate()
        looked_at.decode(looked_at.encode(looked_at.dataset.raw[:5]))
    left_alone.step(30)
    assert state(looked_at) == state(left_alone)


def test_new_pictures_follow_from_a_seed() -> None:
    run = Run(of("variational"))
    run.step(5)
    drawn = run.sample(300)
    assert drawn.shape == (300, 64)
    assert 0 <= drawn.min() <= drawn.max() <= 1
    np.testing.assert_array_equal(drawn, run.sample(300))
    assert (drawn[:5] != run.sample(5, seed=1)).any()


def test_not_watched_it_learns_the_same_bits(experiment: Experiment) -> None:
    seen, unseen = Run(experiment), Run(experiment, watched=False)
    seen.step(20)
    unseen.step(20)
    assert state(seen) == state(unseen)
    assert seen.metrics() == unseen.metrics()
    raw = seen.dataset.raw[:10]
    np.testing.assert_array_equal(seen.encode(raw), unseen.encode(raw))
    np.testing.assert_array_equal(seen.predict(raw), unseen.predict(raw))
    assert state(unseen.watch()) == state(seen)


def test_helping_threads_change_no_bit(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SHARD_WORTH", 1)
    alone, together = Run(experiment), Run(experiment)
    assert set(alone.program.shards) == {-1, 0, 1, 2, 3}
    assert alone.step(20) == together.step(20, helped) == 20
    assert state(alone) == state(together)


@pytest.mark.parametrize("instructions", [0, 1, 9])
def test_a_saved_run_goes_on_bit_for_bit(experiment: Experiment, instructions: int) -> None:
    run = Run(experiment)
    run.step(11)
    for _ in range(instructions):
        run.step_instruction()
    copy = Run.load(run.save())
    assert copy.experiment == experiment
    run.step(9)
    copy.step(9)
    assert state(run) == state(copy)


def test_stage_by_stage_gives_the_same_bits(experiment: Experiment) -> None:
    fast, slow = Run(experiment), Run(experiment)
    fast.step(3)
    while slow.steps < 3 or slow.position:
        slow.advance()
    assert fast.view("parameters").tobytes() == slow.view("parameters").tobytes()
    shown = {column.name for column in fast.network.columns}
    assert {stage.layer for stage in fast.stages if stage.layer} <= shown


@pytest.mark.parametrize("name", ["plain", "variational", "no hidden layer"])  # squared errors of pixels from 0 to 1 stay finite
def test_divergence_names_a_layer_that_is_there(name: str) -> None:
    run = Run(of(TASKS[name], optimizer={"kind": "sgd", "learning_rate": 1e9}))
    run.step(100)
    assert run.diverged is not None
    assert run.diverged.layer in {"loss", *(column.name for column in run.network.columns)}


def test_beta_changes_while_the_run_goes_on() -> None:
    run = Run(of("variational"))
    run.step(10)
    same = run.change(of({"kind": "variational", "beta": 3.0}))
    assert same is run
    run.step(1)
    kl, reconstruction = run.view("loss/kl"), run.view("loss/reconstruction")
    assert run.view("loss") == pytest.approx((reconstruction + 3 * kl).mean(), rel=1e-5)


def test_noise_changes_what_is_seen_at_the_same_step() -> None:
    run = Run(of("autoencoder"))
    run.step(10)
    other = run.change(of({"kind": "autoencoder", "noise": 0.1}))
    assert other.steps == 10
    np.testing.assert_array_equal(other.view("decoder/head/weight"), run.view("decoder/head/weight"))


def test_any_code_is_decoded_in_what_is_looked_at() -> None:
    run = Run(of("variational"))
    run.step(10)
    run.probe()
    np.testing.assert_allclose(run.view("probe/code"), run.encode(run.dataset.raw[run.dataset.train[:1]]), rtol=1e-5, atol=1e-6)
    run.view("probe/code")[:] = (0.5, -1.5)
    run.execute("probe/decode")
    made = run.link(run.view("probe/decoder/head/output").reshape(1, -1))
    np.testing.assert_allclose(made, run.decode([0.5, -1.5]), rtol=1e-5, atol=1e-6)


def test_another_task_keeps_the_encoder_and_a_wider_code_what_fits() -> None:
    run = Run(of("supervised"))
    run.step(10)
    other = run.change(of("variational"))
    wider = other.change(of({"kind": "variational", "latent": 4}))
    assert other.steps == wider.steps == 0
    for name in ("conv2d_1/weight", "dense_1/weight"):
        np.testing.assert_array_equal(other.view(name), run.view(name))
    np.testing.assert_array_equal(wider.view("mean/weight")[:, :2], other.view("mean/weight"))
    np.testing.assert_array_equal(wider.view("decoder/head/weight")[:2], other.view("decoder/head/weight"))


def test_other_data_falls_back_to_a_task_that_fits() -> None:
    assert of("variational", layers=[]).on("circle").task.kind == "supervised"
    assert of("variational", layers=[]).on("glyphs").task.kind == "variational"


REFUSED: dict[str, tuple[type[Exception], str, Any, dict[str, Any]]] = {
    "a decoder that does not fit": (
        ShapeError,
        r"Conv2D needs an image \(height, width, channels\), got \(2,\)",
        {"kind": "variational", "decoder": ["conv2d"]},
        {},
    ),
    "no pictures": (DataError, "Variational autoencoder learns pictures, and Circle has none. Choose", "variational", {"data": "circle"}),
    "a table of pixels": (DataError, "Autoencoder learns pictures, and Digits has none", "autoencoder", {"data": "digits"}),
    "half a picture": (DataError, "fed whole", "autoencoder", {"features": ["pixel_0_0_0"]}),
    "another loss": (ValueError, "has a loss of its own, and Hinge came. Leave the loss empty", "autoencoder", {"loss": "hinge"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_a_sentence(case: str) -> None:
    error, sentence, task, more = REFUSED[case]
    with pytest.raises(error, match=sentence) as caught:
        Run(of(task, **{"layers": ["flatten"] if "data" not in more else [], **more}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("latent", [0, 17])
def test_too_few_or_many_latent_numbers_are_refused(latent: int) -> None:
    with pytest.raises(ValidationError) as caught:
        of({"kind": "variational", "latent": latent})
    assert str(refusal(caught.value)) == f"Latent must be at {'least 1' if latent < 1 else 'most 16'}, got {latent}."


def test_a_decoder_of_thousands_of_layers_is_refused() -> None:
    layers: list[Any] = ["dense"] * 8
    for _ in range(3):
        layers = [{"kind": "residual", "layers": layers}] * 8
    with pytest.raises(ValidationError, match="64 fit"):
        of({"kind": "variational", "decoder": layers})


def test_what_a_task_cannot_do_is_said() -> None:
    supervised, plain, variational = (Run(of(kind)) for kind in ("supervised", "autoencoder", "variational"))
    with pytest.raises(ValueError, match="Supervised learning has no latent numbers. Choose an autoencoder"):
        supervised.encode(supervised.dataset.raw[:1])
    with pytest.raises(ValueError, match="Supervised learning makes nothing new. Choose the variational autoencoder"):
        supervised.sample(3)
    with pytest.raises(ValueError, match="Autoencoder does not say how codes are spread"):
        plain.sample(3)
    with pytest.raises(ValueError, match="Variational autoencoder knows no classes. Leave them out"):
        variational.sample(3, classes=[1, 2, 3])
    with pytest.raises(ValueError, match=r"Rows of 2 latent numbers fit here, got an array of shape \(1, 3\)"):
        variational.decode([1, 2, 3])


@pytest.mark.parametrize("lab", [lab for lab in labs().values() if "variational" not in lab.tasks], ids=lambda lab: lab.name)
def test_a_lab_refuses_tasks_that_it_does_not_show(lab: Any) -> None:
    with pytest.raises(ValueError, match=f"^Variational autoencoder is .* {lab.title} lab.*[.]$"):
        lab(Run(of("variational")))


small = st.sampled_from([DENSE, "layer_norm", {"kind": "dropout", "rate": 0.3}, {"kind": "residual", "layers": ["activation"]}])


@pytest.mark.parametrize("kind", members(Task))
@settings(max_examples=4, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_task_trains_whatever_its_fields_say(kind: str, data: st.DataObject) -> None:
    cls = members(Task)[kind]
    own: dict[str, Any] = {name: st.lists(small, max_size=2) for name in ("decoder", "generator") if name in cls.model_fields}
    if "generator_optimizer" in cls.model_fields:
        own["generator_optimizer"] = st.just(Adam())  # any rate may be far too high
    experiment = of(data.draw(records(cls, **own)))
    assert decode(encode(experiment), Experiment) == experiment
    run = Run(experiment)
    assert run.step(2) == 2
    assert np.isfinite(list(run.metrics().values())).all()
    again = Run.load(run.save())
    run.step(1)
    again.step(1)
    assert state(run) == state(again)


def test_a_task_that_says_nothing_says_so() -> None:
    experiment = of("supervised")
    with pytest.raises(TypeError, match="Give it a build method"):
        Task(kind="silent").build(experiment, experiment.dataset())
