"""A layer as a whole: what it gives, costs and weighs, and what comes back to it."""

from __future__ import annotations

import numpy as np

from playground.run import Run
from playground.subjects import Facts, Findings, Index, Row, checked, multiply_adds, numbers, output_of, parameters_of, share, size
from playground.subjects.answers import Answers


class WholeLayer(Answers):
    """A column by its name, as a station of the rail shows it."""

    place = 1
    kind = "layer"
    labels = ("activations, size", "∂L/∂a, size")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """Whether a column has that name, and what it gives is in memory."""
        return any(column.name == name for column in run.network.columns) and output_of(run, name) in run.program.places

    def __init__(self, run: Run, name: str, index: Index) -> None:
        checked(name, index, ())
        super().__init__(run, output_of(run, name), ())
        self.kind = "layer"

    def part(self) -> str:
        """All of it."""
        return ""

    def now(self) -> Findings:
        """As its answers, by their size (root of the mean square): what grows or vanishes from layer to layer shows by it."""
        found = super().now()
        rows = [*self._own(found.values), *found.rows]
        if found.values is None:
            return Findings(None, None, rows, table=self._table())
        slope = typical(found.gradients) if found.gradients is not None else None
        return Findings(typical(found.values), slope, rows, found.values, found.gradients, table=self._table())

    def _own(self, values: np.ndarray | None) -> list[Row]:
        shapes = self._parameters()
        rows: list[Row] = [("parameters", sum(map(numbers, shapes.values())), "count")] if shapes else []
        if values is not None and len(values) > 1 and (dead := share(np.all(values.reshape(-1, self.shape[-1]) == 0, axis=0))):
            rows.append(("dead units", dead, "percent"))
        return rows

    def _parameters(self) -> dict[str, tuple[int, ...]]:
        return parameters_of(self.run, self.layer) if self.layer else {}

    def _table(self) -> Facts | None:
        """Its parameters, each to be opened."""
        rows = []
        for name, shape in self._parameters().items():
            norms = size(self.run.view(name)), size(self.run.view(f"{name}.grad")) if self.stepped else None
            label = name.removeprefix(f"{self.layer}/").replace("_", " ")
            rows.append({"label": f"{label}, {' × '.join(map(str, shape))}", "numbers": norms, "open": {"name": name, "index": None}})
        return {"title": "Parameters", "heads": [["norm", "number"], ["gradient", "gradient"]], "rows": rows} if rows else None

    def _costs(self) -> list[Row]:
        costs = super()._costs()
        work = multiply_adds(self.run, self.layer) if self.layer else 0
        return [row for row in costs if row[0] != "multiply-adds"] + ([("multiply-adds", work, "count")] if work else [])


def typical(values: np.ndarray) -> float:
    """The root of the mean square."""
    return float(np.sqrt(np.square(values, dtype=np.float64).mean()))
