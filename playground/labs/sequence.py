"""The sequence lab: a recurrent network over one sequence, with its gates and states at every step."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from playground.data import DataSet
from playground.data.series import Series
from playground.labs import Lab, OnShow
from playground.labs.cells import cells_of, halves
from playground.labs.forecast import Forecast
from playground.labs.scenes import Scene, menu
from playground.labs.sequence_gallery import PRESETS
from playground.labs.views import Arrays, Slow
from playground.labs.writer import Writer
from playground.layers.recurrent import Recurrent
from playground.run import Run
from playground.tasks.looking import first_row
from playground.tasks.writing import codes_of

SAMPLES = 12  # sequences to choose from
LABEL = 28  # characters of a text that stand for its window
POINTS = 4000  # of a series that are drawn at most
SHOWN_WRITING = {"on": True, "temperature": 0.7, "rate": 12}  # on the first page
LIKELIEST = 3  # next symbols that are told of each step
GRADIENTS_AGAIN = 0.1  # seconds between two looks at gradients, which are large, while it trains


class SequenceLab(Lab):
    """Gates, states and gradients of one sequence step by step, what is told of it, and text that is written."""

    name = stage = "sequence"
    title = "Sequence"
    place = 3
    groups = ("sequence",)
    on_stage = ("own_series", "own_text")
    presets = PRESETS
    motto = "Memory, gate by gate, while it writes."
    on_show = OnShow("help_lstm", 15, 3000)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.kind = kind_of(run.dataset)
        self.cells = cells_of(run)
        self.row: int | None = first_row(run.dataset)
        self.read = run.dataset.shape[0]  # steps of what is looked at; a text may be shorter than the window
        self.forecast = Forecast(run) if self.kind == "series" else None
        self.writer = Writer(run, self.codes()) if self.kind == "text" else None
        self._gradients: tuple[int, Arrays] = (0, self._no_gradients())
        self._gradients_again = 0.0

    def follow(self, before: Lab) -> None:
        """Look at the same sequence, and go on writing, if the data is the same."""
        if isinstance(before, SequenceLab) and before.run.dataset is self.run.dataset:
            self.run.view("probe/input")[:] = before.run.view("probe/input")
            self.row, self.read = before.row, before.read
            if self.writer is not None and before.writer is not None:
                self.writer.follow(before.writer)

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """The network's columns, what a sequence is, and some to choose from."""
        dataset, data = self.run.dataset, self.run.experiment.data
        common, _ = super().scene(revision)
        sequence = {
            "kind": self.kind,
            "steps": dataset.shape[0],
            "alphabet": dataset.classes,
            "window": dataset.shape[0],
            "ahead": dataset.windows.lead - dataset.shape[0] + 1 if dataset.windows is not None and self.kind == "series" else 1,
            "baseline": dataset.baseline,
            "unit": data.value() if isinstance(data, Series) else "character" if self.kind == "text" else "symbol",
            "each_step": dataset.each_step,
        }
        rows = samples(dataset)
        scene = {
            "columns": [cells.scene() for cells in self.cells],
            "layers": menu(Recurrent),
            "sequence": sequence,
            "samples": [{"row": int(row), "label": self._label(int(row))} for row in rows],
        }
        arrays: Arrays = {}
        if self.kind == "series":
            arrays, more = series_of(dataset)
            sequence |= more
        return common | scene, arrays

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What the network makes of the sequence now."""
        run = self.run
        run.probe()
        arrays: Arrays = {"sequence/input": self._fed(run.view("probe/input")[0], self.read)}
        for i, cells in enumerate(self.cells):
            states = cells.states(run, "probe/", 0, self.read)
            arrays |= {f"sequence/states/{i}/{name}": array for name, array in states.items()}
            if i and not states and i + 1 < len(self.cells):
                arrays[f"sequence/outputs/{i}"] = cells.part(run.view(f"probe/{cells.name}/output")[0], self.read)
        answer, told = self._answer(run.view("probe/head/output")[0])
        step, gradients = self._newest_gradients()
        text = "".join(run.dataset.classes[code] for code in self.codes()) if self.kind == "text" else ""
        sequence = {"row": self.row, "text": text, "target": self._target(), "answer": answer, "step": step}
        facts: Scene = {"sequence": sequence, "writing": self.writer.facts() if self.writer is not None else None}
        return facts, arrays | told | gradients | self._series() | (self._slow(slow) if slow is not None else {})

    def touch(self, what: str, value: Any) -> None:
        """Another sequence (a row of the data, or one that was typed), or text that is to be written."""
        match what, value:
            case "row", int(row) if 0 <= row < len(self.run.dataset.raw):
                self._look_at(self.run.dataset.raw[[row]], row)
            case "type", str() if self.kind == "text":
                self._read_text(value)
            case "type", list() if self.kind != "text":
                self._look_at(self._typed(value), None)
            case "write", _ if self.writer is not None:
                self.writer.write(value, self.codes(), time.monotonic())
                self._follow_writer()
            case "step", None if self.writer is not None:
                self.writer.check()
                self.writer.step()
                self._follow_writer()
            case "row" | "type" | "write" | "step", _:
                raise ValueError(f"{what} does not take {value!r:.60} here. {self._fitting()}")
            case _:
                super().touch(what, value)

    def show_off(self, turn: int) -> None:
        """Write, or look at another sequence."""
        if self.writer is None:
            rows = samples(self.run.dataset)
            self.touch("row", int(rows[turn % len(rows)]))
        elif not self.writer.manner.on:
            self.touch("write", SHOWN_WRITING)

    def due(self) -> float:
        """When the next character is to be written, or more forecasts are wanted."""
        helper = self.writer or self.forecast
        return super().due() if helper is None else helper.due()

    def go_on(self, now: float) -> bool:
        """The characters that are due, or another chunk of forecasts."""
        if self.writer is None:
            return self.forecast is not None and self.forecast.go_on(now)
        written = self.writer.go_on(now)
        if written:
            self._follow_writer()
        return written

    # ---------------------------------------------------------------- what is looked at

    def codes(self) -> list[int]:
        """The numbers of the symbols that are looked at."""
        return [int(code) for code in self._fed(self.run.view("probe/input")[0], self.read)]

    def _fed(self, numbers: np.ndarray, read: int) -> np.ndarray:
        """What is fed of one row: codes (read,) int32, or standardised values (steps,) float32."""
        shaped = numbers.reshape(self.run.dataset.shape)
        if self.kind == "series":
            return shaped[:, 0].astype(np.float32)
        codes = shaped if shaped.ndim == 1 else shaped.argmax(axis=1)
        return codes[:read].astype(np.int32)

    def _look_at(self, raw: np.ndarray, row: int | None) -> None:
        self.run.look_at(raw)
        self.row, self.read = row, self.run.dataset.shape[0]
        if self.writer is not None:
            self.writer.begin(self.codes())

    def _read_text(self, text: str) -> None:
        """Raises ValueError when the text is empty, longer than the window, or has a character that was not learned."""
        assert self.writer is not None
        if not 0 < len(text) <= self.run.dataset.shape[0]:
            raise ValueError(f"1 to {self.run.dataset.shape[0]} characters can be looked at, got {len(text)}. Take others.")
        self.writer.begin(codes_of(self.run.dataset, text))
        self._follow_writer()

    def _typed(self, numbers: list[Any]) -> np.ndarray:
        """A raw row of symbols' codes, or of values. Raises ValueError."""
        dataset = self.run.dataset
        steps, classes, whole = dataset.shape[0], len(dataset.classes), self.kind == "symbols"
        fits = all(type(n) is int and 0 <= n < classes if whole else type(n) in (int, float) and abs(n) < 1e30 for n in numbers)
        if len(numbers) != steps or not fits:
            raise ValueError(f"This sequence does not fit. {self._fitting()}")
        if whole and len(dataset.shape) > 1:
            return np.eye(classes)[numbers].reshape(1, -1)
        return np.array([numbers], np.float64)

    def _fitting(self) -> str:
        """What can be looked at."""
        dataset = self.run.dataset
        if self.kind == "text":
            return f"Rows are numbers below {len(dataset.raw):,}; texts have up to {dataset.shape[0]} characters."
        what = "values" if self.kind == "series" else f"whole numbers below {len(dataset.classes)}"
        return f"Rows are numbers below {len(dataset.raw):,}; a sequence is {dataset.shape[0]} {what}."

    def _follow_writer(self) -> None:
        """What is looked at is what the writer reads."""
        assert self.writer is not None
        self.row, self.read = None, len(self.writer.codes)

    def _label(self, row: int) -> str:
        """What stands for a row."""
        dataset = self.run.dataset
        if self.kind == "text":
            return "".join(dataset.classes[int(code)] for code in dataset.raw[row, :LABEL])
        if self.kind == "series":
            return f"from {row:,}"
        return str(dataset.classes[int(dataset.y[row, 0])])

    def _target(self) -> float | None:
        """What is to be told of the row: a class, or a value in the data's units."""
        if self.row is None:
            return None
        target = self.run.dataset.y[self.row, -1]
        return float(self.run.dataset.unscaled(target)) if self.kind == "series" else int(target)

    # ---------------------------------------------------------------- what is told of it

    def _answer(self, logits: np.ndarray) -> tuple[str, Arrays]:
        """In words, and as arrays: probabilities, and the likeliest next symbols at each step; a value needs no array."""
        run, classes = self.run, self.run.dataset.classes
        if self.kind == "series":
            return f"{float(run.dataset.unscaled(logits[0])):.4g}", {}
        chances = self._chances(logits[: self.read] if run.dataset.each_step else logits[None])
        last = chances[-1]
        arrays: Arrays = {"sequence/probabilities": last, f"sequence/outputs/{len(self.cells) - 1}": halves(last[: self.cells[-1].shown])}
        if run.dataset.each_step:
            arrays |= likeliest(chances, "sequence/")
        return classes[int(last.argmax())], arrays

    def _chances(self, logits: np.ndarray) -> np.ndarray:
        """The head's sums (n, outputs) -> probabilities (n, classes) float32; a single output is for the second class."""
        chances = self.run.link(logits)
        return np.concatenate([1 - chances, chances], axis=1) if chances.shape[1] == 1 else chances

    def _series(self) -> Arrays:
        """The looked-at window and the forecasts."""
        if self.forecast is None:
            return {}
        self.forecast.ask()
        window = self.run.dataset.unscaled(self.run.view("probe/input")[0])
        return {"sequence/forecast": self.forecast.drawn(), "sequence/window": window.astype(np.float32)}

    def _no_gradients(self) -> Arrays:
        names = [f"sequence/gradient/{i}/{half.prefix}".rstrip("/") for i, cells in enumerate(self.cells) for half in cells.halves]
        return {name: np.full(self.run.dataset.shape[0], np.nan, np.float32) for name in names}

    def _newest_gradients(self) -> tuple[int, Arrays]:
        """The step that made the newest gradients of all steps in time, and how large they are; NaN before the first."""
        run, now = self.run, time.monotonic()
        known = self._gradients[0] == run.steps
        if known or run.position or now < self._gradients_again:
            return self._gradients
        self._gradients_again = now + GRADIENTS_AGAIN
        sizes = {f"{i}/{name}".rstrip("/"): array for i, cells in enumerate(self.cells) for name, array in cells.vanishing(run).items()}
        if any(array.any() for array in sizes.values()):  # a run that was loaded has none before its next step
            self._gradients = run.steps, {f"sequence/gradient/{name}": array for name, array in sizes.items()}
        return self._gradients

    def _slow(self, slow: Slow) -> Arrays:
        """The followed sample's states, outputs and gradients; what the step has not reached yet is NaN."""
        run, sample, steps = self.run, slow.sample, self.run.dataset.shape[0]
        done = {(stage.segment, stage.layer) for stage in run.stages[: slow.index + 1]}
        arrays: Arrays = {"slow/input": self._fed(run.view("input")[sample], steps)}
        for i, cells in enumerate(self.cells[1:], 1):
            reached, returned = ((segment, cells.shown_with) in done for segment in ("forward", "backward"))
            found: Arrays = {f"slow/states/{i}/{name}": array for name, array in cells.states(run, "", sample, steps).items()}
            if not cells.halves:
                found[f"slow/outputs/{i}"] = cells.part(run.view(f"{cells.name}/output")[sample], steps)
            arrays |= {name: array if reached else np.full_like(array, np.nan) for name, array in found.items()}
            for name, gradient in cells.gradients(run, sample, steps).items():
                # The loss is a mean over the batch; the sample's own share of it is what a person can check by hand.
                share = gradient * run.batch_rows if returned else np.full_like(gradient, np.nan)
                arrays[f"slow/gradients/{i}/{name}".rstrip("/")] = share
        if ("forward", self.cells[-1].shown_with) in done and self.kind != "series":
            logits = run.view("head/output")[sample]
            chances = self._chances(logits if run.dataset.each_step else logits[None])
            arrays |= {"slow/probabilities": chances[-1]} | (likeliest(chances, "slow/") if run.dataset.each_step else {})
        return arrays


