"""Scene and frames of the variational lab: what the stage is told is what the run holds."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from playground import Experiment, Run
from playground.labs.latent_map import CODES, GRID, NEW, STEPS, LatentMap, rounded
from playground.labs.variational import MOST, SAMPLES, VariationalLab
from playground.sentences import refusal

DENSE = {"kind": "dense", "units": 40, "activation": "relu"}
CONV = {"kind": "conv2d", "filters": 10, "kernel": 3, "activation": "relu"}
TASKS: dict[str, dict[str, Any]] = {
    "variational": {"kind": "variational", "decoder": [DENSE]},
    "one number": {"kind": "variational", "latent": 1},
    "sixteen": {"kind": "variational", "latent": 16, "decoder": [DENSE], "reconstruction": "squared_error"},
    "plain": {"kind": "autoencoder", "latent": 3},
    "denoising": {"kind": "autoencoder", "noise": 0.5, "decoder": [DENSE]},
    "convolutions": {
        "kind": "variational",
        "decoder": [{**DENSE, "units": 160}, {"kind": "reshape", "shape": (4, 4, 10)}, {"kind": "upsample2d"}],
    },
}
LAYERS: dict[str, list[Any]] = {"convolutions": [CONV, {"kind": "max_pool2d"}, "flatten", DENSE], "plain": []}


@dataclass
class Motion:
    index: int
    sample: int = 3
    before: np.ndarray | None = None


def finish(known: LatentMap) -> None:
    """All pieces of a round."""
    while known.due() < math.inf:
        known.go_on(known.due())


def looked_at(lab: VariationalLab) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What is seen once the map is known."""
    lab.frame()
    finish(lab.map)
    return lab.frame()


def run_of(name: str, **more: Any) -> Run:
    chosen = {"data": "digit_pictures", "task": TASKS[name], "layers": LAYERS.get(name, ["flatten", DENSE]), "training": {"batch_size": 16}}
    return Run(Experiment.model_validate(chosen | more))


@pytest.fixture(params=TASKS)
def lab(request: pytest.FixtureRequest) -> VariationalLab:
    run = run_of(request.param)
    run.step(5)
    return VariationalLab(run)


@pytest.fixture
def clouds() -> VariationalLab:
    run = run_of("variational")
    run.step(50)
    return VariationalLab(run)


def test_a_scene_is_plain_json_and_names_both_halves(lab: VariationalLab) -> None:
    scene, arrays = lab.scene(3)
    assert json.loads(json.dumps(scene, allow_nan=False)) == json.loads(json.dumps(scene))
    kinds = [column["kind"] for column in scene["columns"]]
    assert (kinds[0], kinds[-1]) == ("picture", "head")
    assert [kind for kind in kinds if kind in ("code", "sample")] == (["code", "sample"] if lab.map.cloudy else ["code"])
    assert sum(column["parameters"] for column in scene["columns"]) == lab.run.cost.parameters
    assert scene["columns"][-1]["list"] == ["task", "decoder"]
    for column in scene["columns"]:
        assert len(column["shown"]) == min(column["units"], MOST[0] if len(column["shape"]) == 3 else MOST[1])
    rows = arrays["scene/codes/row"]
    np.testing.assert_array_equal(rows, lab.run.dataset.test[:CODES])
    np.testing.assert_array_equal(arrays["scene/codes/class"], lab.run.dataset.y[rows, 0])


def test_counters_are_scores_of_the_run(lab: VariationalLab) -> None:
    scores = lab.run.evaluate()
    of = [counter["of"] for counter in lab.scene(1)[0]["counters"]]
    assert ("test/kl" in of) == lab.map.cloudy
    assert set(of) - set(scores) == {"epoch", "step"}


def test_samples_are_test_pictures_of_every_class(lab: VariationalLab) -> None:
    data = lab.run.dataset
    assert len(lab.samples) == SAMPLES
    assert set(lab.samples) <= set(data.test)
    assert sorted(data.y[lab.samples, 0]) == list(range(10))


