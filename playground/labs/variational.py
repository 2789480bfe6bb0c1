"""The variational lab: a picture goes through a few numbers and comes out again, with a map of what those numbers mean."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from playground.data.dataset import plural
from playground.labs import OnShow
from playground.labs.blocks import Block
from playground.labs.latent_map import CODES, GRID, LatentMap
from playground.labs.pictures import PictureLab
from playground.labs.scenes import Scene, counter
from playground.labs.variational_gallery import PRESETS
from playground.labs.views import Arrays, Slow
from playground.run import Run
from playground.tasks.autoencoder import HEAD, LATENT, PictureTask, errors
from playground.tasks.variational import MEAN, SPREAD

MOST = (8, 32)  # maps and units of a block that are shown, as both halves stand beside the map
SAMPLES = 10  # pictures to choose from, of as many classes
FARTHEST = 1000.0  # a latent number set by hand
PICTURES_AGAIN = 0.5  # seconds
NOISY = "noise/noisy"  # what the encoder of a denoising autoencoder sees in training
CODE_TITLES = {LATENT: "Latent map", MEAN: "Latent map", SPREAD: "Sample"}


class VariationalLab(PictureLab):
    """Encoder and decoder as blocks of maps, between them the latent map, which is also a way in: any place of it is decoded."""

    name = stage = "variational"
    title = "Variational"
    place = 5
    tasks = ("variational", "autoencoder")
    presets = PRESETS
    motto = "Pictures through two numbers, and back."
    on_show = OnShow("digits", 60, 3000)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        task = run.experiment.task
        self.clean = self.picture().copy()
        self.z: np.ndarray | None = None  # the latent numbers set by hand; None: those of the picture
        self.level = float(getattr(task, "noise", 0.0))
        self.noise_seed = 0
        self.map = LatentMap(run, self.samples)
        self._pictures_again = 0.0  # when to send the map's pictures again

    def blocks_of(self) -> list[Block]:
        """Encoder, code, decoder, picture."""
        blocks = super().blocks_of()
        code = next(i for i, block in enumerate(blocks) if block.name in (LATENT, MEAN))
        return [replace(self._as_shown(block, behind=i >= code), most=MOST) for i, block in enumerate(blocks)]

    def _as_shown(self, block: Block, behind: bool) -> Block:
        """What is behind the code sees all of the picture; the code and the last picture are what they are, not heads."""
        if block.name in CODE_TITLES:
            kind = "sample" if block.name == SPREAD else "code"
            return replace(block, kind=kind, title=CODE_TITLES[block.name], receptive=None)
        if block.name == HEAD:
            assert self.run.dataset.image is not None
            return replace(block, title="Again", shape=self.run.dataset.image, receptive=None)
        return replace(block, receptive=None) if behind else block

    def samples_of(self) -> np.ndarray:
        """Test pictures of as many classes as may be, each class once before any comes twice."""
        data = self.run.dataset
        rows = data.test if data.test.size else data.train
        classes = data.y[rows, 0].astype(int)
        turn = np.array([np.count_nonzero(classes[:i] == one) for i, one in enumerate(classes[:CODES])])
        chosen: np.ndarray = rows[np.lexsort((classes[: len(turn)], turn))[:SAMPLES]]
        return chosen

    def raw(self, fed: np.ndarray) -> np.ndarray:
        """Pixels are fed as they are."""
        return fed

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """What the map is of, besides what all labs of pictures show."""
        run, task = self.run, self.run.experiment.task
        assert isinstance(task, PictureTask)
        common, arrays = super().scene(revision)
        about = {
            "kind": task.kind,
            "title": task.title,
            "latent": self.map.size,
            "beta": getattr(task, "beta", None),
            "noise": self.level or None,
            "grid": GRID,
            "reconstruction": task.reconstruction,
        }
        rows, self._pictures_again = self.map.rows[:CODES], 0.0  # who gets a new scene has no pictures yet
        for column in common["columns"]:
            if column["kind"] == "code":
                column["sub"] = f"{plural(self.map.size, 'number')} a picture"
        common["columns"][-1]["list"] = ["task", "decoder"]  # where a layer goes that is put before it
        return common | {"variational": about, "counters": self._counters()}, arrays | {
            "scene/codes/row": rows.astype(np.int32),
            "scene/codes/class": run.dataset.y[rows, 0].astype(np.int32),
        }

    def _counters(self) -> list[dict[str, Any]]:
        """The loss, and the two parts that it is made of."""
        parts = [("test/reconstruction", "Reconstruction"), ("test/kl", "KL")]
        return [
            counter("epoch", "Epoch", "count", 4.6, "strong"),
            counter("step", "Step", "count", 7.4),
            counter("train/loss", "Train loss", "loss", 4.4, "train"),
            counter("test/loss", "Test loss", "loss", 4.4, "test strong"),
            *(counter(of, title, "loss", 4.4) for of, title in parts if of.partition("/")[2] in self.run.network.terms),
        ]

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What the network makes of the picture, or of the latent numbers set by hand, and the map."""
        run = self.run
        seen = self._seen()
        run.view("probe/input")[0] = seen
        run.execute("probe/encode")
        code = run.view("probe/code")[0]
        mean = code.copy()
        if self.z is not None:
            code[:] = self.z
        run.execute("probe/decode")
        run.view("probe/input")[0] = self.clean
        z, again = code.copy(), run.link(run.view(f"probe/{HEAD}/output").reshape(1, -1))
        self.map.ask(z)
        facts: Scene = {"picture": self.picture_facts(), "latent": self._latent_facts(mean, z, again)}
        arrays: Arrays = {
            "vision/picture": self.clean.astype(np.float16).reshape(self.image),
            "vision/maps/0": self.blocks[0].maps(seen),
            "variational/again": again[0].astype(np.float16).reshape(self.image),
            "variational/codes": self.map.shown(),
        }
        for i, block in enumerate(self.blocks[1:-1], 1):
            answer = {MEAN: mean, SPREAD: z, LATENT: z}.get(block.name)
            arrays[f"vision/maps/{i}"] = block.maps(run.view(f"probe/{block.name}/output")[0] if answer is None else answer)
        if self.asked is not None and (name := f"probe/{self.blocks[self.asked].name}/sum") in run.program.places:
            arrays[f"vision/sums/{self.asked}"] = self.blocks[self.asked].maps(run.view(name)[0])
        arrays |= self._decoded() | self.block_weights()
        if slow is not None:
            facts["sampled"], more = self._slow(slow)
            arrays |= more
        return facts, arrays

    def _seen(self) -> np.ndarray:
        """What goes in: the clean picture, or what noise leaves of it."""
        if not self.level:
            return self.clean
        noise = np.random.default_rng([self.run.experiment.seed, self.noise_seed]).standard_normal(self.clean.size, np.float32)
        seen: np.ndarray = self.clean + self.level * noise
        return seen

    def _latent_facts(self, mean: np.ndarray, z: np.ndarray, again: np.ndarray) -> Scene:
        run, known = self.run, self.map
        spread = np.exp(run.view(f"probe/{SPREAD}/output")[0] / 2) if known.cloudy else None
        worth = known.worth().tolist()
        return {
            "axes": known.axes,
            "held": known.held,
            "reach": known.reach,
            "mean": mean.tolist(),
            "deviation": None if spread is None else spread.tolist(),
            "z": z.tolist(),
            "own": self.z is not None,
            "error": None if self.z is not None else float(errors(run.experiment.task, self.clean[None], again)[0]),
            "worth": worth,
            "pictures": int(np.isfinite(known.codes[:, 0]).sum()),
            "ends": known.ends,
            "line": known.line.tolist(),
            "seed": known.seed,
            "noise_seed": self.noise_seed,
        }

    def _decoded(self) -> Arrays:
        """The map's pictures when they are new, and now and then again, in case that a frame was lost: they are many."""
        known, now = self.map, time.monotonic()
        if not known.decoded or not (known.fresh or now >= self._pictures_again):
            return {}
        known.fresh, self._pictures_again = False, now + PICTURES_AGAIN
        arrays = {f"variational/{name}": self.pixels(pictures) for name, pictures in known.decoded.items()}
        return arrays | {"variational/errors": known.errors()}

    def due(self) -> float:
        """When more of the map is to be found out."""
        return self.map.due()

    def go_on(self, now: float) -> bool:
        """More of the map; whether it is another one now."""
        return self.map.go_on(now)

    def weights_of(self, block: Block) -> Arrays:
        """The head's as the ink that each input adds to a pixel, on the average; the spread's not at all."""
        if block.name == SPREAD:
            return {}
        arrays, source = super().weights_of(block), self.blocks[block.source or 0]
        if block.name == HEAD:
            weight = self.run.view(f"{HEAD}/weight")
            arrays = {"weights": weight.reshape(-1, weight.shape[-1]).mean(axis=1, keepdims=True)}
        if "weights" in arrays and source.shape[-1] == len(arrays["weights"]):
            arrays["weights"] = arrays["weights"][source.shown]
        return arrays

    def look_at(self, picture: np.ndarray, row: int | None) -> None:
        """The latent numbers are the picture's again."""
        super().look_at(picture, row)
        self.clean, self.z = self.picture().copy(), None

    def show_off(self, turn: int) -> None:
        """Another picture, and others out of nothing."""
        self.touch("row", int(self.samples[turn % len(self.samples)]))
        self.touch("new", turn)

    def touch(self, what: str, value: Any) -> None:
        """Latent numbers, the map's axes, the ends of a way, new pictures, new noise, besides what all labs of pictures have."""
        size, rows = self.map.size, len(self.run.dataset.raw)
        match what, value:
            case "latent", None:
                self.z = None
            case "latent", list(numbers) if len(numbers) == size and all(is_near(number) for number in numbers):
                self.z = np.array(numbers, np.float32)
            case "axes", None:
                self.map.held = False
            case "axes", [int(x), int(y)] if x != y and min(x, y) >= 0 and max(x, y) < size:
                self.map.axes, self.map.held = (x, y), True
            case "ends", [int(first), int(last)] if min(first, last) >= 0 and max(first, last) < rows:
                self.map.ends = (first, last)
            case "new", int(seed) if self.map.cloudy and 0 <= seed < 2**32:
                self.map.seed = seed
            case "new", _ if not self.map.cloudy:
                raise ValueError(
                    f"{self.run.experiment.task.title} does not say how codes are spread. Take the variational one to draw new pictures."
                )
            case "noise", int(seed) if 0 <= seed < 2**32:
                self.noise_seed = seed
            case (("latent" | "axes" | "ends" | "new" | "noise"), _):
                raise ValueError(
                    f"{what} does not take {value!r:.60} here. There are {size} latent numbers, from {-FARTHEST:g} to {FARTHEST:g}, "
                    f"and {rows} pictures."
                )
            case _:
                super().touch(what, value)

    def _slow(self, slow: Slow) -> tuple[Scene, Arrays]:
        """The followed picture on its way; what the step has not reached yet is None, or NaN."""
        run, sample = self.run, slow.sample
        done = {(stage.segment, stage.layer) for stage in run.stages[: slow.index + 1]}
        scored = any(stage.segment == "loss" for stage in run.stages[: slow.index + 1])
        clean = run.view("input")[sample]
        seen = run.view(NOISY)[sample] if NOISY in run.program.places else clean
        arrays: Arrays = {
            "slow/picture": clean.astype(np.float16).reshape(self.image),
            "slow/maps/0": self.blocks[0].maps(seen),
        }
        arrays |= self.slow_blocks(slow, {SPREAD: f"{SPREAD}/z"}, run.link)
        facts: Scene = {}
        if self.map.cloudy and ("forward", SPREAD) in done:
            for said, name in (("epsilon", f"{SPREAD}/z.auxiliary_1"), ("log_variance", f"{SPREAD}/output"), ("z", f"{SPREAD}/z")):
                facts[said] = run.view(name)[sample].tolist()
        if scored:
            facts |= {name: float(run.view(tensor.name)[sample].ravel()[0]) for name, tensor in run.network.terms.items()}
        if ("backward", SPREAD) in done:
            facts["log_variance_gradient"] = (run.view(f"{SPREAD}/output.grad")[sample] * run.batch_rows).tolist()
        return facts, arrays


def is_near(number: Any) -> bool:
    """Whether it is a latent number that may be set by hand."""
    return type(number) in (int, float) and abs(number) <= FARTHEST
