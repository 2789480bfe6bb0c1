"""One kernel on a memory of its own, in which every array has a margin: reading there brings NaN, writing there is noticed."""

from __future__ import annotations

import numpy as np

from kernels.kernel import address, execute

NO_DATA = np.zeros(1, np.float32)
MARGIN = 9  # places; odd, so that nothing is aligned by chance
FIRST = 16  # the engine's own line comes before

Operand = int | np.ndarray | None


def run(kernel: object, *operands: Operand, times: int = 1) -> list[np.ndarray]:
    """Execute `kernel` with sizes (int), arrays, and -1 for None; returns the arrays afterwards, in order.

    Arrays of whole numbers keep their bits (64 of them take two places), others become float32.
    """
    arrays = [operand for operand in operands if isinstance(operand, np.ndarray)]
    words = [array if array.dtype.kind in "iu" else array.astype(np.float32) for array in arrays]
    offsets, size = [], FIRST + MARGIN
    for array in words:
        offsets.append(size)
        size += array.nbytes // 4 + MARGIN
    memory = np.full(size, np.nan, np.float32)
    memory[0] = 0
    places = [memory[offset : offset + array.nbytes // 4] for offset, array in zip(offsets, words, strict=True)]
    for place, array in zip(places, words, strict=True):
        place[:] = array.ravel().view(np.float32)
    remaining = iter(offsets)
    row = [next(remaining) if isinstance(operand, np.ndarray) else -1 if operand is None else operand for operand in operands]
    table = np.zeros((1, 32), np.int64)
    table[0, : len(row)] = row
    assert execute(np.array([address(kernel)]), table, memory, NO_DATA, times) == times
    results = [place.copy().view(array.dtype).reshape(array.shape) for place, array in zip(places, words, strict=True)]
    for place in places:
        place[:] = np.nan
    assert np.isnan(memory[1:]).all(), "the kernel wrote beside its arrays"
    return results


def normal(*shape: int, seed: int = 0, scale: float = 1.0) -> np.ndarray:
    """Normal numbers, as float32 can hold them, in float64."""
    return np.random.default_rng([seed, *shape]).normal(0, scale, shape).astype(np.float32).astype(np.float64)


def slope(function, x: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """The derivative of an element-wise float64 function, by central differences."""
    return (function(x + step) - function(x - step)) / (2 * step)


def relative_error(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference, measured by the largest number."""
    return float(np.abs(ours - theirs).max(initial=0) / (np.abs(theirs).max(initial=0) + 1e-30))
