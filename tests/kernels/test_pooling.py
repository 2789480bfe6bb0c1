"""Pooling against loops over windows in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kernels import pooling as kernels
from tests.kernels.desk import normal, relative_error, run


@dataclass(frozen=True)
class Case:
    """Sizes of one pooling."""

    rows: int
    height: int
    width: int
    channels: int
    window: int = 2
    stride: int = 2
    padding: int = 0  # before and behind; both axes

    @property
    def output(self) -> tuple[int, int]:
        down, across = ((size + 2 * self.padding - self.window) // self.stride + 1 for size in (self.height, self.width))
        return down, across

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.rows, self.height, self.width, self.channels, *self.output, self.window, self.stride, self.padding, self.padding

    def windows(self, x: np.ndarray, outside: float) -> np.ndarray:
        """A view (rows, output height, output width, channels, window, window) of a padded copy."""
        edge = (self.padding, self.padding)
        padded = np.pad(x, ((0, 0), edge, edge, (0, 0)), constant_values=outside)
        slid = np.lib.stride_tricks.sliding_window_view(padded, (self.window, self.window), axis=(1, 2))
        return slid[:, :: self.stride, :: self.stride]

    def spread(self, shares: np.ndarray) -> np.ndarray:
        """Numbers in windows, added up where the windows lie."""
        padded = np.zeros((self.rows, self.height + 2 * self.padding, self.width + 2 * self.padding, self.channels))
        for u in range(self.output[0]):
            for v in range(self.output[1]):
                y, x = u * self.stride, v * self.stride
                padded[:, y : y + self.window, x : x + self.window] += shares[:, u, v].transpose(0, 2, 3, 1)
        return padded[:, self.padding :, self.padding :][:, : self.height, : self.width]


CASES = [
    Case(1, 1, 1, 1, window=1, stride=1),
    Case(2, 4, 6, 8),
    Case(3, 5, 7, 3),
    Case(2, 7, 6, 17, window=3),
    Case(1, 6, 7, 9, window=3, stride=1, padding=1),
    Case(2, 5, 5, 1, window=4, stride=3, padding=2),
    Case(2, 7, 7, 16, window=2, stride=5),
    Case(2, 4, 5, 24, padding=1),
    Case(1, 5, 4, 12),
]


@pytest.mark.parametrize("case", CASES)
def test_largest(case: Case) -> None:
    x = normal(case.rows, case.height, case.width, case.channels)
    y = np.full((case.rows, *case.output, case.channels), np.nan)
    _, ours, winners = run(kernels.max_pooling_forward, *case.sizes, x, y, y)
    theirs = case.windows(x, -np.inf).reshape(*y.shape, -1)
    np.testing.assert_array_equal(ours, theirs.max(axis=-1).astype(np.float32))
    np.testing.assert_array_equal(winners, theirs.argmax(axis=-1))


@pytest.mark.parametrize("case", CASES)
def test_largest_backward_adds(case: Case) -> None:
    x, before = normal(case.rows, case.height, case.width, case.channels), normal(case.rows, case.height, case.width, case.channels, seed=1)
    dy = normal(case.rows, *case.output, case.channels, seed=2)
    taps = case.windows(x, -np.inf).reshape(*dy.shape, -1)
    winners = taps.argmax(axis=-1)
    *_, dx, _, _ = run(kernels.max_pooling_backward, *case.sizes, x, dy, before, dy, winners.astype(np.float64))
    shares = np.where(np.arange(taps.shape[-1]) == winners[..., None], dy[..., None], 0)
    assert relative_error(dx, before + case.spread(shares.reshape(*dy.shape, case.window, case.window))) < 1e-6


@pytest.mark.parametrize("case", CASES)
def test_mean(case: Case) -> None:
    x = normal(case.rows, case.height, case.width, case.channels)
    *_, ours = run(kernels.average_pooling_forward, *case.sizes, x, np.full((case.rows, *case.output, case.channels), np.nan))
    counts = case.windows(np.ones(x.shape), 0).sum(axis=(-2, -1))
    assert relative_error(ours, case.windows(x, 0).sum(axis=(-2, -1)) / counts) < 1e-6


@pytest.mark.parametrize("case", CASES)
def test_mean_backward_adds(case: Case) -> None:
    x, before = normal(case.rows, case.height, case.width, case.channels), normal(case.rows, case.height, case.width, case.channels, seed=1)
    dy = normal(case.rows, *case.output, case.channels, seed=2)
    *_, dx, _ = run(kernels.average_pooling_backward, *case.sizes, x, dy, before, dy)
    inside = case.windows(np.ones(x.shape), 0)
    shares = dy[..., None, None] * inside / inside.sum(axis=(-2, -1), keepdims=True)
    assert relative_error(dx, before + case.spread(shares)) < 1e-6


def shares(size: int, windows: int) -> np.ndarray:
    """(windows, size): what of an axis each adaptive window reaches over."""
    places, i = np.arange(size), np.arange(windows)[:, None]
    return (places >= i * size // windows) & (places < -(-(i + 1) * size // windows))


ADAPTIVE = [((1, 1, 1, 1), (1, 1)), ((2, 7, 5, 3), (3, 2)), ((1, 8, 6, 17), (4, 6)), ((2, 3, 4, 8), (5, 7)), ((3, 9, 8, 16), (1, 3))]


@pytest.mark.parametrize(("shape", "output"), ADAPTIVE)
def test_largest_of_adaptive_windows(shape: tuple[int, ...], output: tuple[int, int]) -> None:
    x, dy, before = normal(*shape), normal(shape[0], *output, shape[3], seed=1), normal(*shape, seed=2)
    sizes = *shape, *output, 0, 0, 0, 0
    _, y, winners = run(kernels.max_pooling_forward, *sizes, x, np.full(dy.shape, np.nan), np.full(dy.shape, np.nan))
    *_, dx, _, _ = run(kernels.max_pooling_backward, *sizes, x, y, before, dy, winners)
    for u, rows in enumerate(shares(shape[1], output[0])):
        for v, columns in enumerate(shares(shape[2], output[1])):
            window = np.where((rows[:, None] & columns)[None, :, :, None], x, -np.inf)
            largest = window.max(axis=(1, 2), keepdims=True)
            np.testing.assert_array_equal(y[:, u, v], largest[:, 0, 0].astype(np.float32))
            before = before + np.where(window == largest, dy[:, u, v][:, None, None], 0)
    assert relative_error(dx, before) < 1e-6


@pytest.mark.parametrize(("shape", "output"), ADAPTIVE)
def test_mean_of_adaptive_windows(shape: tuple[int, ...], output: tuple[int, int]) -> None:
    x, dy, before = normal(*shape), normal(shape[0], *output, shape[3], seed=1), normal(*shape, seed=2)
    sizes = *shape, *output, 0, 0, 0, 0
    _, y = run(kernels.average_pooling_forward, *sizes, x, np.full(dy.shape, np.nan))
    *_, dx, _ = run(kernels.average_pooling_backward, *sizes, x, y, before, dy)
    down, across = (part / part.sum(axis=1, keepdims=True) for part in map(shares, shape[1:3], output))
    assert relative_error(y, np.einsum("uy,vx,nyxc->nuvc", down, across, x)) < 1e-6
    assert relative_error(dx, before + np.einsum("uy,vx,nuvc->nyxc", down, across, dy)) < 1e-6


def test_the_first_wins_a_tie_and_nan_wins_over_all() -> None:
    x = np.array([[1, 1, 0, np.nan, -np.inf, -np.inf, np.nan, np.inf], [1, 0, 2, 5, -np.inf, -np.inf, 0, np.nan]]).reshape(1, 2, 8, 1)
    _, y, winners = run(kernels.max_pooling_forward, 1, 2, 8, 1, 1, 4, 2, 2, 0, 0, x, np.zeros((1, 1, 4, 1)), np.zeros((1, 1, 4, 1)))
    np.testing.assert_array_equal(y.ravel(), [1, np.nan, -np.inf, np.nan])
    np.testing.assert_array_equal(winners.ravel(), [0, 1, 0, 3])


@pytest.mark.parametrize(("rows", "pixels", "channels"), [(1, 1, 1), (3, 6, 8), (2, 49, 19)])
def test_mean_of_everything(rows: int, pixels: int, channels: int) -> None:
    x, before, dy = normal(rows, pixels, channels), normal(rows, pixels, channels, seed=1), normal(rows, channels)
    _, y = run(kernels.global_pooling_forward, rows, pixels, channels, x, np.full((rows, channels), np.nan))
    assert relative_error(y, x.mean(axis=1)) < 1e-6
    *_, dx, _ = run(kernels.global_pooling_backward, rows, pixels, channels, x, y, before, dy)
    assert relative_error(dx, before + dy[:, None] / pixels) < 1e-6


def test_nobody_needs_the_gradient() -> None:
    case, dy = Case(1, 4, 4, 3), normal(1, 2, 2, 3)
    x = normal(1, 4, 4, 3)
    run(kernels.max_pooling_backward, *case.sizes, x, dy, None, dy, dy)
    run(kernels.average_pooling_backward, *case.sizes, x, dy, None, dy)
    run(kernels.global_pooling_backward, 1, 4, 3, x[:, :, 0], dy[:, 0, 0], None, dy[:, 0, 0])
