"""Figures, the tables they are printed in, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy  # noqa: F401  loads the library that is asked about
from threadpoolctl import threadpool_info

RESULTS = Path(__file__).with_name("results.md")
PACKAGES = ("numba", "numpy", "torch", "streamlit", "scikit-learn")


@dataclass(frozen=True)
class Figure:
    """One measured number and what it should be at least (`higher` is better), or at most."""

    name: str
    measured: float
    unit: str = ""
    target: float | None = None
    higher: bool = True

    @property
    def ratio(self) -> float | None:
        """1 or more: the target is met."""
        if self.target is None:
            return None
        return self.measured / self.target if self.higher else self.target / self.measured

    def row(self) -> str:
        """As a line of the table."""
        target = "" if self.target is None else f"{'≥' if self.higher else '≤'} {number(self.target)} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" + (" " if self.ratio >= 1 else " **short**")
        return f"| {self.name} | {target.strip()} | {number(self.measured)} {self.unit} | {ratio.strip()} |"


@dataclass(frozen=True)
class Group:
    """One table."""

    title: str
    figures: tuple[Figure, ...]

    def text(self) -> str:
        """As Markdown."""
        return "\n".join([heading(self.title), *(figure.row() for figure in self.figures), ""])


def heading(title: str) -> str:
    """What stands above a table's rows."""
    return f"## {title}\n\n| figure | target | measured | ratio |\n|---|---|---|---|"


def number(value: float) -> str:
    """Three digits, or all of those before the point; thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> str:
    """Processor, cores, versions, what NumPy's products were written for, and the day."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    blas = next((f", OpenBLAS for {library['architecture']}" for library in threadpool_info() if "architecture" in library), "")
    python = f"Python {platform.python_version()}, {versions}{blas}"
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()}. {python}. {date.today()}."


def processor() -> str:
    """What the processor calls itself, and its widest vectors."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    flags = fields.get("flags", "").split()
    vectors = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"
    model = f"family {fields.get('cpu family')}, model {fields.get('model')}"
    return f"{fields.get('model name', platform.machine())} ({model}, {vectors})"


def write(groups: Iterable[Group]) -> None:
    """Replace benchmarks/results.md."""
    tables = "\n".join(group.text() for group in groups)
    RESULTS.write_text(f"# Measured\n\n{machine()}\n\n`make bench` made this. A ratio of 1 or more meets the target.\n\n{tables}")