def test_maps_and_picture_are_what_the_network_makes(lab: VariationalLab) -> None:
    row = int(lab.run.dataset.test[7])
    lab.touch("row", row)
    facts, arrays = looked_at(lab)
    seen = lab._seen()
    np.testing.assert_allclose(arrays["vision/picture"].ravel(), lab.run.dataset.raw[row], atol=1e-3)
    again, code = lab.run.predict(seen), lab.run.encode(seen)
    np.testing.assert_allclose(arrays["variational/again"].ravel(), again[0], atol=1e-3)
    np.testing.assert_allclose(facts["latent"]["z"], code[0], rtol=1e-4, atol=1e-5)
    assert (facts["picture"]["row"], facts["latent"]["own"]) == (row, False)


def test_the_error_is_the_loss_of_the_picture(lab: VariationalLab) -> None:
    run = lab.run
    looked_at(lab)
    expected = -np.mean(lab.map.errors())  # the samples', as the loss has them
    pictures = run.dataset.raw[lab.samples].astype(np.float64)
    sums = run.logits(run.feed(pictures)).astype(np.float64)
    if TASKS["sixteen"]["reconstruction"] == getattr(run.experiment.task, "reconstruction", ""):
        losses = ((1 / (1 + np.exp(-sums)) - pictures) ** 2 / 2).sum(axis=1)
    else:
        losses = (np.logaddexp(0, sums) - pictures * sums).sum(axis=1)
    assert -expected == pytest.approx(losses.mean(), rel=1e-4)


def test_latent_numbers_set_by_hand_are_decoded_and_the_picture_stays(lab: VariationalLab) -> None:
    lab.frame()
    z = [round(0.3 * (k - 1), 2) for k in range(lab.map.size)]
    lab.touch("latent", z)
    facts, arrays = looked_at(lab)
    np.testing.assert_allclose(arrays["variational/again"].ravel(), lab.run.decode(z)[0], atol=1e-3)
    assert facts["latent"]["own"]
    assert facts["latent"]["error"] is None
    np.testing.assert_allclose(facts["latent"]["z"], z, atol=1e-6)
    np.testing.assert_array_equal(lab.run.view("probe/input")[0], lab.clean)
    lab.touch("latent", None)
    assert not lab.frame()[0]["latent"]["own"]
    lab.touch("latent", z)
    lab.touch("draw", [0] * 64)  # another picture has its own code
    facts, _ = lab.frame()
    assert (facts["latent"]["own"], facts["picture"]["row"]) == (False, None)


def test_the_map_is_decoded_place_by_place(lab: VariationalLab) -> None:
    facts, arrays = looked_at(lab)
    reach, (x, y), z = facts["latent"]["reach"], facts["latent"]["axes"], np.array(facts["latent"]["z"])
    grid = arrays["variational/grid"]
    assert grid.shape == (GRID * GRID, 8, 8, 1)
    place = z.copy()
    place[y], place[x] = reach * (1 - 1 / GRID), reach * (1 / GRID - 1)  # the top left corner
    np.testing.assert_allclose(grid[0].ravel() / 255, lab.run.decode(place)[0], atol=3 / 255)
    assert arrays["variational/reconstructed"].shape == (SAMPLES, 8, 8, 1)
    assert arrays["variational/between"].shape == (STEPS, 8, 8, 1)
    assert ("variational/new" in arrays) == lab.map.cloudy


def test_codes_and_divergence_are_the_test_pictures(lab: VariationalLab) -> None:
    facts, arrays = looked_at(lab)
    data, (x, y) = lab.run.dataset, facts["latent"]["axes"]
    codes = lab.run.encode(data.raw[data.test])
    np.testing.assert_allclose(arrays["variational/codes"][:, 0], codes[:CODES, x], rtol=1e-4, atol=1e-5)
    assert lab.map.size == 1 or np.allclose(arrays["variational/codes"][:, 1], codes[:CODES, y], atol=1e-4)
    assert np.abs(arrays["variational/codes"]).max() <= 1.5 * facts["latent"]["reach"]
    if lab.map.cloudy:
        assert sum(facts["latent"]["worth"]) == pytest.approx(lab.run.evaluate()["test/kl"], rel=1e-4)
    else:
        np.testing.assert_allclose(facts["latent"]["worth"], codes.std(axis=0), rtol=1e-3)


