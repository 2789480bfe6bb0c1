"""Convolutions against loops over taps in float64: strides, padding, dilation, groups; sizes below, at and above the registers' width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kernels import convolution as kernels
from tests.kernels.desk import normal, relative_error, run


@dataclass(frozen=True)
class Case:
    """Sizes of one convolution."""

    rows: int
    height: int
    width: int
    channels: int
    filters: int
    kernel: tuple[int, int] = (3, 3)
    stride: int = 1
    dilation: int = 1
    padding: tuple[int, int] = (0, 0)  # before and behind; both axes
    groups: int = 1

    @property
    def output(self) -> tuple[int, int]:
        reach = [(k - 1) * self.dilation + 1 for k in self.kernel]
        down, across = ((size + sum(self.padding) - r) // self.stride + 1 for size, r in zip((self.height, self.width), reach, strict=True))
        return down, across

    @property
    def sizes(self) -> tuple[int, ...]:
        before = self.padding[0]
        return (
            *(self.rows, self.height, self.width, self.channels, *self.output, self.filters, *self.kernel),
            *(self.stride, self.dilation, before, before, self.groups),
        )

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        x = normal(self.rows, self.height, self.width, self.channels)
        w = normal(*self.kernel, self.channels // self.groups, self.filters, seed=1)
        return x, w, normal(self.filters, seed=2), normal(self.rows, *self.output, self.filters, seed=3)

    def windows(self) -> list[tuple[tuple[int, int], tuple[slice, slice]]]:
        """Each tap and the places of the padded image that it sees."""
        down, across = self.output
        starts = [(a, b) for a in range(self.kernel[0]) for b in range(self.kernel[1])]
        span = [(a * self.dilation, b * self.dilation) for a, b in starts]
        cuts = [
            (slice(y, y + (down - 1) * self.stride + 1, self.stride), slice(x, x + (across - 1) * self.stride + 1, self.stride))
            for y, x in span
        ]
        return list(zip(starts, cuts, strict=True))

    def padded(self, x: np.ndarray) -> np.ndarray:
        return np.pad(x, ((0, 0), self.padding, self.padding, (0, 0)))

    def split(self, array: np.ndarray) -> list[np.ndarray]:
        """The channels (or filters) of each group."""
        return np.split(array, self.groups, axis=-1)

    def forward(self, x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
        parts = zip(self.split(self.padded(x)), self.split(w), strict=True)
        return np.concatenate([sum(px[:, v, h] @ pw[tap] for tap, (v, h) in self.windows()) for px, pw in parts], axis=-1) + b

    def backward(self, x: np.ndarray, w: np.ndarray, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of x and w."""
        of_x, of_w = [], []
        for px, pw, py in zip(self.split(self.padded(x)), self.split(w), self.split(dy), strict=True):
            dx, dw = np.zeros(px.shape), np.zeros(pw.shape)
            for tap, (v, h) in self.windows():
                dw[tap] = np.einsum("nijc,nijf->cf", px[:, v, h], py)
                dx[:, v, h] += py @ pw[tap].T
            of_x.append(dx[:, self.padding[0] :, self.padding[0] :][:, : self.height, : self.width])
            of_w.append(dw)
        return np.concatenate(of_x, axis=-1), np.concatenate(of_w, axis=-1)


CASES = [
    Case(1, 1, 1, 1, 1, kernel=(1, 1)),
    Case(3, 5, 4, 1, 8, padding=(1, 1)),
    Case(2, 6, 7, 8, 16, padding=(1, 1)),
    Case(7, 4, 5, 3, 10, padding=(1, 1)),
    Case(1, 7, 7, 2, 33, kernel=(5, 5), padding=(2, 2)),
    Case(9, 6, 6, 9, 17, kernel=(5, 5), padding=(2, 2)),
    Case(5, 8, 9, 5, 7, stride=2, padding=(0, 1)),
    Case(2, 11, 9, 4, 3, stride=3, dilation=2, padding=(2, 2)),
    Case(2, 9, 9, 1, 4, stride=2, dilation=2, padding=(1, 2)),
    Case(2, 12, 13, 2, 2, stride=4, dilation=3, padding=(3, 3)),
    Case(2, 5, 5, 1, 2, kernel=(1, 1), stride=3),
    Case(3, 5, 6, 6, 8, padding=(1, 1), groups=2),
    Case(2, 5, 6, 12, 40, padding=(1, 1), groups=2),
    Case(2, 5, 6, 6, 12, dilation=2, padding=(2, 2), groups=6),
    Case(3, 1, 9, 5, 6, kernel=(1, 4)),
    Case(1, 2, 2, 2, 3, kernel=(5, 5), padding=(2, 2)),
    Case(1, 2, 2, 4, 3, kernel=(11, 11), padding=(5, 5)),
    Case(2, 3, 150, 1, 2, kernel=(2, 3)),
]


@pytest.mark.parametrize("case", CASES)
def test_forward(case: Case) -> None:
    x, w, b, y = case.arrays()
    scratch = np.zeros(kernels.scratch_places(case.sizes))
    *_, ours, _ = run(kernels.convolution_forward, *case.sizes, x, w, b, np.full(y.shape, np.nan), scratch)
    assert relative_error(ours, case.forward(x, w, b)) < 2e-6


@pytest.mark.parametrize("case", CASES)
def test_backward_adds(case: Case) -> None:
    x, w, b, dy = case.arrays()
    scratch, unread = np.zeros(kernels.scratch_places(case.sizes)), np.full(dy.shape, np.nan)
    before = normal(*x.shape, seed=4), normal(*w.shape, seed=5), normal(*b.shape, seed=6)
    *_, dx, dw, db, _, _ = run(kernels.convolution_backward, *case.sizes, x, w, b, unread, *before, dy, scratch)
    of_x, of_w = case.backward(x, w, dy)
    assert relative_error(dx, before[0] + of_x) < 2e-6
    assert relative_error(dw, before[1] + of_w) < 2e-6
    assert relative_error(db, before[2] + dy.sum(axis=(0, 1, 2))) < 2e-6


def test_backward_without_a_gradient_of_the_input() -> None:
    case = Case(2, 4, 4, 3, 5, padding=(1, 1))
    x, w, b, dy = case.arrays()
    scratch = np.zeros(kernels.scratch_places(case.sizes))
    *_, dw, _, _, _ = run(kernels.convolution_backward, *case.sizes, x, w, b, dy, None, np.zeros(w.shape), b, dy, scratch)
    assert relative_error(dw, case.backward(x, w, dy)[1]) < 2e-6


def test_nan_reaches_the_windows_that_see_it() -> None:
    case = Case(2, 5, 5, 1, 8, padding=(1, 1))
    x, w, b, y = case.arrays()
    x[1, 1, 3, 0] = np.nan
    *_, ours, _ = run(kernels.convolution_forward, *case.sizes, x, w, b, y, np.zeros(kernels.scratch_places(case.sizes)))
    seen = np.zeros(y.shape, bool)
    seen[1, 0:3, 2:5] = True
    np.testing.assert_array_equal(np.isnan(ours), seen)
