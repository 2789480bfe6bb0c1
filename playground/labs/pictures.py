"""What labs of pictures have in common: a picture that is looked at or drawn, the blocks that it goes through, pictures to choose from."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from playground.labs import Lab
from playground.labs.blocks import Block, blocks_of
from playground.labs.scenes import Scene
from playground.labs.views import Arrays, Slow
from playground.run import Run

SAMPLES = 20  # pictures to choose from
WEIGHTS_AGAIN = 0.2  # seconds between two sendings of weights, which are large, while they change
SAME = 1e-4  # two pixels that differ by less are the same


class PictureLab(Lab):
    """A network as blocks of maps, over one picture."""

    groups = ("picture",)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        assert run.dataset.image is not None
        self.image = run.dataset.image
        self.blocks = self.blocks_of()
        self.samples = self.samples_of()
        columns = run.dataset.columns
        self._mean, self._scale = np.array([(column.mean, column.scale) for column in columns], np.float32).T
        self.row = self._row_of(self.picture())
        self.asked: int | None = None  # the block whose sums are looked at
        self._weights_again, self._step = 0.0, -1  # when to send weights again, and the step of the last frame

    def blocks_of(self) -> list[Block]:
        """The blocks that are shown, from the picture to the head."""
        return blocks_of(self.run)

    def samples_of(self) -> np.ndarray:
        """Rows of the pictures to choose from."""
        return self.run.dataset.train[:SAMPLES]

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """The network's blocks and some pictures."""
        run = self.run
        common, _ = super().scene(revision)
        scene = {
            "image": self.image,
            "columns": [block.scene() for block in self.blocks],
            "samples": [self._sample(int(row)) for row in self.samples],
        }
        self._weights_again = 0.0  # who gets a new scene has none yet
        return common | scene, {"scene/samples/pixels": self.pixels(run.dataset.raw[self.samples])}

    def _sample(self, row: int) -> Scene:
        """A picture to choose: its row of the data, its number among those of the run (training rows first), and its class."""
        dataset = self.run.dataset
        number = int(np.flatnonzero(np.concatenate([dataset.train, dataset.test]) == row)[0])
        return {"row": row, "number": number, "class": int(dataset.y[row, 0])}

    def touch(self, what: str, value: Any) -> None:
        """Another picture (a row of the data, or drawn pixels), a block to be asked for its sums."""
        match what, value:
            case "row", int(row) if 0 <= row < len(self.run.dataset.raw):
                self.look_at(self.run.dataset.raw[row], row)
            case "draw", list(pixels) if len(pixels) == self._mean.size and all(type(p) is int and 0 <= p <= 255 for p in pixels):
                self.look_at(np.array(pixels, np.float32) / 255, None)
            case "block", None:
                self.asked = None
            case "block", int(block) if 1 <= block < len(self.blocks):
                self.asked = block
            case "row" | "draw" | "block", _:
                raise ValueError(f"{what} does not take {value!r:.60} here. Pixels are {self._mean.size} whole numbers from 0 to 255.")
            case _:
                super().touch(what, value)

    def look_at(self, picture: np.ndarray, row: int | None) -> None:
        """Look at raw pixels, which are this row of the data or none of them."""
        self.run.look_at(picture[None])
        self.row = row

    def raw(self, fed: np.ndarray) -> np.ndarray:
        """Pixels from 0 to 1 out of what the network is fed."""
        pixels: np.ndarray = fed * self._scale + self._mean
        return pixels

    def picture(self) -> np.ndarray:
        """The raw pixels that are looked at, (pixels,) from 0 to 1."""
        return self.raw(self.run.view("probe/input")[0])

    def _row_of(self, picture: np.ndarray) -> int | None:
        """The row of the data that the picture is; None when it was drawn."""
        same = np.flatnonzero(np.abs(self.run.dataset.raw - picture).max(axis=1) < SAME)
        return int(same[0]) if same.size else None

    def picture_facts(self) -> Scene:
        """Which picture is looked at."""
        return {"class": None if self.row is None else int(self.run.dataset.y[self.row, 0]), "row": self.row}

    def pixels(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures (n, pixels) from 0 to 1 as bytes (n, height, width, channels); what is not a number is 0."""
        codes: np.ndarray = np.rint(255 * np.clip(np.nan_to_num(pictures), 0, 1)).astype(np.uint8)
        return codes.reshape(len(pictures), *self.image)

    def block_weights(self) -> Arrays:
        """Kernels, weights and biases of the blocks; while they change not with every frame."""
        now, still, self._step = time.monotonic(), self.run.steps == self._step, self.run.steps
        if now < self._weights_again and not still:
            return {}
        self._weights_again = now + WEIGHTS_AGAIN
        arrays: Arrays = {}
        for i, block in enumerate(self.blocks):
            arrays |= {f"vision/{name}/{i}": array for name, array in self.weights_of(block).items()}
        return arrays

    def weights_of(self, block: Block) -> Arrays:
        """What of a block's weights is sent."""
        return block.weights(self.run, self.blocks)

    def slow_blocks(self, slow: Slow, renamed: dict[str, str], answers: Callable[[np.ndarray], np.ndarray]) -> Arrays:
        """The followed sample's maps and gradients; what the step has not reached yet is NaN, and what nobody needs the gradient of, too.

        A block's output has the name in `renamed`, or its usual one; `answers` makes of the head's sums what a person reads.
        """
        run, sample, arrays = self.run, slow.sample, Arrays()
        done = {(stage.segment, stage.layer) for stage in run.stages[: slow.index + 1]}
        for i, block in enumerate(self.blocks[1:], 1):
            name = renamed.get(block.name, f"{block.name}/output")
            reached, returned = (not block.shown_with or (segment, block.shown_with) in done for segment in ("forward", "backward"))
            answer = run.view(name)[sample]
            output = block.maps(answers(answer) if block is self.blocks[-1] else answer)
            arrays[f"slow/maps/{i}"] = output if reached else np.full_like(output, np.nan)
            if returned and f"{name}.grad" in run.program.places:
                # The loss is a mean over the batch; the sample's own share of it is what a person can check by hand.
                arrays[f"slow/gradients/{i}"] = block.maps(run.view(f"{name}.grad")[sample] * np.float32(run.batch_rows))
            else:
                arrays[f"slow/gradients/{i}"] = np.full_like(output, np.nan)
        return arrays
