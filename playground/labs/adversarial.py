"""The adversarial lab: a generator and a discriminator that meet on the plane, or over a wall of pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.data.plane import REACH
from playground.labs import Lab, OnShow
from playground.labs.adversarial_gallery import PRESETS
from playground.labs.plane import thumbnails
from playground.labs.players import PlayersView, net_of
from playground.labs.scenes import Scene, counter
from playground.labs.views import Arrays, Slow
from playground.run import Run
from playground.tasks.adversarial import Adversarial
from playground.tasks.duel import INNER, LOOKED_AT, REAL_AND_FAKE, Duel
from playground.tasks.judging import FIXED, collapse, slope, squashed

THUMBNAILS = ("ring", "grid", "gauss", "line", "islands", "spiral", "moons", "circle", "checkerboard", "blobs")
POINTS, PULLED = 400, 100  # generated points that are drawn, and of those that show where they are pulled
NET = 20  # lines a side of the grid that the generator warps
ROWS, COLUMNS, REAL = 8, 8, 24  # of the wall, and real pictures beside it
BEYOND = 1.6  # how much further the plane is drawn than real points lie
STEP = 0.02  # to either side of a point, when it is found out where it is pulled
LARGEST = 20.0  # of a number of noise that is chosen by hand
CODES = 64000  # of 16 bits for verdicts from 0 to 1
BROKEN = -32768
ALIVE = 1e-6  # length of the generator's gradient below which it learns nothing


class AdversarialLab(Lab):
    """Two networks, what one makes, and what the other takes it for."""

    name = stage = "adversarial"
    title = "Adversarial"
    place = 4
    groups = ("plane", "picture")
    tasks = ("adversarial",)
    on_stage = (*THUMBNAILS, "painted")
    presets = PRESETS
    motto = "Two networks, one plane, opposite wishes."
    on_show = OnShow("two_clouds", 120, 6000)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        assert isinstance(run.experiment.task, Adversarial)
        assert isinstance(run.network, Duel)
        self.task, self.duel = run.experiment.task, run.network
        self.view = PlayersView(run)
        self.image = run.dataset.image
        self.classes = len(run.dataset.classes) if self.task.conditional else 0
        random = np.random.default_rng([run.experiment.seed, FIXED])
        self.noise = self.task.draw(random, POINTS if self.image is None else (self.classes or ROWS) * COLUMNS)
        self.chosen, self.asked = self.noise[0], 0  # the noise that is followed, and the class of what is made of it
        self.flat = self.image is not None or self.task.noise != 2
        if not self.flat:
            run.view(f"{INNER}noise")[:] = net_of(self.side, self.task.distribution)
        if self.image is None:
            self.reach = reach_of(run)
            run.look_at(run.picture.grid(run.grid) * (self.reach / REACH))

    @property
    def side(self) -> int:
        """Points a side of a neuron's field."""
        return 1 if self.image is not None else self.run.grid // 2

    # ---------------------------------------------------------------- scene

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """Both networks, what they play for, and some of what is real."""
        common, _ = super().scene(revision)
        sets, drawn = thumbnails(THUMBNAILS)
        scene = {
            "columns": self.view.scene(),
            "features": self.view.features(),
            "tile": self.side,
            "adversarial": self._game(),
            "counters": self._counters(),
            "loss": {"kind": self.task.loss, "title": self.task.loss.replace("_", " ").capitalize()},
            "thumbnails": sets,
        }
        return common | scene | self._real_facts(), {
            "scene/thumbnails/points": drawn,
            "scene/network/features": self._noise_fields(),
            **self._real(),
        }

    def _game(self) -> Scene:
        task, dataset = self.task, self.run.dataset
        optimizers = {"generator": task.generator_optimizer, "discriminator": self.run.experiment.optimizer}
        plane: Scene = {"axes": None, "grid": 0}
        if self.image is None:
            axis = {"low": -self.reach, "high": self.reach}
            plane = {"axes": {"x": axis, "y": axis}, "grid": self.run.grid}
        return plane | {
            "data": "plane" if self.image is None else "picture",
            "noise": task.noise,
            "conditional": task.conditional,
            "classes": list(dataset.classes) if task.conditional else None,
            "loss": task.loss,
            "clip": task.clip if task.loss == "wasserstein" else None,
            "discriminator_steps": task.discriminator_steps,
            "image": self.image,
            "modes": None if dataset.modes is None else len(dataset.modes.centres),
            "net": 0 if self.flat else NET,
            "optimizers": {
                player: {"kind": optimizer.kind, "title": optimizer.title, "learning_rate": optimizer.learning_rate}
                for player, optimizer in optimizers.items()
            },
        }

    def _counters(self) -> list[dict[str, Any]]:
        counters = [
            counter("step", "Step", "count", 7.4, "strong"),
            counter("train/loss", "Discriminator", "loss", 4.4, "train"),
            counter("test/loss", "Generator", "loss", 4.4, "test strong"),
        ]
        if self.run.dataset.modes is not None:
            counters += [counter("modes", "Clouds", "count", 2.4), counter("good", "On them", "percent", 5.4)]
        if self.image is None:
            counters += [counter("kl", "KL", "loss", 4.4), counter("js", "JS", "loss", 4.4)]
        return counters

    def _noise_fields(self) -> np.ndarray:
        """Each number of noise over the plane of the noise, as bytes; flat where there is no plane."""
        fields = np.full((len(self.view.shown[0]), self.side, self.side), 127, np.uint8)
        if not self.flat:
            z = net_of(self.side, self.task.distribution).T.reshape(2, self.side, self.side)
            fields[:2] = np.rint(127 + 127 * z / np.abs(z).max())
        return fields

    def _real(self) -> Arrays:
        dataset = self.run.dataset
        if self.image is None:
            return {"scene/points/x": dataset.raw[dataset.train[:POINTS]].astype(np.float32)}
        return {"scene/real": self._pixels(dataset.raw[dataset.train[:REAL]])}

    def _real_facts(self) -> Scene:
        dataset = self.run.dataset
        return {} if self.image is None else {"real_classes": dataset.y[dataset.train[:REAL], 0].astype(int).tolist()}

    def _pixels(self, pictures: np.ndarray) -> np.ndarray:
        assert self.image is not None
        codes: np.ndarray = np.rint(255 * np.nan_to_num(pictures)).clip(0, 255).astype(np.uint8)
        return codes.reshape(len(pictures), *self.image)

    # ---------------------------------------------------------------- frame

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What both players are now, and what is made of noise that stays the same."""
        self._choose()
        self.run.probe()
        facts, arrays = self._facts(), self.view.frame(self.side)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not a number is shown so
            if self.image is None:
                arrays |= self._plane()
                facts["chosen"] = self._chosen(self.task.make(self.run, self.chosen[None]))
            else:
                wall, picture = self._wall()
                arrays |= wall | {"adversarial/chosen": self._pixels(picture)[0]}
                facts["chosen"] = self._chosen(picture) | {"sample": None}
        return facts, arrays | (self._slow(slow) if slow is not None else {})

    def weights(self) -> np.ndarray:
        """The shown weights and biases, as frames have them."""
        return self.view.parameters()

    def touch(self, what: str, value: Any) -> None:
        """Another noise to follow (None: the first of those that stay the same), another class of what is made of it."""
        match what, value:
            case "noise", None:
                self.chosen = self.noise[0]
            case "noise", list(numbers) if len(numbers) == self.task.noise and all(map(small, numbers)):
                self.chosen = np.array(numbers, np.float32)
            case "noise", _:
                raise ValueError(f"Noise is {self.task.noise} numbers from {-LARGEST:g} to {LARGEST:g} here, got {value!r:.60}.")
            case "class", int(number) if type(number) is int and 0 <= number < self.classes:
                self.asked = number
            case "class", _:
                fits = f"one from 0 to {self.classes - 1}" if self.classes else "none, for the players are not told classes"
                raise ValueError(f"As a class {fits} fits here, got {value!r:.60}.")
            case _:
                super().touch(what, value)

    def show_off(self, turn: int) -> None:
        """Another noise to follow."""
        self.touch("noise", self.noise[turn % len(self.noise)].tolist())

    def _choose(self) -> None:
        """Where no plane of noise is drawn, the players look at what is chosen."""
        if self.flat:
            self.run.view(f"{INNER}noise")[0] = self.chosen
            if self.classes:
                self.run.view(f"{INNER}target")[0] = self.run.view(f"{LOOKED_AT}target")[0] = self.asked

    def _facts(self) -> Scene:
        run, scores = self.run, self.run.scores
        slope = float(np.linalg.norm(run.view("generator/gradients")))
        modes = run.dataset.modes
        return {
            "players": {
                "generator": {"loss": scores.get("test/loss"), "gradient": slope, "alive": run.steps == 0 or not slope < ALIVE},
                "discriminator": {"loss": scores.get("train/loss"), "real": scores.get("real"), "fake": scores.get("fake")},
            },
            "modes": modes and {"covered": scores.get("modes"), "of": len(modes.centres), "good": scores.get("good")},
            "distance": {"kl": scores.get("kl"), "js": scores.get("js")} if self.image is None else None,
            "collapse": collapse(run),
        }

    def _verdicts(self, sums: np.ndarray) -> np.ndarray:
        """From 0 (generated) to 1 (real)."""
        scores = self.run.scores
        return squashed(self.task.loss, sums.astype(np.float64), scores.get("sum/fake", -1.0), scores.get("sum/real", 1.0))

    def _plane(self) -> Arrays:
        run, made = self.run, self.task.make(self.run, self.noise)
        surface = self._verdicts(run.view(f"{LOOKED_AT}{self.duel.logits.name}")[:, 0])
        codes = np.where(np.isfinite(surface), np.rint((np.nan_to_num(surface) - 0.5) * CODES), BROKEN)
        arrays = {
            "adversarial/generated": made,
            "adversarial/pull": self._pull(made[:PULLED]),
            "adversarial/surface": codes.astype(np.int16).reshape(run.grid, run.grid),
        }
        if not self.flat:
            arrays["adversarial/net"] = self.task.make(run, net_of(NET, self.task.distribution)).reshape(NET, NET, 2)
        return arrays

    def _pull(self, points: np.ndarray) -> np.ndarray:
        """Minus the gradient of the generator's loss by each point, by central differences: what only training does has no part in it."""
        moves = np.array([(STEP, 0), (-STEP, 0), (0, STEP), (0, -STEP)], np.float32)
        sums = self.run.logits((points[None] + moves[:, None]).reshape(-1, 2))[:, 0].astype(np.float64).reshape(4, -1)
        across, up = (sums[0] - sums[1]) / (2 * STEP), (sums[2] - sums[3]) / (2 * STEP)
        pull: np.ndarray = -slope(self.task.loss, sums.mean(axis=0))[:, None] * np.column_stack([across, up])
        return pull.astype(np.float32)

    def _wall(self) -> tuple[Arrays, np.ndarray]:
        """Pictures of the noise that stays the same, and the one of the chosen noise (1, pixels)."""
        run = self.run
        classes = np.repeat(np.arange(self.classes), COLUMNS) if self.classes else None
        told = None if classes is None else classes[:, None].astype(np.float32)
        made = self.task.make(run, self.noise, told)
        picture = self.task.make(run, self.chosen[None], None if told is None else np.full((1, 1), self.asked, np.float32))
        sums = run.logits(made, classes)[:, 0]
        shape = (-1, COLUMNS)
        wall = self._pixels(made)
        return {
            "adversarial/wall": wall.reshape(*shape, *wall.shape[1:]),
            "adversarial/verdicts": self._verdicts(sums).astype(np.float16).reshape(shape),
        }, picture

    def _chosen(self, sample: np.ndarray) -> Scene:
        verdict = self._verdicts(self.run.logits(sample, [self.asked] if self.classes else None)[:, 0])
        return {
            "z": self.chosen.tolist(),
            "sample": sample[0].tolist(),
            "verdict": float(verdict[0]),
            "class": self.asked if self.classes else None,
        }

    def _slow(self, slow: Slow) -> Arrays:
        """The followed rows, real and generated, and what has been made of the noise so far."""
        rows, judged = self.run.batch_rows, self.run.view(f"{REAL_AND_FAKE}input")
        own = self.run.stages[slow.index].segment.startswith("generator/")
        pair = {"slow/real": judged[slow.sample], "slow/generated": (self.run.view("input") if own else judged[rows:])[slow.sample]}
        if self.image is not None:
            pair = {name: self._pixels(row[None])[0] for name, row in pair.items()}
        return self.view.slow(slow) | pair


def reach_of(run: Run) -> float:
    """How far the plane is drawn either way: beyond all real points, or as far as one can paint."""
    points = run.dataset.raw
    if run.experiment.data.kind == "painted" or not points.size:
        return REACH
    return min(REACH, float(np.ceil(BEYOND * np.abs(points).max() * 10) / 10))


def small(number: Any) -> bool:
    """Whether it is a number that noise may be."""
    return isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= LARGEST
