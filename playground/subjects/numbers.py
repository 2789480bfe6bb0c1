"""Anything else in memory: running averages, moments, settings."""

from __future__ import annotations

from playground.run import Run
from playground.subjects import Findings, Index, Row, Subject, checked, layer_of, mean, spread_rows, words


class Numbers(Subject):
    """A named array that is neither learned nor made of examples."""

    place = 4
    kind = "numbers"
    labels = ("mean", "")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """Whether it is in memory and holds numbers."""
        return name in run.program.places and run.program.places[name].places > 0

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, checked(name, index, run.program.places[name].shape))

    def part(self) -> str:
        """Its name in memory."""
        own = self.name.removeprefix(f"{layer_of(self.run, self.name)}/").replace("_", " ")
        return f"{own} {words(self.index)}".strip()

    def now(self) -> Findings:
        """Its numbers."""
        values = self.view(self.name)
        rows: list[Row] = [("shape", values.shape, "shape")] if values.size > 1 else []
        return Findings(mean(values), None, [*rows, ("bytes", values.nbytes, "bytes"), *spread_rows(values)], values)
