"""Losses: how wrong an output is, one number an example (or for each step of one); training makes their mean small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kernels import activation as activation_kernels
from kernels import loss as kernels
from kernels.kernel import Kernel
from playground.engine.graph import Graph, Operation, Shape, Tensor, elementwise
from playground.record import Choice, Record


def rows_and_outputs(rows: int, inputs: Sequence[Tensor]) -> tuple[int, ...]:
    """(n, k) of outputs (n, k): a row each, or a row's steps one after the other."""
    outputs = inputs[0].shape[-1]
    return rows * inputs[0].size // outputs, outputs


def one_number(inputs: Sequence[Tensor]) -> Shape:
    """A loss is one number for each row of outputs (k,), or for each step of (steps, k)."""
    return inputs[0].shape[:-1]


def like_outputs(inputs: Sequence[Tensor]) -> tuple[Shape, ...]:
    """An auxiliary as large as the outputs."""
    return (inputs[0].shape,)


def comparison(name: str, forward: Kernel, backward: Kernel) -> Operation:
    """Outputs and targets (and settings) -> one number a row."""
    return Operation(name, forward, backward, sizes=rows_and_outputs, shape=one_number)


def class_comparison(name: str, forward: Kernel, backward: Kernel) -> Operation:
    """A score for each class, and the class -> one number a row; keeps the scores' softmax."""
    return Operation(name, forward, backward, sizes=rows_and_outputs, shape=one_number, auxiliary=like_outputs)


sigmoid = elementwise("sigmoid", activation_kernels.sigmoid_forward, activation_kernels.sigmoid_backward)
softmax = Operation("softmax", kernels.softmax_forward, kernels.softmax_backward, sizes=rows_and_outputs)
one_hot = Operation(
    "one_hot",
    kernels.one_hot_forward,
    None,
    sizes=lambda rows, inputs: rows_and_outputs(rows, inputs[1:]),
    shape=lambda inputs: inputs[1].shape,
)


class Loss(Record):
    """A comparison of the head's output with the target, which also says what head it needs."""

    home: ClassVar[str] = "playground.losses"
    tasks: ClassVar[frozenset[str]] = frozenset({"classification"})
    information: ClassVar[bool] = False  # whether it is how much was to be learned from the answer, in nats
    kind: str

    def fits(self, task: str, classes: int) -> bool:
        """Whether it can judge that task ("classification" of so many classes, or "regression")."""
        return task in self.tasks

    def head(self, classes: int) -> tuple[int, str]:
        """(units, link) of the head for so many classes: one score for two classes, else a score each."""
        return (1, "sigmoid") if classes == 2 else (classes, "softmax")

    def build(self, graph: Graph, output: Tensor, target: Tensor, link: str) -> Tensor:
        """The loss of each row. output: the head's sums (k,); target: the class (1,), or values (k,) when the link is "linear".

        Or of each step of a row: sums (steps, k), classes (steps,).
        """
        raise TypeError(f"{type(self).__name__} does not say how it is built. Give it a build method.")


AnyLoss = Annotated[Loss, Choice(Loss)]


class ValueLoss(Loss):
    """Compares numbers. For classes these are the probabilities and 0 or 1 (with MSE that is Brier's score)."""

    tasks: ClassVar[frozenset[str]] = frozenset({"classification", "regression"})
    operation: ClassVar[Operation]

    def settings(self, graph: Graph) -> tuple[Tensor, ...]:
        """What the operation takes besides outputs and targets."""
        return ()

    def build(self, graph: Graph, output: Tensor, target: Tensor, link: str) -> Tensor:
        """The loss of each row, the mean over its values."""
        if link == "sigmoid":
            output = graph.apply(sigmoid, output)
        elif link == "softmax":
            output, target = graph.apply(softmax, output), graph.apply(one_hot, target, output)
        return graph.apply(self.operation, output, target, *self.settings(graph))


class MSE(ValueLoss):
    """Mean squared error: (output - target)²; large errors count most. PyTorch's MSELoss."""

    kind: Literal["mse"] = "mse"
    title: ClassVar[str] = "Mean squared error"
    operation: ClassVar[Operation] = comparison("mse", kernels.mse_forward, kernels.mse_backward)


class MAE(ValueLoss):
    """Mean absolute error: |output - target|; an outlier counts no more than its distance. PyTorch's L1Loss."""

    kind: Literal["mae"] = "mae"
    title: ClassVar[str] = "Mean absolute error"
    operation: ClassVar[Operation] = comparison("mae", kernels.mae_forward, kernels.mae_backward)


