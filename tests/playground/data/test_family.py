"""What holds for every data set, the day it is declared."""

import math

import numpy as np
import pytest

from playground.data import Axis, Data, DataError, load, picture, thumbnail
from playground.data.file import FromFile
from playground.data.own_series import OwnSeries
from playground.data.own_text import OwnText
from playground.data.painted import Painted
from playground.data.text import Written
from playground.data.upload import Upload
from playground.experiment import Experiment
from playground.record import Choice, members

FAMILY = members(Data)


def example(kind: str) -> Data:
    """A record of this kind with something to learn from."""
    if kind == "upload":
        rows = [f"{i % 7},{i * 0.5},{'ab'[i % 2]},{'yes' if i % 3 else 'no'}" for i in range(60)]
        return Upload.received("own.csv", "\n".join(["day,size,sort,bought", *rows]).encode())
    if kind == "own_series":
        return OwnSeries.received("own.csv", "\n".join(["load", *(str(i % 9) for i in range(300))]).encode())
    if kind == "own_text":
        return OwnText.received("own.txt", b"to be or not to be. " * 40)
    if kind == "painted":
        return Painted(points=tuple((x / 4, y / 4, int(x > y)) for x in range(-8, 8, 3) for y in range(-8, 8, 3)))
    return FAMILY[kind]()


@pytest.fixture(params=FAMILY)
def record(request):
    return example(request.param)


def test_every_row_is_in_one_part_only(record: Data) -> None:
    dataset = load(record)
    parts = np.concatenate([dataset.train, dataset.test])
    assert len(np.unique(parts)) == len(parts)
    if dataset.windows is None:
        np.testing.assert_array_equal(np.sort(parts), np.arange(len(dataset.raw)))
    assert abs(dataset.test.size - record.test_fraction * parts.size) <= max(1, len(dataset.classes))


