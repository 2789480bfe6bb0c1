"""Frames of a session: made when a viewer has room for one, never queued, and no more often than they may cost."""

from __future__ import annotations

import secrets
import time
import weakref
from typing import TYPE_CHECKING

import numpy as np

from playground.live.frames import Arrays, Facts, pack
from playground.live.scheduler import FIRST, NEVER
from playground.live.viewer import Frame, Viewer

if TYPE_CHECKING:
    from playground.live.session import Session

MEMORY = 0.8  # of what frames have cost, against what the last one did
JUMP = 0.003  # seconds by which one frame may surprise: the first ones load what later ones find, and must not slow them for seconds


class Camera:
    """What a session's viewers see. All but `latest`, `revision` and `wanted` belongs to the session's turns."""

    def __init__(self, session: Session) -> None:
        self.session = weakref.proxy(session)  # no cycle: a session's memory goes with its last reference
        self.viewers: tuple[Viewer, ...] = ()
        self.latest = Frame(0, b"")
        self.revision = secrets.randbelow(2**30)  # of the scene; no two sessions begin alike, for a page may come from another one
        self.version = 0  # of all that is shown but the run's position
        self.urgent = False
        self._scene: tuple[Facts, Arrays] | None = None
        self._shown: tuple[int, ...] = ()
        self._cost = 0.0
        self._next = 0.0

    def wanted(self) -> float:
        """When a viewer that has got room for a frame may have it."""
        return FIRST if self.urgent else self._next

    def changed(self, urgent: bool = False) -> None:
        """There is something else to show; `urgent`: as soon as a viewer has room."""
        self.version += 1
        self.urgent |= urgent

    def new_scene(self) -> None:
        """The scene has changed."""
        self.revision += 1
        self._scene = None
        self.changed(urgent=True)

    def due(self) -> float:
        """When to look again whether to make a frame."""
        return self.wanted() if self._stale and any(viewer.hungry(self.urgent) for viewer in self.viewers) else NEVER

    def show(self) -> None:
        """Make a frame if there is something to show, somebody with room for it, and it is time."""
        now = time.monotonic()
        hungry = [viewer for viewer in self.viewers if viewer.hungry(self.urgent)]
        if not hungry or not self._stale or now < self.wanted():
            return
        self._make(now, scene=any(viewer.revision != self.revision for viewer in hungry))
        for viewer in self.viewers:
            viewer.fresh()

    @property
    def _stale(self) -> bool:
        return self._present() != self._shown

    def _present(self) -> tuple[int, ...]:
        return self.session.run.steps, self.session.run.position, self.version

    def _make(self, now: float, scene: bool) -> None:
        self._shown, begun = self._present(), time.thread_time()
        urgent, self.urgent = self.urgent, False
        number, session = self.latest.number + 1, self.session
        facts: Facts = {"seq": number, "revision": self.revision, "urgent": urgent, **session.facts()}
        arrays = dict[str, np.ndarray]()
        if session.run.ready:
            known = session.gauges.facts(now, session.training)  # before the lab's, which may show these scores
            seen, drawn = session.lab.frame(session.look, session.motion)
            inspected, spread = session.inspector.frame(now, session.training, scene)
            facts |= seen | known | inspected
            arrays |= drawn | spread
            if scene or session.gauges.curve_due(now, session.training):
                arrays["curve/history"] = session.run.history()
        plot, still = self._drawn_scene() if scene else (None, {})
        self.latest = Frame(number, pack({**still, **arrays}, facts, plot), urgent)
        self._spend(now, time.thread_time() - begun)

    def _drawn_scene(self) -> tuple[Facts, Arrays]:
        if self._scene is None:
            self._scene = self.session.lab.scene(self.revision)
        return self._scene

    def _spend(self, now: float, cost: float) -> None:
        """Say when the next frame may be made; an interval may be caught up."""
        cost = min(cost, 2 * self._cost + JUMP)
        self._cost = MEMORY * self._cost + (1 - MEMORY) * cost if self._cost else cost
        interval = self.session.house.interval(self._cost)
        self._next = max(self._next, now - interval) + interval
