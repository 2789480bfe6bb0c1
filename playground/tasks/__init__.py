"""Tasks: what is learned of the data. One class in one file of this package is a new task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from playground.data import DataSet
from playground.engine.program import Program
from playground.record import Choice, Record
from playground.tasks.network import Network
from playground.tasks.segments import compile_program

if TYPE_CHECKING:
    from playground.experiment import Experiment


class Task(Record):
    """A record that writes down what learns, and the program that teaches it."""

    home: ClassVar[str] = "playground.tasks"
    short: ClassVar[str] = ""  # its title where there is little room
    generative: ClassVar[bool] = False  # whether new rows can be drawn out of nothing but random numbers
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


AnyTask = Annotated[Task, Choice(Task)]
