"""The vision lab: a convolutional network over a picture, with all its maps."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from playground.labs import Lab, OnShow
from playground.labs.blocks import blocks_of
from playground.labs.scenes import Scene
from playground.labs.views import Arrays, Slow
from playground.labs.vision_gallery import PRESETS
from playground.run import Run

SAMPLES = 20  # pictures to choose from
CELL = 24  # pictures of a cell of the confusion matrix that are shown at most
WEIGHTS_AGAIN = 0.2  # seconds between two sendings of weights, which are large, while they change
SHARE = 0.05  # of the time may go into the confusion matrix
SAME = 1e-4  # two pixels that differ by less are the same


class VisionLab(Lab):
    """Feature maps, kernels and probabilities of one picture, and what the test pictures are mistaken for."""

    name = stage = "vision"
    title = "Vision"
    place = 2
    groups = ("picture",)
    presets = PRESETS
    motto = "Draw a digit and see what each map sees."
    on_show = OnShow("digits", 40, 2400)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        assert run.dataset.image is not None
        self.image = run.dataset.image
        self.blocks = blocks_of(run)
        self.samples = run.dataset.train[:SAMPLES]
        columns = run.dataset.columns
        self._mean, self._scale = np.array([(column.mean, column.scale) for column in columns], np.float32).T
        self.row = self._row_of(self.picture())
        self.cell: tuple[int, int] | None = None
        self.asked: int | None = None  # the block whose sums are looked at
        self.verdicts = Verdicts(run)
        self._weights_again, self._step = 0.0, -1  # when to send weights again, and the step of the last frame

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """The network's blocks and some pictures."""
        run = self.run
        common, _ = super().scene(revision)
        scene = {
            "image": self.image,
            "columns": [block.scene() for block in self.blocks],
            "samples": [{"row": int(row), "class": int(run.dataset.y[row, 0])} for row in self.samples],
        }
        self._weights_again = 0.0  # who gets a new scene has none yet
        return common | scene, {"scene/samples/pixels": self._pixels(self.samples)}

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What the network makes of the picture now."""
        run = self.run
        run.probe()
        self.verdicts.go_on()
        facts: Scene = {
            "picture": {"class": None if self.row is None else int(run.dataset.y[self.row, 0]), "row": self.row},
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
            arrays["vision/cell"] = self._pixels(self.verdicts.rows(*self.cell)[:CELL])
        return facts, arrays | self._weights() | (self._slow(slow) if slow is not None else {})

    def touch(self, what: str, value: Any) -> None:
        """Another picture (a row of the data, or drawn pixels), a cell of the confusion matrix, a block to be asked for its sums."""
        match what, value:
            case "row", int(row) if 0 <= row < len(self.run.dataset.raw):
                self.run.look_at(self.run.dataset.raw[[row]])
                self.row = row
            case "draw", list(pixels) if len(pixels) == self._mean.size and all(type(p) is int and 0 <= p <= 255 for p in pixels):
                self.run.look_at(np.array([pixels], np.float32) / 255)
                self.row = None
            case "cell", None:
                self.cell = None
            case "cell", [int(truth), int(found)] if max(truth, found) < len(self.run.dataset.classes) and min(truth, found) >= 0:
                self.cell = (truth, found)
            case "block", None:
                self.asked = None
            case "block", int(block) if 1 <= block < len(self.blocks):
                self.asked = block
            case "row" | "draw" | "cell" | "block", _:
                raise ValueError(f"{what} does not take {value!r:.60} here. Pixels are {self._mean.size} whole numbers from 0 to 255.")
            case _:
                super().touch(what, value)

    def show_off(self, turn: int) -> None:
        """Another picture."""
        self.touch("row", int(self.samples[turn % len(self.samples)]))

    def _probabilities(self, logits: np.ndarray) -> np.ndarray:
        """(classes,) float32 of one row of the head's sums; a single one is for the second class."""
        row = self.run.link(logits)[0]
        return np.array([1 - row[0], row[0]], np.float32) if row.size == 1 else row.astype(np.float32)

    def picture(self) -> np.ndarray:
        """The raw pixels that are looked at, (pixels,) from 0 to 1."""
        pixels: np.ndarray = self.run.view("probe/input")[0] * self._scale + self._mean
        return pixels

    def _row_of(self, picture: np.ndarray) -> int | None:
        """The row of the data that the picture is; None when it was drawn."""
        same = np.flatnonzero(np.abs(self.run.dataset.raw - picture).max(axis=1) < SAME)
        return int(same[0]) if same.size else None

    def _pixels(self, rows: np.ndarray) -> np.ndarray:
        """Pictures as bytes (rows, height, width, channels)."""
        codes: np.ndarray = np.rint(255 * self.run.dataset.raw[rows]).astype(np.uint8)
        return codes.reshape(len(rows), *self.image)

    def _cell_facts(self) -> Scene | None:
        if self.cell is None:
            return None
        truth, found = self.cell
        return {"truth": truth, "found": found, "count": len(self.verdicts.rows(truth, found))}

    def _weights(self) -> Arrays:
        now, still, self._step = time.monotonic(), self.run.steps == self._step, self.run.steps
        if now < self._weights_again and not still:
            return {}
        self._weights_again = now + WEIGHTS_AGAIN
        arrays: Arrays = {}
        for i, block in enumerate(self.blocks):
            arrays |= {f"vision/{name}/{i}": array for name, array in block.weights(self.run, self.blocks).items()}
        return arrays

    def _slow(self, slow: Slow) -> Arrays:
        """The followed sample's picture, maps and gradients; what the step has not reached yet is NaN."""
        run, sample = self.run, slow.sample
        done = {(stage.segment, stage.layer) for stage in run.stages[: slow.index + 1]}
        pixels = run.view("input")[sample] * self._scale + self._mean
        arrays: Arrays = {
            "slow/picture": pixels.astype(np.float16).reshape(self.image),
            "slow/maps/0": self.blocks[0].maps(run.view("input")[sample]),
        }
        for i, block in enumerate(self.blocks[1:], 1):
            answer, gradient = run.view(f"{block.name}/output")[sample], block.maps(run.view(f"{block.name}/output.grad")[sample])
            # The loss takes the head's sums as they are; a person reads probabilities.
            output = block.maps(answer) if block is not self.blocks[-1] else self._probabilities(answer[None]).astype(np.float16)
            reached, returned = (not block.shown_with or (segment, block.shown_with) in done for segment in ("forward", "backward"))
            # The loss is a mean over the batch; the sample's own share of it is what a person can check by hand.
            arrays[f"slow/maps/{i}"] = output if reached else np.full_like(output, np.nan)
            arrays[f"slow/gradients/{i}"] = gradient * np.float16(run.batch_rows) if returned else np.full_like(gradient, np.nan)
        return arrays


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
