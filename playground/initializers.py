"""Initializers: the values a parameter begins with.

fan_in and fan_out are how many numbers one output gathers and one input feeds: the last two sizes of the shape, times the others
(a convolution's window). A parameter of one dimension has both equal to its size.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.record import Choice, Record

Shape = tuple[int, ...]


def fans(shape: Shape) -> tuple[int, int]:
    """(fan_in, fan_out) of a shape (..., in, out)."""
    if len(shape) < 2:
        return math.prod(shape), math.prod(shape)
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


class Initializer(Record):
    """How a parameter's first values are made."""

    home: ClassVar[str] = "playground.initializers"
    kind: str

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """float32 values of that shape; the same generator state gives the same values."""
        raise TypeError(f"{type(self).__name__} does not say how it draws. Give it a draw method.")


AnyInitializer = Annotated[Initializer, Choice(Initializer)]

Distribution = Literal["uniform", "normal"]


def draw_with(rng: np.random.Generator, shape: Shape, deviation: float, distribution: Distribution) -> np.ndarray:
    """float32 values with mean 0 and that standard deviation."""
    if distribution == "normal":
        return rng.normal(0, deviation, shape).astype(np.float32)
    limit = math.sqrt(3) * deviation
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def distribution_field(default: Distribution) -> Distribution:
    """The field by which a variance is given a form."""
    field: Distribution = Field(default, title="Distribution", description="The form of the random numbers; their spread is the same.")
    return field


class Zeros(Initializer):
    """All 0: right for biases; weights that are all equal stay all equal."""

    kind: Literal["zeros"] = "zeros"
    title: ClassVar[str] = "Zeros"

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """Zeros."""
        return np.zeros(shape, np.float32)


class Constant(Initializer):
    """All the same value."""

    kind: Literal["constant"] = "constant"
    title: ClassVar[str] = "Constant"
    value: float = Field(0.1, ge=-10, le=10, title="Value", description="What every place begins with.")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """The value everywhere."""
        return np.full(shape, self.value, np.float32)


class Uniform(Initializer):
    """Evenly spread between -limit and limit."""

    kind: Literal["uniform"] = "uniform"
    title: ClassVar[str] = "Uniform"
    limit: float = Field(0.5, gt=0, le=10, title="Limit", description="The largest size a value can have.")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """Values in [-limit, limit)."""
        return rng.uniform(-self.limit, self.limit, shape).astype(np.float32)


class Normal(Initializer):
    """The bell curve around 0."""

    kind: Literal["normal"] = "normal"
    title: ClassVar[str] = "Normal"
    deviation: float = Field(0.5, gt=0, le=10, title="Deviation", description="Two thirds of all values are at most this far from 0.")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """Values with that standard deviation."""
        return draw_with(rng, shape, self.deviation, "normal")


class Glorot(Initializer):
    """Keeps signals and gradients of a size in tanh layers: variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010, eq. 16)."""

    kind: Literal["glorot"] = "glorot"
    title: ClassVar[str] = "Glorot"
    distribution: Distribution = distribution_field("uniform")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """As torch.nn.init.xavier_uniform_ and xavier_normal_ spread them."""
        return draw_with(rng, shape, math.sqrt(2 / sum(fans(shape))), self.distribution)


class He(Initializer):
    """Keeps signals of a size in ReLU layers: variance 2 / fan_in (He et al. 2015, eq. 10)."""

    kind: Literal["he"] = "he"
    title: ClassVar[str] = "He"
    distribution: Distribution = distribution_field("normal")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """As torch.nn.init.kaiming_uniform_ and kaiming_normal_ spread them for ReLU."""
        return draw_with(rng, shape, math.sqrt(2 / fans(shape)[0]), self.distribution)


class LeCun(Initializer):
    """Keeps signals of a size in linear and SELU layers: variance 1 / fan_in (LeCun et al. 1998, section 4.6)."""

    kind: Literal["lecun"] = "lecun"
    title: ClassVar[str] = "LeCun"
    distribution: Distribution = distribution_field("normal")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """Values of variance 1 / fan_in."""
        return draw_with(rng, shape, math.sqrt(1 / fans(shape)[0]), self.distribution)


class Orthogonal(Initializer):
    """Columns, or rows if they are fewer, at right angles and of length `gain` (Saxe et al. 2014)."""

    kind: Literal["orthogonal"] = "orthogonal"
    title: ClassVar[str] = "Orthogonal"
    gain: float = Field(1.0, gt=0, le=10, title="Gain", description="By how much the layer stretches what comes in.")

    def draw(self, rng: np.random.Generator, shape: Shape) -> np.ndarray:
        """The Q of a normal matrix's QR factors, its signs made unique, uniform over all rotations (Mezzadri 2007)."""
        columns = shape[-1] if shape else 1
        rows = math.prod(shape) // columns
        normal = rng.normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(normal)
        q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
        return (self.gain * (q if rows >= columns else q.T)).reshape(shape).astype(np.float32)
