"""Optimizers: how a gradient becomes a step. Those that PyTorch has are its own, to the place of every epsilon."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from kernels import optimizer as kernels
from kernels.kernel import Kernel
from playground.record import Choice, Record


def rate_field(default: float) -> float:
    """The learning rate."""
    field: float = Field(default, gt=0, le=1e9, title="Learning rate", description="How far each step goes.")
    return field


def average_field(default: float, title: str, what: str) -> Any:
    """How slowly a moving average forgets."""
    return Field(default, ge=0, le=0.9999, title=title, description=f"How much of the old average of {what} is kept at each step.")


def epsilon_field(default: float) -> float:
    """What keeps a division from going wrong."""
    field: float = Field(
        default, ge=1e-12, le=0.1, title="Epsilon", description="Added to the divisor, so that small gradients stay small steps."
    )
    return field


def decay_field(default: float) -> float:
    """Decoupled weight decay."""
    field: float = Field(
        default, ge=0, le=10, title="Weight decay", description="Pulls weights towards 0 apart from the gradient; biases feel none."
    )
    return field


class Optimizer(Record):
    """One kernel over all parameters at once; its number fields are settings that may change while the run goes on."""

    home: ClassVar[str] = "playground.optimizers"
    kernel: ClassVar[Kernel]  # operands: n, regularized | w, g | moments | t (int64), rate, settings but the learning rate
    moments: ClassVar[tuple[str, ...]] = ()  # arrays as large as all parameters, 0 at first
    kind: str
    learning_rate: float = rate_field(0.01)


AnyOptimizer = Annotated[Optimizer, Choice(Optimizer)]


class SGD(Optimizer):
    """Straight down the gradient (Robbins and Monro 1951). PyTorch's SGD."""

    kind: Literal["sgd"] = "sgd"
    title: ClassVar[str] = "SGD"
    kernel: ClassVar[Kernel] = kernels.sgd
    learning_rate: float = rate_field(0.1)


class Momentum(Optimizer):
    """A ball that rolls: steps in a lasting direction grow (Polyak 1964). PyTorch's SGD with momentum, without dampening."""

    kind: Literal["momentum"] = "momentum"
    title: ClassVar[str] = "Momentum"
    kernel: ClassVar[Kernel] = kernels.momentum
    moments: ClassVar[tuple[str, ...]] = ("velocity",)
    learning_rate: float = rate_field(0.03)
    momentum: float = average_field(0.9, "Momentum", "the gradient")


class Nesterov(Optimizer):
    """Momentum that looks where it is going (Nesterov 1983; Sutskever et al. 2013). PyTorch's SGD with nesterov=True."""

    kind: Literal["nesterov"] = "nesterov"
    title: ClassVar[str] = "Nesterov"
    kernel: ClassVar[Kernel] = kernels.nesterov
    moments: ClassVar[tuple[str, ...]] = ("velocity",)
    learning_rate: float = rate_field(0.03)
    momentum: float = average_field(0.9, "Momentum", "the gradient")


class Adagrad(Optimizer):
    """Steps shrink where gradients have been large (Duchi et al. 2011). PyTorch's Adagrad; epsilon is added to the root."""

    kind: Literal["adagrad"] = "adagrad"
    title: ClassVar[str] = "Adagrad"
    kernel: ClassVar[Kernel] = kernels.adagrad
    moments: ClassVar[tuple[str, ...]] = ("squares",)
    learning_rate: float = rate_field(0.1)
    epsilon: float = epsilon_field(1e-10)


class Adadelta(Optimizer):
    """Adagrad that forgets, with steps in the weights' own units (Zeiler 2012). PyTorch's Adadelta; epsilon is added under both roots."""

    kind: Literal["adadelta"] = "adadelta"
    title: ClassVar[str] = "Adadelta"
    kernel: ClassVar[Kernel] = kernels.adadelta
    moments: ClassVar[tuple[str, ...]] = ("squares", "steps_squared")
    learning_rate: float = rate_field(1.0)
    rho: float = average_field(0.9, "Rho", "squares")
    epsilon: float = epsilon_field(1e-6)


class RMSprop(Optimizer):
    """Steps are measured by the recent size of gradients (Tieleman and Hinton 2012). PyTorch's RMSprop; epsilon is added to the root."""

    kind: Literal["rmsprop"] = "rmsprop"
    title: ClassVar[str] = "RMSprop"
    kernel: ClassVar[Kernel] = kernels.rmsprop
    moments: ClassVar[tuple[str, ...]] = ("squares",)
    alpha: float = average_field(0.99, "Alpha", "squared gradients")
    epsilon: float = epsilon_field(1e-8)


class Adam(Optimizer):
    """Momentum and RMSprop in one, their start corrected (Kingma and Ba 2015). PyTorch's Adam; epsilon is added to the corrected root."""

    kind: Literal["adam"] = "adam"
    title: ClassVar[str] = "Adam"
    kernel: ClassVar[Kernel] = kernels.adam
    moments: ClassVar[tuple[str, ...]] = ("mean", "squares")
    beta1: float = average_field(0.9, "Beta 1", "gradients")
    beta2: float = average_field(0.999, "Beta 2", "squared gradients")
    epsilon: float = epsilon_field(1e-8)


class AdamW(Optimizer):
    """Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019). PyTorch's AdamW; epsilon as in Adam."""

    kind: Literal["adamw"] = "adamw"
    title: ClassVar[str] = "AdamW"
    kernel: ClassVar[Kernel] = kernels.adamw
    moments: ClassVar[tuple[str, ...]] = ("mean", "squares")
    beta1: float = average_field(0.9, "Beta 1", "gradients")
    beta2: float = average_field(0.999, "Beta 2", "squared gradients")
    epsilon: float = epsilon_field(1e-8)
    weight_decay: float = decay_field(0.01)


class Nadam(Optimizer):
    """Adam with Nesterov's look ahead (Dozat 2016). PyTorch's NAdam (momentum_decay 0.004); epsilon is added to the corrected root."""

    kind: Literal["nadam"] = "nadam"
    title: ClassVar[str] = "Nadam"
    kernel: ClassVar[Kernel] = kernels.nadam
    moments: ClassVar[tuple[str, ...]] = ("mean", "squares")
    beta1: float = average_field(0.9, "Beta 1", "gradients")
    beta2: float = average_field(0.999, "Beta 2", "squared gradients")
    epsilon: float = epsilon_field(1e-8)


class Adamax(Optimizer):
    """Adam measured by the largest recent gradient (Kingma and Ba 2015, section 7.1). PyTorch's Adamax; epsilon is added to |gradient|."""

    kind: Literal["adamax"] = "adamax"
    title: ClassVar[str] = "Adamax"
    kernel: ClassVar[Kernel] = kernels.adamax
    moments: ClassVar[tuple[str, ...]] = ("mean", "largest")
    beta1: float = average_field(0.9, "Beta 1", "gradients")
    beta2: float = average_field(0.999, "Beta 2", "the largest gradient")
    epsilon: float = epsilon_field(1e-8)


class Lion(Optimizer):
    """Every weight takes a step of the same size, only its sign is learned (Chen et al. 2023, algorithm 2). No epsilon."""

    kind: Literal["lion"] = "lion"
    title: ClassVar[str] = "Lion"
    kernel: ClassVar[Kernel] = kernels.lion
    moments: ClassVar[tuple[str, ...]] = ("mean",)
    learning_rate: float = rate_field(0.003)
    beta1: float = average_field(0.9, "Beta 1", "gradients in the step's direction")
    beta2: float = average_field(0.99, "Beta 2", "gradients from step to step")
    weight_decay: float = decay_field(0.0)
