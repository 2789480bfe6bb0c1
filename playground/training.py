"""How a network is trained, apart from what it is: batches, penalties on the weights, clipping of gradients, when to stop."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kernels.kernel import Kernel
from kernels.penalty import clip_norm, clip_value
from playground.record import Choice, Record
from playground.schedules import AnySchedule, Constant


class Clipping(Record):
    """What is done to gradients that are too large."""

    home: ClassVar[str] = "playground.training"
    kernel: ClassVar[Kernel | None] = None  # operands: n | gradient, limit
    together: ClassVar[bool] = False  # whether it must know all gradients before it changes one


class NoClipping(Clipping):
    """Gradients are used as they are."""

    kind: Literal["none"] = "none"
    title: ClassVar[str] = "No clipping"


class ClipValue(Clipping):
    """Each gradient is cut to [-limit, limit]."""

    kind: Literal["value"] = "value"
    title: ClassVar[str] = "By value"
    kernel: ClassVar[Kernel | None] = clip_value
    limit: float = Field(1.0, gt=0, le=1000, title="Limit", description="The largest size of a single gradient.")


class ClipNorm(Clipping):
    """All gradients shrink together until their norm is at most the limit (Pascanu, Mikolov and Bengio 2013, algorithm 1)."""

    kind: Literal["norm"] = "norm"
    title: ClassVar[str] = "By norm"
    kernel: ClassVar[Kernel | None] = clip_norm
    together: ClassVar[bool] = True
    limit: float = Field(1.0, gt=0, le=1000, title="Limit", description="The largest norm of all gradients together.")


AnyClipping = Annotated[Clipping, Choice(Clipping)]


class Training(Record):
    """Batch size, learning-rate schedule, regularisation, clipping and early stopping."""

    title: ClassVar[str] = "Training"

    batch_size: int = Field(10, ge=1, le=1024, title="Batch size", description="Examples in each step, at most all there are.")
    schedule: AnySchedule = Field(default_factory=Constant, title="Schedule", description="How the learning rate changes as steps go by.")
    l1: float = Field(0.0, ge=0, le=10, title="L1", description="Pulls every weight towards 0 by the same amount: weak ones vanish.")
    l2: float = Field(0.0, ge=0, le=10, title="L2", description="Pulls every weight towards 0 in proportion to its size.")
    clip: AnyClipping = Field(default_factory=NoClipping, title="Clipping", description="What is done to gradients that are too large.")
    early_stopping: int | None = Field(
        None, ge=1, le=10_000, title="Early stopping", description="Stop after so many epochs without a better test loss; empty: never."
    )

    def settings(self) -> dict[str, float]:
        """What of it lives in memory and may change while the run goes on."""
        penalties = {"training/l1": self.l1, "training/l2": self.l2}
        return penalties | self.schedule.numbers("schedule") | self.clip.numbers("clip")
