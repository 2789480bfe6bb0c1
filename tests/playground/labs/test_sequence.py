"""Scene and frames of the sequence lab: gates and gradients are PyTorch's, and writing leaves a run's bits alone."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from playground import Experiment, Run
from playground.labs.cells import SHOWN
from playground.labs.plane import PlaneLab
from playground.labs.sequence import LIKELIEST, SAMPLES, SequenceLab
from playground.layers import walk
from playground.layers.recurrent import Recurrent
from tests.kernels.desk import relative_error

STILL = {"kind": "sgd", "learning_rate": 1e-9}  # weights after a step are those that made its gradients
FEW = {"batch_size": 8}
REMEMBER = {"kind": "remember", "steps": 9, "samples": 200}
TEXT = {"kind": "text", "text": "the cat sat on the mat. " * 30, "window": 16}
SERIES = {"kind": "mackey_glass", "length": 400, "window": 12, "ahead": 5}
EMBEDDING = {"kind": "embedding", "entries": 11, "width": 4}


def recurrent(kind: str, hidden: int = 5, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "hidden": hidden} | more


READER = [EMBEDDING, recurrent("gru", 6, sequence=True)]
NETWORKS: dict[str, list[Any]] = {
    "simple": [recurrent("simple_rnn")],
    "lstm": [recurrent("lstm")],
    "gru": [recurrent("gru", 40)],
    "backward": [recurrent("gru", reverse=True)],
    "stacked": [recurrent("gru", 4, sequence=True), recurrent("lstm", 6)],
    "bidirectional": [{"kind": "bidirectional", "layer": recurrent("lstm", 3, sequence=True)}, recurrent("simple_rnn")],
}


@dataclass
class Motion:
    index: int
    sample: int = 0
    before: np.ndarray | None = None


def lab_of(data: Any, layers: list[Any], steps: int = 1, **more: Any) -> SequenceLab:
    run = Run(Experiment.model_validate({"data": data, "layers": layers, "training": FEW, "optimizer": STILL, **more}))
    run.step(steps)
    return SequenceLab(run)


@pytest.fixture(params=NETWORKS)
def lab(request: pytest.FixtureRequest) -> SequenceLab:
    return lab_of(REMEMBER, NETWORKS[request.param])


class Twin:
    """A recurrent layer in one direction, step by step at float64; what goes from step to step keeps its gradient."""

    def __init__(self, run: Run, scope: str, layer: Recurrent, reverse: bool, x: torch.Tensor) -> None:
        names = ("weight", "recurrent_weight", "bias", *(["recurrent_bias"] if layer.kind == "gru" else []))
        self.weights = [torch.tensor(run.view(f"{scope}/{name}"), dtype=torch.float64) for name in names]
        steps, h = x.shape[1], torch.zeros(len(x), layer.hidden, dtype=torch.float64)
        c = torch.zeros_like(h)
        self.hidden, self.carried, self.kept = [h] * steps, [h] * steps, [dict[str, torch.Tensor]() for _ in range(steps)]
        for t in reversed(range(steps)) if reverse else range(steps):
            h, c, gates = getattr(self, layer.kind)(x[:, t], h, c)
            self.hidden[t], self.kept[t] = h.requires_grad_(True), gates | {"hidden": h}
            self.carried[t] = self.kept[t][layer.carrier[0]]
            self.carried[t].retain_grad()
        self.output = torch.stack(self.hidden, dim=1) if layer.sequence else self.hidden[0 if reverse else -1]

    def simple_rnn(self, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
        w, u, b = self.weights
        return torch.tanh(x @ w + h @ u + b), c, {}

    def lstm(self, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
        w, u, b = self.weights
        i, f, g, o = (x @ w + h @ u + b).chunk(4, dim=1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = (f * c + i * g).requires_grad_(True)
        return o * torch.tanh(c), c, {"forget": f, "input": i, "output": o, "candidate": g, "cell": c}

    def gru(self, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
        w, u, b, d = self.weights
        (r, z, n), (hr, hz, hn) = (x @ w + b).chunk(3, dim=1), (h @ u + d).chunk(3, dim=1)
        r, z = torch.sigmoid(r + hr), torch.sigmoid(z + hz)
        n = torch.tanh(n + r * hn)
        return (1 - z) * n + z * h, c, {"reset": r, "update": z, "candidate": n}


def twins(run: Run, x: np.ndarray) -> tuple[dict[str, Twin], torch.Tensor]:
    """The network over one-hot rows x, its recurrent halves by "<column>/" or "<column>/backward/", and the head's sums."""
    now, halves = torch.tensor(x.reshape(len(x), *run.dataset.shape), dtype=torch.float64), dict[str, Twin]()
    for i, column in enumerate(run.network.columns[1:-1], 1):
        record: Any = column.record
        if record.kind == "bidirectional":
            halves[f"{i}/"] = Twin(run, f"{column.name}/forward", record.layer, False, now)
            halves[f"{i}/backward/"] = Twin(run, f"{column.name}/backward", record.layer, True, now)
            now = torch.cat([halves[f"{i}/"].output, halves[f"{i}/backward/"].output], dim=-1)
        else:
            halves[f"{i}/"] = Twin(run, column.name, record, record.reverse, now)
            now = halves[f"{i}/"].output
    weight, bias = (torch.tensor(run.view(f"head/{name}"), dtype=torch.float64) for name in ("weight", "bias"))
    return halves, now @ weight + bias


