"""An example of the data: what the network says of it now."""

from __future__ import annotations

import math

import numpy as np

from playground.run import Run
from playground.sentences import Refused
from playground.subjects import Facts, Findings, Index, Row, Subject, answered

SMALLEST = 1e-38  # probability whose logarithm is taken
INPUTS = 8  # numbers of it that are listed at most


class Sample(Subject):
    """A row of the data, training rows first, then test rows."""

    place = 0
    kind = "sample"
    slope = False
    labels = ("probability of its class", "− ln of it")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """It has one name."""
        return name == "sample"

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, index)
        order = np.concatenate([run.dataset.train, run.dataset.test])
        if not answered(run):
            raise Refused("Only examples that have one answer each can be inspected. Choose a layer, say.")
        if len(index) != 1 or not 0 <= index[0] < order.size:
            raise Refused(f"The data has the rows 0 to {order.size - 1}, got {list(index)}.")
        self.row = int(order[index[0]])
        if not run.dataset.classes:
            self.labels = ("prediction", "mistake")

    def part(self) -> str:
        """Which."""
        return f"example {self.index[0] + 1}"

    def now(self) -> Findings:
        """What the network answers."""
        dataset, run = self.run.dataset, self.run
        answers = run.predict(dataset.raw[[self.row]])[0] if run.ready else None
        rows: list[Row] = [("used for", "training" if self.index[0] < run.train_rows else "test", "text")]
        if not dataset.classes:
            return self._number(answers, rows)
        truth = int(dataset.y[self.row, 0])
        rows.append(("its class", str(dataset.classes[truth]), "text"))
        if answers is None:
            return Findings(None, None, [*rows, *self._inputs()])
        chances = np.array([1 - answers[0], answers[0]]) if answers.size == 1 else answers
        rows.append(("taken for", str(dataset.classes[int(chances.argmax())]), "text"))
        chance = float(chances[truth])
        wrong = -math.log(max(chance, SMALLEST))
        return Findings(chance, wrong, [*rows, *self._inputs()], table=self._table(chances))

    def _number(self, answers: np.ndarray | None, rows: list[Row]) -> Findings:
        dataset = self.run.dataset
        target = float(dataset.unscaled(dataset.y[[self.row]])[0, 0])
        rows.append(("target", target, "number"))
        if answers is None:
            return Findings(None, None, [*rows, *self._inputs()])
        return Findings(float(answers[0]), abs(float(answers[0]) - target), [*rows, *self._inputs()])

    def _inputs(self) -> list[Row]:
        """Its numbers, where they are few."""
        inputs, raw = self.run.dataset.inputs, self.run.dataset.raw[self.row]
        return [(axis.label, float(v), "number") for axis, v in zip(inputs, raw, strict=False)] if len(raw) <= INPUTS else []

    def _table(self, chances: np.ndarray) -> Facts:
        best = np.argsort(-chances, kind="stable")[:INPUTS]
        rows = [{"label": str(self.run.dataset.classes[i]), "numbers": [float(chances[i])], "open": None} for i in best]
        return {"title": "Probabilities", "heads": [["", "percent"]], "rows": rows}
