"""What the README shows works: its code is run as it stands, on a copy of the sources."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
FILES = {match[1]: block for block in BLOCKS if (match := re.match(r"# (\S+\.py)\n", block))}
SCRIPTS = [block for block in BLOCKS if block not in FILES.values()]

TRAIN_THE_NEW_LAYER = """
from playground import Experiment, Run
layers = [{"kind": "dense", "units": 4}, {"kind": "gate", "start": 0.5}]
run = Run(Experiment.model_validate({"data": {"kind": "circle"}, "layers": layers}))
before = run.view("gate_1/factor").copy()
run.step(10)
assert (before == 0.5).all() and (run.view("gate_1/factor") != before).all()
"""


@pytest.fixture
def copied_house(tmp_path):
    for package in ("kernels", "playground"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def python(code, folder):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_its_scripts_run(script):
    assert "test/accuracy" in python(script, ROOT)


def test_its_layer_is_a_layer_the_day_it_is_written(copied_house):
    for name, block in FILES.items():
        (copied_house / name).write_text(block)
    python(TRAIN_THE_NEW_LAYER, copied_house)
