"""Points in the plane, drawn at random: the data sets of TensorFlow Playground (Smilkov et al. 2017, src/dataset.ts) and more.

Noise is a share from 0 to 0.5. As there, it moves a point before it gets its label where the label follows from the place
(circle, xor, plane, hills), and the point itself elsewhere.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import Axis, Column, Data, DataSet
from playground.data.dataset import Modes, Task
from playground.data.split import Split, split

REACH = 6.0  # the picture shows [-6, 6] both ways
RADIUS = 5.0  # most data lies within this distance of the middle
X1, X2 = Axis("x1", "x₁", -REACH, REACH), Axis("x2", "x₂", -REACH, REACH)

OF_X1 = (
    Column("x1", "x₁", lambda raw: raw[:, 0]),
    Column("x1^2", "x₁²", lambda raw: raw[:, 0] ** 2, on=False),
    Column("sin_x1", "sin x₁", lambda raw: np.sin(raw[:, 0]), on=False),
    Column("cos_x1", "cos x₁", lambda raw: np.cos(raw[:, 0]), on=False),
)
OF_BOTH = (
    Column("x1", "x₁", lambda raw: raw[:, 0]),
    Column("x2", "x₂", lambda raw: raw[:, 1]),
    Column("x1^2", "x₁²", lambda raw: raw[:, 0] ** 2, on=False),
    Column("x2^2", "x₂²", lambda raw: raw[:, 1] ** 2, on=False),
    Column("x1x2", "x₁x₂", lambda raw: raw[:, 0] * raw[:, 1], on=False),
    Column("sin_x1", "sin x₁", lambda raw: np.sin(raw[:, 0]), on=False),
    Column("sin_x2", "sin x₂", lambda raw: np.sin(raw[:, 1]), on=False),
    Column("cos_x1", "cos x₁", lambda raw: np.cos(raw[:, 0]), on=False),
    Column("cos_x2", "cos x₂", lambda raw: np.cos(raw[:, 1]), on=False),
)


class Plane(Data):
    """Points in the plane with two inputs."""

    group: ClassVar[str] = "plane"
    inputs: ClassVar[tuple[Axis, ...]] = (X1, X2)
    columns: ClassVar[tuple[Column, ...]] = OF_BOTH

    samples: int = Field(500, ge=2, le=20_000, title="Points", description="How many points are drawn, train and test together.")
    noise: float = Field(0.0, ge=0, le=0.5, title="Noise", description="How much chance blurs the pattern; at 0.5 little is left of it.")

    def names(self) -> tuple[str, ...]:
        """The classes; none for a regression."""
        return ("0", "1")

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Points (samples, inputs), and their class index or value (samples,)."""
        raise TypeError(f"{type(self).__name__} does not say how its points are drawn. Give it a draw method.")

    def make(self) -> DataSet:
        """The points, split."""
        points, y = self.draw(np.random.default_rng((self.seed, 0)))
        return planar(points, y, self.names(), split(y, self.test_fraction, self.seed), self.inputs, self.columns)

    def shares(self, parts: int) -> np.ndarray:
        """The part each point belongs to (samples,): parts are as equal as can be, and earlier ones come first."""
        return np.sort(np.arange(self.samples) % parts)


def planar(
    points: np.ndarray,
    y: np.ndarray,
    classes: tuple[str, ...],
    rows: Split,
    inputs: tuple[Axis, ...] = (X1, X2),
    columns: tuple[Column, ...] = OF_BOTH,
    obstacle: str = "",
    modes: Modes | None = None,
) -> DataSet:
    """A data set of points as they are: nothing in the plane is standardised."""
    task: Task = "classification" if classes else "regression"
    targets = ("class",) if classes else ("y",)
    values = y[:, None].astype(np.float32)
    return DataSet(task, classes, targets, inputs, columns, points, values, *rows, obstacle=obstacle, modes=modes)


def polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Points at this distance from the middle, the angle measured clockwise from the top, as TensorFlow Playground does."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


