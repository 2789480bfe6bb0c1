"""Links: the whole experiment in an address, old ones for ever, bad ones in a sentence."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import Data
from playground.experiment import Experiment
from playground.labs.plane_gallery import PRESETS
from playground.layers import Layer
from playground.link import LONGEST, VERSION, WORDS, LinkError, decode, encode
from playground.record import members
from playground.tasks import Task

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "links.json").read_text())


def packed(text: bytes) -> str:
    packer = zlib.compressobj(9, zdict=WORDS)
    return f"{VERSION}.{base64.urlsafe_b64encode(packer.compress(text) + packer.flush()).decode().rstrip('=')}"


def of(**told: Any) -> Experiment:
    return Experiment.model_validate({"data": "circle"} | told)


LINK = encode(of(seed=11, layers=["dense", "dropout"]))

experiments = st.builds(
    of,
    seed=st.integers(0, 2**32 - 1),
    data=st.sampled_from([*members(Data), {"kind": "spiral", "noise": 0.25}, {"kind": "painted", "points": [[1.05, -2.5, 1]]}]),
    task=st.sampled_from([*members(Task), {"kind": "variational", "latent": 3, "beta": 0.5, "decoder": ["dense", "upsample2d"]}]),
    features=st.lists(st.text(max_size=5), max_size=3),
    layers=st.lists(
        st.sampled_from([*members(Layer), {"kind": "dense", "units": 9, "activation": {"kind": "elu", "alpha": 0.3}}]), max_size=5
    ),
    optimizer=st.builds(dict, kind=st.just("sgd"), learning_rate=st.floats(1e-6, 1)),
    training=st.builds(
        dict, batch_size=st.integers(1, 1024), l2=st.floats(0, 10), clip=st.sampled_from(["none", {"kind": "norm", "limit": 3}])
    ),
    view=st.sampled_from([{}, {"axes": ["x1", "x2"]}]),
)


@given(experiments)
def test_an_experiment_comes_back_as_it_was(experiment: Experiment) -> None:
    assert decode(encode(experiment), Experiment) == experiment


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_an_old_link_keeps_its_meaning(golden: dict[str, Any]) -> None:
    assert decode(golden["link"], Experiment) == Experiment.model_validate(golden["experiment"])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_makes_a_short_link(preset: Any) -> None:
    assert len(encode(preset.experiment)) <= 300


def test_a_link_is_made_of_characters_that_need_no_escape() -> None:
    assert set(encode(of(features=["größe"]))) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_thousand_painted_points_fit_and_what_does_not_is_refused() -> None:
    def painted(count: int) -> Experiment:
        places = np.random.default_rng(0).uniform(-6, 6, (count, 2))
        return of(data={"kind": "painted", "points": [(x, y, i % 2) for i, (x, y) in enumerate(places)]})

    assert decode(encode(painted(1000)), Experiment) == painted(1000)
    with pytest.raises(LinkError, match=r"This makes a link of [\d,]+ characters; 6,000 fit. Save the run as a file"):
        encode(painted(2000))


REFUSED = {
    "nothing": ("", "This is not a link to an experiment"),
    "no version": (LINK[2:], "This is not a link to an experiment"),
    "other version": ("2" + LINK[1:], "This link is of version 2, and version 1 can be read here"),
    "endless version": ("9" * 5000 + LINK[1:], "This is not a link to an experiment"),
    "cut in half": (LINK[: len(LINK) // 2], "changed or cut on its way"),
    "cut at its end": (LINK[:-2], "changed or cut on its way"),
    "grown": (LINK + "AAAA", "changed or cut on its way"),
    "not base64": ("1.{spam}", "changed or cut on its way"),
    "not ascii": ("1.äöü", "changed or cut on its way"),
    "not zlib": ("1." + "A" * 400, "changed or cut on its way"),
    "too long": ("1." + "A" * (LONGEST - 1), "has 6,001 characters; 6,000 fit"),
    "unknown key": (packed(b'{"data":"circle","speed":3}'), "This link cannot be followed. There is no setting 'speed' here."),
    "unknown key inside": (packed(b'{"data":{"kind":"circle","speed":3}}'), "There is no setting 'speed' here."),
    "unknown kind": (packed(b'{"data":"klein bottle"}'), "'klein bottle' is not one of: arms, blobs"),
    "no data": (packed(b"{}"), "Data is missing"),
    "out of range": (packed(b'{"data":{"kind":"circle","samples":1000000}}'), "must be at most 20000, got 1000000"),
    "NaN": (packed(b'{"data":{"kind":"circle","noise":NaN}}'), "is not an experiment"),
    "infinity": (packed(b'{"data":{"kind":"circle","noise":1e999}}'), "finite number"),
    "not JSON": (packed(b'{"data":'), "is not an experiment"),
    "not text": (packed(b"\xff\xfe\x00"), "is not an experiment"),
    "a number": (packed(b"3"), "This link cannot be followed"),
    "nested 100,000 deep": (packed(b"[" * 100_000), "would unpack to more than 60 kB"),
    "nested 50,000 deep": (packed(b"[" * 50_000), "is not an experiment"),
    "nested layers": (
        packed(b'{"data":"circle","layers":' + b'[{"kind":"residual","layers":' * 150 + b'["dense"]' + b"}]" * 150 + b"}"),
        "is not an experiment",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_link_is_refused_in_a_sentence(case: str) -> None:
    link, sentence = REFUSED[case]
    with pytest.raises(LinkError, match=sentence) as caught:
        decode(link, Experiment)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_link_that_would_unpack_to_200_mb_never_does() -> None:
    packer = zlib.compressobj(9, zdict=WORDS)
    bomb = b"".join(packer.compress(b" " * 2**20) for _ in range(200)) + packer.flush()
    link = f"1.{base64.urlsafe_b64encode(bomb[:4000]).decode()}"
    tracemalloc.start()
    with pytest.raises(LinkError, match="would unpack to more than 60 kB, so it is not read"):
        decode(link, Experiment)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3e6


@given(st.data())
def test_a_damaged_link_is_refused_and_never_another_experiment(data: st.DataObject) -> None:
    place = data.draw(st.integers(2, len(LINK) - 1))
    damaged = LINK[:place] + data.draw(st.sampled_from("AZaz09-_")) + LINK[place + 1 :]
    try:
        assert decode(damaged, Experiment) == decode(LINK, Experiment)
    except LinkError as error:
        assert str(error)  # noqa: PT017


@given(st.one_of(st.text(max_size=40), st.text(max_size=200).map(lambda text: packed(text.encode(errors="replace")))))
def test_any_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(LinkError):
        decode(text, Experiment)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["dense", "circle", "adam"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "layers", "units", "points", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(Experiment.model_fields)), json_values))
def test_any_json_is_an_experiment_or_a_sentence(told: dict[str, Any]) -> None:
    try:
        experiment = decode(packed(json.dumps(told).encode()), Experiment)
    except LinkError as error:
        experiment = None
        sentence = str(error)
    assert experiment == Experiment.model_validate(told) if experiment else "\n" not in sentence
