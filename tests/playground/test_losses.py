"""Losses through the engine, against PyTorch at float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from playground.engine.graph import Graph, Tensor
from playground.losses import Loss, usual_loss
from playground.record import members
from tests.kernels.desk import relative_error
from tests.playground.networks import ROWS, below, machine_of
from tests.playground.twins import double
from tests.strategies import records

TASKS = {"numbers": ("regression", 0), "two classes": ("classification", 2), "five classes": ("classification", 5)}
CASES = [(kind, task) for kind, loss in members(Loss).items() for task, (name, classes) in TASKS.items() if loss().fits(name, classes)]


def value_loss(compare):
    """A loss of numbers; for classes, of probabilities."""

    def loss(z: torch.Tensor, t: torch.Tensor, record: Loss, link: str) -> torch.Tensor:
        if link == "sigmoid":
            z = torch.sigmoid(z)
        elif link == "softmax":
            z, t = torch.softmax(z, dim=1), F.one_hot(t[:, 0].long(), z.shape[1]).double()
        return compare(z, t, record)

    return loss


def signed(z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """The score in the direction of the true class."""
    return (2 * t - 1) * z


def hinge(z: torch.Tensor, t: torch.Tensor, record: Loss, link: str) -> torch.Tensor:
    return F.relu(1 - signed(z, t)).mean() if link == "sigmoid" else F.multi_margin_loss(z, t[:, 0].long())


def focal(z: torch.Tensor, t: torch.Tensor, record: Loss, link: str) -> torch.Tensor:
    logarithm = F.logsigmoid(signed(z, t)) if link == "sigmoid" else F.log_softmax(z, dim=1).gather(1, t.long())
    return (-((1 - logarithm.exp()) ** record.gamma) * logarithm).mean()


LOSSES = {
    "mse": value_loss(lambda z, t, _: F.mse_loss(z, t)),
    "mae": value_loss(lambda z, t, _: F.l1_loss(z, t)),
    "huber": value_loss(lambda z, t, record: F.huber_loss(z, t, delta=record.delta)),
    "log_cosh": value_loss(lambda z, t, _: torch.log(torch.cosh(z - t)).mean()),
    "binary_cross_entropy": lambda z, t, record, link: F.binary_cross_entropy_with_logits(z, t),
    "softmax_cross_entropy": lambda z, t, record, link: F.cross_entropy(z, t[:, 0].long()),
    "hinge": hinge,
    "focal": focal,
}


@pytest.mark.parametrize(("kind", "task"), CASES)
@settings(max_examples=8, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_equals_pytorch(kind: str, task: str, data: st.DataObject, seed: int) -> None:
    record, (_, classes) = data.draw(records(members(Loss)[kind])), TASKS[task]
    outputs, link = record.head(classes) if classes else (3, "linear")

    def write(graph: Graph, x: Tensor, target: Tensor) -> Tensor:
        output = below(graph, x, outputs)
        with graph.scope("loss"):
            return record.build(graph, output, target, link)

    machine = machine_of(write, inputs=4, targets=1 if classes else outputs, seed=seed)
    rng = np.random.default_rng(seed)
    machine.view("input")[...] = rng.normal(0, 2, (ROWS, 4))
    machine.view("target")[...] = rng.integers(classes, size=(ROWS, 1)) if classes else rng.normal(0, 2, (ROWS, outputs))
    assert machine.execute("step") == 1
    sums = double(machine.view("below/sum"))
    loss = LOSSES[kind](sums, torch.tensor(machine.view("target"), dtype=torch.float64), record, link)
    loss.backward()
    assert machine.view("loss") == pytest.approx(loss.item(), rel=2e-5)
    assert relative_error(machine.view("below/sum.grad"), sums.grad.numpy()) < 2e-5, repr(record)


@pytest.mark.parametrize(("kind", "task"), [(kind, task) for kind, task in CASES if task != "numbers"])
def test_a_loss_for_each_step_equals_pytorch(kind: str, task: str) -> None:
    record, (_, classes), steps = members(Loss)[kind](), TASKS[task], 4
    outputs, link = record.head(classes)

    def write(graph: Graph, x: Tensor, target: Tensor) -> Tensor:
        sums = graph.reshape(below(graph, x, steps * outputs), (steps, outputs))
        with graph.scope("loss"):
            losses = record.build(graph, sums, target, link)
        assert losses.shape == (steps,)
        return losses

    machine = machine_of(write, inputs=4, targets=steps, seed=5)
    rng = np.random.default_rng(5)
    machine.view("input")[...] = rng.normal(0, 2, (ROWS, 4))
    machine.view("target")[...] = rng.integers(classes, size=(ROWS, steps))
    assert machine.execute("step") == 1
    sums = double(machine.view("below/sum"))
    target = torch.tensor(machine.view("target"), dtype=torch.float64).reshape(-1, 1)
    loss = LOSSES[kind](sums.reshape(-1, outputs), target, record, link)
    loss.backward()
    assert machine.view("loss") == pytest.approx(loss.item(), rel=2e-5)
    assert relative_error(machine.view("below/sum.grad"), sums.grad.numpy()) < 2e-5


def test_focal_without_focus_is_cross_entropy() -> None:
    z, t = torch.randn(5, 4, dtype=torch.float64), torch.tensor([[0.0], [1], [2], [3], [0]])
    torch.testing.assert_close(focal(z, t, members(Loss)["focal"](gamma=0), "softmax"), F.cross_entropy(z, t[:, 0].long()))


@pytest.mark.parametrize(
    ("task", "classes", "kind"),
    [("regression", 0, "mse"), ("classification", 2, "binary_cross_entropy"), ("classification", 3, "softmax_cross_entropy")],
)
def test_the_usual_loss_fits(task: str, classes: int, kind: str) -> None:
    loss = usual_loss(task, classes)
    assert loss.kind == kind
    assert loss.fits(task, classes)


def test_heads() -> None:
    heads = {(kind, classes): loss().head(classes) for kind, loss in members(Loss).items() for classes in (2, 5)}
    assert heads["softmax_cross_entropy", 2] == (2, "softmax")
    assert all(head == (5, "softmax") for (_, classes), head in heads.items() if classes == 5)
    assert all(head == (1, "sigmoid") for (kind, classes), head in heads.items() if classes == 2 and kind != "softmax_cross_entropy")
