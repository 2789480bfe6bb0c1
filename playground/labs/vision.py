"""The vision lab: a convolutional network over a picture, with all its maps."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from playground.labs import OnShow
from playground.labs.pictures import PictureLab
from playground.labs.scenes import Scene
from playground.labs.views import Arrays, Slow
from playground.labs.vision_gallery import PRESETS
from playground.run import Run

CELL = 24  # pictures of a cell of the confusion matrix that are shown at most
SHARE = 0.02  # of the time may go into the confusion matrix


class VisionLab(PictureLab):
    """Feature maps, kernels and probabilities of one picture, and what the test pictures are mistaken for."""

    name = stage = "vision"
    title = "Vision"
    place = 2
    presets = PRESETS
    motto = "Draw a digit and see what each map sees."
    on_show = OnShow("digits", 40, 2400)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.cell: tuple[int, int] | None = None
        self.verdicts = Verdicts(run)

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What the network makes of the picture now."""
        run = self.run
        run.probe()
        self.verdicts.go_on()
        facts: Scene = {
            "picture": self.picture_facts(),
            "confusion": {"step": self.verdicts.step},
            "cell": self._cell_facts(),
        }
        arrays: Arrays = {
            "vision/picture": self.picture().astype(np.float16).reshape(self.image),
            "vision/maps/0": self.blocks[0].maps(run.view("probe/input")[0]),  # as it is fed: products and sums are of these numbers
            "vision/probabilities": self._probabilities(run.view("probe/head/output")),
            "vision/confusion": self.verdicts.confusion(),
        }
        for i, block in enumerate(self.blocks[1:-1], 1):
            arrays[f"vision/maps/{i}"] = block.maps(run.view(f"probe/{block.name}/output")[0])
        arrays[f"vision/maps/{len(self.blocks) - 1}"] = arrays["vision/probabilities"].astype(np.float16)
        if self.asked is not None and (name := f"probe/{self.blocks[self.asked].name}/sum") in run.program.places:
            arrays[f"vision/sums/{self.asked}"] = self.blocks[self.asked].maps(run.view(name)[0])
        if self.cell is not None:
            arrays["vision/cell"] = self.pixels(run.dataset.raw[self.verdicts.rows(*self.cell)[:CELL]])
        return facts, arrays | self.block_weights() | (self._slow(slow) if slow is not None else {})

    def touch(self, what: str, value: Any) -> None:
        """A cell of the confusion matrix, besides what all labs of pictures have."""
        match what, value:
            case "cell", None:
                self.cell = None
            case "cell", [int(truth), int(found)] if max(truth, found) < len(self.run.dataset.classes) and min(truth, found) >= 0:
                self.cell = (truth, found)
            case "cell", _:
                raise ValueError(f"A cell is a pair of classes from 0 to {len(self.run.dataset.classes) - 1}, got {value!r:.60}.")
            case _:
                super().touch(what, value)

    def show_off(self, turn: int) -> None:
        """Another picture."""
        self.touch("row", int(self.samples[turn % len(self.samples)]))

    def _probabilities(self, logits: np.ndarray) -> np.ndarray:
        """(classes,) float32 of one row of the head's sums; a single one is for the second class."""
        row = self.run.link(logits)[0]
        return np.array([1 - row[0], row[0]], np.float32) if row.size == 1 else row.astype(np.float32)

    def _cell_facts(self) -> Scene | None:
        if self.cell is None:
            return None
        truth, found = self.cell
        return {"truth": truth, "found": found, "count": len(self.verdicts.rows(truth, found))}

    def _slow(self, slow: Slow) -> Arrays:
        """The followed sample's picture, maps and gradients."""
        fed = self.run.view("input")[slow.sample]
        arrays: Arrays = {
            "slow/picture": self.raw(fed).astype(np.float16).reshape(self.image),
            "slow/maps/0": self.blocks[0].maps(fed),
        }
        # The loss takes the head's sums as they are; a person reads probabilities.
        return arrays | self.slow_blocks(slow, {}, lambda sums: self._probabilities(sums[None]))


class Verdicts:
    """What the network takes the test pictures for, found out a chunk at a time, again and again."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.rows_of_test = run.dataset.test if run.dataset.test.size else run.dataset.train
        self.truth = run.dataset.y[self.rows_of_test, 0].astype(np.intp)
        self.found = np.full(len(self.truth), -1)
        self.step = 0
        self._next, self._again = 0, 0.0

    def go_on(self) -> None:
        """Another chunk, if its time has come."""
        now = time.monotonic()
        if now < self._again:
            return
        chunk = slice(self._next, self._next + len(self.run.view("evaluate/input")))
        rows = self.rows_of_test[chunk]
        inputs = self.run.dataset.features(self.run.experiment.features)(self.run.dataset.raw[rows])
        logits = self.run.logits(inputs)
        self.found[chunk] = logits.argmax(axis=1) if logits.shape[1] > 1 else logits[:, 0] > 0
        self._next = chunk.stop if chunk.stop < len(self.truth) else 0
        self.step = self.run.steps
        done = time.monotonic()
        self._again = done + (done - now) / SHARE

    def confusion(self) -> np.ndarray:
        """(classes, classes) int32: how many test pictures of each class were found to be which."""
        classes = len(self.run.dataset.classes)
        seen = self.found >= 0
        counts = np.bincount(self.truth[seen] * classes + self.found[seen], minlength=classes * classes)
        return counts.reshape(classes, classes).astype(np.int32)

    def rows(self, truth: int, found: int) -> np.ndarray:
        """The rows of the data in one cell."""
        cell: np.ndarray = self.rows_of_test[(self.truth == truth) & (self.found == found)]
        return cell
