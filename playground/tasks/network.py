"""The network of an experiment as a graph: input, layers, head and loss, and the tensors that a person asks for by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from playground.data import DataError, DataSet
from playground.engine.graph import Graph, ShapeError, Tensor, mean
from playground.initializers import Glorot, Zeros
from playground.layers import Layer, name_layers, stack, walk
from playground.layers.attention import projection
from playground.layers.dense import Dense
from playground.layers.embedding import Embedding
from playground.losses import Loss, usual_loss

if TYPE_CHECKING:
    from playground.experiment import Experiment


@dataclass(frozen=True)
class Column:
    """A column of neurons as a person sees it: the features, a layer with units (any layer, where rows have a shape), or the head."""

    name: str
    path: tuple[str | int, ...] | None  # where its record stands in the experiment
    units: int
    record: Layer | None


@dataclass(frozen=True)
class Network:
    """The graph of an experiment and the tensors that a person asks for by name."""

    graph: Graph
    input: Tensor
    target: Tensor
    logits: Tensor
    losses: Tensor  # one a row, or one a step of it
    loss: Tensor  # their mean
    forward: int  # how many of the graph's nodes come before the loss
    link: str  # what makes an output of a logit: "linear", "sigmoid" or "softmax"
    columns: tuple[Column, ...]
    terms: dict[str, Tensor] = field(default_factory=dict)  # what the losses are made of, where a test shall tell: one number a row each
    code: Tensor | None = None  # of an autoencoder: what a row is at inference between its halves
    encoder: int = 0  # how many of the graph's nodes make it
    told: bool = False  # whether it sees the target, too

    @property
    def passes(self) -> tuple[str, ...]:
        """What the passes of a step put before the names of their tensors, in the order they are made."""
        return ("",)

    @property
    def watched(self) -> tuple[str, ...]:
        """The names of the losses that a step watches."""
        return (self.loss.name,)

    def compared(self, segment: str) -> tuple[str, str]:
        """The names of each row's loss and target, as that segment of a step has them."""
        return self.losses.name, self.target.name

    @property
    def reconstructs(self) -> bool:
        """Whether the input is the target, too, and the data needs no other."""
        return self.target is self.input


def loss_of(experiment: Experiment, dataset: DataSet) -> Loss:
    """The chosen loss, or the usual one. Raises ValueError when the chosen one does not fit the data."""
    if experiment.loss is None:
        return usual_loss(dataset.task, len(dataset.classes))
    if not experiment.loss.fits(dataset.task, len(dataset.classes)):
        kind = f"{len(dataset.classes)} classes" if dataset.task == "classification" else "numbers to predict"
        usual = usual_loss(dataset.task, len(dataset.classes))
        raise ValueError(f"{experiment.loss.title} does not fit data with {kind}. Choose {usual.title}, say.")
    return experiment.loss


def build(experiment: Experiment, dataset: DataSet) -> Network:
    """Write the network down. What has a shape comes to the layers in it. The head lays flat what comes to it, or answers step by step.

    Raises ShapeError where layers do not fit or see answers, DataError when a picture or sequence is to be fed in part.
    """
    graph = Graph()
    names = dataset.chosen(experiment.features)
    x = graph.input("input", (len(names),))
    target = graph.input("target", (dataset.y.shape[1],))
    loss = loss_of(experiment, dataset)
    units, link = loss.head(len(dataset.classes)) if dataset.task == "classification" else (dataset.y.shape[1], "linear")
    check_layers(experiment, dataset)
    hidden = stack(graph, experiment.layers, shaped(graph, x, dataset))
    with graph.scope("head"):
        logits = graph.alias(head(graph, hidden, units, dataset), "output")
    forward = len(graph.nodes)
    with graph.scope("loss"):
        losses = loss.build(graph, logits, target, link)
    scalar = graph.apply(mean, losses, name="loss")
    columns = (
        Column("features", None, len(names), None),
        *columns_of(graph, experiment.layers, bool(dataset.shape)),
        Column("head", None, units, None),
    )
    return Network(graph, x, target, logits, losses, scalar, forward, link, columns)


def check_layers(experiment: Experiment, dataset: DataSet) -> None:
    """Raises ShapeError when a layer would read the answers off the row, or take different symbols for one."""
    for layer in walk(experiment.layers):
        if isinstance(layer, Embedding) and layer.entries < dataset.symbols:
            raise ShapeError(
                f"Embedding has {layer.entries:,} entries, and there are {dataset.symbols:,} symbols. "
                f"Give it at least {dataset.symbols:,} entries."
            )
        if dataset.foretold and (advice := layer.ahead()):
            raise ShapeError(f"{layer.title} looks ahead, and there stands what each step is to tell. {advice}")


def head(graph: Graph, hidden: Tensor, units: int, dataset: DataSet) -> Tensor:
    """The sums that answer: of all that comes, laid flat, or of each step by itself. Raises ShapeError when steps are missing."""
    if not dataset.each_step:
        return Dense(units=units, activation="linear").build(graph, graph.reshape(hidden, (hidden.size,)))
    steps = dataset.y.shape[1]
    if hidden.rank != 2 or hidden.shape[0] != steps:
        raise ShapeError(
            f"Every step is to be answered here, so the layers must end in ({steps}, width), got {hidden.shape}. "
            f"Let an Embedding be the first, and recurrent layers hand on the whole sequence."
        )
    weight = graph.parameter("weight", (hidden.shape[1], units), Glorot())
    bias = graph.parameter("bias", (units,), Zeros(), regularized=False)
    return graph.apply(projection, hidden, weight, bias, name="sum")


def shaped(graph: Graph, x: Tensor, dataset: DataSet) -> Tensor:
    """The input as the first layer gets it: a picture or sequence in its shape, anything else as a row of features."""
    if not dataset.shape:
        return x
    if x.size != len(dataset.columns):
        what, parts = ("picture", "pixels") if dataset.image else ("sequence", "numbers")
        raise DataError(f"A {what} is fed whole: {len(dataset.columns)} {parts}, got {x.size}. Leave the features empty.")
    return graph.reshape(x, dataset.shape)


def columns_of(
    graph: Graph, layers: tuple[Layer, ...], every: bool, scope: tuple[str, ...] = (), path: tuple[str | int, ...] = ("layers",)
) -> Iterator[Column]:
    """The layers that have units of their own, or every one, nested ones too, in the order the data meets them."""
    for i, (last, layer) in enumerate(name_layers(layers)):
        inner, name = getattr(layer, "layers", None), "/".join((*scope, last))
        if inner is not None:
            yield from columns_of(graph, inner, every, (*scope, last), (*path, i, "layers"))
        elif every or hasattr(layer, "units"):
            yield Column(name, (*path, i), graph.tensors[f"{name}/output"].shape[-1], layer)


def shown_with(network: Network) -> dict[str, str]:
    """Scope of every node -> the column it is shown with: the one it is part of, or the one before it (dropout, a residual sum)."""
    own = {column.name for column in network.columns}
    shown: dict[str, str] = {}
    last = network.columns[1].name
    for node in network.graph.nodes:
        parts = accumulate(node.scope.split("/"), "{}/{}".format)
        last = next((column for column in reversed(list(parts)) if column in own), last)
        shown[node.scope] = last
    return shown
