"""Runs: the same bits however they are cut, saved, changed or watched; sentences for what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from playground import Experiment, Run
from playground.engine.program import BudgetError
from playground.saving import SavedRunError, state_names
from playground.tally import SCORED

CIRCLE = {
    "data": {"kind": "circle", "samples": 500, "noise": 0.0, "test_fraction": 0.5},
    "features": ["x1", "x2"],
    "layers": [{"kind": "dense", "units": 4, "activation": "tanh"}, {"kind": "dense", "units": 2, "activation": "tanh"}],
    "optimizer": {"kind": "adam", "learning_rate": 0.03},
}


def run_of(**changes: object) -> Run:
    return Run(Experiment.model_validate(CIRCLE | changes))


def state(run: Run) -> dict[str, bytes]:
    return {name: run.view(name).tobytes() for name in state_names(run)}


def test_learns_the_circle() -> None:
    run = run_of()
    before = run.metrics()
    after = run.train(epochs=60)
    assert after["test/accuracy"] > 0.95
    assert after["test/loss"] < before["test/loss"] / 2
    assert after["step"] == 60 * 25
    assert after["epoch"] == 60


def test_train_for_seconds_takes_about_as_long() -> None:
    run = run_of()
    run.step(1)
    assert run.train(seconds=0.1)["step"] > 100


def test_train_wants_epochs_or_seconds() -> None:
    with pytest.raises(ValueError, match="one of them"):
        run_of().train()


def test_same_seed_same_bits_however_it_is_cut() -> None:
    whole, parts, instructions = run_of(), run_of(), run_of()
    whole.step(200)
    for size in (1, 7, 92, 100):
        parts.step(size)
    while instructions.steps < 3 or instructions.position:
        instructions.step_instruction()
    instructions.step(150)
    instructions.advance()
    instructions.step(200 - instructions.steps)
    assert state(whole) == state(parts)
    assert state(whole) == state(instructions)


def test_looking_changes_nothing() -> None:
    looked_at, left_alone = run_of(), run_of()
    for _ in range(20):
        looked_at.step(5)
        looked_at.probe()
        looked_at.evaluate()
        looked_at.predict(np.zeros((3, 2)))
    left_alone.step(100)
    assert state(looked_at) == state(left_alone)


def test_another_seed_is_another_run() -> None:
    assert state(run_of(seed=1)) != state(run_of(seed=2))


def test_advance_walks_the_stages_of_one_step() -> None:
    run = run_of()
    assert [(stage.segment, stage.layer) for stage in run.stages] == [
        ("forward", "dense_1"),
        ("forward", "dense_2"),
        ("forward", "head"),
        ("loss", ""),
        ("backward", "head"),
        ("backward", "dense_2"),
        ("backward", "dense_1"),
        ("update", ""),
    ]
    assert [run.advance() for _ in run.stages] == list(range(len(run.stages)))
    assert run.steps == 1
    assert run.position == 0


def test_predict_is_the_network_by_hand() -> None:
    run = run_of()
    run.step(100)
    x = np.random.default_rng(0).uniform(-6, 6, (1000, 2)).astype(np.float32)
    hidden = x
    for layer in ("dense_1", "dense_2"):
        hidden = np.tanh(hidden @ run.view(f"{layer}/weight") + run.view(f"{layer}/bias"))
    logits = hidden @ run.view("head/weight") + run.view("head/bias")
    np.testing.assert_allclose(run.predict(x), 1 / (1 + np.exp(-logits)), rtol=1e-4, atol=1e-6)


def test_evaluate_counts_every_row_once() -> None:
    run = run_of(data={"kind": "circle", "samples": 997, "test_fraction": 0.37, "noise": 0.2})
    run.step(200)
    dataset = run.dataset
    for split, rows in (("train", dataset.train), ("test", dataset.test)):
        p = run.predict(dataset.raw[rows])[:, 0].astype(np.float64)
        t = dataset.y[rows, 0]
        metrics = run.metrics()
        assert metrics[f"{split}/accuracy"] == pytest.approx(np.mean((p > 0.5) == (t == 1)))
        assert metrics[f"{split}/loss"] == pytest.approx(-np.mean(np.log(np.where(t == 1, p, 1 - p))), rel=1e-3)


def test_every_epoch_shows_every_row_once() -> None:
    run = run_of()
    seen = []
    for _ in range(run.steps_per_epoch):
        run.step(1)
        seen.append(run.view("picked").copy())
    assert sorted(np.concatenate(seen)) == list(range(250))


def test_history_starts_at_step_0_and_halves_when_full() -> None:
    run = run_of()
    run.step(25 * 600)
    history = run.history()
    assert history[0, 0] == 0
    assert len(history) < 512
    assert set(np.diff(history[:, 0])) == {50.0}


@pytest.mark.parametrize("instructions", [0, 1, 7, 15])
def test_a_saved_run_goes_on_bit_for_bit(instructions: int) -> None:
    run = run_of()
    run.step(123)
    for _ in range(instructions):
        run.step_instruction()
    copy = Run.load(run.save())
    assert copy.experiment == run.experiment
    assert copy.position == run.position
    run.step(77)
    copy.step(77)
    assert state(run) == state(copy)


def test_a_checkpoint_goes_back() -> None:
    run = run_of()
    run.step(10)
    checkpoint = run.checkpoint()
    run.step(5)
    expected = state(run)
    run.step(50)
    run.restore(checkpoint)
    run.step(5)
    assert state(run) == expected


@pytest.mark.parametrize(
    "content",
    [b"", b"not a run", b"\xff" * 100, (2**62).to_bytes(8, "little") + b"{}", b"\x02\0\0\0\0\0\0\0{}", b"\x04\0\0\0\0\0\0\0null"],
)
def test_a_file_that_is_no_run_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(SavedRunError, match="[.]"):
        Run.load(content)


def test_a_cut_file_is_refused() -> None:
    saved = run_of().save()
    for length in range(0, len(saved) - 1, len(saved) // 50):
        with pytest.raises(SavedRunError):
            Run.load(saved[:length])


def test_a_setting_changes_without_a_restart() -> None:
    run = run_of()
    run.step(50)
    same = run.change(run.experiment.replace(optimizer={"kind": "adam", "learning_rate": 0.001}))
    assert same is run
    assert run.steps == 50
    assert run.view("optimizer/learning_rate")[0] == np.float32(0.001)


def test_another_optimizer_goes_on_with_the_same_weights() -> None:
    run = run_of()
    run.step(50)
    weights = run.view("dense_1/weight").copy()
    other = run.change(run.experiment.replace(optimizer="sgd"))
    assert other.steps == 50
    np.testing.assert_array_equal(other.view("dense_1/weight"), weights)
    other.step(1)
    assert other.steps == 51


def test_a_larger_batch_in_mid_epoch_reads_no_row_that_is_not_there() -> None:
    run = run_of()
    run.step(24)
    other = run.change(run.experiment.replace(training={"batch_size": 100}))
    other.step(10)
    assert other.view("picked").max() < 250


def test_a_new_neuron_keeps_the_others() -> None:
    run = run_of()
    run.step(50)
    wider = run.change(run.experiment.replace(layers=[{"kind": "dense", "units": 6, "activation": "tanh"}, CIRCLE["layers"][1]]))
    assert wider.steps == 0
    np.testing.assert_array_equal(wider.view("dense_1/weight")[:, :4], run.view("dense_1/weight"))
    np.testing.assert_array_equal(wider.view("dense_2/weight")[:4], run.view("dense_2/weight"))


def test_a_switched_feature_keeps_the_weights_of_the_others() -> None:
    run = run_of(features=["x1", "x2", "x1x2"])
    run.step(50)
    fewer = run.change(run.experiment.replace(features=["x2", "x1x2"]))
    np.testing.assert_array_equal(fewer.view("dense_1/weight"), run.view("dense_1/weight")[1:])


def test_a_switched_feature_leaves_alone_what_is_not_fed_by_features() -> None:
    narrow = {"kind": "concatenate", "branches": [[{"kind": "dense", "units": 1}]] * 2}
    run = run_of(features=["x1", "x2", "x1x2"], layers=[narrow])
    run.step(5)
    more = run.change(run.experiment.replace(features=["x1", "x2", "x1^2", "x1x2"]))
    np.testing.assert_array_equal(more.view("head/weight"), run.view("head/weight"))


def test_other_data_keeps_the_weights() -> None:
    run = run_of()
    run.step(50)
    other = run.change(run.experiment.on({"kind": "xor"}))
    assert other.steps == 0
    np.testing.assert_array_equal(other.view("dense_2/weight"), run.view("dense_2/weight"))


def test_another_seed_begins_anew() -> None:
    run = run_of()
    run.step(50)
    other = run.change(run.experiment.replace(seed=8))
    assert state(other) == state(run_of(seed=8))


def test_a_network_over_its_budget_is_refused_with_its_figures() -> None:
    huge = [{"kind": "dense", "units": 1024}] * 16
    with pytest.raises(BudgetError, match="million multiply-adds"):
        run_of(layers=huge, training={"batch_size": 1024})


def test_divergence_halts_at_the_first_loss_that_is_not_finite() -> None:
    layers = [{"kind": "dense", "units": 8, "activation": "relu"}] * 3
    run = run_of(layers=layers, optimizer={"kind": "sgd", "learning_rate": 1e6}, data={"kind": "hills"})
    run.step(1000)
    assert run.diverged is not None
    assert run.diverged.step == run.steps < 1000
    assert run.diverged.layer in {"dense_1", "dense_2", "dense_3", "head", "loss"}
    assert not np.isfinite(run.view("loss"))
    assert run.step(10) == 0


def test_early_stopping_says_why() -> None:
    run = run_of(data={"kind": "circle", "noise": 0.5, "samples": 60}, training={"early_stopping": 3})
    run.step(100_000)
    assert run.stopped is not None
    assert "test loss" in run.stopped
    assert run.steps < 100_000


def test_names_lead_to_views() -> None:
    run = run_of()
    assert {"dense_1/weight", "dense_1/bias", "dense_1/output", "dense_1/output.grad", "head/weight.grad"} <= set(run.names())
    run.step(1)
    run.view("dense_1/weight")[0, 0] = 5
    assert run.view("dense_1/weight")[0, 0] == 5
    with pytest.raises(KeyError, match="dense_1/weight"):
        run.view("dense_9/weight")


def test_blocks_in_blocks_cannot_hold_thousands_of_layers() -> None:
    layers: list[object] = [{"kind": "dense", "units": 1}] * 8
    for _ in range(3):
        layers = [{"kind": "residual", "layers": layers}] * 8
    with pytest.raises(ValidationError, match="64 fit"):
        run_of(layers=layers)


def test_memory_begins_on_a_cache_line() -> None:
    assert all(run_of(seed=seed).memory.ctypes.data % 64 == 0 for seed in range(5))


def test_a_costly_score_is_that_of_a_fair_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Experiment.model_validate({"data": {"kind": "digits", "test_fraction": 0.5}, "layers": ["dense"]})
    whole = Run(chosen)
    whole.evaluate()
    monkeypatch.setitem(SCORED, "train", 600)
    monkeypatch.setattr("playground.tally.BUDGET", 1)
    part = Run(chosen)
    for run, rows in ((whole, whole.train_rows), (part, 512)):  # whole chunks of 256
        answers = run.predict(run.dataset.raw[run.dataset.train[:rows]])
        truth = run.dataset.y[run.dataset.train[:rows], 0].astype(int)
        assert run.metrics()["train/accuracy"] == pytest.approx((answers.argmax(axis=1) == truth).mean())
        assert run.metrics()["train/loss"] == pytest.approx(-np.log(answers[np.arange(rows), truth]).mean(), rel=1e-5)


def test_a_score_in_pieces_is_the_same_to_the_last_bit() -> None:
    pieces, whole = run_of(), run_of()
    for run in (pieces, whole):
        run.step(30)
    count = 1
    while not pieces.score_on():
        count += 1
    assert count > 1
    assert pieces.evaluate() == whole.evaluate()
    assert pieces.score_on()


def test_a_point_of_the_curve_may_be_left_to_the_next_call() -> None:
    run, other = run_of(), run_of()
    assert run.step(40, leave=True) == 25
    assert run.recordable
    assert len(run.history()) == 1
    assert run.step(15, leave=True) == 15
    other.step(40)
    assert np.array_equal(run.history(), other.history())
    assert run.scores == other.scores
