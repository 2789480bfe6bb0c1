"""Labs: a page each, with what of a run is shown there and presets to begin with. One class in one file of this package is a new lab."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from playground.experiment import Experiment
from playground.labs.scenes import Scene, scene_of
from playground.labs.views import Arrays, Slow
from playground.run import Run


@dataclass(frozen=True)
class Preset:
    """An experiment with a name for programs, a title for people, the group it stands in, what to ask of it, and what to do and watch."""

    name: str
    title: str
    group: str
    question: str
    sentence: str
    experiment: Experiment


@dataclass(frozen=True)
class OnShow:
    """What a lab trains on the first page, for all to see: a preset (none named: the first), how fast, and for how many steps."""

    preset: str = ""
    steps_per_second: float = 60
    steps: int = 3000


def gallery(entries: Iterable[tuple[str, str, str, str, str, dict[str, Any]]]) -> tuple[Preset, ...]:
    """Presets out of name, title, group, question, sentence and experiment."""
    return tuple(
        Preset(name, title, group, question, sentence, Experiment.model_validate(chosen))
        for name, title, group, question, sentence, chosen in entries
    )


class Lab:
    """What the stage is sent about a run: `scene` when the experiment changes, `frame` as often as somebody looks.

    Raises ValueError when the run's data or task is not for this lab.
    """

    name: ClassVar[str]  # in the address
    stage: ClassVar[str]  # what shows it there: "plane" or "vision"; only a new kind of view needs JavaScript of its own
    title: ClassVar[str]
    place: ClassVar[int]  # in the navigation
    groups: ClassVar[tuple[str, ...]]  # of data that it takes
    tasks: ClassVar[tuple[str, ...]] = ("supervised",)  # kinds that it shows
    on_stage: ClassVar[tuple[str, ...]] = ()  # kinds of data that are chosen there, or need more than to be chosen
    presets: ClassVar[tuple[Preset, ...]]  # the first is where everybody begins
    motto: ClassVar[str] = ""  # a sentence on the first page
    on_show: ClassVar[OnShow] = OnShow()  # what trains there
    _known: ClassVar[dict[str, type[Lab]]] = {}

    def __init_subclass__(cls) -> None:
        """A class with a name is a lab; one without is what several have in common."""
        if "name" in cls.__dict__:
            Lab._known[cls.name] = cls

    def __init__(self, run: Run) -> None:
        data, task = run.experiment.data, run.experiment.task
        if task.kind not in self.tasks:
            self._refuse(task.title, task.kind, data.group)
        if data.group not in self.groups:
            self._refuse(data.title, task.kind, data.group)
        self.run = run

    def _refuse(self, title: str, task: str, group: str) -> None:
        """Say which lab is for that task on that data."""
        other = next((lab for lab in labs().values() if task in lab.tasks and group in lab.groups), None)
        if other is None:
            raise ValueError(f"{title} is not for the {self.title} lab, and no lab shows it yet. Choose something else.")
        raise ValueError(f"{title} is for the {other.title} lab, this is the {self.title} lab. Open it there.")

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """All that does not change from step to step; a lab adds what is its own."""
        return {"revision": revision, "lab": self.name, "stage": self.stage, "tip": self.tip(), **scene_of(self.run)}, {}

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What the network is now."""
        raise TypeError(f"{type(self).__name__} does not say what is seen of a run. Give it a frame method.")

    def weights(self) -> np.ndarray:
        """The shown weights, flat, as frames have them."""
        return np.zeros(0, np.float32)

    def touch(self, what: str, value: Any) -> None:
        """A command of the lab's own. Raises ValueError for one that it does not know or cannot obey."""
        raise ValueError(f"There is nothing to touch that is called {what!r:.40} in the {self.title} lab.")

    def follow(self, before: Lab) -> None:
        """Take along what a person looked at, when another run takes the place of that lab's."""

    def due(self) -> float:
        """When it wants to `go_on`, in seconds of time.monotonic."""
        return math.inf

    def go_on(self, now: float) -> bool:
        """What it does by itself as time passes, between two slices of training; whether there is something else to see."""
        return False

    def show_off(self, turn: int) -> None:
        """What it does by itself on the first page, every other second: look at another picture, say."""

    def tip(self) -> str:
        """What to try: the sentence of the preset on the same kind of data that has most in common with this; empty when there is none."""
        experiment = self.run.experiment
        alike = [preset for preset in self.presets if preset.experiment.data.kind == experiment.data.kind]
        return max(alike, key=lambda preset: shared(preset.experiment, experiment)).sentence if alike else ""


def labs() -> dict[str, type[Lab]]:
    """Every lab by name, in the order of the navigation; the first one's page is the first."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(Lab._known.items(), key=lambda item: item[1].place))


def shared(one: Experiment, other: Experiment) -> int:
    """How many fields of two experiments are the same."""
    return sum(getattr(one, name) == getattr(other, name) for name in Experiment.model_fields)