class Huber(ValueLoss):
    """Squared for small errors, straight for large ones (Huber 1964). PyTorch's HuberLoss."""

    kind: Literal["huber"] = "huber"
    title: ClassVar[str] = "Huber"
    operation: ClassVar[Operation] = comparison("huber", kernels.huber_forward, kernels.huber_backward)
    delta: float = Field(1.0, ge=0.01, le=100, title="Delta", description="The error from which on it grows in a straight line.")

    def settings(self, graph: Graph) -> tuple[Tensor, ...]:
        """delta."""
        return (graph.setting("delta", self.delta),)


class LogCosh(ValueLoss):
    """ln cosh(output - target): squared near 0, straight far away, smooth between."""

    kind: Literal["log_cosh"] = "log_cosh"
    title: ClassVar[str] = "Log-cosh"
    operation: ClassVar[Operation] = comparison("log_cosh", kernels.log_cosh_forward, kernels.log_cosh_backward)


class BinaryCrossEntropy(Loss):
    """Two classes: minus the logarithm of the true class's probability. PyTorch's BCEWithLogitsLoss."""

    kind: Literal["binary_cross_entropy"] = "binary_cross_entropy"
    title: ClassVar[str] = "Binary cross-entropy"
    information: ClassVar[bool] = True
    operation: ClassVar[Operation] = comparison(
        "binary_cross_entropy", kernels.binary_cross_entropy_forward, kernels.binary_cross_entropy_backward
    )

    def fits(self, task: str, classes: int) -> bool:
        """Two classes only."""
        return task == "classification" and classes == 2

    def build(self, graph: Graph, output: Tensor, target: Tensor, link: str) -> Tensor:
        """The loss of each row."""
        return graph.apply(self.operation, output, target)


class SoftmaxCrossEntropy(Loss):
    """Any number of classes, a score for each: minus the logarithm of the true class's share. PyTorch's CrossEntropyLoss."""

    kind: Literal["softmax_cross_entropy"] = "softmax_cross_entropy"
    title: ClassVar[str] = "Softmax cross-entropy"
    information: ClassVar[bool] = True
    operation: ClassVar[Operation] = class_comparison(
        "softmax_cross_entropy", kernels.softmax_cross_entropy_forward, kernels.softmax_cross_entropy_backward
    )

    def head(self, classes: int) -> tuple[int, str]:
        """A score for each class, for two as well."""
        return classes, "softmax"

    def build(self, graph: Graph, output: Tensor, target: Tensor, link: str) -> Tensor:
        """The loss of each row."""
        return graph.apply(self.operation, output, target)


class Hinge(Loss):
    """Asks for a margin of 1 and then for nothing more. Two classes: max(0, 1 - score); more: PyTorch's MultiMarginLoss."""

    kind: Literal["hinge"] = "hinge"
    title: ClassVar[str] = "Hinge"
    binary: ClassVar[Operation] = comparison("hinge", kernels.binary_hinge_forward, kernels.binary_hinge_backward)
    several: ClassVar[Operation] = comparison("hinge", kernels.hinge_forward, kernels.hinge_backward)

    def build(self, graph: Graph, output: Tensor, target: Tensor, link: str) -> Tensor:
        """The loss of each row."""
        return graph.apply(self.binary if link == "sigmoid" else self.several, output, target)


class Focal(Loss):
    """Cross-entropy that looks away from examples which are right already (Lin et al. 2017, without their class weight alpha)."""

    kind: Literal["focal"] = "focal"
    title: ClassVar[str] = "Focal"
    binary: ClassVar[Operation] = comparison("focal", kernels.binary_focal_forward, kernels.binary_focal_backward)
    several: ClassVar[Operation] = class_comparison("focal", kernels.focal_forward, kernels.focal_backward)
    gamma: float = Field(2.0, ge=0, le=5, title="Gamma", description="How strongly it looks away; 0 is plain cross-entropy.")

    def build(self, graph: Graph, output: Tensor, target: Tensor, link: str) -> Tensor:
        """The loss of each row."""
        operation = self.binary if link == "sigmoid" else self.several
        return graph.apply(operation, output, target, graph.setting("gamma", self.gamma))


def usual_loss(task: str, classes: int) -> Loss:
    """The loss that most would take for the task."""
    if task == "regression":
        return MSE()
    return BinaryCrossEntropy() if classes == 2 else SoftmaxCrossEntropy()
