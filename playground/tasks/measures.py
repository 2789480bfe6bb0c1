"""How far generated rows are from real ones: divergences on a grid, modes that are covered, and whether all have become alike."""

from __future__ import annotations

import numpy as np

from playground.data.dataset import Modes
from playground.data.plane import REACH

CELLS = 30  # of the grid, a side
SKEW = 0.99  # the Kullback-Leibler divergence is taken from a mixture, so that a cell where nothing was generated leaves it finite
COVERED = 0.01  # of the samples must lie near a mode that counts as covered
NEAR = 3.0  # deviations
PAIRS = 200  # rows whose distances are looked at


def shares(points: np.ndarray) -> np.ndarray:
    """The share of points (n, 2) in each cell of the plane; what lies outside counts in the nearest cell."""
    places = (points.astype(np.float32) + np.float32(REACH)) * np.float32(CELLS / (2 * REACH))
    cells = np.fmin(np.fmax(places, 0), CELLS - 1).astype(np.intp)  # fmax: what is not a number counts as 0
    counts = np.bincount(cells[:, 1] * CELLS + cells[:, 0], minlength=CELLS * CELLS)
    return counts / max(1, len(points))


def divergences(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    """Of shares: "kl", skewed by a hundredth (Lee 1999), and "js" (Lin 1991), both in nats; 0 when they are the same."""
    middle = 0.5 * (real + fake)
    return {
        "kl": relative_entropy(real, SKEW * fake + (1 - SKEW) * real),
        "js": 0.5 * relative_entropy(real, middle) + 0.5 * relative_entropy(fake, middle),
    }


def relative_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """Sum of p ln(p / q); q is more than 0 wherever p is."""
    inside = p > 0
    return float((p[inside] * np.log(p[inside] / q[inside])).sum())


def coverage(points: np.ndarray, modes: Modes) -> tuple[int, float]:
    """How many modes have at least a hundredth of the points within three deviations, and the share of points that are near any mode."""
    x, y = points.astype(np.float32).T[:, :, None]
    centres = modes.centres.astype(np.float32)
    squares = (x - centres[:, 0]) ** 2 + (y - centres[:, 1]) ** 2
    nearest = squares.argmin(axis=1)
    near = squares.min(axis=1) <= (NEAR * modes.deviation) ** 2
    counts = np.bincount(nearest[near], minlength=len(modes.centres))
    return int((counts >= COVERED * len(points)).sum()), float(near.mean())


def spread(rows: np.ndarray) -> float:
    """The mean distance of two rows, each beside the one half of the rows further on."""
    few = rows[: 2 * PAIRS].astype(np.float64)
    half = len(few) // 2
    return float(np.linalg.norm(few[:half] - few[half : 2 * half], axis=1).mean()) if half else 0.0
