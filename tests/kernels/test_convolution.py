"""Convolutions against loops over taps in float64: strides, padding, dilation, groups; sizes below, at and above the registers' width."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import convolution as kernels
from kernels.simd import WIDTH
from tests.kernels.desk import normal, relative_error, run
from tests.kernels.images import Case

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
    Case(2, 7, 28, 1, 8, kernel=(5, 5), padding=(2, 2)),
    Case(2, 6, 10, 1, 6, kernel=(5, 5), padding=(2, 2)),
    Case(2, 5, 36, 1, 7, kernel=(4, 3), padding=(0, 2)),
    Case(3, 6, 8, 8, 1, kernel=(3, 5), padding=(2, 2)),
    Case(2, 4, 6, 5, 1, padding=(1, 1)),
    Case(2, 4, 6, 1, 4, padding=(1, 1)),
    Case(2, 2, 6, 1, 8, padding=(3, 3)),
    Case(2, 6, 30, 1, 3, stride=2, padding=(1, 1)),
    Case(2, 5, 17, 17, 35, padding=(1, 1)),
    Case(1, 9, 40, 16, 9, dilation=2, padding=(2, 2)),
    Case(2, 4, 16, 40, 68, padding=(1, 1), groups=2),
    Case(2, 6, 30, 5, 16, kernel=(5, 5), padding=(2, 2)),
    Case(2, 7, 20, 3, 13, kernel=(5, 5)),
    Case(2, 3, 2, 9, 16, kernel=(5, 5), padding=(4, 4)),
    Case(2, 8, 33, 4, 32, padding=(2, 2)),
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


def test_an_image_has_the_same_bits_alone_and_among_others() -> None:
    case = Case(5, 6, 29, 3, 10, padding=(1, 1))
    x, w, b, y = case.arrays()
    scratch = np.zeros(kernels.scratch_places(case.sizes))
    *_, together, _ = run(kernels.convolution_forward, *case.sizes, x, w, b, y, scratch)
    *_, alone, _ = run(kernels.convolution_forward, 1, *case.sizes[1:], x[3:4], w, b, y[3:4], scratch)
    np.testing.assert_array_equal(alone[0], together[3])


@pytest.mark.parametrize("taps", [3, 5])
def test_pixels_in_pairs_have_the_same_bits_as_in_tiles(taps: int) -> None:
    even, odd = (Case(2, 7, width, 1, WIDTH // 2, kernel=(taps, taps)) for width in (14 + taps - 1, 13 + taps - 1))
    x, w, b, y = even.arrays()
    *_, in_pairs, _ = run(kernels.convolution_forward, *even.sizes, x, w, b, y, np.zeros(kernels.scratch_places(even.sizes)))
    narrow, short = x[:, :, :-1], y[:, :, :-1]
    *_, in_tiles, _ = run(kernels.convolution_forward, *odd.sizes, narrow, w, b, short, np.zeros(kernels.scratch_places(odd.sizes)))
    np.testing.assert_array_equal(in_pairs[:, :, :-1], in_tiles)


@pytest.mark.parametrize("taps", [3, 5])
def test_pixels_have_the_same_bits_in_lines_of_any_length(taps: int) -> None:
    long, short = (Case(2, 6, width + taps - 1, 3, WIDTH, kernel=(taps, taps)) for width in (37, 9))
    x, w, b, y = long.arrays()
    *_, in_long, _ = run(kernels.convolution_forward, *long.sizes, x, w, b, y, np.zeros(kernels.scratch_places(long.sizes)))
    narrow, part = x[:, :, : short.width], y[:, :, :9]
    *_, in_short, _ = run(kernels.convolution_forward, *short.sizes, narrow, w, b, part, np.zeros(kernels.scratch_places(short.sizes)))
    np.testing.assert_array_equal(in_long[:, :, :9], in_short)


def test_backward_without_a_gradient_of_the_input() -> None:
    case = Case(2, 4, 4, 3, 5, padding=(1, 1))
    x, w, b, dy = case.arrays()
    scratch = np.zeros(kernels.scratch_places(case.sizes))
    *_, dw, _, _, _ = run(kernels.convolution_backward, *case.sizes, x, w, b, dy, None, np.zeros(w.shape), b, dy, scratch)
    assert relative_error(dw, case.backward(x, w, dy)[1]) < 2e-6


@pytest.mark.parametrize(("width", "filters"), [(5, 8), (6, 8), (6, 16), (13, 32)])
def test_nan_reaches_the_windows_that_see_it(width: int, filters: int) -> None:
    case = Case(2, 5, width, 1, filters, padding=(1, 1))
    x, w, b, y = case.arrays()
    x[1, 1, 3, 0] = np.nan
    *_, ours, _ = run(kernels.convolution_forward, *case.sizes, x, w, b, y, np.zeros(kernels.scratch_places(case.sizes)))
    seen = np.zeros(y.shape, bool)
    seen[1, 0:3, 2:5] = True
    np.testing.assert_array_equal(np.isnan(ours), seen)


@pytest.mark.parametrize("case", [case for case in CASES if case.groups == 1])
def test_transposed_forward_is_backward(case: Case) -> None:
    x, w, _, dy = case.arrays()
    bias = normal(case.channels, seed=7)
    sizes = transposed_sizes(case)
    scratch = np.zeros(kernels.scratch_places(sizes))
    turned = w.transpose(0, 1, 3, 2)
    *_, ours, _ = run(kernels.transposed_forward, *sizes, dy, turned, bias, np.full(x.shape, np.nan), scratch)
    assert relative_error(ours, case.backward(x, w, dy)[0] + bias) < 2e-6


@pytest.mark.parametrize("case", [case for case in CASES if case.groups == 1])
def test_transposed_backward_is_forward(case: Case) -> None:
    x, w, b, dy = case.arrays()
    before = normal(*dy.shape, seed=4), normal(*w.shape, seed=5), normal(case.channels, seed=6)
    sizes = transposed_sizes(case)
    scratch, turned = np.zeros(kernels.scratch_places(sizes)), (0, 1, 3, 2)
    given = dy, w.transpose(turned), np.full(case.channels, np.nan), np.full(x.shape, np.nan)
    *_, of_dy, dw, db, _, _ = run(
        kernels.transposed_backward, *sizes, *given, before[0], before[1].transpose(turned), before[2], x, scratch
    )
    assert relative_error(of_dy, before[0] + case.forward(x, w, b) - b) < 2e-6
    assert relative_error(dw, (before[1] + case.backward(x, w, dy)[1]).transpose(turned)) < 2e-6
    assert relative_error(db, before[2] + x.sum(axis=(0, 1, 2))) < 2e-6


def transposed_sizes(case: Case) -> tuple[int, ...]:
    """Sizes of the transposed convolution that takes the case's output back to its input."""
    rows, height, width, channels, down, across, filters, *window = case.sizes
    return rows, down, across, filters, height, width, channels, *window
