"""Scene and frames of the adversarial lab: what the stage is told is what the run holds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from playground import Experiment, Run
from playground.labs.adversarial import NET, POINTS, PULLED, AdversarialLab
from playground.labs.adversarial_gallery import PRESETS
from playground.labs.players import lines_of, net_of
from playground.live.frames import pack, unpack
from playground.live.pace import Motion
from playground.tasks.adversarial import LOSSES
from tests.playground.test_adversarial import GAMES, SMALL, game, wished

EXPERIMENTS = {
    "plane": game({"noise": 2}),
    "uniform": game({"noise": 2, "distribution": "uniform", "loss": "wasserstein"}, data="spiral"),
    "more noise": game({"noise": 70 - 6, "averaged": 0.9}, layers=[*SMALL, "layer_norm", {"kind": "dense", "units": 70}]),
    "no hidden layers": game({"noise": 2, "generator": []}, layers=[]),
    "pictures": game(**GAMES["pictures"]),
    "conditional": game(**GAMES["conditional"]),
    "nothing painted": game({"noise": 2}, data="painted"),
}


@pytest.fixture(params=EXPERIMENTS)
def run(request: pytest.FixtureRequest) -> Run:
    made = Run(EXPERIMENTS[request.param])
    made.step(3)
    made.evaluate()
    return made


def test_a_scene_is_plain_json(run: Run) -> None:
    scene, arrays = AdversarialLab(run).scene(3)
    assert scene["revision"] == 3
    assert json.loads(json.dumps(scene, allow_nan=False)) == json.loads(json.dumps(scene))
    assert {array.dtype.name for array in arrays.values()} <= {"float32", "int16", "uint8"}


def test_arrays_are_as_long_as_the_scene_says(run: Run) -> None:
    lab = AdversarialLab(run)
    scene, still = lab.scene(1)
    facts, arrays = lab.frame()
    columns = scene["columns"]
    counts = [len(column["shown"]) for column in columns]
    parameters = sum(a * b + b for (a, b), column in zip(itertools.pairwise(counts), columns[1:], strict=True) if column["matrix"])
    assert arrays["network/weights"].size == arrays["network/gradients"].size == parameters
    between, tile = sum(counts[1:-1]), scene["tile"]
    assert arrays["network/fields"].shape == (between, tile, tile)
    assert arrays["network/means"].size == arrays["network/saturation"].size == between
    assert still["scene/network/features"].shape == (len(scene["features"]), tile, tile) == (counts[0], tile, tile)
    assert json.loads(json.dumps(facts))["chosen"]["z"] == pytest.approx(lab.chosen.tolist())
    if scene["adversarial"]["data"] == "plane":
        grid = scene["adversarial"]["grid"]
        assert arrays["adversarial/surface"].shape == (grid, grid)
        assert arrays["adversarial/generated"].shape == (POINTS, 2)
        assert arrays["adversarial/pull"].shape == (PULLED, 2)
        assert ("adversarial/net" in arrays) == (scene["adversarial"]["net"] == NET) == (run.experiment.task.noise == 2)
    else:
        rows, columns_, *image = arrays["adversarial/wall"].shape
        assert tuple(image) == run.dataset.image
        assert arrays["adversarial/verdicts"].shape == (rows, columns_)
        assert rows == (10 if run.experiment.task.conditional else 8)


def test_players_and_paths(run: Run) -> None:
    scene, _ = AdversarialLab(run).scene(1)
    players = [column["player"] for column in scene["columns"]]
    order = ["noise", "generator", "sample", "discriminator", "verdict"]
    assert players == sorted(players, key=order.index)
    assert {"noise", "sample", "verdict"} <= set(players)
    for column in scene["columns"]:
        record: Any = scene["experiment"]
        for key in column["path"] or ():
            record = record[key]
        assert column["path"] is None or record["kind"] == column["kind"]


def test_slow_motion_goes_through_both_turns(run: Run) -> None:
    if run.stopped:
        return
    lab, motion, reached = AdversarialLab(run), Motion(), []
    scene, _ = lab.scene(1)
    counts = [len(column["shown"]) for column in scene["columns"]]
    motion.enter(run)
    for _ in run.stages:
        facts = motion.facts(run)
        _, arrays = lab.frame(slow=motion)
        assert arrays["slow/values"].size == sum(counts)
        assert arrays["slow/sums"].size == arrays["slow/deltas"].size == sum(counts[1:])
        stage = facts["stages"][facts["index"]]
        turn, part = stage["segment"].split("/")
        known = np.isfinite(arrays["slow/values"][-1])
        assert known == (facts["scores"]["generated"] is not None)
        if part in ("backward", "update"):
            assert facts["loss"] is not None
            assert known
        reached.append((turn, part, stage.get("column")))
        motion.go_on(run, lab.weights())
    assert [turn for turn, _, _ in reached] == sorted((turn for turn, _, _ in reached), key=["discriminator", "generator"].index)
    back = [column for turn, part, column in reached if (turn, part) == ("generator", "backward")]
    assert back == sorted(back, reverse=True)
    assert back[-1] == 1


def test_slow_motion_shows_numbers_that_can_be_checked_by_hand() -> None:
    run = Run(EXPERIMENTS["plane"])
    run.step(20)
    lab, sample = AdversarialLab(run), 3
    while run.stages[run.advance()].segment != "generator/loss":
        pass
    index = next(i for i, stage in enumerate(run.stages) if stage.segment == "generator/loss")

    @dataclass
    class Moment:
        index: int
        sample: int
        before: np.ndarray | None = None

    _, arrays = lab.frame(slow=Moment(index, sample))
    z, first, _, point, *_ = np.split(arrays["slow/values"], np.cumsum([2, 7, 5, 2]))
    np.testing.assert_allclose(
        first, np.tanh(z @ run.view("generator/dense_1/weight") + run.view("generator/dense_1/bias")), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_array_equal(point, arrays["slow/generated"])
    np.testing.assert_array_equal(z, run.view("noise")[sample])


@pytest.mark.parametrize("kind", LOSSES)
def test_points_are_pulled_down_the_generators_loss(kind: str) -> None:
    run = Run(game({"loss": kind, "noise": 2}))
    run.step(20)
    lab = AdversarialLab(run)
    run.evaluate()
    _, arrays = lab.frame()
    points = torch.tensor(arrays["adversarial/generated"][:PULLED], dtype=torch.float64, requires_grad=True)
    weights = {name: torch.tensor(run.view(name), dtype=torch.float64) for name in run.network.graph.parameters}

    def dense(name: str, x: torch.Tensor) -> torch.Tensor:
        return x @ weights[f"discriminator/{name}/weight"] + weights[f"discriminator/{name}/bias"]

    hidden = torch.nn.functional.leaky_relu(dense("dense_2", torch.tanh(dense("dense_1", points))), 0.2)
    (PULLED * wished(kind, dense("head", hidden)[:, 0])).backward()
    pull = -points.grad.numpy()
    near = np.abs(arrays["adversarial/pull"] - pull).max(axis=1) < 0.02 * np.abs(pull).max()
    assert near.mean() > 0.8, "a difference across a bend is neither slope"


def test_the_surface_is_the_verdict() -> None:
    run = Run(EXPERIMENTS["plane"])
    run.step(50)
    _, arrays = AdversarialLab(run).frame()
    chances = run.predict(run.view("probe/input"))[:, 0]
    np.testing.assert_allclose(arrays["adversarial/surface"].ravel() / 64000 + 0.5, chances, atol=1e-4)


def test_the_plane_is_drawn_as_far_as_there_is_something_to_see() -> None:
    narrow, wide, painted = (AdversarialLab(Run(game({"noise": 2}, data=kind))) for kind in ("ring", "spiral", "painted"))
    axes = [lab.scene(1)[0]["adversarial"]["axes"] for lab in (narrow, wide, painted)]
    assert 3 < axes[0]["x"]["high"] < 4.5
    assert axes[1] == axes[2] == {"x": {"low": -6, "high": 6}, "y": {"low": -6, "high": 6}}
    grid = narrow.run.view("probe/input")
    assert grid[0, 0] < -0.95 * axes[0]["x"]["high"], "the first row is the top"
    assert grid[0, 1] > 0.95 * axes[0]["y"]["high"]


def test_the_net_is_what_the_generator_makes_of_a_grid() -> None:
    run = Run(EXPERIMENTS["plane"])
    _, arrays = AdversarialLab(run).frame()
    net = arrays["adversarial/net"]
    z = np.array([[lines_of(NET, "normal")[3], lines_of(NET, "normal")[NET - 1 - 5]]], np.float32)
    np.testing.assert_allclose(net[5, 3], run.experiment.task.make(run, z)[0], rtol=1e-5, atol=1e-6)
    grid = net_of(4, "uniform")
    assert grid[0].tolist() == [-0.75, 0.75]
    assert grid[-1].tolist() == [0.75, -0.75]
    assert (lines_of(1001, "normal") < -1).mean() == pytest.approx(0.1587, abs=0.002)


def test_noise_is_chosen_and_left_again() -> None:
    run = Run(EXPERIMENTS["plane"])
    lab = AdversarialLab(run)
    before = lab.frame()[0]["chosen"]
    lab.touch("noise", [1.5, -2])
    chosen = lab.frame()[0]["chosen"]
    assert chosen["z"] == [1.5, -2]
    assert chosen["sample"] == pytest.approx(run.experiment.task.make(run, np.array([[1.5, -2]], np.float32))[0].tolist(), rel=1e-5)
    lab.touch("noise", None)
    assert lab.frame()[0]["chosen"] == before
    lab.show_off(1)
    assert lab.frame()[0]["chosen"]["z"] != before["z"]


def test_a_class_is_asked_for() -> None:
    run = Run(EXPERIMENTS["conditional"])
    run.step(3)
    lab = AdversarialLab(run)
    zero = lab.frame()[1]
    lab.touch("class", 7)
    facts, seven = lab.frame()
    assert facts["chosen"]["class"] == 7
    assert (zero["adversarial/chosen"] != seven["adversarial/chosen"]).any()
    assert (zero["network/means"] != seven["network/means"]).any()
    np.testing.assert_array_equal(seven["adversarial/wall"], zero["adversarial/wall"])


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_has_broken_can_still_be_shown(run: Run, broken: float) -> None:
    for player in ("generator", "discriminator"):
        run.view(f"{player}/head/weight")[:] = broken
    run.changed()
    run.evaluate()
    lab = AdversarialLab(run)
    scene, still = lab.scene(1)
    facts, arrays = lab.frame()
    message = pack({**still, **arrays}, facts, scene)
    assert unpack(message)[0]["chosen"]["verdict"] is None
    if "adversarial/surface" in arrays:
        assert (arrays["adversarial/surface"] == -32768).any()


REFUSED: dict[str, tuple[str, Callable[[AdversarialLab], None]]] = {
    "too few": (r"Noise is 2 numbers from -20 to 20 here, got \[1\]", lambda lab: lab.touch("noise", [1])),
    "too large": ("Noise is 2 numbers", lambda lab: lab.touch("noise", [1, 1e9])),
    "no numbers": ("Noise is 2 numbers", lambda lab: lab.touch("noise", [True, "1"])),
    "a class": ("As a class none, for the players are not told classes fits here, got 3", lambda lab: lab.touch("class", 3)),
    "anything": ("nothing to touch that is called 'nose'", lambda lab: lab.touch("nose", 3)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_touched_is_said(case: str) -> None:
    sentence, touch = REFUSED[case]
    with pytest.raises(ValueError, match=sentence):
        touch(AdversarialLab(Run(EXPERIMENTS["plane"])))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_can_be_shown(preset: Any) -> None:
    run = Run(preset.experiment)
    lab = AdversarialLab(run)
    scene, _ = lab.scene(1)
    assert scene["tip"] == preset.sentence
    assert len(scene["link"]) <= 2000
    assert lab.frame()[1]


def test_a_preset_is_refused_elsewhere_with_the_way_there() -> None:
    with pytest.raises(ValueError, match="Supervised learning is for the Plane lab, this is the Adversarial lab. Open it there"):
        AdversarialLab(Run(Experiment.model_validate({"data": "ring"})))


NAMED = {preset.name: preset.experiment for preset in PRESETS}


def trained(name: str, steps: int) -> Run:
    run = Run(NAMED[name], watched=False)
    assert run.step(steps) == steps
    return run


def test_noise_is_folded_over_both_clouds() -> None:
    run = trained("two_clouds", 1500)
    scores = run.evaluate()
    assert scores["js"] < 0.25
    above = (run.sample(500).sum(axis=1) > 0).mean()
    assert 0.25 < above < 0.75


def test_all_eight_clouds_are_found_and_one_for_all_when_weights_begin_large() -> None:
    scores = trained("ring_of_eight", 5000).evaluate()
    assert scores["modes"] == 8
    assert scores["good"] > 0.75
    collapsed = trained("collapse", 4500)
    assert collapsed.evaluate()["modes"] <= 4


def test_the_critic_finds_less_and_less() -> None:
    run = Run(NAMED["wasserstein"], watched=False)
    run.step(200)
    early = run.evaluate()["train/loss"]
    run.step(1300)
    late = run.evaluate()
    assert early < late["train/loss"] < 0.02
    assert late["modes"] == 2


def test_digits_are_drawn_by_name() -> None:
    run = trained("digits", 1500)
    y = run.dataset.y[:, 0]
    means = np.array([run.dataset.raw[y == digit].mean(axis=0) for digit in range(10)])
    drawn = run.sample(200)
    nearest = np.linalg.norm(drawn[:, None] - means, axis=2).argmin(axis=1)
    assert (nearest == np.arange(200) % 10).mean() > 0.6
