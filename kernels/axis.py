"""What a gathering (kernels/gathering.py) sees along one side of an image."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types

from kernels.tile import INT, inlined, inside


class Axis(NamedTuple):
    """What targets see of sources along one axis.

    Target first + t step, t below `targets`, sees sources t stride + offset + k spacing, k below taps. In the kernel, k is the tap
    first_tap + k tap_step.
    """

    first: np.int64
    step: np.int64
    targets: np.int64
    stride: np.int64
    offset: np.int64
    spacing: np.int64
    taps: np.int64
    first_tap: np.int64
    tap_step: np.int64


@inlined
def forward_axis(taps, stride, dilation, padding, targets):
    """The axis, when the target is a convolution's output."""
    zero, one = np.int64(0), np.int64(1)
    return Axis(zero, one, targets, stride, -padding, dilation, taps, zero, one)


@inlined
def backward_axis(remainder, taps, stride, dilation, padding, size):
    """The axis, when the target is a convolution's input: those of its places that are `remainder` beyond a multiple of the stride."""
    step = np.int64(1)
    while step * dilation % stride != 0:
        step += 1
    tap = taps - 1
    while tap >= 0 and (remainder + padding - tap * dilation) % stride != 0:
        tap -= 1
    count = (size - remainder + stride - 1) // stride
    offset, spacing, taps_seen = (remainder + padding - tap * dilation) // stride, dilation * step // stride, (tap + step) // step
    return Axis(remainder, stride, count, np.int64(1), offset, spacing, taps_seen, tap, -step)


@inlined
def sharing(axis, together):
    """The axis, when so many neighbouring targets, whose taps lie side by side, count as one."""
    taps, stride = axis.taps + (together - 1) * axis.stride, axis.stride * together
    step, targets = axis.step * together, axis.targets // together
    return Axis(axis.first, step, targets, stride, axis.offset, axis.spacing, taps, axis.first_tap, axis.tap_step)


@inlined
def alike(axis, target, size):
    """The first tap that a target sees of a source of that size, how many, and for how many targets from there on this holds.

    Those that see all their taps are counted together, others alone.
    """
    position = axis.offset + target * axis.stride
    tap, seen = inside(position, axis.spacing, axis.taps, size)
    room = size - 1 - position - (axis.taps - 1) * axis.spacing  # beyond the last tap
    return tap, seen, max(1, min(axis.targets - target, room // axis.stride + 1)) if seen == axis.taps else 1


AXIS = types.NamedUniTuple(INT, 9, Axis)