class Circle(Plane):
    """A disc inside a ring. Noise moves a point before its distance decides the class."""

    kind: Literal["circle"] = "circle"
    title: ClassVar[str] = "Circle"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Half of the points within 0.5 R, half between 0.7 R and R."""
        outside = self.shares(2) == 1
        radius = RADIUS * random.uniform(np.where(outside, 0.7, 0.0), np.where(outside, 1.0, 0.5))
        points = polar(radius, random.uniform(0, 2 * np.pi, self.samples))
        seen = points + self.noise * random.uniform(-RADIUS, RADIUS, points.shape)
        return points, np.hypot(*seen.T) < RADIUS / 2


class Xor(Plane):
    """Four squares, opposite ones alike. Noise moves a point before its place decides the class."""

    kind: Literal["xor"] = "xor"
    title: ClassVar[str] = "Exclusive or"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Uniform in the square, with a gap of 0.3 on each side of both axes."""
        points = random.uniform(-RADIUS, RADIUS, (self.samples, 2))
        points += np.where(points > 0, 0.3, -0.3)
        seen = points + self.noise * random.uniform(-RADIUS, RADIUS, points.shape)
        return points, seen.prod(axis=1) >= 0


class Gauss(Plane):
    """Two round clouds at (2, 2) and (-2, -2). Noise widens them: their variance goes from 0.5 to 4."""

    kind: Literal["gauss"] = "gauss"
    title: ClassVar[str] = "Two clouds"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Class 1 above, class 0 below."""
        y = self.shares(2) == 0
        variance = 0.5 + 7 * self.noise
        return random.normal(np.where(y, 2.0, -2.0)[:, None], np.sqrt(variance), (self.samples, 2)), y


class Spiral(Plane):
    """Two arms wound into each other, one and three quarter turns. Noise moves the points."""

    kind: Literal["spiral"] = "spiral"
    title: ClassVar[str] = "Spiral"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Class 1 begins upwards, class 0 downwards."""
        arm = self.shares(2)
        return wound(arm, 2, self.noise, random), arm == 0


def wound(arm: np.ndarray, arms: int, noise: float, random: np.random.Generator) -> np.ndarray:
    """Points (n, 2) evenly along spiral arms, moved by up to `noise` along either axis."""
    counts = np.bincount(arm, minlength=arms)
    along = np.concatenate([np.arange(count) / max(count, 1) for count in counts])
    turns = 3.5 / arms  # 1.75 for two; the gap between two arms is always the same
    points = polar(RADIUS * along, 2 * np.pi * (turns * along + arm / arms))
    return points + noise * random.uniform(-1, 1, points.shape)


class Moons(Plane):
    """Two half circles that reach into each other. Noise moves the points."""

    kind: Literal["moons"] = "moons"
    title: ClassVar[str] = "Moons"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Half circles of radius 3; noise is a normal deviation in radii."""
        lower = self.shares(2) == 1
        angle = random.uniform(0, np.pi, self.samples)
        x = np.where(lower, 1 - np.cos(angle), np.cos(angle)) - 0.5
        y = np.where(lower, 0.5 - np.sin(angle), np.sin(angle)) - 0.25
        return 3 * (np.stack([x, y], axis=1) + self.noise * random.normal(size=(self.samples, 2))), lower


class Checkerboard(Plane):
    """A chessboard. Noise moves a point before its square decides the class."""

    kind: Literal["checkerboard"] = "checkerboard"
    title: ClassVar[str] = "Checkerboard"

    squares: int = Field(4, ge=2, le=6, title="Squares", description="Squares along each side; more are harder.")

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Uniform over the board."""
        points = random.uniform(-RADIUS, RADIUS, (self.samples, 2))
        side = 2 * RADIUS / self.squares
        seen = points + self.noise * random.uniform(-side, side, points.shape)
        return points, np.floor((seen + RADIUS) / side).sum(axis=1) % 2