def kind_of(dataset: DataSet) -> str:
    """ "text", "series", or "symbols" where a sequence has one class."""
    if dataset.windows is None:
        return "symbols"
    return "text" if dataset.each_step else "series"


def likeliest(chances: np.ndarray, prefix: str) -> Arrays:
    """The likeliest next symbols of each step, and their chances (steps, LIKELIEST)."""
    chosen = np.argsort(-chances, axis=1, kind="stable")[:, :LIKELIEST].astype(np.int32)
    return {f"{prefix}chosen": chosen, f"{prefix}chances": halves(np.take_along_axis(chances, chosen, axis=1))}


def samples(dataset: DataSet) -> np.ndarray:
    """Rows to choose from, spread evenly over the test part, or over all where nothing is kept for the test."""
    rows = dataset.test if dataset.test.size else dataset.train
    picked: np.ndarray = rows[:: max(1, len(rows) // SAMPLES)][:SAMPLES]
    return picked


def series_of(dataset: DataSet) -> tuple[Arrays, Scene]:
    """The series, evenly thinned, in the data's units; by how much, the time of the first value that is tested, and what is 0 and 1."""
    assert dataset.windows is not None
    values = dataset.unscaled(dataset.windows.series)
    every = -(-len(values) // POINTS)
    first = int(dataset.test[0] * dataset.windows.apart + dataset.windows.lead) if dataset.test.size else None
    more = {"thinned": every, "values": len(values), "first_test": first, "mean": dataset.target_mean, "scale": dataset.target_scale}
    return {"scene/series": values[::every].astype(np.float32)}, more