def check_states(arrays: dict[str, np.ndarray], begin: str, halves: dict[str, Twin], row: int) -> None:
    count = 0
    for prefix, twin in halves.items():
        for gate in twin.kept[0]:
            expected = torch.stack([kept[gate][row] for kept in twin.kept]).detach().numpy()[:, :SHOWN]
            array = arrays[f"{begin}{prefix}{gate}"]
            assert array.dtype == np.float16
            np.testing.assert_allclose(array, expected, rtol=1e-3, atol=1e-4)
            count += 1
    assert count == sum(name.startswith(begin) for name in arrays)


def test_a_scene_is_plain_json_and_names_gates_in_the_order_they_are_read(lab: SequenceLab) -> None:
    scene, _ = lab.scene(3)
    assert json.loads(json.dumps(scene, allow_nan=False)) == json.loads(json.dumps(scene))
    assert sum(column["parameters"] for column in scene["columns"]) == lab.run.cost.parameters
    assert 3 * lab.run.batch_rows * sum(column["multiply_adds"] for column in scene["columns"]) < lab.run.cost.multiply_adds
    names = {"lstm": ["forget", "input", "output", "candidate", "cell", "hidden"], "gru": ["reset", "update", "candidate", "hidden"]}
    for column in scene["columns"]:
        kind = "lstm" if column["kind"] == "bidirectional" else column["kind"]
        gates = [gate["name"] for gate in column["gates"]]
        assert gates == names.get(kind, ["hidden"] if kind == "simple_rnn" else [])
        assert column["backward_gates"] == (column["gates"] if column["kind"] == "bidirectional" else [])
        assert {gate["range"] for gate in column["gates"] if gate["symbol"] in "fiozr"} <= {"unit"}
    assert len(scene["samples"]) == SAMPLES


def test_gates_and_states_are_pytorchs(lab: SequenceLab) -> None:
    for row in (0, 7):
        lab.touch("row", row)
        facts, arrays = lab.frame()
        halves, sums = twins(lab.run, lab.run.dataset.raw[[row]])
        check_states(arrays, "sequence/states/", halves, 0)
        chances = torch.softmax(sums, dim=1)[0].detach().numpy()
        np.testing.assert_allclose(arrays["sequence/probabilities"], chances, atol=1e-6)
        assert facts["sequence"]["row"] == row
        assert facts["sequence"]["target"] == lab.run.dataset.y[row, 0]
        assert facts["sequence"]["answer"] == lab.run.dataset.classes[chances.argmax()]
        np.testing.assert_array_equal(arrays["sequence/input"], lab.run.dataset.raw[row].reshape(9, 8).argmax(axis=1))


