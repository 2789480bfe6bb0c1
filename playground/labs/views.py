"""What the stage shows of a run: the scene, which changes with the experiment, and frames of numbers, up to 60 a second.

A view names its arrays "<view>/<array>"; the stage has a module for each kind of view.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from playground.run import Run
from playground.tasks.looking import SHOWN
from playground.tasks.network import Column

Arrays = dict[str, np.ndarray]
POINTS = 2000  # of train and of test that are drawn at most


class Slow(Protocol):
    """Slow motion as a frame needs it."""

    index: int  # the stage just executed
    sample: int  # the row of the batch that is followed
    before: np.ndarray | None  # the shown weights before the update, during it


class NetworkView:
    """Neurons, weights, gradients: the shown part of every column, flat arrays in column order."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.shown = [self._shown(i, column) for i, column in enumerate(run.network.columns)]
        for column, shown in list(zip(run.network.columns, self.shown, strict=True))[1:-1]:
            activation = column.record.activation  # type: ignore[union-attr]
            run.view(f"look/shown/{column.name}")[:] = shown
            run.view(f"look/gain/{column.name}")[:] = activation.gain
            run.view(f"look/low/{column.name}")[:] = activation.flat[0]
            run.view(f"look/high/{column.name}")[:] = activation.flat[1]

    def _shown(self, index: int, column: Column) -> np.ndarray:
        """All units, or of a wide column those that say most to the next one (sum of |weights| out)."""
        columns = self.run.network.columns
        if column.units <= SHOWN:
            return np.arange(column.units)
        if index + 1 == len(columns):
            return np.arange(SHOWN)
        share = np.abs(self.run.view(f"{columns[index + 1].name}/weight")).sum(axis=1)
        return np.sort(np.argsort(-share, kind="stable")[:SHOWN])

    def parameters(self, suffix: str = "") -> np.ndarray:
        """Shown weights (from, units) and shown biases of each column after the first, flat; `suffix` ".grad" gives their gradients."""
        return np.concatenate(list(self._parameters(suffix)))

    def _parameters(self, suffix: str) -> Iterator[np.ndarray]:
        for column, inputs, units in zip(self.run.network.columns[1:], self.shown, self.shown[1:], strict=False):
            weight, bias = self.run.view(f"{column.name}/weight{suffix}"), self.run.view(f"{column.name}/bias{suffix}")
            whole = len(inputs) == weight.shape[0] and len(units) == weight.shape[1]
            yield weight.ravel() if whole else weight[np.ix_(inputs, units)].ravel()
            yield bias if whole else bias[units]

    def frame(self) -> Arrays:
        """The picture's fields, weights and gradients now; `run.probe()` comes first."""
        hidden = [column.name for column in self.run.network.columns[1:-1]]
        arrays = {"network/weights": self.parameters(), "network/gradients": self.parameters(".grad")}
        if hidden:
            for array, part in (("fields", "fields"), ("means", "means"), ("saturation", "flat")):
                arrays[f"network/{array}"] = np.concatenate([self.run.view(f"look/{part}/{name}") for name in hidden])
        return arrays

    def slow(self, slow: Slow) -> Arrays:
        """The followed sample's activations, sums and deltas; what the step has not reached yet is NaN."""
        run, done = self.run, set()
        for stage in run.stages[: slow.index + 1]:
            done.add((stage.segment, stage.layer))
        values, sums, deltas = [run.view("input")[slow.sample, self.shown[0]]], [], []
        for column, units in zip(run.network.columns[1:], self.shown[1:], strict=True):
            blank = np.full(len(units), np.nan, np.float32)
            reached, returned = ("forward", column.name) in done, ("backward", column.name) in done
            outputs = run.view(f"{column.name}/output")[[slow.sample]]
            if column is run.network.columns[-1]:
                outputs = run.link(outputs)  # the losses take the head's sums as they are; a person reads probabilities
            values.append(outputs[0, units] if reached else blank)
            sums.append(run.view(f"{column.name}/sum")[slow.sample, units] if reached else blank)
            # The loss is a mean over the batch; the sample's own share of it is what a person can check by hand.
            deltas.append(run.view(f"{column.name}/sum.grad")[slow.sample, units] * run.batch_rows if returned else blank)
        arrays = {"slow/values": np.concatenate(values), "slow/sums": np.concatenate(sums), "slow/deltas": np.concatenate(deltas)}
        return arrays if slow.before is None else arrays | {"slow/before": slow.before}


def surface(run: Run) -> tuple[dict[str, Any], Arrays]:
    """The output picture as 16-bit codes and their scale."""
    return {"surface": {"scale": float(run.view("look/scale")[0])}}, {"surface/logits": run.view("look/surface")}


def peek(run: Run, name: str, unit: int) -> tuple[dict[str, Any], Arrays]:
    """One neuron's answers over the picture, as fine as the picture is."""
    side = run.grid
    field = run.view(f"probe/{name}/output")[:, unit].reshape(side, side)
    finite = np.isfinite(field)
    scale = float(max(np.abs(field, where=finite, out=np.zeros_like(field)).max(), 1e-6)) / 32000
    codes = np.where(finite, np.rint(np.where(finite, field, 0) / scale), -32768).astype(np.int16)
    return {"look": {"name": name, "unit": unit, "scale": scale}}, {"surface/look": codes}


def points(run: Run) -> Arrays:
    """The examples in the picture, train first: at most POINTS of each; rows are numbered as the run's data is, train before test."""
    dataset = run.dataset
    train, test = dataset.train[:POINTS], dataset.test[:POINTS]
    rows = np.concatenate([train, test])
    return {
        "scene/points/x": run.picture.points(dataset)[rows],
        "scene/points/y": dataset.shades[rows],
        "scene/points/test": np.repeat(np.array([0, 1], np.uint8), [len(train), len(test)]),
        "scene/points/index": np.concatenate([np.arange(len(train)), run.train_rows + np.arange(len(test))]).astype(np.int32),
    }


def feature_fields(run: Run, names: tuple[str, ...], side: int) -> np.ndarray:
    """Each feature over the picture as bytes (names, side, side): 127 is 0, 0 and 254 its largest size either way."""
    fields = run.dataset.features(names)(run.picture.grid(side)).T.reshape(len(names), side, side)
    largest = np.maximum(np.abs(fields).max(axis=(1, 2), keepdims=True), 1e-6)
    codes: np.ndarray = np.rint(127 + 127 * fields / largest).astype(np.uint8)
    return codes
