"""The stage's own unit tests, by the Node that Playwright brings along: the same version on every machine."""

import subprocess
from pathlib import Path

import playwright
import pytest

ROOT = Path(__file__).parents[1]
NODE = Path(playwright.__file__).parent / "driver" / "node"
FILES = sorted((ROOT / "tests" / "stage").rglob("*.test.js"))


def test_there_are_stage_tests():
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT / "tests" / "stage").as_posix())
def test_stage(file):
    done = subprocess.run([NODE, "--test", file], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
