"""Two players: their gradients and whole steps against PyTorch, the order of their turns, and all that a run offers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from playground import Experiment, Run
from playground.data import DataError
from playground.engine.graph import ShapeError
from playground.layers.dense import Dense
from playground.link import decode, encode
from playground.saving import state_names
from playground.tasks.adversarial import LOSSES, Adversarial
from tests.kernels.desk import relative_error
from tests.playground.networks import torch_layer, torch_layers
from tests.playground.twins import Weights, double
from tests.strategies import records

LINEAR = Dense(activation="linear")
SMALL = [
    {"kind": "dense", "units": 7, "activation": "tanh"},
    {"kind": "dense", "units": 5, "activation": {"kind": "leaky_relu", "slope": 0.2}},
]
DRAWN = [{"kind": "dense", "units": 16}, {"kind": "reshape", "shape": [4, 4, 1]}, {"kind": "conv_transpose2d", "filters": 3}]
CONVOLVED = [{"kind": "conv2d", "filters": 3, "activation": "silu"}, {"kind": "max_pool2d"}, "flatten", {"kind": "dense", "units": 6}]
GAMES: dict[str, dict[str, Any]] = {
    **{loss: {"task": {"loss": loss}} for loss in LOSSES},
    "uniform noise of one number": {"task": {"noise": 1, "distribution": "uniform"}},
    "averaged": {"task": {"averaged": 0.9}},
    "pictures": {"data": "digit_pictures", "layers": CONVOLVED, "task": {"noise": 5, "generator": DRAWN}},
    "conditional": {"data": "digit_pictures", "layers": CONVOLVED, "task": {"noise": 4, "conditional": True, "loss": "hinge"}},
    "conditional, normalised": {
        "data": "digit_pictures",
        "layers": ["flatten", *SMALL, "layer_norm"],
        "task": {"noise": 4, "conditional": True, "generator": [*SMALL, "batch_norm", {"kind": "dropout", "rate": 0.2}]},
    },
}


def game(task: dict[str, Any] | None = None, **more: Any) -> Experiment:
    """A small one on a ring of clouds, unless it says otherwise."""
    chosen = {"kind": "adversarial", "noise": 3, "generator": SMALL, "generator_optimizer": {"kind": "momentum", "learning_rate": 0.02}}
    optimizer = {"kind": "momentum", "learning_rate": 0.01}
    told = {"data": "ring", "layers": SMALL, "optimizer": optimizer, "training": {"batch_size": 12}}
    return Experiment.model_validate(told | more | {"task": chosen | (task or {})})


def state(run: Run) -> dict[str, bytes]:
    return {name: run.view(name).tobytes() for name in state_names(run)}


@pytest.fixture(params=GAMES)
def experiment(request: pytest.FixtureRequest) -> Experiment:
    return game(**GAMES[request.param])


class Views:
    """A run's arrays as one of its passes names them."""

    def __init__(self, run: Run, prefix: str) -> None:
        self.run, self.prefix = run, prefix

    def view(self, name: str) -> np.ndarray:
        """The pass's own, or else what all passes share."""
        own = self.prefix + name
        return self.run.view(own if own in self.run.program.places else name)


def one_hot(run: Run, classes: np.ndarray) -> torch.Tensor:
    return F.one_hot(torch.tensor(classes[:, 0]).long(), len(run.dataset.classes)).double()


def generated(run: Run, weights: Weights, prefix: str) -> torch.Tensor:
    """PyTorch's generator on the noise that a pass of the run has drawn."""
    views, task = Views(run, prefix), run.experiment.task
    z = torch.tensor(views.view("noise"), dtype=torch.float64)
    if task.conditional:
        z = torch.cat([z, one_hot(run, run.view("judged/target")[: len(z)])], dim=1)
    hidden = torch_layers(task.generator, z, views, weights, "generator/")
    if hidden.dim() == 4:  # a map as large as the picture: a head that looks at each pixel by itself
        weight, bias = (weights[f"generator/head/{name}"] for name in ("weight", "bias"))
        return torch.sigmoid(torch.einsum("bhwc,cd->bhwd", hidden, weight[0, 0]) + bias).flatten(1)
    head = torch_layer(LINEAR, hidden.flatten(1), views, weights, "generator/head")
    return torch.sigmoid(head) if run.dataset.image else head


