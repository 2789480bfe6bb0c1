"""Machine code from the cache: what was kept is found again, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kernels import cache, linking
from kernels.kernel import SIGNATURE, address, execute, kernel
from kernels.matmul import dense_forward
from tests.kernels.desk import NO_DATA

RESULT = 3


@kernel
def answer(memory, data, operands):
    """operands: | y (1)."""
    memory[operands[0]] = np.float32(42)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache, of which this file's functions are part."""
    monkeypatch.setattr(cache, "directory", lambda: tmp_path)
    monkeypatch.setattr(linking, "belongs", lambda function: True)
    return tmp_path


def answered(address: int | None) -> float:
    """What the function at an address writes."""
    assert address is not None
    memory = np.zeros(4, np.float32)
    assert execute(np.array([address]), np.array([[RESULT]]), memory, NO_DATA, 1) == 1
    return float(memory[RESULT])


def test_what_is_compiled_is_kept_and_found(folder: Path) -> None:
    assert not cache.any_compiled()
    assert linking.load(answer) is None
    assert answered(linking.compile_now(answer, SIGNATURE)) == 42
    assert [file.name for file in folder.iterdir()] == ["answer.o"]
    assert cache.compiled("answer")
    assert answered(linking.load(answer)) == 42


@pytest.mark.parametrize("damage", [lambda code: b"", lambda code: code[:-1], lambda code: code[:-1] + bytes([code[-1] ^ 1])])
def test_what_is_damaged_is_not_linked(folder: Path, damage) -> None:
    linking.compile_now(answer, SIGNATURE)
    file = folder / "answer.o"
    file.write_bytes(damage(file.read_bytes()))
    assert linking.load(answer) is None


def test_what_calls_something_that_is_not_there_is_not_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    address(dense_forward)
    assert linking.load(dense_forward) is not None
    monkeypatch.setattr(linking, "symbols", {})
    assert linking.load(dense_forward) is None


def test_without_room_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "directory", lambda: folder / "nowhere")
    assert answered(linking.compile_now(answer, SIGNATURE)) == 42
    assert not cache.compiled("answer")


def test_only_functions_of_this_package_are_kept() -> None:
    assert linking.belongs(dense_forward)
    assert not linking.belongs(answer)
