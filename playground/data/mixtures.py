"""Points to be imitated: mixtures of clouds whose middles are known, so that one can count which of them a generator has found."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import Data, DataSet
from playground.data.dataset import Modes
from playground.data.plane import RADIUS, planar, polar
from playground.data.split import split


class Mixture(Data):
    """Clouds in the plane, as many points in each; supervised labs tell them apart."""

    group: ClassVar[str] = "plane"

    samples: int = Field(2000, ge=50, le=20_000, title="Points", description="How many points are drawn, train and test together.")
    deviation: float = Field(0.1, ge=0.01, le=1, title="Deviation", description="How wide a cloud is.")

    def centres(self) -> np.ndarray:
        """The middles of the clouds (clouds, 2)."""
        raise TypeError(f"{type(self).__name__} does not say where its clouds are. Give it a centres method.")

    def scatter(self, random: np.random.Generator) -> np.ndarray:
        """How far from the middle each point is (samples, 2): normal, unless it says otherwise."""
        return random.normal(0, self.deviation, (self.samples, 2))

    def make(self) -> DataSet:
        """The points, split; a cloud is a class."""
        centres = self.centres()
        y = np.sort(np.arange(self.samples) % len(centres))
        points = centres[y] + self.scatter(np.random.default_rng((self.seed, 0)))
        names = tuple(str(i) for i in range(len(centres)))
        return planar(points, y, names, split(y, self.test_fraction, self.seed), modes=Modes(centres, self.deviation))


class Ring(Mixture):
    """Narrow clouds on a circle: the usual test of whether a generator finds all of them (Metz et al. 2017)."""

    kind: Literal["ring"] = "ring"
    title: ClassVar[str] = "Ring of clouds"

    clouds: int = Field(8, ge=2, le=25, title="Clouds", description="How many there are on the circle.")
    radius: float = Field(2.0, ge=0.5, le=RADIUS, title="Radius", description="How far from the middle they are.")

    def centres(self) -> np.ndarray:
        """Evenly, clockwise from the top."""
        return polar(np.full(self.clouds, self.radius), 2 * np.pi * np.arange(self.clouds) / self.clouds)


class Grid(Mixture):
    """Narrow clouds in rows and columns, harder than a ring (Srivastava et al. 2017)."""

    kind: Literal["grid"] = "grid"
    title: ClassVar[str] = "Grid of clouds"

    side: int = Field(5, ge=2, le=5, title="Clouds a side", description="How many there are in a row, and in a column.")
    apart: float = Field(2.0, ge=0.5, le=2.5, title="Apart", description="From the middle of one cloud to the next.")

    def centres(self) -> np.ndarray:
        """Row by row from the bottom, around the middle of the plane."""
        steps = self.apart * (np.arange(self.side) - (self.side - 1) / 2)
        return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


class Islands(Mixture):
    """Discs far apart, evenly filled: nothing lies between them, and a generator that is smooth must cross the sea."""

    kind: Literal["islands"] = "islands"
    title: ClassVar[str] = "Islands"

    deviation: float = Field(0.4, ge=0.05, le=1, title="Deviation", description="A third of the radius of a disc.")
    islands: int = Field(2, ge=2, le=6, title="Islands", description="How many there are.")

    def centres(self) -> np.ndarray:
        """On a circle, the first one at the right."""
        return polar(np.full(self.islands, 3.0), np.pi / 2 + 2 * np.pi * np.arange(self.islands) / self.islands)

    def scatter(self, random: np.random.Generator) -> np.ndarray:
        """Evenly over a disc of three deviations."""
        radius = 3 * self.deviation * np.sqrt(random.uniform(0, 1, self.samples))
        return polar(radius, random.uniform(0, 2 * np.pi, self.samples))


class Line(Data):
    """A straight line with a little chance across; supervised labs predict how far along it a point is."""

    kind: Literal["line"] = "line"
    title: ClassVar[str] = "Line"
    group: ClassVar[str] = "plane"

    samples: int = Field(2000, ge=50, le=20_000, title="Points", description="How many points are drawn, train and test together.")
    deviation: float = Field(0.1, ge=0.01, le=1, title="Deviation", description="How far from the line points are.")
    angle: float = Field(30.0, ge=-90, le=90, title="Angle", description="Of the line, in degrees from the right.")

    def make(self) -> DataSet:
        """Evenly along, normal across; from -1 at the left end to 1."""
        random = np.random.default_rng((self.seed, 0))
        along, across = random.uniform(-1, 1, self.samples), random.normal(0, self.deviation, self.samples)
        cosine, sine = np.cos(np.deg2rad(self.angle)), np.sin(np.deg2rad(self.angle))
        points = np.column_stack([RADIUS * along * cosine - across * sine, RADIUS * along * sine + across * cosine])
        return planar(points, along, (), split(along, self.test_fraction, self.seed))
