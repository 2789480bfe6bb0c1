"""Two networks one after the other as the stage draws them: the shown part of every column, flat arrays in column order."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

import numpy as np

from playground.data.plane import REACH
from playground.engine.graph import Graph
from playground.engine.instructions import kind_of
from playground.labs.blocks import sentence_case
from playground.labs.plane import notes_after
from playground.labs.views import Arrays, Slow
from playground.run import Run
from playground.tasks.duel import FAKE, INNER, LOOKED_AT, REAL_AND_FAKE, Duel
from playground.tasks.looking import SHOWN
from playground.tasks.network import Column

MIDDLE = 127  # code of 0 in a field
LETTERS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class PlayersView:
    """Columns, weights, fields and slow motion of a duel."""

    def __init__(self, run: Run) -> None:
        assert isinstance(run.network, Duel)
        self.run, self.network = run, run.network
        self.columns = run.network.columns
        self.shown = [np.arange(min(column.units, SHOWN)) for column in self.columns]
        self.gains = [gain_of(column) for column in self.columns]
        for column, shown, gain in zip(self.columns, self.shown, self.gains, strict=True):
            if f"look/shown/{column.name}" in run.program.places:
                run.view(f"look/shown/{column.name}")[:] = shown
                run.view(f"look/gain/{column.name}")[:] = gain
                low, high = column.record.activation.flat if column.record is not None else (-np.inf, np.inf)  # type: ignore[attr-defined]
                run.view(f"look/low/{column.name}")[:], run.view(f"look/high/{column.name}")[:] = low, high

    def scene(self) -> list[dict[str, Any]]:
        """The columns in words."""
        return [self._column(i, column) for i, column in enumerate(self.columns)]

    def _column(self, i: int, column: Column) -> dict[str, Any]:
        record, graph = column.record, self.network.graph
        activation = getattr(record, "activation", None)
        said = {"kind": activation.kind, "symbol": activation.symbol, "title": activation.title} if activation else None
        nodes = (node for node in graph.nodes if node.scope == column.name)
        player = self._player(i)
        return {
            "name": column.name,
            "path": column.path,
            "list": ["task", "generator"] if player == "sample" else ["layers"],  # where a layer goes that is put before a head
            "player": player,
            "kind": record.kind if record else player,
            "title": f"{player.capitalize()} {self._number(i)}" if record else player.capitalize(),
            "sub": sentence_case(record.note()) if record else "",
            "units": column.units,
            "shown": self.shown[i].tolist(),
            "shape": graph.tensors[f"{column.name}/output"].shape if i else (column.units,),
            "from": i - 1 if i else None,
            "activation": said if record or player != "verdict" else link_of(self.network.link),
            "parameters": parameters_of(graph, column.name),
            "multiply_adds": sum(node.operation.multiply_adds(node.inputs) for node in nodes),
            "matrix": i == 0 or self._matrix(i),
            "notes": notes_after(self.run, column) if column.path and not self.run.dataset.shape else [],
            **self._names(player),
        }

    def _player(self, i: int) -> str:
        special = {0: "noise", len(self.network.makers): "sample", len(self.columns) - 1: "verdict"}
        return special.get(i, "generator" if i < len(self.network.makers) else "discriminator")

    def _number(self, i: int) -> int:
        """Of a player's hidden layers, from 1."""
        return i if i <= len(self.network.makers) else i - len(self.network.makers)

    def _names(self, player: str) -> dict[str, list[str]]:
        """What single units are called."""
        if player == "verdict":
            return {"names": ["D"]}
        return {"names": ["x", "y"]} if player == "sample" and not self.run.dataset.shape else {}

    def _matrix(self, i: int) -> bool:
        """Whether its weights lead from each unit of the column before to each of its own."""
        parameter = self.network.graph.parameters.get(f"{self.columns[i].name}/weight")
        return parameter is not None and parameter.tensor.shape == (self.columns[i - 1].units, self.columns[i].units)

    def features(self) -> list[dict[str, Any]]:
        """The noise's numbers, and the classes where they are told."""
        numbers = [f"z{str(k + 1).translate(LETTERS)}" for k in range(self.network.noise.size)]
        hint = "Drag the ring in the square of noise to move it." if len(numbers) == 2 else "A random number, drawn anew for each sample."
        hints = [hint] * len(numbers) + ["1 for the class that is asked for."] * SHOWN
        labels = [*numbers, *self.run.dataset.classes][: len(self.shown[0])]
        return [
            {"name": f"z{k + 1}", "label": label, "on": True, "locked": True, "aside": "noise", "hint": hint}
            for k, (label, hint) in enumerate(zip(labels, hints, strict=False))
        ]

    def parameters(self, suffix: str = "") -> np.ndarray:
        """Shown weights (from, units) and shown biases of each column that has such, flat; `suffix` ".grad" gives their gradients."""
        return np.concatenate([np.zeros(0, np.float32), *self._parameters(suffix)])

    def _parameters(self, suffix: str) -> Iterator[np.ndarray]:
        for i, column in enumerate(self.columns[1:], 1):
            if self._matrix(i):
                sources, units = len(self.shown[i - 1]), len(self.shown[i])  # the first ones of each column
                yield self.run.view(f"{column.name}/weight{suffix}")[:sources, :units].ravel()
                yield self.run.view(f"{column.name}/bias{suffix}")[:units]

    def frame(self, side: int) -> Arrays:
        """Weights, gradients and fields now; `run.probe()` comes first."""
        fields, means, flats = zip(*(self._field(i, side) for i in range(1, len(self.columns) - 1)), strict=True)
        return {
            "network/weights": self.parameters(),
            "network/gradients": self.parameters(".grad"),
            "network/fields": np.concatenate(fields),
            "network/means": np.concatenate(means),
            "network/saturation": np.concatenate(flats),
        }

    def _field(self, i: int, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A column's fields, means and flat shares over its plane; without one, what it makes of the chosen noise."""
        name = self.columns[i].name
        if f"look/fields/{name}" in self.run.program.places:
            fields, means, flats = (self.run.view(f"look/{part}/{name}") for part in ("fields", "means", "flat"))
            return fields, means, flats
        values = self.values(f"{INNER if name.startswith('generator') else LOOKED_AT}{name}/output", 0, i)
        with np.errstate(invalid="ignore"):
            codes = np.where(np.isnan(values), 255, MIDDLE + MIDDLE * np.clip(values * self.gains[i], -1, 1)).astype(np.uint8)
        return np.broadcast_to(codes[:, None, None], (len(codes), side, side)), values, np.zeros_like(values)

    def values(self, name: str, row: int, i: int) -> np.ndarray:
        """The shown units of one row of an array of column i; of a map, its mean."""
        numbers: np.ndarray = self.run.view(name)[row].reshape(-1, self.columns[i].units).mean(axis=0)[self.shown[i]]
        return numbers

    def slow(self, slow: Slow) -> Arrays:
        """The followed noise's values, sums and deltas in the turn on show; what it has not reached yet is NaN."""
        run, sample, rows = self.run, slow.sample, self.run.batch_rows
        turn = run.stages[slow.index].segment.partition("/")[0]
        done = {(kind_of(stage.segment), stage.layer) for stage in run.stages[: slow.index + 1] if stage.segment.startswith(f"{turn}/")}
        own = turn == "generator"
        values, sums, deltas = [self._noise("" if own else FAKE, sample)], [], []
        for i, column in enumerate(self.columns[1:], 1):
            made = i <= len(self.network.makers)
            prefix, row, count = ("", sample, rows) if own else (FAKE, sample, rows) if made else (REAL_AND_FAKE, rows + sample, 2 * rows)
            blank = np.full(len(self.shown[i]), np.nan, np.float32)
            reached, returned = (part in done for part in (("forward", column.name), ("backward", column.name)))
            output = self.values(f"{prefix}{column.name}/output", row, i) if reached else blank
            values.append(run.link(output) if i == len(self.columns) - 1 else output)
            name = f"{prefix}{column.name}/{'sum' if f'{prefix}{column.name}/sum' in run.program.places else 'output'}"
            sums.append(self.values(name, row, i) if reached else blank)
            # The loss is a mean over the batch; the sample's own share of it is what a person can check by hand.
            deltas.append(self.values(f"{name}.grad", row, i) * count if returned else blank)
        arrays = {"slow/values": np.concatenate(values), "slow/sums": np.concatenate(sums), "slow/deltas": np.concatenate(deltas)}
        return arrays if slow.before is None else arrays | {"slow/before": slow.before}

    def _noise(self, prefix: str, sample: int) -> np.ndarray:
        """The followed row's noise, and its class as a 1 among zeros."""
        numbers = self.run.view(f"{prefix}noise")[sample]
        told = self.columns[0].units - numbers.size
        classes = np.arange(told) == self.run.view(f"{REAL_AND_FAKE}target")[sample, 0]
        whole: np.ndarray = np.concatenate([numbers, classes.astype(np.float32)])[self.shown[0]]
        return whole


def gain_of(column: Column) -> float:
    """What a unit's answer is multiplied with so that most pictures use the whole scale from -1 to 1."""
    activation = getattr(column.record, "activation", None)
    if activation is not None:
        return float(activation.gain)
    return 2 / REACH if column.record is None else 1.0


def link_of(link: str) -> dict[str, str]:
    """What stands at the verdict."""
    return {"kind": link, "symbol": "σ" if link == "sigmoid" else "", "title": link.capitalize()}


def parameters_of(graph: Graph, name: str) -> int:
    """How many weights and biases a layer has."""
    return sum(parameter.tensor.size for own, parameter in graph.parameters.items() if own.startswith(f"{name}/"))


def lines_of(count: int, distribution: str) -> np.ndarray:
    """So many places along a number of noise that cut its spread into parts of equal chance, at the middle of each."""
    shares = (np.arange(count) + 0.5) / count
    return np.array([NormalDist().inv_cdf(share) for share in shares]) if distribution == "normal" else 2 * shares - 1


def net_of(count: int, distribution: str) -> np.ndarray:
    """A regular grid of two-dimensional noise (count², 2) float32, row by row from the top: z₁ to the right, z₂ upwards."""
    lines = lines_of(count, distribution)
    across, up = np.meshgrid(lines, lines[::-1])
    return np.column_stack([across.ravel(), up.ravel()]).astype(np.float32)
