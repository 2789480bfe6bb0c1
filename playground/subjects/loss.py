"""The loss of the batch: its terms, how it is spread over the examples, and the worst of them."""

from __future__ import annotations

import numpy as np

from playground.run import Run
from playground.subjects import Facts, Findings, Index, Row, Subject, answered, checked, gradients_of, learners, size
from playground.tasks.network import loss_of

WORST = 5  # examples that are named


class TheLoss(Subject):
    """What training makes small."""

    place = 0
    kind = "loss"
    spread = "losses of the examples"
    labels = ("loss of the batch", "norm of the gradient")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """It has one name, where there is one loss."""
        return name == "loss" and len(learners(run)) == 1

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, checked(name, index, ()))

    def now(self) -> Findings:
        """Of the newest batch."""
        network, run = self.run.network, self.run
        rows: list[Row] = [("function", self._title(), "text"), ("examples", run.batch_rows, "count")]
        if not self.stepped:
            return Findings(None, None, rows)
        losses, gradients = run.view(network.losses.name).reshape(run.batch_rows, -1).mean(axis=1), gradients_of(run)
        rows += [(name.replace("_", " "), float(run.view(tensor.name).mean()), "number") for name, tensor in network.terms.items()]
        rows += [("lowest", float(losses.min()), "number"), ("median", float(np.median(losses)), "number"), *self._penalties()]
        return Findings(float(run.view(network.loss.name)), size(gradients), rows, losses, gradients, table=self._table(losses))

    def _title(self) -> str:
        task = self.run.experiment.task
        return task.title if self.run.network.reconstructs else loss_of(self.run.experiment, self.run.dataset).title

    def _penalties(self) -> list[Row]:
        """What weights cost besides: l1 |w| + l2 w² / 2."""
        training, weights = self.run.experiment.training, self.run.view("regularized")
        one, two = training.l1 * float(np.abs(weights).sum()), training.l2 / 2 * float(np.square(weights).sum())
        return [(f"{name} penalty", cost, "number") for name, cost in (("L1", one), ("L2", two)) if cost]

    def _table(self, losses: np.ndarray) -> Facts:
        """The worst examples by the row that the run's data has them in, each to be opened where samples can be."""
        worst, picked = np.argsort(-losses, kind="stable")[:WORST], self.run.view("picked")
        rows = [self._row(int(picked[i]), float(losses[i])) for i in worst]
        return {"title": "Worst of the batch", "heads": [["loss", "number"]], "rows": rows}

    def _row(self, row: int, loss: float) -> Facts:
        dataset = self.run.dataset
        classes, target = dataset.classes, dataset.y[dataset.train[row]]
        named = f", class {classes[int(target[0])]}" if classes and target.size == 1 else ""
        return {
            "label": f"example {row + 1}{named}",
            "numbers": [loss],
            "open": {"name": "sample", "index": [row]} if answered(self.run) else None,
        }
