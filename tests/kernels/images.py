"""Convolutions of images by loops over taps, in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.kernels.desk import normal


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