def test_gradients_by_each_state_are_autograds(lab: SequenceLab) -> None:
    """By what carries them: of an LSTM that is the cell."""
    halves, sums = twins(lab.run, lab.run.view("input"))
    torch.nn.functional.cross_entropy(sums, torch.tensor(lab.run.view("target")[:, 0]).long()).backward()
    facts, arrays = lab.frame()
    slow = lab.frame(slow=Motion(len(lab.run.stages) - 1, sample=2))[1]
    assert facts["sequence"]["step"] == 1
    for prefix, twin in halves.items():
        gradient = torch.stack([state.grad for state in twin.carried], dim=1).numpy()
        name = prefix.rstrip("/")
        assert relative_error(arrays[f"sequence/gradient/{name}"], np.linalg.norm(gradient, axis=2).mean(axis=0)) < 2e-5
        assert relative_error(slow[f"slow/gradients/{name}"], 8 * gradient[2, :, :SHOWN]) < 2e-5
    check_states(slow, "slow/states/", halves, 2)


def test_in_slow_motion_a_layer_comes_when_it_is_reached(lab: SequenceLab) -> None:
    run, hidden = lab.run, len(lab.cells) - 2
    halves = [f"{i}/{half.prefix}".rstrip("/") for i, cells in enumerate(lab.cells) for half in cells.halves]
    seen = [stage.segment for stage in run.stages]
    assert seen == ["forward"] * (hidden + 1) + ["loss"] + ["backward"] * (hidden + 1) + ["update"]
    for index in range(len(seen)):
        arrays = lab.frame(slow=Motion(index))[1]
        for name in halves:
            column = int(name[0])
            assert np.isfinite(arrays[f"slow/states/{name}/hidden"]).all() == (index >= column - 1)
            assert np.isfinite(arrays[f"slow/gradients/{name}"]).all() == (index >= 2 * hidden + 3 - column)
        assert ("slow/probabilities" in arrays) == (index >= hidden)
    np.testing.assert_array_equal(arrays["slow/input"], run.view("input")[0].reshape(9, 8).argmax(axis=1))


def test_there_are_no_gradients_before_the_first_step_nor_in_a_loaded_run() -> None:
    for run in (lab_of(REMEMBER, NETWORKS["lstm"], steps=0).run, Run.load(lab_of(REMEMBER, NETWORKS["lstm"]).run.save())):
        facts, arrays = SequenceLab(run).frame()
        assert facts["sequence"]["step"] == 0
        assert np.isnan(arrays["sequence/gradient/1"]).all()


@pytest.mark.parametrize("encoding", ["one_hot", "codes"])
def test_symbols_can_be_typed(encoding: str) -> None:
    first = [] if encoding == "one_hot" else [{"kind": "embedding", "entries": 8, "width": 3}]
    lab = lab_of(REMEMBER | {"encoding": encoding}, [*first, recurrent("lstm")])
    codes = [3, 1, 4, 1, 5, 2, 6, 5, 3]
    lab.touch("type", codes)
    facts, arrays = lab.frame()
    assert facts["sequence"]["row"] is None
    np.testing.assert_array_equal(arrays["sequence/input"], codes)
    for wrong in (codes[1:], [8, *codes[1:]], [0.5, *codes[1:]], "ABC", None):
        with pytest.raises(ValueError, match="Rows are numbers below 200; a sequence is 9 whole numbers below 8."):
            lab.touch("type", wrong)
    with pytest.raises(ValueError, match="row does not take 200 here"):
        lab.touch("row", 200)
    with pytest.raises(ValueError, match="nothing to touch"):
        lab.touch("cell", None)
    np.testing.assert_array_equal(lab.frame()[1]["sequence/input"], codes)


def test_a_series_its_window_and_what_is_forecast() -> None:
    lab = lab_of(SERIES, [recurrent("gru")], steps=30)
    data = lab.run.dataset
    scene, arrays = lab.scene(1)
    values = np.array([*data.raw[:, 0], *data.raw[-1, 1:]])
    np.testing.assert_allclose(arrays["scene/series"][: len(values)], values, rtol=1e-5)
    assert scene["sequence"]["ahead"] == 5
    assert scene["sequence"]["baseline"] == data.baseline
    lab.touch("row", 20)
    assert np.isnan(lab.frame()[1]["sequence/forecast"][:, 1]).all()
    while lab.due() < np.inf:
        assert lab.go_on(lab.due())
    facts, arrays = lab.frame()
    assert lab.due() == np.inf
    np.testing.assert_allclose(arrays["sequence/window"], values[20:32], rtol=1e-5)
    target, answer = facts["sequence"]["target"], facts["sequence"]["answer"]
    assert target == pytest.approx(arrays_at(lab, 20 + 12 + 5 - 1), rel=1e-5)
    assert answer == f"{lab.run.predict(data.raw[[20]])[0, 0]:.4g}"
    times, forecast = arrays["sequence/forecast"].T
    assert times[0] == scene["sequence"]["first_test"]
    np.testing.assert_allclose(forecast, lab.run.predict(data.raw[data.test])[:, 0], rtol=1e-5)
    np.testing.assert_allclose(data.unscaled(data.y[data.test, 0]), [arrays_at(lab, int(t)) for t in times], rtol=1e-5)
    error = np.sqrt(np.mean((forecast - data.unscaled(data.y[data.test, 0])) ** 2)) / data.baseline
    assert lab.run.metrics()["test/error"] == pytest.approx(error, rel=1e-4)
    lab.run.step()
    lab.frame()
    assert lab.due() < np.inf
    lab.touch("type", list(range(12)))
    np.testing.assert_allclose(lab.frame()[1]["sequence/window"], range(12), atol=1e-5)


