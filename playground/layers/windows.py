"""How the windows of convolutions and pooling lie on an image: what both have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from playground.engine.graph import ShapeError, Tensor

Padding = Literal["same", "valid"]


@dataclass(frozen=True)
class Axis:
    """Windows along one axis: how many there are, and how many places the first begins before the image."""

    size: int
    taps: int
    count: int
    before: int


@dataclass(frozen=True)
class Window:
    """Which pixels make one of the output: pixel u begins at u stride - before (down, across); its taps are `dilation` apart."""

    taps: tuple[int, int]
    stride: int
    dilation: int
    before: tuple[int, int]
    groups: int

    def scene(self) -> dict[str, Any]:
        """As the stage reads it."""
        return vars(self)


def window_of(down: Axis, across: Axis, stride: int, dilation: int = 1, groups: int = 1) -> Window:
    """The window that lies so along both axes."""
    return Window((down.taps, across.taps), stride, dilation, (down.before, across.before), groups)


def reach(taps: int, dilation: int) -> int:
    """How many places a window spans."""
    return (taps - 1) * dilation + 1


def lay(size: int, taps: int, stride: int, dilation: int, padding: str) -> Axis:
    """Windows along an axis of that size.

    "valid" keeps them inside. "same" makes as many as the stride leaves of the size, half of the padding before it, the larger half
    behind (as TensorFlow does). "causal" lets a window end at its own place: all padding lies before.
    """
    span = reach(taps, dilation)
    if padding == "valid":
        return Axis(size, taps, max(0, (size - span) // stride + 1), 0)
    count = -(-size // stride)
    missing = max(0, (count - 1) * stride + span - size)
    return Axis(size, taps, count, span - 1 if padding == "causal" else missing // 2)


def image_axes(title: str, x: Tensor, taps: int, stride: int, dilation: int, padding: str) -> tuple[Axis, Axis]:
    """The windows' rows and columns on an image. Raises ShapeError when x is none, or smaller than a window."""
    want_image(title, x)
    down, across = (lay(size, taps, stride, dilation, padding) for size in x.shape[:2])
    if down.count < 1 or across.count < 1:
        span = reach(taps, dilation)
        raise ShapeError(
            f"{title} has windows of {span} x {span} pixels, and the image has only {x.shape[0]} x {x.shape[1]}. "
            f'Make the window smaller, or the padding "same".'
        )
    return down, across


def want_image(title: str, x: Tensor) -> None:
    """Raise ShapeError when x is not an image."""
    if x.rank != 3:
        raise ShapeError(f"{title} needs an image (height, width, channels), got {x.shape}. Put a Reshape before it.")