def verdicts(run: Run, weights: Weights, x: torch.Tensor, prefix: str) -> torch.Tensor:
    """PyTorch's discriminator on rows that a pass of the run judges."""
    views = Views(run, prefix)
    if run.dataset.image:
        x = x.reshape(-1, *run.dataset.image)
    if run.experiment.task.conditional:
        told = torch_layer(LINEAR, one_hot(run, run.view("judged/target")[: len(x)]), views, weights, "discriminator/class")
        x = torch.cat([x, told.reshape(-1, *run.dataset.image[:2], 1)], dim=3)
    hidden = torch_layers(run.experiment.layers, x, views, weights, "discriminator/")
    return torch_layer(LINEAR, hidden.flatten(1), views, weights, "discriminator/head")[:, 0]


def lost(kind: str, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """The discriminator's loss as the papers write it, halved."""
    one, zero = torch.ones_like(real), torch.zeros_like(fake)
    match kind:
        case "minimax" | "non_saturating":
            parts = F.binary_cross_entropy_with_logits(real, one), F.binary_cross_entropy_with_logits(fake, zero)
        case "least_squares":
            parts = F.mse_loss(real, one), F.mse_loss(fake, zero)
        case "hinge":
            parts = F.relu(1 - real).mean(), F.relu(1 + fake).mean()
        case _:
            parts = -real.mean(), fake.mean()
    return (parts[0] + parts[1]) / 2


def wished(kind: str, fake: torch.Tensor) -> torch.Tensor:
    """The generator's loss."""
    match kind:
        case "minimax":
            return torch.log(1 - torch.sigmoid(fake)).mean()
        case "non_saturating":
            return -F.logsigmoid(fake).mean()
        case "least_squares":
            return (fake - 1).square().mean()
    return -fake.mean()


def of(weights: Weights, player: str) -> Weights:
    return {name: weight for name, weight in weights.items() if name.startswith(f"{player}/")}


def compare(run: Run, player: str, weights: Weights, loss: torch.Tensor, optimizer: Any, first: bool) -> None:
    """One turn in PyTorch; the first one's gradients are compared."""
    optimizer.zero_grad()
    loss.backward()
    if first:
        largest = max(weight.grad.abs().max().item() for weight in of(weights, player).values())
        for name, weight in of(weights, player).items():
            size = max(weight.grad.abs().max().item(), 0.1 * largest)  # a critic's last bias has no gradient at all
            assert np.abs(run.view(f"{name}.grad") - weight.grad.numpy()).max() < 2e-5 * size, name
    optimizer.step()


def test_fifteen_steps_equal_pytorch(experiment: Experiment) -> None:
    run = Run(experiment)
    weights = {name: double(run.view(name)) for name in run.network.graph.parameters}
    optimizers = {
        player: torch.optim.SGD(list(of(weights, player).values()), lr=rate, momentum=0.9)
        for player, rate in (("discriminator", 0.01), ("generator", 0.02))
    }
    kind, rows = experiment.task.loss, run.batch_rows
    averages = [np.zeros(weight.shape) for weight in of(weights, "generator").values()]
    for step in range(15):
        assert run.step(1) == 1
        real = torch.tensor(run.view("judged/input")[:rows], dtype=torch.float64)
        fake = generated(run, weights, "drawn/").detach()
        assert relative_error(run.view("judged/input")[rows:], fake.numpy()) < 1e-4
        both = verdicts(run, weights, torch.cat([real, fake]), "judged/")
        loss = lost(kind, both[:rows], both[rows:])
        assert run.view("judged/discriminator/loss") == pytest.approx(loss.item(), rel=1e-4, abs=1e-6)
        compare(run, "discriminator", weights, loss, optimizers["discriminator"], step == 0)
        if kind == "wasserstein":
            for weight in of(weights, "discriminator").values():
                weight.data.clamp_(-np.float32(0.1), np.float32(0.1))
        loss = wished(kind, verdicts(run, weights, generated(run, weights, ""), ""))
        assert run.view("generator/loss") == pytest.approx(loss.item(), rel=1e-4, abs=1e-6)
        compare(run, "generator", weights, loss, optimizers["generator"], step == 0)
        for average, weight in zip(averages, of(weights, "generator").values(), strict=True):
            average += 0.1 * (weight.detach().numpy() - average)
    for name, weight in weights.items():
        size = max(weight.abs().max().item(), 0.01)
        assert np.abs(run.view(name) - weight.detach().numpy()).max() < 1e-4 * size, name
    if experiment.task.averaged:
        run.sample(1)
        first = run.program.places["generator/parameters"].offset
        for (name, _), average in zip(of(weights, "generator").items(), averages, strict=True):
            place = run.program.places[name]
            ours = run.view("sampled/parameters")[place.offset - first :][: place.places].reshape(place.shape)
            assert relative_error(ours, average / (1 - 0.9**15)) < 1e-4, name


def test_a_step_is_the_discriminators_turns_and_then_the_generators() -> None:
    run = Run(game({"discriminator_steps": 3}))
    segments = list(dict.fromkeys(stage.segment for stage in run.stages))
    turn = ("forward", "loss", "backward", "update")
    assert segments == [f"{player}/{part}" for player in ("discriminator", "generator") for part in turn]
    columns = [column.name for column in run.network.columns]
    assert columns == ["noise", *(f"{p}/{c}" for p in ("generator", "discriminator") for c in ("dense_1", "dense_2", "head"))]
    back = [stage.layer for stage in run.stages if stage.segment == "generator/backward"]
    assert back == columns[:0:-1], "all the way back, through the discriminator"
    run.step(2)
    assert (run.steps, int(run.view("discriminator/updates")[0])) == (2, 6)
    assert int(run.view("discriminator/momentum/steps")[0]) == 6
    assert int(run.view("generator/momentum/steps")[0]) == 2


def test_each_turn_draws_rows_and_noise_of_its_own() -> None:
    run = Run(game({"discriminator_steps": 3}))
    lines = run.program.segments["step"][0]
    generators = sum(stage.stop - stage.start for stage in run.stages if stage.segment.startswith("generator/"))
    turn = (len(lines) - generators) // 3
    seen = []
    for number in range(1, 4):
        before = run.view("discriminator/parameters").copy()
        assert not run.run_to(number * turn)
        assert (run.view("discriminator/parameters") != before).any()
        seen.append((run.view("picked").copy(), run.view("drawn/noise").copy()))
    assert len({picked.tobytes() for picked, _ in seen}) == len({noise.tobytes() for _, noise in seen}) == 3
    assert int(run.view("discriminator/updates")[0]) == 3
    assert run.run_to(len(lines))


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_a_turn_moves_its_own_player_alone(player: str, experiment: Experiment) -> None:
    run = Run(experiment)
    before = {name: run.view(name).copy() for name in run.network.graph.parameters}
    first = next(i for i, stage in enumerate(run.stages) if stage.segment.startswith("generator/"))
    run.run_to(run.stages[first - 1].stop)
    if player == "generator":
        before |= {name: run.view(name).copy() for name in before}
        run.complete()
    moved = {name.partition("/")[0] for name, weight in before.items() if (run.view(name) != weight).any()}
    assert moved == {player}


def test_noise_is_spread_as_it_says() -> None:
    normal, uniform = Run(game({"noise": 64}, training={"batch_size": 500})), Run(game({"noise": 64, "distribution": "uniform"}))
    for run in (normal, uniform):
        run.step(1)
        assert (run.view("noise")[0] != run.view("drawn/noise")[0]).any()
    assert normal.view("noise").std() == pytest.approx(1, abs=0.02)
    assert -1 <= uniform.view("noise").min() < -0.9
    assert 0.9 < uniform.view("noise").max() < 1


def test_classes_stand_beside_their_pictures() -> None:
    run = Run(game(**GAMES["conditional"]))
    run.step(5)
    told, rows = run.view("judged/target")[:, 0], run.batch_rows
    np.testing.assert_array_equal(told[:rows], run.dataset.y[run.dataset.train[run.view("picked")], 0])
    np.testing.assert_array_equal(told[rows:], told[:rows])


def test_the_same_bits_however_it_is_run(experiment: Experiment) -> None:
    fast, slow, looked_at, unseen = Run(experiment), Run(experiment), Run(experiment), Run(experiment, watched=False)
    fast.step(12)
    unseen.step(12)
    while slow.steps < 12 or slow.position:
        slow.advance()
    for _ in range(4):
        looked_at.step(3)
        looked_at.probe()
        looked_at.evaluate()
        looked_at.sample(5)
    assert state(fast) == state(slow) == state(looked_at) == state(unseen) == state(unseen.watch())
    assert fast.metrics() == unseen.metrics()


@pytest.mark.parametrize("instructions", [0, 1, 9, 40])
def test_a_saved_run_goes_on_bit_for_bit(experiment: Experiment, instructions: int) -> None:
    run = Run(experiment)
    run.step(7)
    for _ in range(instructions):
        run.step_instruction()
    copy, checkpoint, position = Run.load(run.save()), run.checkpoint(), run.position
    assert copy.experiment == experiment
    run.step(5)
    copy.step(5)
    assert state(run) == state(copy)
    copy.restore(checkpoint, position)
    copy.step(5)
    assert state(run) == state(copy)


def test_rates_and_limits_change_while_it_runs() -> None:
    run = Run(game({"loss": "wasserstein", "averaged": 0.9}))
    run.step(3)
    rates = {"kind": "momentum", "learning_rate": 0.5}
    same = run.change(game({"loss": "wasserstein", "averaged": 0.5, "clip": 0.01, "generator_optimizer": rates}))
    assert same is run
    run.step(1)
    assert np.abs(run.view("discriminator/parameters")).max() <= np.float32(0.01)
    assert (run.view("generator/optimizer/learning_rate"), run.view("decay")) == (0.5, 0.5)


def test_another_loss_or_number_of_turns_goes_on_where_it_was() -> None:
    run = Run(game())
    run.step(10)
    for changed in ({"loss": "hinge"}, {"discriminator_steps": 4}, {"generator_optimizer": "adam"}, {"averaged": 0.99}):
        other = run.change(game(changed))
        assert other.steps == 10
        np.testing.assert_array_equal(other.view("parameters"), run.view("parameters"))
        assert other.step(3) == 3


def test_another_structure_keeps_weights_that_fit() -> None:
    run = Run(game())
    run.step(10)
    wider = run.change(game({"noise": 5, "generator": [{**SMALL[0], "units": 9}, SMALL[1]]}))
    assert wider.steps == 0
    np.testing.assert_array_equal(wider.view("generator/dense_1/weight")[:3, :7], run.view("generator/dense_1/weight"))
    np.testing.assert_array_equal(wider.view("discriminator/dense_1/weight"), run.view("discriminator/dense_1/weight"))


@pytest.mark.parametrize("kind", LOSSES)
def test_scores_are_the_losses_of_rows_that_stay_the_same(kind: str) -> None:
    run = Run(game({"loss": kind}))
    run.step(20)
    scores, rows = run.evaluate(), run.dataset.train[:500]
    real, fake = (torch.tensor(run.logits(x)[:, 0]).double() for x in (run.feed(run.dataset.raw[rows]), run.sample(500)))
    assert scores["train/loss"] == pytest.approx(lost(kind, real, fake).item(), rel=1e-4)
    assert scores["test/loss"] == pytest.approx(wished(kind, fake).item(), rel=1e-4)
    assert 0 <= scores["fake"] <= 1
    assert 0 <= scores["real"] <= 1
    assert run.history()[0, 1] == pytest.approx(Run(run.experiment).evaluate()["train/loss"])


def test_new_rows_follow_from_a_seed(experiment: Experiment) -> None:
    run = Run(experiment)
    run.step(3)
    drawn = run.sample(300)
    assert drawn.shape == (300, len(run.dataset.inputs))
    np.testing.assert_array_equal(drawn[:10], run.sample(10))
    assert (drawn[:5] != run.sample(5, seed=1)).any()
    if run.dataset.image:
        assert 0 <= drawn.min() <= drawn.max() <= 1


def test_pictures_of_chosen_classes() -> None:
    run = Run(game(**GAMES["conditional"]))
    run.step(3)
    sevens, turns = run.sample(10, classes=[7] * 10), run.sample(10)
    np.testing.assert_array_equal(sevens[7], turns[7])
    assert (sevens[0] != turns[0]).any()
    pictures = run.dataset.raw[:4]
    told = run.predict(pictures, classes=[1, 1, 2, 3])
    assert told.shape == (4, 1)
    assert (run.predict(pictures, classes=[5, 5, 5, 5]) != told).any()
    with pytest.raises(ValueError, match="told the class of each row: 4 whole numbers from 0 to 9 fit, got None"):
        run.predict(pictures)
    with pytest.raises(ValueError, match=r"3 whole numbers from 0 to 9 fit, got \[1, 2, 10\]"):
        run.sample(3, classes=[1, 2, 10])
    with pytest.raises(ValueError, match="not told the class of what it makes"):
        Run(game()).sample(3, classes=[0, 0, 0])


def test_averaged_weights_are_the_weights_themselves_at_first() -> None:
    averaged, plain = Run(game({"averaged": 0.99})), Run(game())
    np.testing.assert_array_equal(averaged.sample(20), plain.sample(20))
    averaged.step(50)
    plain.step(50)
    np.testing.assert_array_equal(averaged.view("generator/parameters"), plain.view("generator/parameters"))
    assert (averaged.sample(20) != plain.sample(20)).any()


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_whose_numbers_broke_is_said(player: str) -> None:
    run = Run(game())
    run.step(5)
    weight = run.view(f"{player}/dense_2/weight")
    weight[0, 0] = np.inf
    run.step(1)
    assert run.diverged is not None
    assert (run.diverged.step, run.diverged.layer) == (5, f"{player}/dense_2")


def test_too_high_a_rate_stops_it() -> None:
    run = Run(game(optimizer={"kind": "sgd", "learning_rate": 1e9}))
    run.step(100)
    assert run.diverged is not None
    assert run.steps < 100


def test_a_single_painted_point_is_learned() -> None:
    run = Run(game(data={"kind": "painted", "points": [[1.5, -2.0, 0]]}, optimizer={"kind": "adam", "learning_rate": 0.01}))
    assert run.step(200) == 200
    assert np.isfinite(list(run.metrics().values())).all()


def test_nothing_painted_stands_still() -> None:
    run = Run(game(data="painted"))
    assert run.step(5) == 0
    assert run.stopped == "Paint some points, or choose a data set."
    assert run.metrics() == {"step": 0, "epoch": 0}


REFUSED: dict[str, tuple[type[Exception], str, dict[str, Any]]] = {
    "a table": (DataError, "learns points in the plane or pictures, and Iris is neither. Choose a ring", {"data": "iris"}),
    "a curve": (DataError, "Sine is neither", {"data": "sine"}),
    "classes of points": (DataError, "Classes are told with pictures that have some", {"task": {"conditional": True}}),
    "another loss": (ValueError, "has losses of its own, and Hinge came. Leave the loss empty", {"loss": "hinge"}),
    "features": (ValueError, r"sees points as they are, x₁ and x₂, got x1, x1\^2. Name no features", {"features": ["x1", "x1^2"]}),
    "early stopping": (ValueError, "a generator has none. Leave it empty", {"training": {"early_stopping": 3}}),
    "a generator that does not fit": (ShapeError, r"Conv2D needs an image .*, got \(3,\)", {"task": {"generator": ["conv2d"]}}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_a_sentence(case: str) -> None:
    error, sentence, chosen = REFUSED[case]
    with pytest.raises(error, match=sentence) as caught:
        Run(game(**chosen))
    assert "\n" not in str(caught.value)


small = st.sampled_from([SMALL[0], "layer_norm", {"kind": "dropout", "rate": 0.3}, {"kind": "residual", "layers": ["activation"]}])


@settings(max_examples=6, deadline=None, derandomize=True)
@given(data=st.data())
def test_it_trains_whatever_its_fields_say(data: st.DataObject) -> None:
    task = data.draw(records(Adversarial, generator=st.lists(small, max_size=2), conditional=st.just(False)))
    experiment = game().replace(task=task)
    assert decode(encode(experiment), Experiment) == experiment
    run = Run(experiment)
    run.step(2)
    again = Run.load(run.save())
    run.step(1)
    again.step(1)
    assert state(run) == state(again)
