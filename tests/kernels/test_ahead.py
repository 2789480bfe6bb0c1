"""A compiler that is ready before it is told what to compile."""

from __future__ import annotations

import pytest

from kernels import ahead, cache
from kernels.ahead import Compiler, head_start


def test_where_kernels_were_compiled_nobody_needs_a_head_start(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(cache, "directory", lambda: tmp_path)
    (tmp_path / "tick.o").touch()
    assert head_start() is None


def test_a_new_cache_gets_a_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(cache, "directory", lambda: tmp_path)
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path))
    compiler = head_start()
    assert compiler is not None
    assert compiler.compile(["guard"]) == ""
    assert len(list(tmp_path.glob("kernels-*/guard.o"))) == 1


def test_a_compiler_that_is_told_nothing_ends() -> None:
    compiler = Compiler()
    assert compiler.compile([]) == ""
    assert compiler._process.returncode == 0


def test_it_says_what_it_does_not_know() -> None:
    assert "No kernel is called nonsense" in Compiler().compile(["nonsense"])


def test_no_process_no_head_start(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    def refuse() -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(cache, "directory", lambda: tmp_path)
    monkeypatch.setattr(ahead, "Compiler", refuse)
    assert head_start() is None
