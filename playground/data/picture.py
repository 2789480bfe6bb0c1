"""The output picture's plane: how two coordinates become raw inputs, and raw inputs coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.data.dataset import Axis, DataError, DataSet, fitted, listing

Mode = Literal["plane", "pair", "principal", "curve"]


@dataclass(frozen=True, eq=False)
class Picture:
    """A plane through the space of inputs: raw = origin + coordinates @ spread, and coordinates = (raw - origin) @ gather.

    A "plane" is the data itself, a "pair" two of its inputs with the others at their median, "principal" the first two principal
    components. With a single input it is a "curve": the second coordinate is the target, and moves no input.
    """

    mode: Mode
    x: Axis
    y: Axis
    origin: np.ndarray  # (inputs,)
    spread: np.ndarray  # (2, inputs)
    gather: np.ndarray  # (inputs, 2)

    def grid(self, size: int) -> np.ndarray:
        """Raw inputs (size * size, inputs) of the picture's points, row by row from the top, at the middle of each pixel."""
        steps = (np.arange(size) + 0.5) / size
        x = self.x.low + (self.x.high - self.x.low) * steps
        y = self.y.high - (self.y.high - self.y.low) * steps
        coordinates = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        raw: np.ndarray = self.origin + coordinates @ self.spread
        return raw

    def points(self, dataset: DataSet) -> np.ndarray:
        """Coordinates (n, 2) of all rows, float32."""
        coordinates: np.ndarray = (dataset.raw - self.origin) @ self.gather
        if self.mode == "curve":
            coordinates[:, 1] = dataset.unscaled(dataset.y[:, 0])
        return coordinates.astype(np.float32)


def picture(dataset: DataSet, axes: tuple[str, str] | None = None) -> Picture:
    """The picture over two named inputs, or the data's own. Raises DataError for names that are no two inputs, and rows with a shape."""
    if dataset.shape:
        what = "picture" if dataset.image else "sequence"
        raise DataError(f"Each row here is a {what} itself, so there is no plane to draw. Choose points or a table for that.")
    if len(dataset.inputs) == 1:
        return curve(dataset)
    if axes is not None:
        return pair(dataset, axes, "pair")
    if len(dataset.inputs) == 2:
        names = (dataset.inputs[0].name, dataset.inputs[1].name)
        return pair(dataset, names, "plane")
    return principal(dataset)


def pair(dataset: DataSet, axes: tuple[str, str], mode: Mode) -> Picture:
    """Two inputs; the others stay at their median."""
    names = [axis.name for axis in dataset.inputs]
    if axes[0] == axes[1] or not set(axes) <= set(names):
        raise DataError(f"The picture cannot be drawn over {axes[0]!r} and {axes[1]!r}. Choose two different ones of: {listing(names)}.")
    places = [names.index(name) for name in axes]
    spread = np.eye(len(names))[places]
    origin = np.array([axis.middle for axis in dataset.inputs])
    origin[places] = 0
    return Picture(mode, dataset.inputs[places[0]], dataset.inputs[places[1]], origin, spread, spread.T)


def principal(dataset: DataSet) -> Picture:
    """The first two principal components of the standardised inputs, found on the training rows alone (Pearson 1901)."""
    rows = dataset.raw[dataset.train]
    fits = [fitted(rows[:, i]) for i in range(rows.shape[1])]
    mean, scale = np.array(fits).T
    standard = (rows - mean) / scale
    _, vectors = np.linalg.eigh(standard.T @ standard)
    components = vectors[:, [-1, -2]].T
    # An eigenvector's sign is arbitrary: fix it, so that the picture is the same on every machine.
    components *= np.sign(components[[0, 1], np.abs(components).argmax(axis=1)])[:, None]
    gather = components.T / scale[:, None]
    x, y = ((dataset.raw - mean) @ gather).T
    return Picture(
        "principal", Axis.over("pc1", "1st component", x), Axis.over("pc2", "2nd component", y), mean, components * scale, gather
    )


def curve(dataset: DataSet) -> Picture:
    """One input to the right, the target upwards."""
    target = Axis.over(dataset.targets[0], dataset.targets[0], dataset.unscaled(dataset.y[:, 0]))
    return Picture("curve", dataset.inputs[0], target, np.zeros(1), np.array([[1.0], [0.0]]), np.array([[1.0, 0.0]]))
