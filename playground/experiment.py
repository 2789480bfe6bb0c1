"""An experiment: all that a person chose, as plain data. The same experiment and seed make the same run, to the last bit."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from playground.data import AnyData, DataSet, load
from playground.layers import AnyLayer, few_enough
from playground.layers.fitting import fitted
from playground.losses import AnyLoss
from playground.optimizers import Adam, AnyOptimizer
from playground.record import Record
from playground.tasks import AnyTask
from playground.tasks.supervised import Supervised
from playground.training import Training


class View(Record):
    """What of the network is looked at; changes no number of the run."""

    axes: tuple[str, str] | None = Field(
        None, title="Axes", description="The two inputs of the output picture; none: the plane's own, or two principal components."
    )


class Experiment(Record):
    """Data, task, features, layers, loss, optimizer, training and seed of one run."""

    version: Literal[1] = 1
    seed: int = Field(7, ge=0, le=2**32 - 1, title="Seed", description="Draws the first weights and the batches.")
    data: AnyData
    task: AnyTask = Field(default_factory=Supervised, title="Task", description="What is learned of the data.")
    features: tuple[str, ...] = Field((), title="Features", description="What the network is fed; empty: the data's own default.")
    layers: tuple[AnyLayer, ...] = Field((), max_length=16, title="Layers", description="The hidden layers, from data to output.")
    loss: AnyLoss | None = Field(None, title="Loss", description="What training makes small; none: the usual one for the data.")
    optimizer: AnyOptimizer = Field(default_factory=Adam, title="Optimizer", description="How a gradient becomes a step.")
    training: Training = Training()
    view: View = View()

    _few_enough = field_validator("layers")(few_enough)

    def dataset(self) -> DataSet:
        """The data, loaded once and shared. Raises DataError."""
        return load(self.data)

    def on(self, data: Any) -> Experiment:
        """The same experiment on other data: task, features, loss and axes that do not fit there fall back to the data's own.

        Layers that read one kind of sequence are made to read another.
        """
        moved = self.replace(data=data)
        dataset = moved.dataset()
        names = {column.name for column in dataset.columns}
        changes: dict[str, Any] = {"task": self.task.moved(dataset) or Supervised()}
        if dataset.shape or not set(self.features) <= names:  # what has a shape is fed whole
            changes["features"] = ()
        if self.loss is not None and not self.loss.fits(dataset.task, len(dataset.classes)):
            changes["loss"] = None
        if self.view.axes is not None and not set(self.view.axes) <= names:
            changes["view"] = View()
        if dataset.sequence:
            changes["layers"] = fitted(self.layers, dataset.symbols, dataset.each_step)
        return moved.replace(**changes)

    def to(self, task: Any) -> Experiment:
        """The same experiment with another task, which keeps what both kinds have wherever it says nothing itself."""
        wished = self.replace(task=task).task
        both = type(wished).model_fields.keys() & type(self.task).model_fields.keys()
        said = {name: getattr(wished if name in wished.model_fields_set else self.task, name) for name in both - {"kind"}}
        own = {name: getattr(wished, name) for name in wished.model_fields_set - both}
        return self.replace(task=type(wished).model_validate(said | own))

    def replace(self, **changes: Any) -> Experiment:
        """A copy with other fields, validated anew."""
        return Experiment.model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})