class ManyClasses(Plane):
    """Points of two to six classes."""

    classes: int = Field(3, ge=2, le=6, title="Classes", description="How many classes there are to tell apart.")

    def names(self) -> tuple[str, ...]:
        """The classes, numbered from 0."""
        return tuple(str(i) for i in range(self.classes))


class Blobs(ManyClasses):
    """Round clouds on a circle, one for each class. Noise widens them."""

    kind: Literal["blobs"] = "blobs"
    title: ClassVar[str] = "Blobs"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Normal clouds at a distance of 4 from the middle; their deviation goes from 0.6 to 1.6."""
        y = self.shares(self.classes)
        centres = polar(np.full(self.samples, 4.0), 2 * np.pi * y / self.classes)
        return random.normal(centres, 0.6 + 2 * self.noise), y


class Arms(ManyClasses):
    """A spiral with an arm for each class. Noise moves the points."""

    kind: Literal["arms"] = "arms"
    title: ClassVar[str] = "Spiral arms"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """As far apart as the spiral's two; the first arm begins upwards."""
        y = self.shares(self.classes)
        return wound(y, self.classes, self.noise, random), y


class Rings(ManyClasses):
    """Rings around each other, one for each class. Noise moves the points."""

    kind: Literal["rings"] = "rings"
    title: ClassVar[str] = "Rings"

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Each ring takes 60 % of its share of the radius; noise is a normal deviation in such shares."""
        y = self.shares(self.classes)
        share = RADIUS / self.classes
        points = polar(share * (y + random.uniform(0.4, 1.0, self.samples)), random.uniform(0, 2 * np.pi, self.samples))
        return points + self.noise * share * random.normal(size=points.shape), y


class Surface(Plane):
    """A value from -1 to 1 over the square. Noise moves a point before its place decides the value."""

    def names(self) -> tuple[str, ...]:
        """Values have no classes."""
        return ()

    def value(self, points: np.ndarray) -> np.ndarray:
        """The values (n,) at points (n, 2)."""
        raise TypeError(f"{type(self).__name__} does not say what its values are. Give it a value method.")

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Uniform over the picture."""
        points = random.uniform(-REACH, REACH, (self.samples, 2))
        return points, self.value(points + self.noise * random.uniform(-REACH, REACH, points.shape))


class Tilted(Surface):
    """A slope: the value is a tenth of x₁ + x₂."""

    kind: Literal["plane"] = "plane"
    title: ClassVar[str] = "Slope"

    def value(self, points: np.ndarray) -> np.ndarray:
        """From -1.2 to 1.2."""
        heights: np.ndarray = 0.1 * points.sum(axis=1)
        return heights


class Hills(Surface):
    """Three hills and three hollows in two rows, flat in between."""

    kind: Literal["hills"] = "hills"
    title: ClassVar[str] = "Hills"
    tops: ClassVar[np.ndarray] = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
    signs: ClassVar[np.ndarray] = np.array([1, -1, 1, -1, 1, -1])

    def value(self, points: np.ndarray) -> np.ndarray:
        """The nearest top's sign, falling from 1 at the top to 0 at a distance of 2. No two tops are within reach of a point at once."""
        distance = np.linalg.norm(points[:, None] - self.tops, axis=2)
        heights: np.ndarray = (self.signs * np.maximum(0, 1 - distance / 2)).sum(axis=1)
        return heights


class Sine(Plane):
    """A wave over a single input. Noise moves the values."""

    kind: Literal["sine"] = "sine"
    title: ClassVar[str] = "Sine"
    inputs: ClassVar[tuple[Axis, ...]] = (X1,)
    columns: ClassVar[tuple[Column, ...]] = OF_X1

    frequency: float = Field(
        1.0, ge=0.25, le=4, title="Frequency", description="How fast it swings: the value is the sine of this times x₁."
    )

    def names(self) -> tuple[str, ...]:
        """Values have no classes."""
        return ()

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Uniform over the input; noise is a normal deviation."""
        x = random.uniform(-REACH, REACH, (self.samples, 1))
        return x, np.sin(self.frequency * x[:, 0]) + self.noise * random.normal(size=self.samples)
