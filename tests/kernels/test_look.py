"""What the screen is sent, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import look
from tests.kernels.test_memory import run


@pytest.mark.parametrize(("side", "stride", "units", "which"), [(4, 1, 1, [0]), (4, 2, 3, [0, 1, 2]), (20, 2, 5, [4, 1]), (6, 3, 2, [1])])
def test_tiles(side: int, stride: int, units: int, which: list[int]) -> None:
    rng = np.random.default_rng(0)
    memory = np.zeros(8192, np.float32)
    answers = memory[64 : 64 + side * side * units].reshape(side * side, units)
    answers[:] = rng.normal(size=answers.shape)
    answers[0, which[0]] = np.nan
    shown, tile = len(which), side // stride
    memory[16 : 16 + shown].view(np.int32)[:] = which
    memory[32:35] = (0.6, -0.9, 1.2)
    codes, means, flat = 4096, 6000, 6016
    run(look.tiles, memory, (side, stride, units, shown, 64, 16, 32, 33, 34, codes, means, flat))
    picked = answers.reshape(side, side, units)[::stride, ::stride][..., which].transpose(2, 0, 1)
    with np.errstate(invalid="ignore"):
        expected = np.where(np.isnan(picked), 255, np.floor(127.5 + 127 * np.clip(np.float32(0.6) * picked, -1, 1))).astype(np.uint8)
    got = memory[codes : codes + shown * tile * tile // 4 + 1].view(np.uint8)[: expected.size].reshape(expected.shape)
    assert np.abs(got.astype(int) - expected.astype(int)).max() <= 1
    assert got[0, 0, 0] == 255
    np.testing.assert_allclose(memory[means : means + shown], picked.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5)
    share = ((picked <= np.float32(-0.9)) | (picked >= np.float32(1.2))).mean(axis=(1, 2))
    np.testing.assert_allclose(memory[flat : flat + shown], share, atol=1e-5)


@pytest.mark.parametrize("outputs", [1, 2, 5])
def test_surface(outputs: int) -> None:
    rng = np.random.default_rng(outputs)
    points = 36
    memory = np.zeros(4096, np.float32)
    logits = memory[16 : 16 + points * outputs].reshape(points, outputs)
    logits[:] = 3 * rng.normal(size=logits.shape)
    logits[3, 0] = np.inf
    run(look.surface, memory, (points, outputs, 16, 1024, 2048))
    codes = memory[1024 : 1024 + points * outputs // 2].view(np.int16).reshape(outputs, points)
    assert codes[0, 3] == -32768
    finite = logits[np.arange(points) != 3]
    expected = finite - (finite.max(axis=1, keepdims=True) if outputs > 1 else 0)
    np.testing.assert_allclose(np.delete(codes * memory[2048], 3, axis=1).T, expected, atol=1.01 * memory[2048])
