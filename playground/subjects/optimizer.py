"""The optimizer: its rate, and how far it moves the weights of each layer."""

from __future__ import annotations

import numpy as np

from kernels.kernel import HALT, execute
from playground.optimizers import Optimizer
from playground.record import members
from playground.run import Run
from playground.subjects import Facts, Findings, Index, Row, Subject, checked, gradients_of, layer_of, learners, size


class TheOptimizer(Subject):
    """What makes a step of a gradient."""

    place = 0
    kind = "optimizer"
    slope = False
    spread = "steps of the weights"
    labels = ("learning rate", "norm of a step ∕ of the weights")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """It has one name."""
        return name == "optimizer"

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, checked(name, index, ()))
        self._room: np.ndarray | None = None

    def part(self) -> str:
        """Its name."""
        return self.run.experiment.optimizer.title

    def now(self) -> Findings:
        """The step that the present gradient makes, taken on a copy."""
        optimizer, training, run = self.run.experiment.optimizer, self.run.experiment.training, self.run
        rows: list[Row] = [(title, float(run.view(f"optimizer/{name}")[0]), "number") for name, title in self._settings()]
        if training.schedule.kernel is not None:
            rows.append(("schedule", training.schedule.title, "text"))
        if type(training.clip).kernel is not None:
            rows.append(("clipping", training.clip.title, "text"))
        rows.append(("moments", len(optimizer.moments), "count"))
        if not self.stepped or not run.ready:
            return Findings(run.rate, None, rows)
        steps = self._steps()
        step, weights = np.concatenate([part.ravel() for part in steps.values()]), [self.run.view(name).ravel() for name in steps]
        moved, whole = size(step) or 0.0, size(np.concatenate(weights)) or 0.0
        rows += [("step, norm", moved, "small"), ("weights, norm", whole, "number")]
        return Findings(run.rate, moved / whole if whole else None, rows, step, gradients_of(run), table=self._table(steps))

    def _settings(self) -> list[tuple[str, str]]:
        """Names and titles of its numbers but the rate."""
        optimizer = self.run.experiment.optimizer
        names = (name.removeprefix("optimizer/") for name in optimizer.numbers("optimizer"))
        return [(name, (type(optimizer).model_fields[name].title or name).lower()) for name in names if name != "learning_rate"]

    def _steps(self) -> dict[str, np.ndarray]:
        """What is added to each parameter when the gradient in memory comes once more."""
        run, places = self.run, self.run.program.places
        gradients = [places[f"{learner}gradients"] for learner in learners(run)]
        if self._room is None:
            end = max(place.offset + place.places for place in gradients)
            self._room = np.empty(max(end, run.program.state_end), np.float32)  # pages that nobody touches cost nothing
            self._rules = self._instructions()
        room = self._room
        room[: run.program.state_end] = run.memory[: run.program.state_end]
        for place in gradients:
            place.view(room)[...] = place.view(run.memory)
        room[HALT] = 0
        execute(*self._rules, room, run.data, 1)
        return {name: places[name].view(room) - run.view(name) for name in run.network.graph.parameters}

    def _instructions(self) -> tuple[np.ndarray, np.ndarray]:
        """The rules' own of a step: no counting, no penalties, no clipping, which have been done to the gradient in memory."""
        kernels, operands = self.run.program.segments["step"]
        rules = {optimizer.kernel for optimizer in members(Optimizer).values()}
        own = [i for i, kernel in enumerate(kernels) if kernel in rules]
        return self.run.program.addresses("step")[own], operands[own]

    def _table(self, steps: dict[str, np.ndarray]) -> Facts:
        """How far each layer moves, by the size of its weights."""
        squares: dict[str, list[float]] = {}
        for name, step in steps.items():
            sums = squares.setdefault(layer_of(self.run, name) or name, [0.0, 0.0])
            sums[0] += (size(step) or 0.0) ** 2
            sums[1] += (size(self.run.view(name)) or 0.0) ** 2
        rows = [
            {
                "label": layer,
                "layer": layer,
                "numbers": [moved**0.5, (moved / whole) ** 0.5 if whole else None],
                "open": {"name": layer, "index": None},
            }
            for layer, (moved, whole) in squares.items()
        ]
        return {"title": "Step of each layer", "heads": [["norm", "small"], ["∕ weights", "small"]], "rows": rows}