def test_the_way_goes_from_one_code_to_the_other(clouds: VariationalLab) -> None:
    rows = [int(row) for row in clouds.run.dataset.test[:2]]
    clouds.frame()
    clouds.touch("ends", rows)
    facts, arrays = looked_at(clouds)
    codes = clouds.run.encode(clouds.run.dataset.raw[rows])
    np.testing.assert_allclose(facts["latent"]["line"], codes, rtol=1e-5)
    middle = clouds.run.decode(codes.mean(axis=0))[0]
    np.testing.assert_allclose(arrays["variational/between"][STEPS // 2].ravel() / 255, middle, atol=2 / 255)


def test_new_pictures_follow_from_their_seed(clouds: VariationalLab) -> None:
    first = looked_at(clouds)[1]["variational/new"]
    expected = clouds.run.sample(NEW)
    np.testing.assert_allclose(first.reshape(NEW, -1) / 255, expected, atol=1 / 255)
    clouds.touch("new", 5)
    other = looked_at(clouds)[1]["variational/new"]
    np.testing.assert_allclose(other.reshape(NEW, -1) / 255, clouds.run.sample(NEW, 5), atol=1 / 255)
    assert (first != other).any()


def test_noise_goes_in_and_is_not_what_is_asked_for() -> None:
    lab = VariationalLab(run_of("denoising"))
    before = lab.frame()[1]
    assert np.abs(before["vision/maps/0"].ravel() - before["vision/picture"].ravel()).std() > 0.2
    lab.touch("noise", 9)
    after = lab.frame()[1]
    np.testing.assert_array_equal(before["vision/picture"], after["vision/picture"])
    assert (before["vision/maps/0"] != after["vision/maps/0"]).any()


def test_axes_are_the_two_that_say_most_until_somebody_chooses() -> None:
    run = run_of("sixteen")
    run.step(600)
    lab = VariationalLab(run)
    latent = looked_at(lab)[0]["latent"]
    assert sorted(latent["axes"]) == sorted(np.argsort(latent["worth"])[-2:])
    lab.touch("axes", [3, 1])
    assert tuple(lab.frame()[0]["latent"]["axes"]) == (3, 1)


def test_a_way_through_the_network_in_slow_motion(lab: VariationalLab) -> None:
    run, names = lab.run, [block.name for block in lab.blocks]
    looked_at(lab)
    segments = []
    while not segments or segments[-1] != "update":
        motion = Motion(run.advance())
        stage = run.stages[motion.index]
        segments.append(stage.segment)
        facts, arrays = lab.frame(slow=motion)
        json.dumps(facts, allow_nan=False)
        if stage.segment == "forward":
            reached = names.index(stage.layer)
            assert not np.isnan(arrays[f"slow/maps/{reached}"].astype(np.float32)).any()
            later = [i for i, block in enumerate(lab.blocks) if i > reached and block.shown_with == block.name]
            assert all(np.isnan(arrays[f"slow/maps/{i}"].astype(np.float32)).all() for i in later)
    said = facts["sampled"]
    if lab.map.cloudy:
        mean = run.view("mean/output")[3]
        expected = mean + np.exp(np.array(said["log_variance"]) / 2) * np.array(said["epsilon"])
        np.testing.assert_allclose(said["z"], expected, rtol=1e-4, atol=1e-5)
        beta = lab.run.experiment.task.beta  # type: ignore[attr-defined]
        assert said["reconstruction"] + beta * said["kl"] == pytest.approx(float(run.view("loss/negative_elbo")[3].sum()), rel=1e-4)
        v, e = np.array(said["log_variance"]), np.array(said["epsilon"])
        dz = run.view("log_variance/z.grad")[3] * run.batch_rows
        np.testing.assert_allclose(
            said["log_variance_gradient"], dz * e * np.exp(v / 2) / 2 + beta * (np.exp(v) - 1) / 2, rtol=1e-3, atol=1e-4
        )
    else:
        assert said == {}


@pytest.mark.parametrize(
    ("what", "value", "says"),
    [
        ("latent", [0.0], "There are 2 latent numbers"),
        ("latent", [0.0, math.nan], "There are 2 latent numbers"),
        ("latent", [0.0, 1e9], "from -1000 to 1000"),
        ("axes", [0, 0], "There are 2 latent numbers"),
        ("axes", [0, 2], "There are 2 latent numbers"),
        ("ends", [0, 10**6], "1797 pictures"),
        ("new", -1, "new does not take -1"),
        ("row", -1, "row does not take -1"),
        ("cell", [0, 0], "nothing to touch"),
    ],
)
def test_what_cannot_be_obeyed_is_a_sentence_and_changes_nothing(clouds: VariationalLab, what: str, value: Any, says: str) -> None:
    before = looked_at(clouds)[0]["latent"]
    with pytest.raises(ValueError, match=says):
        clouds.touch(what, value)
    assert clouds.frame()[0]["latent"] == before


def test_a_plain_autoencoder_draws_no_new_pictures() -> None:
    with pytest.raises(ValueError, match="does not say how codes are spread"):
        VariationalLab(run_of("plain")).touch("new", 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"task": {"kind": "variational", "latent": 0}}, "Latent must be at least 1, got 0."),
        ({"data": "circle", "features": []}, "learns pictures"),
        ({"layers": [{**CONV, "kernel": 9, "padding": "valid"}]}, "window"),
    ],
)
def test_a_network_that_cannot_be_is_a_sentence(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the sentence is looked at
        run_of("variational", **change)
    assert says in str(refusal(caught.value))


def test_a_map_of_codes_that_are_no_numbers_stands() -> None:
    run = run_of("variational")
    run.view("mean/weight")[:] = np.nan
    lab = VariationalLab(run)
    facts, arrays = looked_at(lab)
    assert np.isnan(arrays["variational/codes"]).all()
    assert facts["latent"]["reach"] == 3


def test_the_map_is_made_anew_within_its_share_of_the_time() -> None:
    run = run_of("variational")
    known, z = LatentMap(run, run.dataset.test[:SAMPLES]), np.zeros(2, np.float32)
    known.ask(z)
    assert not known.decoded  # that is left to the pieces
    finish(known)
    first = known.decoded
    run.step(1)
    known.ask(z)
    assert time.monotonic() < known.due() < math.inf  # too soon
    assert not known.go_on(time.monotonic())
    finish(known)
    assert known.decoded is not first


def taught(run: Run) -> None:
    run.step(20)


def touched(run: Run) -> None:
    run.view("mean/weight")[:] *= 2
    run.changed()


@pytest.mark.parametrize("change", [taught, touched])
def test_the_map_is_that_of_the_present_weights_soon_after_they_changed(change: Callable[[Run], None]) -> None:
    run = run_of("variational")
    known, z = LatentMap(run, run.dataset.test[:SAMPLES]), np.zeros(2, np.float32)
    known.ask(z)
    finish(known)
    change(run)
    rounds = 0
    known.ask(z)
    while known.due() < math.inf:
        assert rounds < 5
        if known.go_on(known.due()):
            rounds += 1
            known.ask(z)  # as the frame does that shows it
    assert rounds >= 1
    np.testing.assert_array_equal(known.codes, run.encode(run.dataset.raw[known.rows]))


def test_pieces_of_the_map_wait_for_their_time_while_it_trains() -> None:
    run = run_of("variational")
    known = LatentMap(run, run.dataset.test[:SAMPLES])
    known.ask(np.zeros(2, np.float32))
    run.step(1)
    now = time.monotonic()
    known.go_on(known.due())
    assert known.due() > now
    assert not known.go_on(now)


def test_a_map_ends_at_round_numbers() -> None:
    assert [rounded(size) for size in (0.9, 1.0, 2.2, 3.0, 8.5, 37.0)] == [1.0, 1.0, 3.0, 3.0, 10.0, 40.0]


def test_the_map_grows_at_once_and_shrinks_with_room_to_spare(clouds: VariationalLab) -> None:
    known, spread = clouds.map, np.linspace(-1, 1, len(clouds.map.codes), dtype=np.float32)[:, None]
    for size, reach in ((2.9, 3.0), (3.5, 4.0), (2.9, 4.0), (2.5, 3.0), (29.0, 30.0), (0.1, 3.0)):
        known.codes[:] = 1.02 * size * spread
        known._choose()
        assert known.reach == reach, size
