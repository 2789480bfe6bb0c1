"""The plane's data sets are those they are named after."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import load
from playground.data.plane import Arms, Blobs, Checkerboard, Circle, Gauss, Hills, Moons, Plane, Rings, Sine, Spiral, Tilted, Xor

MEMBERS = [Circle, Xor, Gauss, Spiral, Moons, Checkerboard, Blobs, Arms, Rings, Tilted, Hills, Sine]
GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "points.json").read_text())

records = st.builds(
    lambda kind, **fields: kind(**fields),
    st.sampled_from(MEMBERS),
    samples=st.integers(2, 400),
    noise=st.floats(0, 0.5),
    test_fraction=st.floats(0, 0.9),
    seed=st.integers(0, 2**32 - 1),
)


@given(records)
def test_any_legal_record_makes_that_many_finite_points(record: Plane) -> None:
    dataset = record.make()
    assert len(dataset.raw) == len(dataset.y) == record.samples
    assert np.isfinite(dataset.raw).all()
    assert np.isfinite(dataset.y).all()
    assert dataset.train.size >= 1
    if dataset.classes:
        assert set(dataset.y[:, 0]) <= set(range(len(dataset.classes)))


@pytest.mark.parametrize("kind", MEMBERS)
def test_twenty_thousand_points_are_possible_and_no_more(kind: str) -> None:
    assert len(kind(samples=20_000).make().raw) == 20_000
    for samples in (1, 20_001, 2.5):
        with pytest.raises(ValueError, match="samples"):
            kind(samples=samples)
    with pytest.raises(ValueError, match="noise"):
        kind(noise=0.51)


@pytest.mark.parametrize("kind", [kind for kind in MEMBERS if kind(samples=6).names()])
@pytest.mark.parametrize("noise", [0, 0.25])
def test_classes_are_balanced(kind, noise):
    dataset = kind(samples=3000, noise=noise).make()
    for rows in (dataset.train, dataset.test):
        shares = np.bincount(dataset.y[rows, 0].astype(int)) / rows.size
        np.testing.assert_allclose(shares, 1 / len(dataset.classes), atol=0.08)


@pytest.mark.parametrize("kind", [Circle, Xor, Checkerboard, Tilted, Hills])
def test_noise_before_the_label_leaves_the_points_where_they_are(kind: str) -> None:
    clean, noisy = kind(samples=400).make(), kind(samples=400, noise=0.3).make()
    np.testing.assert_array_equal(clean.raw, noisy.raw)
    assert np.mean(clean.y != noisy.y) > 0.01


@pytest.mark.parametrize("kind", [Gauss, Spiral, Moons, Blobs, Arms, Rings])
def test_noise_on_the_points_leaves_the_classes_as_they_are(kind: str) -> None:
    clean, noisy = kind(samples=400).make(), kind(samples=400, noise=0.3).make()
    np.testing.assert_array_equal(clean.y, noisy.y)
    assert np.abs(clean.raw - noisy.raw).max() > 0.1


def of(record: Plane) -> tuple[np.ndarray, np.ndarray]:
    dataset = record.make()
    return dataset.raw, dataset.y[:, 0]


def test_a_circle_is_a_disc_in_a_ring() -> None:
    points, y = of(Circle(samples=2000))
    radius = np.hypot(*points.T)
    assert radius[y == 1].max() <= 2.5
    assert radius[y == 0].min() >= 3.5
    assert radius.max() <= 5
    assert np.median(radius[y == 1]) == pytest.approx(1.25, abs=0.1), "uniform in the radius, not in the area"


def test_xor_is_the_sign_of_the_product_away_from_the_axes() -> None:
    points, y = of(Xor(samples=2000))
    np.testing.assert_array_equal(y == 1, points[:, 0] * points[:, 1] > 0)
    assert np.abs(points).min() >= 0.3
    assert np.abs(points).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.25, 2.25), (0.5, 4)])
def test_gauss_widens_from_a_variance_of_a_half_to_four(noise, variance):
    points, y = of(Gauss(samples=20_000, noise=noise))
    for label, centre in ((0, -2), (1, 2)):
        np.testing.assert_allclose(points[y == label].mean(axis=0), centre, atol=0.08)
        np.testing.assert_allclose(points[y == label].var(axis=0), variance, rtol=0.05)


def test_a_spiral_winds_one_and_three_quarter_times() -> None:
    points, y = of(Spiral(samples=200))
    for label, start in ((1, 0.0), (0, np.pi)):
        arm = points[y == label]
        share = np.arange(100) / 100
        angle = 1.75 * share * 2 * np.pi + start
        np.testing.assert_allclose(arm, np.stack([5 * share * np.sin(angle), 5 * share * np.cos(angle)], axis=1), atol=1e-12)


def test_two_arms_are_the_spiral() -> None:
    np.testing.assert_allclose(of(Arms(classes=2))[0], of(Spiral())[0], atol=1e-12)


@pytest.mark.parametrize("kind", [Blobs, Arms, Rings])
@pytest.mark.parametrize("classes", range(2, 7))
def test_there_are_as_many_classes_as_asked_for(kind, classes):
    dataset = kind(classes=classes, samples=600).make()
    np.testing.assert_array_equal(np.bincount(dataset.y[:, 0].astype(int)), 600 // classes)
    assert len(dataset.classes) == classes
    with pytest.raises(ValueError, match="classes"):
        kind(classes=7)


def test_the_slope_is_a_tenth_of_the_sum() -> None:
    points, y = of(Tilted())
    np.testing.assert_allclose(y, points.sum(axis=1) / 10, rtol=1e-5, atol=1e-6)


def test_hills_are_the_largest_of_six_cones() -> None:
    points, y = of(Hills(samples=3000))
    tops = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    cones = np.array([sign * np.clip(1 - np.hypot(points[:, 0] - x, points[:, 1] - y) / 2, 0, 1) for x, y, sign in tops])
    expected = cones[np.abs(cones).argmax(axis=0), np.arange(len(points))]
    np.testing.assert_allclose(y, expected, atol=1e-6)


def test_a_sine_has_one_input_and_only_its_features() -> None:
    record = Sine(frequency=2, samples=300)
    x, y = of(record)
    np.testing.assert_allclose(y, np.sin(2 * x[:, 0]), atol=1e-6)
    assert [column.name for column in load(record).columns] == ["x1", "x1^2", "sin_x1", "cos_x1"]


def test_features_are_what_their_names_say() -> None:
    dataset = load(Circle())
    x1, x2 = dataset.raw.T
    expected = {
        "x1": x1, "x2": x2, "x1^2": x1**2, "x2^2": x2**2, "x1x2": x1 * x2,
        "sin_x1": np.sin(x1), "sin_x2": np.sin(x2), "cos_x1": np.cos(x1), "cos_x2": np.cos(x2),
    }  # fmt: skip
    assert list(expected) == [column.name for column in dataset.columns]
    np.testing.assert_allclose(dataset.features(expected)(dataset.raw), np.stack(list(expected.values()), axis=1), rtol=1e-6)
    assert dataset.chosen(()) == ("x1", "x2")


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["data"]["kind"])
def test_an_old_record_still_means_the_same_points(golden):
    record = next(kind for kind in MEMBERS if kind(samples=6).kind == golden["data"]["kind"])(**golden["data"])
    dataset = record.make()
    np.testing.assert_allclose(np.column_stack([dataset.raw, dataset.y]), golden["rows"], atol=1e-5)
    np.testing.assert_array_equal(dataset.test, golden["test"])
