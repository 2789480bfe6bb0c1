"""Tasks: what is learned of the data. One class in one file of this package is a new task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from playground.data import DataSet
from playground.engine.program import Program
from playground.record import Choice, Record
from playground.tasks.network import Network
from playground.tasks.segments import compile_program

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.run import Run


class Task(Record):
    """A record that writes down what learns, and the program that teaches it."""

    home: ClassVar[str] = "playground.tasks"
    short: ClassVar[str] = ""  # its title where there is little room
    generative: ClassVar[bool] = False  # whether new rows can be drawn out of nothing but random numbers
    interval: ClassVar[int] = 1  # steps between two points of the curve at least; an epoch, if that is longer
    rates: ClassVar[tuple[tuple[str, ...], ...]] = (("optimizer", "learning_rate"),)  # where in the experiment learning rates are
    kind: str

    def fits(self, dataset: DataSet) -> bool:
        """Whether it can be learned of that data."""
        return True

    def feed(self, experiment: Experiment, dataset: DataSet) -> Callable[[np.ndarray], np.ndarray]:
        """The function raw (n, inputs) -> (n, what the network is fed) float32."""
        return dataset.features(experiment.features)

    def build(self, experiment: Experiment, dataset: DataSet) -> Network:
        """The graph. Raises ShapeError where layers do not fit, ValueError where data, features or loss do not."""
        raise TypeError(f"{type(self).__name__} does not say what learns. Give it a build method.")

    def compile(self, experiment: Experiment, dataset: DataSet, network: Network, watched: bool) -> Program:
        """The program: one loss that one optimizer makes small, unless a task says otherwise."""
        return compile_program(experiment, dataset, network, watched)

    def followed(self, run: Run, index: int, sample: int) -> dict[str, Any]:
        """What is to be said of the row that slow motion follows, in that stage, besides its loss and target."""
        return {}

    def moved(self, dataset: DataSet) -> Task | None:
        """The task as it fits other data, if it does."""
        return self if self.fits(dataset) else None

    def scores(self, run: Run) -> dict[str, float]:
        """How good the run is now, by name: "train/loss" and "test/loss" are what its curve shows."""
        return run.score("train") | run.score("test")

    def sample(self, run: Run, count: int, seed: int, classes: Any) -> np.ndarray:
        """So many new rows (count, inputs), perhaps of these classes. Raises ValueError where that cannot be."""
        raise ValueError(f"{self.title} makes nothing new. Choose the variational autoencoder, or adversarial networks.")


AnyTask = Annotated[Task, Choice(Task)]
