"""Larger images against matrices of weights in float64."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import resize as kernels
from tests.kernels.desk import normal, relative_error, run

SIZES = [(1, 1, 1, 1, 1), (2, 3, 4, 5, 2), (1, 2, 1, 9, 3), (3, 4, 2, 1, 8)]
PAIRS = {
    "nearest": (kernels.nearest_forward, kernels.nearest_backward),
    "bilinear": (kernels.bilinear_forward, kernels.bilinear_backward),
}


def weights(method: str, size: int, factor: int) -> np.ndarray:
    """(size factor, size): what each new place takes of the old ones along one axis."""
    if method == "nearest":
        return np.eye(size).repeat(factor, axis=0)
    places = np.clip((np.arange(size * factor) + 0.5) / factor - 0.5, 0, size - 1)
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(size)))


@pytest.mark.parametrize("method", PAIRS)
@pytest.mark.parametrize("sizes", SIZES)
def test_forward_and_backward(method: str, sizes: tuple[int, int, int, int, int]) -> None:
    rows, height, width, channels, factor = sizes
    forward, backward = PAIRS[method]
    x, before = normal(rows, height, width, channels), normal(rows, height, width, channels, seed=1)
    dy = normal(rows, height * factor, width * factor, channels)
    down, across = weights(method, height, factor), weights(method, width, factor)
    _, y = run(forward, *sizes, x, np.full(dy.shape, np.nan))
    assert relative_error(y, np.einsum("uh,vw,nhwc->nuvc", down, across, x)) < 1e-6
    *_, dx, _ = run(backward, *sizes, x, y, before, dy)
    assert relative_error(dx, before + np.einsum("uh,vw,nuvc->nhwc", down, across, dy)) < 1e-6
    run(backward, *sizes, x, y, None, dy)