def test_the_same_record_makes_the_same_bits(record: Data) -> None:
    first, second = record.make(), record.make()
    for name in ("raw", "y", "train", "test"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    assert load(record) is load(type(record).model_validate(record.model_dump()))


def test_another_seed_makes_other_data(record: Data) -> None:
    other = record.model_copy(update={"seed": record.seed + 1}).make()
    same = np.array_equal(other.raw, load(record).raw) and np.array_equal(other.train, load(record).train)
    assert same == isinstance(record, Painted | Written | OwnSeries), "what was painted, written or measured stays where it was put"


def test_arrays_cannot_be_written(record: Data) -> None:
    dataset = load(record)
    for array in (dataset.raw, dataset.y, dataset.train, dataset.test):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_targets_fit_the_task(record: Data) -> None:
    dataset = load(record)
    assert dataset.y.dtype == np.float32
    assert dataset.y.shape == (len(dataset.raw), dataset.shape[0] if dataset.each_step else 1)
    if dataset.each_step:
        assert set(np.unique(dataset.y)) <= set(range(len(dataset.classes)))
    elif dataset.task == "classification":
        assert set(dataset.y[dataset.train, 0]) == set(range(len(dataset.classes))), "a class is missing from the training rows"
        np.testing.assert_array_equal(dataset.shades, dataset.y[:, 0])
    else:
        assert dataset.classes == ()
        assert np.abs(dataset.shades).max() <= 1
        assert np.abs(dataset.y[dataset.train].mean()) < 0.2


def test_every_feature_is_finite_and_named_once(record: Data) -> None:
    dataset = load(record)
    names = [column.name for column in dataset.columns]
    features = dataset.features(names)(dataset.raw)
    assert features.dtype == np.float32
    assert features.shape == (len(dataset.raw), len(names))
    assert np.isfinite(features).all()
    assert len(set(names)) == len(names)
    assert all(column.label for column in dataset.columns)


def test_features_come_in_the_data_s_own_order(record: Data) -> None:
    dataset = load(record)
    names = tuple(column.name for column in dataset.columns)
    assert dataset.chosen(reversed(names)) == names
    assert dataset.chosen(()) == tuple(column.name for column in dataset.columns if column.on) != ()
    whole = dataset.features(names)(dataset.raw)
    np.testing.assert_array_equal(dataset.features([names[-1]])(dataset.raw), whole[:, -1:])


def test_what_a_feature_or_a_row_must_be_is_said(record: Data) -> None:
    dataset = load(record)
    with pytest.raises(DataError, match=r"no feature 'x9' here\. Choose among: "):
        dataset.chosen(["x9"])
    with pytest.raises(DataError, match=rf"Rows of {len(dataset.inputs)} numbers? fit .* got an array of shape \(3, 99\)"):
        dataset.features()(np.zeros((3, 99)))


def test_the_picture_leads_to_raw_inputs_and_back(record: Data) -> None:
    dataset = load(record)
    if dataset.shape:
        with pytest.raises(DataError, match=f"Each row here is a {record.group} itself"):
            picture(dataset)
        return
    view = picture(dataset)
    raw = view.grid(8)
    assert raw.shape == (64, len(dataset.inputs))
    across, up = ((raw - view.origin) @ view.gather)[[0, 7, 56]].T
    assert across[0] < across[1]
    assert across[0] == pytest.approx(across[2])
    if view.mode != "curve":
        assert up[0] > up[2], "the first row is the top"
    points = view.points(dataset)
    assert points.dtype == np.float32
    assert points.shape == (len(dataset.raw), 2)
    inside = (points >= [view.x.low, view.y.low]) & (points <= [view.x.high, view.y.high])
    assert inside.mean() > 0.95


def test_a_thumbnail_shows_real_rows(record: Data) -> None:
    if load(record).shape:
        with pytest.raises(DataError, match=f"Each row here is a {record.group} itself"):
            thumbnail(record)
        return
    points = thumbnail(record, 40)
    assert points.shape[1] == 3
    assert 20 <= len(points) <= 40
    assert np.abs(points[:, :2]).max() <= 12
    assert set(points[:, 2]) <= set(load(record).shades) or load(record).task == "regression"


def test_the_sentence_says_what_and_how_much(record: Data) -> None:
    dataset = load(record)
    assert f"{dataset.train.size:,} " in record.sentence()
    assert f"{dataset.test.size:,} to test" in record.sentence()
    assert ("noise" in record.sentence()) == hasattr(record, "noise")


def test_a_row_that_is_a_picture_is_its_pixels(record: Data) -> None:
    dataset = load(record)
    assert (dataset.image is not None) == (record.group == "picture")
    if dataset.image is not None:
        height, width, channels = dataset.image
        assert dataset.raw.shape[1] == len(dataset.inputs) == len(dataset.columns) == height * width * channels
        assert dataset.raw.dtype == np.float32
        assert 0 <= dataset.raw.min() < 0.1
        assert 0.9 < dataset.raw.max() <= 1


def test_a_row_that_is_a_sequence_is_its_steps(record: Data) -> None:
    dataset = load(record)
    assert (dataset.shape != () and dataset.image is None) == (record.group == "sequence")
    if record.group == "sequence":
        assert len(dataset.shape) in (1, 2), "steps, and how many numbers each has where those are several"
        assert dataset.raw.shape[1] == len(dataset.inputs) == len(dataset.columns) == math.prod(dataset.shape)


def test_a_record_survives_json(record: Data) -> None:
    again = type(record).model_validate_json(record.model_dump_json())
    assert again == record
    assert hash(again) == hash(record)


@pytest.mark.parametrize("kind", FAMILY)
def test_the_bare_kind_is_enough_for_an_experiment(kind: str) -> None:
    experiment = Experiment.model_validate({"data": kind})
    assert experiment.data == FAMILY[kind]()
    assert Choice(Data).validate({"kind": kind}) == experiment.data


@pytest.mark.parametrize("field", ["test_fraction", "seed"])
@pytest.mark.parametrize("value", [-1, 1e9, "many", None, float("nan")])
@pytest.mark.parametrize("kind", FAMILY)
def test_values_out_of_range_are_refused(kind, field, value):
    if (field, value) == ("seed", 1e9):
        value = 2**32
    with pytest.raises(ValueError, match=field):
        FAMILY[kind].model_validate({field: value})


def test_only_files_need_to_travel_with_a_run(record: Data) -> None:
    if isinstance(record, FromFile):
        record.attach(record.attachment())
    else:
        assert record.attachment() is None
    with pytest.raises(DataError, match=r"Open (a|another) file"):
        record.attach(b"a,b\n1,2\n3,4\n")


def test_an_axis_of_one_value_has_a_width() -> None:
    axis = Axis.over("x", "x", np.full(3, 2.0))
    assert axis.low < 2 < axis.high