def arrays_at(lab: SequenceLab, when: int) -> float:
    return float(lab.scene(1)[1]["scene/series"][when])


def test_what_comes_next_in_a_text() -> None:
    lab = lab_of(TEXT, READER, steps=60, optimizer={"kind": "adam", "learning_rate": 0.01})
    data = lab.run.dataset
    lab.touch("row", 3)
    facts, arrays = lab.frame()
    assert facts["sequence"]["text"] == "".join(data.classes[int(code)] for code in data.raw[3])
    assert facts["sequence"]["target"] == data.y[3, -1]
    chances = lab.run.predict(data.raw[[3]])[0]
    np.testing.assert_allclose(arrays["sequence/probabilities"], chances[-1], atol=1e-6)
    np.testing.assert_array_equal(arrays["sequence/chosen"], np.argsort(-chances, axis=1)[:, :LIKELIEST])
    np.testing.assert_allclose(arrays["sequence/chances"], -np.sort(-chances, axis=1)[:, :LIKELIEST], rtol=1e-3, atol=1e-4)
    assert arrays["sequence/outputs/1"].shape == (16, 4)
    slow = lab.frame(slow=Motion(len(lab.run.stages) - 1, sample=1))[1]
    for name in ("chosen", "chances"):
        assert slow[f"slow/{name}"].shape == (16, LIKELIEST)
    np.testing.assert_array_equal(slow["slow/input"], lab.run.view("input")[1])
    lab.touch("type", "the ")
    facts, arrays = lab.frame()
    assert facts["sequence"]["text"] == "the "
    assert facts["sequence"]["target"] is None
    assert arrays["sequence/states/2/hidden"].shape == (4, 6)
    assert len(arrays["sequence/chosen"]) == len(arrays["sequence/input"]) == 4
    for wrong, sentence in (
        ("", "1 to 16 characters"),
        ("t" * 17, "got 17"),
        ("The", "has no 'T'"),
        ([1], "texts have up to 16 characters"),
    ):
        with pytest.raises(ValueError, match=sentence):
            lab.touch("type", wrong)


def write_on(lab: SequenceLab, characters: int) -> str:
    """So many characters later by a clock of its own."""
    assert lab.writer is not None
    while len(lab.writer.text) < characters:
        assert lab.go_on(lab.due())
    return lab.writer.text


def test_text_is_written_character_by_character_from_the_newest() -> None:
    lab = lab_of(TEXT, READER, steps=400, optimizer={"kind": "adam", "learning_rate": 0.02})
    begun = time.monotonic()
    lab.touch("write", {"on": True, "prompt": "the cat ", "temperature": 0, "rate": 50})
    assert begun <= lab.due() <= time.monotonic()
    assert "the cat sat on the mat. the" in "the cat " + write_on(lab, 40)
    facts, _ = lab.frame()
    assert facts["sequence"]["text"] == facts["writing"]["text"][-16:]
    assert facts["writing"]["on"]
    assert lab.due() == pytest.approx(begun + 40 / 50, abs=0.05)
    shown = facts["sequence"]["answer"]
    lab.touch("write", {"on": False})
    assert lab.due() == np.inf
    assert not lab.go_on(time.monotonic() + 1)
    lab.touch("step", None)
    assert lab.frame()[0]["writing"]["text"][-1] == shown
    lab.touch("type", "on the ma")
    lab.touch("step", None)
    assert lab.frame()[0]["sequence"]["text"] == "on the mat"
    assert (lab.frame()[0]["writing"]["prompt"], lab.frame()[0]["writing"]["text"]) == ("", "t")
    lab.touch("row", 2)
    lab.touch("write", {"temperature": 2})
    assert lab.frame()[0]["writing"]["text"] == ""
    assert lab.frame()[0]["sequence"]["row"] is None


