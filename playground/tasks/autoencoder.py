"""Autoencoders: a picture goes through a few numbers and is to come out as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from kernels import variational as kernels
from playground.data import DataError, DataSet
from playground.engine.graph import Graph, Operation, Tensor, mean
from playground.layers import AnyLayer, few_enough, stack
from playground.layers.convolution import Conv2D
from playground.layers.dense import Dense
from playground.losses import comparison
from playground.tasks import Task
from playground.tasks.network import Column, Network, columns_of, shaped

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.run import Run

add_noise = Operation("noisy", kernels.add_noise_forward, kernels.add_noise_backward, training_only=True)

RECONSTRUCTIONS = {
    "cross_entropy": comparison("reconstruction", kernels.pixels_cross_entropy_forward, kernels.pixels_cross_entropy_backward),
    "squared_error": comparison("reconstruction", kernels.pixels_squared_error_forward, kernels.pixels_squared_error_backward),
}
LATENT, HEAD = "latent", "decoder/head"  # what their columns are called


class PictureTask(Task):
    """An encoder (the experiment's layers), a few latent numbers, a decoder and a head that makes pixels from 0 to 1.

    Pixels are fed as they are: so the input is the target, too, and no picture is kept twice.
    """

    latent: int = Field(2, ge=1, le=16, title="Latent numbers", description="Through how many numbers a picture must go.")
    decoder: tuple[AnyLayer, ...] = Field(
        (), max_length=16, title="Decoder", description="The hidden layers from the latent numbers to the picture."
    )
    reconstruction: Literal["cross_entropy", "squared_error"] = Field(
        "cross_entropy", title="Reconstruction", description="How a picture is compared with what was made of it, summed over its pixels."
    )

    _few_enough = field_validator("decoder")(few_enough)

    def fits(self, dataset: DataSet) -> bool:
        """Pictures only."""
        return dataset.image is not None

    def feed(self, experiment: Experiment, dataset: DataSet) -> Callable[[np.ndarray], np.ndarray]:
        """Pixels as they are."""
        return lambda raw: dataset.checked(raw).astype(np.float32)

    def begin(self, experiment: Experiment, dataset: DataSet) -> tuple[Graph, Tensor]:
        """A graph and its input. Raises ValueError where data or loss do not fit."""
        if not self.fits(dataset):
            raise DataError(f"{self.title} learns pictures, and {experiment.data.title} has none. Choose Digit pictures, say.")
        if experiment.loss is not None:
            raise ValueError(f"{self.title} has a loss of its own, and {experiment.loss.title} came. Leave the loss empty.")
        graph = Graph()
        return graph, graph.input("input", (len(dataset.chosen(experiment.features)),))

    def encode(self, graph: Graph, experiment: Experiment, dataset: DataSet, x: Tensor) -> Tensor:
        """What the encoder makes of x, laid flat."""
        hidden = stack(graph, experiment.layers, shaped(graph, x, dataset))
        return graph.reshape(hidden, (hidden.size,))

    def decode(self, graph: Graph, dataset: DataSet, code: Tensor) -> Tensor:
        """The sums (pixels,) whose sigmoid the picture is. A map as large as the picture gets a head that looks at each pixel by itself."""
        with graph.scope("decoder"):
            return drawn(graph, stack(graph, self.decoder, code), dataset)

    def sample(self, run: Run, count: int, seed: int, classes: Any) -> np.ndarray:
        """Pictures of standard normal latent numbers."""
        if not self.generative:
            raise ValueError(f"{self.title} does not say how codes are spread. Take the variational one to draw new pictures.")
        if classes is not None:
            raise ValueError(f"{self.title} knows no classes. Leave them out.")
        return run.decode(np.random.default_rng([run.experiment.seed, seed]).standard_normal((count, self.latent), np.float32))

    def columns(self, experiment: Experiment, graph: Graph, x: Tensor, pixels: Tensor, latent: tuple[str, ...]) -> tuple[Column, ...]:
        """What a person sees, from the picture to the picture; `latent` names what stands between encoder and decoder."""
        return (
            Column("features", None, x.size, None),
            *columns_of(graph, experiment.layers, True),
            *(Column(name, None, self.latent, None) for name in latent),
            *columns_of(graph, self.decoder, True, ("decoder",), ("task", "decoder")),
            Column(HEAD, None, pixels.size, None),
        )


def drawn(graph: Graph, hidden: Tensor, dataset: DataSet) -> Tensor:
    """A head's sums (pixels,) whose sigmoid a picture is."""
    assert dataset.image is not None
    height, width, channels = dataset.image
    with graph.scope("head"):
        if hidden.rank == 3 and hidden.shape[:2] == (height, width):
            sums = Conv2D(filters=channels, kernel=1, activation="linear").build(graph, hidden)
        else:
            sums = Dense(units=height * width * channels, activation="linear").build(graph, graph.reshape(hidden, (hidden.size,)))
        return graph.reshape(graph.alias(sums, "output"), (sums.size,))


def dense(graph: Graph, name: str, x: Tensor, units: int) -> Tensor:
    """So many sums of x in a scope of that name."""
    with graph.scope(name):
        return graph.alias(Dense(units=units, activation="linear").build(graph, x), "output")


class Autoencoder(PictureTask):
    """Squeezes a picture through a few numbers and draws it again; with noise on what it sees, it learns to clean pictures."""

    kind: Literal["autoencoder"] = "autoencoder"
    title: ClassVar[str] = "Autoencoder"
    noise: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Noise",
        description="Deviation of what is added to each pixel in training, while the clean picture is asked for (Vincent et al. 2008).",
    )

    def build(self, experiment: Experiment, dataset: DataSet) -> Network:
        """Encoder, code, decoder, and the distance from the clean picture."""
        graph, x = self.begin(experiment, dataset)
        seen = self.noisy(graph, x) if self.noise else x
        code = dense(graph, LATENT, self.encode(graph, experiment, dataset, seen), self.latent)
        encoder = len(graph.nodes)
        pixels = self.decode(graph, dataset, code)
        forward = len(graph.nodes)
        with graph.scope("loss"):
            losses = graph.apply(RECONSTRUCTIONS[self.reconstruction], pixels, x)
        scalar = graph.apply(mean, losses, name="loss")
        columns = self.columns(experiment, graph, x, pixels, (LATENT,))
        return Network(graph, x, x, pixels, losses, scalar, forward, "sigmoid", columns, code=code, encoder=encoder)

    def noisy(self, graph: Graph, x: Tensor) -> Tensor:
        """What the encoder sees in training."""
        with graph.scope("noise"):
            return graph.apply(add_noise, x, graph.setting("level", self.noise), graph.random)
