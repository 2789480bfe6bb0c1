"""A small lab, a house of it, and eyes on it: what the tests of the live part drive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from playground import Experiment, Run
from playground.live.commands import action
from playground.live.frames import Arrays, Facts, unpack
from playground.live.house import House
from playground.live.pace import Motion
from playground.live.scheduler import NEVER
from playground.live.seats import Seat
from playground.live.session import Session
from playground.live.viewer import SocketViewer
from playground.saving import state_names

PATIENCE = 10.0

CIRCLE = Experiment.model_validate(
    {
        "data": {"kind": "circle", "samples": 200},
        "features": ["x1", "x2"],
        "layers": [{"kind": "dense", "units": 4, "activation": "tanh"}, {"kind": "dense", "units": 2, "activation": "tanh"}],
        "loss": "binary_cross_entropy",
        "optimizer": {"kind": "sgd", "learning_rate": 0.1},
    }
)


class WeightsLab:
    """Shows the first layer's weights, and what was touched last."""

    name = "weights"

    def __init__(self, run: Run) -> None:
        self.run = run
        self.touched: tuple[str, Any] | None = None

    def scene(self, revision: int) -> tuple[Facts, Arrays]:
        return {"revision": revision, "experiment": self.run.experiment.model_dump(mode="json")}, {}

    def frame(self, look: tuple[str, int] | None, slow: Motion | None) -> tuple[Facts, Arrays]:
        facts = {"look": {"name": look[0], "unit": look[1]}} if look else {}
        arrays = {"network/weights": self.weights()}
        return facts, arrays | ({"slow/before": slow.before} if slow and slow.before is not None else {})

    def weights(self) -> np.ndarray:
        return self.run.view(f"{self.run.network.columns[1].name}/weight").copy()

    def show_off(self, turn: int) -> None:
        self.touched = ("turn", turn)

    def touch(self, what: str, value: Any) -> None:
        if value == "hot":
            raise ValueError("That is too hot.")
        self.touched = (what, value)

    def follow(self, before: Any) -> None:
        self.before = before

    def due(self) -> float:
        return NEVER

    def go_on(self, now: float) -> bool:
        return False


@contextmanager
def house(**choices: Any) -> Iterator[House]:
    """A house of its own, closed in the end."""
    built = House(**choices)
    try:
        yield built
    finally:
        built.close()


def sit(home: House, experiment: Experiment = CIRCLE) -> Seat:
    return home.sit(WeightsLab, experiment)


def drive(home: House, experiment: Experiment = CIRCLE) -> Session:
    """A session that can train at once."""
    session = home.open(WeightsLab, experiment)
    until(lambda: session.run.ready, 120)  # the first test compiles
    return session


class Eyes:
    """A viewer that draws everything at once, and remembers what it saw."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.viewer = SocketViewer(session.camera, lambda: None)
        self.frame: Facts = {}
        self.scene: Facts = {}
        self.arrays: dict[str, np.ndarray] = {}
        session.watch(self.viewer)

    def look(self) -> bool:
        """Draw the newest frame; whether there was one."""
        message = self.viewer.take()
        if message is None:
            return False
        self.frame, scene, arrays = unpack(message)
        self.scene = scene or self.scene
        self.arrays |= arrays
        self.viewer.acknowledge(self.frame["seq"], self.frame["revision"])
        self.session.wanted()
        return True

    def see(self, what: Callable[[Facts], bool], patience: float = PATIENCE) -> Facts:
        """The first frame of which this is true, the present one included."""

        def seen() -> bool:
            self.look()
            return bool(self.frame) and what(self.frame)

        until(seen, patience)
        return self.frame

    def after(self, command: dict[str, Any]) -> Facts:
        """The first frame after a command that is obeyed."""
        numbers = []

        def obey(session: Session) -> None:
            action(command)(session)
            numbers.append(session.camera.latest.number)

        assert self.session.do(obey).result(PATIENCE) is None
        return self.see(lambda frame: frame["seq"] > numbers[0])


def until(happened: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait for something to happen; fails when it does not."""
    end = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.001)


def state(run: Run) -> dict[str, bytes]:
    """The bits of all that a run is."""
    return {name: run.view(name).tobytes() for name in state_names(run)}