def test_a_slow_machine_writes_what_it_can() -> None:
    lab = lab_of(TEXT, READER)
    lab.touch("write", {"rate": 200})
    assert lab.go_on(lab.due() + 5)
    assert lab.writer is not None
    assert len(lab.writer.text) == 4
    assert not lab.go_on(lab.due() - 1e-3)


def test_writing_and_looking_change_no_bit_of_the_run() -> None:
    watched, alone = (lab_of(TEXT, READER, steps=0, optimizer="adam").run for _ in range(2))
    lab = SequenceLab(watched)
    lab.touch("write", {"prompt": "sat", "temperature": 1.5, "top_k": 5})
    for step in range(30):
        write_on(lab, step)
        lab.frame()
        watched.step()
    alone.step(30)
    end = alone.program.state_end
    np.testing.assert_array_equal(watched.memory[:end].view(np.int32), alone.memory[:end].view(np.int32))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"prompt": "?"}, "has no '\\?'"),
        ({"temperature": 6}, "less than or equal to 5"),
        ({"top_k": -1}, "greater than or equal to 0"),
        ({"rate": 0}, "greater than or equal to 1"),
        ({"speed": 3}, "speed"),
        (None, "valid dictionary"),
    ],
)
def test_a_manner_of_writing_that_does_not_fit_changes_nothing(told: Any, sentence: str) -> None:
    lab = lab_of(TEXT, READER)
    before = lab.frame()[0]
    with pytest.raises(ValueError, match=sentence):
        lab.touch("write", told)
    assert lab.frame()[0] == before


def test_what_is_no_text_is_not_written_on() -> None:
    with pytest.raises(ValueError, match="write does not take"):
        lab_of(REMEMBER, NETWORKS["gru"]).touch("write", {})


def test_a_run_that_has_diverged_does_not_write() -> None:
    lab = lab_of(TEXT, READER)
    lab.touch("write", {"prompt": "the"})
    lab.run.memory[0] = 1
    assert lab.due() == np.inf
    with pytest.raises(ValueError, match="has diverged, so it cannot write"):
        lab.touch("step", None)
    lab.run.memory[0] = 0
    lab.run.view("head/bias")[0] = np.nan
    assert lab.go_on(lab.due())
    assert lab.writer is not None
    assert lab.writer.text == ""


def test_another_run_on_the_same_data_is_looked_at_and_written_on_in_the_same_way() -> None:
    lab = lab_of(TEXT, READER)
    lab.touch("write", {"prompt": "the ma", "temperature": 0.5})
    write_on(lab, 3)
    other = lab_of(TEXT, [EMBEDDING, recurrent("lstm", sequence=True)])
    other.follow(lab)
    assert other.frame()[0]["sequence"]["text"] == lab.frame()[0]["sequence"]["text"]
    assert other.frame()[0]["writing"] == lab.frame()[0]["writing"]
    assert other.due() == lab.due()
    apart = lab_of(SERIES, [recurrent("gru")])
    apart.follow(lab)
    assert apart.frame()[0]["sequence"]["row"] == apart.run.dataset.test[0]


def test_every_recurrent_layer_names_its_gates(lab: SequenceLab) -> None:
    layers = [getattr(layer, "layer", layer) for layer in walk(lab.run.experiment.layers)]
    assert all(layer.gates[-1].name == "hidden" for layer in layers)


def test_what_is_no_sequence_is_for_another_lab() -> None:
    with pytest.raises(ValueError, match="Circle is for the Plane lab, this is the Sequence lab"):
        SequenceLab(Run(Experiment.model_validate({"data": "circle"})))
    with pytest.raises(ValueError, match="is for the Sequence lab"):
        PlaneLab(lab_of(REMEMBER, NETWORKS["gru"]).run)
