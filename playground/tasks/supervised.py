"""Supervised learning: what belongs to an input is known, and is to be predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from playground.data import DataSet
from playground.tasks import Task
from playground.tasks.network import Network, build

if TYPE_CHECKING:
    from playground.experiment import Experiment


class Supervised(Task):
    """Learns from examples to tell the class of an input, or the numbers that belong to it."""

    kind: Literal["supervised"] = "supervised"
    title: ClassVar[str] = "Supervised learning"

    def build(self, experiment: Experiment, dataset: DataSet) -> Network:
        """The layers and a head that follows from data and loss."""
        return build(experiment, dataset)
