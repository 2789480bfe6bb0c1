"""The output picture over two inputs, principal components, or a single input."""

import numpy as np
import pytest

from playground.data import DataError, load, picture
from playground.data.plane import Circle, Sine
from playground.data.tabular import BreastCancer, Iris


def test_the_plane_is_its_own_picture() -> None:
    dataset = load(Circle())
    view = picture(dataset)
    assert view.mode == "plane"
    np.testing.assert_allclose(view.points(dataset), dataset.raw, rtol=1e-6)
    corner = view.grid(4)[0]
    np.testing.assert_allclose(corner, [-4.5, 4.5])


def test_a_pair_keeps_the_others_at_their_median() -> None:
    dataset = load(Iris())
    names = [axis.name for axis in dataset.inputs]
    view = picture(dataset, (names[3], names[1]))
    raw = view.grid(5)
    assert view.mode == "pair"
    np.testing.assert_allclose(raw[:, [0, 2]], np.tile(np.median(dataset.raw[dataset.train][:, [0, 2]], axis=0), (25, 1)))
    np.testing.assert_allclose(view.points(dataset), dataset.raw[:, [3, 1]], rtol=1e-6)


@pytest.mark.parametrize("axes", [("petal", "sepal width (cm)"), ("sepal width (cm)", "sepal width (cm)")])
def test_axes_that_are_not_two_inputs_are_refused(axes):
    with pytest.raises(DataError, match="cannot be drawn over .* Choose two different ones of: sepal length"):
        picture(load(Iris()), axes)


def test_principal_components_are_those_of_the_standardised_training_rows() -> None:
    from sklearn.decomposition import PCA

    dataset = load(BreastCancer())
    names = [axis.name for axis in dataset.inputs]
    standard = dataset.features(names)(dataset.raw).astype(np.float64)
    theirs = PCA(2).fit(standard[dataset.train]).transform(standard)
    ours = picture(dataset).points(dataset)
    for i in range(2):
        assert abs(np.corrcoef(theirs[:, i], ours[:, i])[0, 1]) == pytest.approx(1, abs=1e-4)
        assert ours[:, i].std() == pytest.approx(theirs[:, i].std(), rel=1e-3)


def test_a_plane_of_components_lies_in_the_data() -> None:
    dataset = load(BreastCancer())
    view = picture(dataset)
    np.testing.assert_allclose((view.grid(6) - view.origin) @ view.gather @ view.spread, view.grid(6) - view.origin, atol=1e-6)


def test_one_input_is_drawn_as_a_curve() -> None:
    dataset = load(Sine())
    view = picture(dataset)
    assert view.mode == "curve"
    np.testing.assert_allclose(view.points(dataset), np.column_stack([dataset.raw, dataset.y]), rtol=1e-5, atol=1e-6)
    assert (view.grid(3)[:3] == view.grid(3)[3:6]).all()
