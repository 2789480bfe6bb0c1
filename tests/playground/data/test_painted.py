"""Points painted with the mouse."""

import pytest

from playground.data import load
from playground.data.painted import NOTHING, Painted


def test_without_points_there_is_nothing_to_train_on() -> None:
    dataset = load(Painted(classes=3))
    assert dataset.obstacle == NOTHING
    assert dataset.raw.shape == (0, 2)
    assert dataset.train.size == dataset.test.size == 0
    assert len(dataset.classes) == 3
    assert Painted().sentence() == f"Painted: {NOTHING}"


def test_places_snap_to_a_grid_of_a_twentieth() -> None:
    painted = Painted(points=[[1.2345, -0.01, 0], [6, -6, 1]])
    assert painted.points == ((1.25, 0.0, 0), (6.0, -6.0, 1))
    assert "-0.0" not in painted.model_dump_json()
    assert Painted.model_validate(painted.model_dump()) == painted


def test_one_point_is_learned_from() -> None:
    dataset = load(Painted(points=[(0, 0, 1)]))
    assert (dataset.train.tolist(), dataset.test.size, dataset.obstacle) == ([0], 0, "")


def test_of_each_class_every_fifth_point_is_for_the_test() -> None:
    dataset = load(Painted(points=[(0, 0, i % 2) for i in range(20)]))
    assert dataset.test.tolist() == [8, 9, 18, 19]


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([(0, 0, 2)], "A point has class 2, but there are 2 classes, from 0"),
        ([(7, 0, 0)], "less than or equal to 6"),
        ([(float("nan"), 0, 0)], "finite"),
        ([(0, 0, 0)] * 2001, "at most 2000"),
        ([(0, 0)], "Field required"),
        ([(0, 0, -1)], "greater than or equal to 0"),
    ],
)
def test_points_that_cannot_be_are_refused(points, sentence):
    with pytest.raises(ValueError, match=sentence):
        Painted(points=points)
