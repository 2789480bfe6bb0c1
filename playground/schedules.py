"""Learning-rate schedules: how the rate changes from step to step. Their unit is the step, one batch."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kernels import schedule as kernels
from kernels.kernel import Kernel
from playground.record import Choice, Record


class Schedule(Record):
    """The learning rate of each step, from the optimizer's own; its number fields are settings that may change while the run goes on."""

    home: ClassVar[str] = "playground.schedules"
    kernel: ClassVar[Kernel | None] = None  # operands: | updates done (int64), base rate, rate (written), settings
    kind: str


AnySchedule = Annotated[Schedule, Choice(Schedule)]


def duration_field(description: str, least: int = 1) -> int:
    """The field that holds a number of steps."""
    field: int = Field(5000, ge=least, le=10_000_000, title="Duration", description=description)
    return field


class Constant(Schedule):
    """Always the optimizer's own rate."""

    kind: Literal["constant"] = "constant"
    title: ClassVar[str] = "Constant"


class Step(Schedule):
    """Times `factor` after every so many steps. PyTorch's StepLR."""

    kind: Literal["step"] = "step"
    title: ClassVar[str] = "Step"
    kernel: ClassVar[Kernel | None] = kernels.step_schedule
    every: int = Field(1000, ge=1, le=10_000_000, title="Every", description="Steps from one drop to the next.")
    factor: float = Field(0.5, gt=0, le=1, title="Factor", description="What the rate is multiplied with at each drop.")


class Exponential(Schedule):
    """Times `factor` after each step. PyTorch's ExponentialLR."""

    kind: Literal["exponential"] = "exponential"
    title: ClassVar[str] = "Exponential"
    kernel: ClassVar[Kernel | None] = kernels.exponential_schedule
    factor: float = Field(0.9995, ge=0.9, le=1, title="Factor", description="What the rate is multiplied with after each step.")


class Cosine(Schedule):
    """Falls like half a wave to `lowest`, and stays there. PyTorch's CosineAnnealingLR up to there (Loshchilov and Hutter 2017)."""

    kind: Literal["cosine"] = "cosine"
    title: ClassVar[str] = "Cosine"
    kernel: ClassVar[Kernel | None] = kernels.cosine_schedule
    duration: int = duration_field("Steps until the lowest rate.")
    lowest: float = Field(0.0, ge=0, le=1, title="Lowest", description="The learning rate at the end.")


class WarmUp(Schedule):
    """Grows in a straight line to the optimizer's own rate. PyTorch's LinearLR."""

    kind: Literal["warm_up"] = "warm_up"
    title: ClassVar[str] = "Warm-up"
    kernel: ClassVar[Kernel | None] = kernels.warm_up_schedule
    duration: int = Field(500, ge=1, le=10_000_000, title="Duration", description="Steps until the full rate.")
    start: float = Field(0.1, ge=0, le=1, title="Start", description="The share of the rate it begins with.")


class OneCycle(Schedule):
    """Up to the optimizer's own rate and down again, in half waves. PyTorch's OneCycleLR (Smith and Topin 2019)."""

    kind: Literal["one_cycle"] = "one_cycle"
    title: ClassVar[str] = "One cycle"
    kernel: ClassVar[Kernel | None] = kernels.one_cycle_schedule
    duration: int = duration_field("Steps of the whole cycle.", least=10)
    rise: float = Field(0.3, ge=0.05, le=0.95, title="Rise", description="The share of the cycle in which the rate grows.")
    start: float = Field(0.04, gt=0, le=1, title="Start", description="The share of the rate it begins with (1 / PyTorch's div_factor).")
    end: float = Field(4e-6, ge=0, le=1, title="End", description="The share of the rate it ends with.")
