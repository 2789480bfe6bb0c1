"""A neural-network playground: Experiment says what, Run trains it; the rest of the package shows it."""

from playground.experiment import Experiment
from playground.run import Run

__all__ = ["Experiment", "Run"]
