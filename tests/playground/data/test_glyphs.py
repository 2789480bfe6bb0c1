"""Drawn letters and digits: as the fields say, each as often as the others, the same bits from the same record."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import DataError, load, typefaces
from playground.data.glyphs import CHARACTERS, SIDE, Glyphs
from playground.data.typefaces import FACES, Face, alike, characters, file_of
from playground.experiment import Experiment
from playground.link import decode, encode

STILL = {"shift": 0, "scale": 0, "rotation": 0, "noise": 0}

records = st.builds(
    Glyphs,
    characters=st.sampled_from(list(CHARACTERS)),
    samples=st.integers(100, 300),
    faces=st.lists(st.sampled_from(FACES), min_size=1, max_size=9).map(tuple),
    shift=st.floats(0, 0.25),
    scale=st.floats(0, 0.5),
    rotation=st.floats(0, 45),
    noise=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)


@settings(max_examples=30, deadline=None)
@given(records)
def test_any_legal_record_draws_that_many_pictures(record: Glyphs) -> None:
    pixels, y = record.draw()
    assert pixels.shape == (record.samples, SIDE, SIDE, 1)
    assert pixels.dtype == np.float32
    assert 0 <= pixels.min() <= pixels.max() <= 1
    assert (pixels.max(axis=(1, 2, 3)) > 0.3).all(), "a picture is empty"
    assert set(y) <= set(range(len(record.names())))
    assert decode(encode(Experiment(data=record)), Experiment).data == record


@pytest.mark.parametrize(("kind", "classes"), [("digits", 10), ("capitals", 36), ("letters", 62)])
def test_classes_and_typefaces_come_equally_often(kind: str, classes: int) -> None:
    record = Glyphs(characters=kind, samples=classes * len(FACES) * 2)
    assert len(load(record).classes) == len(set(load(record).classes)) == classes
    pairs = np.unique(np.column_stack(record.made_of()), axis=0, return_counts=True)[1]
    assert pairs.tolist() == [2] * (classes * len(FACES))


def test_another_process_draws_the_same_bits() -> None:
    line = "import zlib; from playground.data.glyphs import Glyphs; print(zlib.crc32(Glyphs(samples=150).draw()[0].tobytes()))"
    first, second = (subprocess.run([sys.executable, "-c", line], capture_output=True, check=True).stdout for _ in range(2))
    assert first == second
    assert first.strip()


def test_a_character_that_stays_still_is_the_same_every_time_and_in_the_middle() -> None:
    pixels, y = Glyphs(samples=100, faces=("sans",), **STILL).draw()
    for label in range(10):
        same = pixels[y == label]
        assert (same == same[0]).all()
    ink = pixels[0, ..., 0]
    assert ink[[0, -1]].max() == ink[:, [0, -1]].max() == 0
    x = np.arange(SIDE) + 0.5
    assert (ink.sum(axis=0) @ x / ink.sum(), ink.sum(axis=1) @ x / ink.sum()) == pytest.approx((SIDE / 2, SIDE / 2), abs=0.5)


def middle_and_size(record: Glyphs) -> tuple[np.ndarray, np.ndarray]:
    """Where the ink of each picture lies (n, 2), and how much there is (n,)."""
    pixels = record.draw()[0][..., 0]
    x, ink = np.arange(SIDE) + 0.5, pixels.sum(axis=(1, 2))
    return np.column_stack([pixels.sum(axis=1) @ x / ink, pixels.sum(axis=2) @ x / ink]), ink


def test_shift_scale_and_noise_do_what_they_say() -> None:
    one: dict[str, Any] = {"samples": 400, "faces": ("sans",)}
    still, size = middle_and_size(Glyphs(**one, **STILL))
    moved, _ = middle_and_size(Glyphs(**one, **STILL | {"shift": 0.1}))
    assert np.abs(moved - still).max() == pytest.approx(2.8, abs=0.2)
    _, larger = middle_and_size(Glyphs(**one, **STILL | {"scale": 0.2}))
    assert [(larger / size).min(), (larger / size).max()] == pytest.approx([0.8**2, 1.2**2], abs=0.06)
    noisy, clean = (Glyphs(**one, **STILL | {"noise": noise}).draw()[0] for noise in (0.2, 0))
    assert (noisy - clean)[clean == 0.0].max() > 0.5
    np.testing.assert_array_equal(clean, Glyphs(**one, **STILL).draw()[0])


def test_rotation_turns_a_bar() -> None:
    bar = Glyphs(characters="letters", samples=620, faces=("sans",), **STILL | {"rotation": 30})
    pixels, y = bar.draw()
    bars = pixels[y == bar.names().index("l"), ..., 0].astype(np.float64)
    x = np.arange(SIDE) - SIDE / 2 + 0.5
    ink = bars.sum(axis=(1, 2))
    across, both, down = bars.sum(axis=1) @ x**2 / ink, np.einsum("nij,i,j->n", bars, x, x) / ink, bars.sum(axis=2) @ x**2 / ink
    angle = np.degrees(np.arctan2(2 * both, down - across) / 2)
    assert angle.min() < 0 < angle.max()
    assert 15 < np.abs(angle).max() < 31


def test_more_noise_leaves_places_as_they_are() -> None:
    some, more = (Glyphs(samples=100, noise=noise).draw()[0] for noise in (0.0, 0.01))
    assert np.abs(some - more).max() < 0.1


@pytest.mark.parametrize("face", FACES)
def test_each_typeface_has_all_characters(face: Face) -> None:
    images = [np.asarray(image) for image in characters(face, CHARACTERS["letters"])]
    assert all(image.max() > 200 for image in images), "a character is empty"
    missing = np.asarray(characters(face, "\uffff")[0])
    assert not any(np.array_equal(image, missing) for image in images), "a character is only the sign for what is missing"


@pytest.mark.parametrize("face", FACES)
def test_who_looks_like_whom(face: Face) -> None:
    text = CHARACTERS["letters"]
    same = alike(face, text)
    assert (same == same.T).all()
    assert same.diagonal().all()
    pairs = {text[i] + text[j] for i, j in zip(*np.nonzero(np.triu(same, 1)), strict=True)}
    assert pairs == ({"Il"} if face in ("sans", "grotesque") else set())
    assert alike(face, "AA").all()


def test_typefaces_are_a_set() -> None:
    assert Glyphs(faces=("code", "sans", "code")) == Glyphs(faces=("sans", "code"))
    with pytest.raises(ValueError, match="at least 1 item"):
        Glyphs(faces=())
    with pytest.raises(ValueError, match="faces"):
        Glyphs(faces=("comic",))


def test_a_typeface_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(typefaces.FILES, "sans", "nothing.*.woff2")
    with pytest.raises(DataError, match=r"The typeface 'sans' is not among the installed Streamlit's files\. Install"):
        file_of("sans")


def test_the_data_does_not_import_streamlit() -> None:
    line = "import sys; from playground.data.glyphs import Glyphs; Glyphs(samples=100).draw(); print('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], capture_output=True, check=True).stdout.strip() == b"False"


@pytest.mark.parametrize("field", ["shift", "scale", "rotation", "noise", "samples"])
@pytest.mark.parametrize("value", [-1, 1e6, float("nan"), None])
def test_values_out_of_range_are_refused(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        Glyphs.model_validate({field: value})
