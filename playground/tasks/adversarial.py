"""Generative adversarial networks: one network makes things up, the other tells them from real ones, and each learns from the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from kernels import adversarial as kernels
from kernels import loss as loss_kernels
from playground.activations.leaky_relu import LeakyReLU
from playground.data import DataError, DataSet
from playground.data.plane import X1, X2
from playground.engine.graph import Graph, Operation, Tensor, mean
from playground.engine.program import Program
from playground.layers import AnyLayer, few_enough, stack
from playground.layers.concatenate import concatenate
from playground.layers.dense import Dense
from playground.losses import MSE, BinaryCrossEntropy, Hinge, comparison, sigmoid
from playground.optimizers import Adam, AnyOptimizer
from playground.tasks import Task
from playground.tasks.autoencoder import drawn
from playground.tasks.duel import REAL_AND_FAKE, SAMPLED, Duel, compile_duel
from playground.tasks.judging import game, likeness
from playground.tasks.network import Column, columns_of, shaped

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.run import Run

NOISE, GENERATOR, DISCRIMINATOR = "noise", "generator", "discriminator"
SAMPLE, VERDICT = f"{GENERATOR}/head", f"{DISCRIMINATOR}/head"  # what the players' heads are called as columns

critic = comparison("critic", kernels.critic_forward, kernels.critic_backward)
minimax = comparison("minimax", kernels.minimax_forward, kernels.minimax_backward)

# What the discriminator makes small, a mean over real rows (target 1) and generated ones (target 0); what the generator does (target 1).
LOSSES: dict[str, tuple[Operation, Operation]] = {
    "minimax": (BinaryCrossEntropy.operation, minimax),
    "non_saturating": (BinaryCrossEntropy.operation, BinaryCrossEntropy.operation),
    "least_squares": (MSE.operation, MSE.operation),
    "hinge": (Hinge.binary, critic),
    "wasserstein": (critic, critic),
}
Losses = Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"]


def two_layers() -> tuple[Dense, ...]:
    """Enough for the plane."""
    return tuple(Dense(units=16, activation=LeakyReLU(slope=0.2)) for _ in range(2))


class Adversarial(Task):
    """A generator turns noise into points or pictures, and a discriminator judges whether they are real; each learns from the other.

    The experiment's layers and optimizer are the discriminator's. Its loss is the mean over as many real rows as generated ones, half the
    sum that papers write. The players share batch size, schedule and regularisation.
    """

    kind: Literal["adversarial"] = "adversarial"
    title: ClassVar[str] = "Adversarial"
    generative: ClassVar[bool] = True
    interval: ClassVar[int] = 25
    rates: ClassVar[tuple[tuple[str, ...], ...]] = (*Task.rates, ("task", "generator_optimizer", "learning_rate"))
    noise: int = Field(2, ge=1, le=64, title="Noise", description="How many random numbers the generator makes a sample of.")
    distribution: Literal["normal", "uniform"] = Field(
        "normal", title="Spread of noise", description="Standard normal numbers, or numbers spread evenly from -1 to 1."
    )
    generator: tuple[AnyLayer, ...] = Field(
        default_factory=two_layers, max_length=16, title="Generator", description="The hidden layers from the noise to the sample."
    )
    loss: Losses = Field(
        "non_saturating",
        title="Loss of the game",
        description="Minimax and non-saturating (Goodfellow et al. 2014), least squares (Mao et al. 2017), hinge (Lim and Ye 2017), or "
        "Wasserstein with clipped weights (Arjovsky et al. 2017).",
    )
    clip: float = Field(
        0.1, gt=0, le=10, title="Weight limit", description="With the Wasserstein loss, the largest size of the discriminator's weights."
    )
    discriminator_steps: int = Field(
        1, ge=1, le=10, title="Discriminator's steps", description="How often the discriminator learns before the generator does, once."
    )
    generator_optimizer: AnyOptimizer = Field(
        default_factory=Adam, title="Generator's optimizer", description="How the generator's gradient becomes a step."
    )
    averaged: float = Field(
        0.0,
        ge=0,
        le=0.9999,
        title="Averaging",
        description="How much of the old average of the generator's weights is kept at each step, which samples are made with; 0: none.",
    )
    conditional: bool = Field(
        False, title="With classes", description="Both players are told the class, so that pictures of a chosen class can be made."
    )

    _few_enough = field_validator("generator")(few_enough)

    def fits(self, dataset: DataSet) -> bool:
        """Points in the plane, or pictures; of several classes, if those are told."""
        if self.conditional and (dataset.image is None or len(dataset.classes) < 2):
            return False
        return dataset.image is not None or in_plane(dataset)

    def moved(self, dataset: DataSet) -> Task | None:
        """Where classes cannot be told it goes on without."""
        return (
            self
            if self.fits(dataset)
            else self.model_copy(update={"conditional": False})
            if self.conditional and in_plane(dataset)
            else None
        )

    def feed(self, experiment: Experiment, dataset: DataSet) -> Callable[[np.ndarray], np.ndarray]:
        """Points and pixels as they are."""
        return lambda raw: dataset.checked(raw).astype(np.float32)

    def check(self, experiment: Experiment, dataset: DataSet) -> None:
        """Raises ValueError where the rest of the experiment does not fit."""
        if dataset.image is None and not in_plane(dataset):
            raise DataError(f"{self.title} learns points in the plane or pictures, and {experiment.data.title} is neither. Choose a ring.")
        if not self.fits(dataset):
            raise DataError(f"Classes are told with pictures that have some, and {experiment.data.title} is none. Switch that off.")
        if experiment.loss is not None:
            raise ValueError(f"{self.title} has losses of its own, and {experiment.loss.title} came. Leave the loss empty.")
        if dataset.image is None and dataset.chosen(experiment.features) != (X1.name, X2.name):
            raise ValueError(
                f"The discriminator sees points as they are, x₁ and x₂, got {', '.join(experiment.features)}. Name no features."
            )
        if experiment.training.early_stopping is not None:
            raise ValueError("Early stopping waits for a better test loss, and a generator has none. Leave it empty.")

    def build(self, experiment: Experiment, dataset: DataSet) -> Duel:
        """Noise, generator, sample, discriminator, verdict; a loss for either player."""
        self.check(experiment, dataset)
        graph = Graph()
        noise, target = graph.input(NOISE, (self.noise,)), graph.input("target", (dataset.y.shape[1],))
        with graph.scope(GENERATOR):
            sample = self.generate(graph, dataset, noise, target)
        graph.tensors["sample"] = graph.tensors["input"] = sample  # what is judged: real rows come to the same place
        generator = len(graph.nodes)
        with graph.scope(DISCRIMINATOR):
            verdict = self.judge(graph, experiment, dataset, sample, target)
        forward = len(graph.nodes)
        (of_discriminator, of_generator), truth, wish = LOSSES[self.loss], graph.input("truth", (1,)), graph.input("wish", (1,))
        losses, loss = scored(graph, DISCRIMINATOR, of_discriminator, verdict, truth)
        discriminator = len(graph.nodes)
        generator_losses, generator_loss = scored(graph, GENERATOR, of_generator, verdict, wish)
        if self.loss == "wasserstein":
            graph.setting("limit", self.clip)
        if self.averaged:
            graph.setting("decay", self.averaged)
        link = "sigmoid" if of_discriminator is BinaryCrossEntropy.operation else "linear"
        return Duel(
            graph,
            sample,
            target,
            verdict,
            losses,
            loss,
            forward,
            link,
            self.columns(experiment, dataset, graph, sample),
            told=self.conditional,
            noise=noise,
            truth=truth,
            wish=wish,
            generator=generator,
            discriminator=discriminator,
            generator_losses=generator_losses,
            generator_loss=generator_loss,
        )

    def generate(self, graph: Graph, dataset: DataSet, noise: Tensor, target: Tensor) -> Tensor:
        """A sample: a point as a linear head makes it, or pixels from 0 to 1."""
        given = noise
        if self.conditional:
            with graph.scope("class"):
                given = graph.apply(concatenate, noise, graph.apply(told(dataset), target, None))
        hidden = stack(graph, self.generator, given)
        if dataset.image is None:
            with graph.scope("head"):
                made = Dense(units=len(dataset.inputs), activation="linear").build(graph, graph.reshape(hidden, (hidden.size,)))
                return graph.alias(made, "output")
        pixels = drawn(graph, hidden, dataset)
        with graph.scope("head"):
            return graph.alias(graph.apply(sigmoid, pixels), "output")

    def judge(self, graph: Graph, experiment: Experiment, dataset: DataSet, sample: Tensor, target: Tensor) -> Tensor:
        """The verdict's sum (1,). A class comes as one more channel beside the picture's, which is learned (Mirza and Osindero 2014)."""
        seen = shaped(graph, sample, dataset)
        if self.conditional:
            height, width, _ = seen.shape
            with graph.scope("class"):
                sums = Dense(units=height * width, activation="linear").build(graph, graph.apply(told(dataset), target, None))
                seen = graph.apply(concatenate, seen, graph.reshape(sums, (height, width, 1)))
        hidden = stack(graph, experiment.layers, seen)
        with graph.scope("head"):
            return graph.alias(Dense(units=1, activation="linear").build(graph, graph.reshape(hidden, (hidden.size,))), "output")

    def columns(self, experiment: Experiment, dataset: DataSet, graph: Graph, sample: Tensor) -> tuple[Column, ...]:
        """What a person sees, in the order the generated data meets it."""
        every = dataset.image is not None
        return (
            Column(NOISE, None, self.noise + (len(dataset.classes) if self.conditional else 0), None),
            *columns_of(graph, self.generator, every, (GENERATOR,), ("task", "generator")),
            Column(SAMPLE, None, sample.size, None),
            *columns_of(graph, experiment.layers, every, (DISCRIMINATOR,)),
            Column(VERDICT, None, 1, None),
        )

    def compile(self, experiment: Experiment, dataset: DataSet, network: Any, watched: bool) -> Program:
        """The discriminator's turns, then the generator's."""
        return compile_duel(experiment, dataset, network, self, watched)

    def scores(self, run: Run) -> dict[str, float]:
        """ "train/loss" is the discriminator's, "test/loss" the generator's; verdicts; how like the real rows generated ones are.

        All of it with noise that is always the same, and with the first rows of training.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # of a run that has diverged the numbers are none
            return game(run, self) | likeness(run, self)

    def followed(self, run: Run, index: int, sample: int) -> dict[str, Any]:
        """The sums of the discriminator's verdicts on the followed rows, as far as the turn on show has come."""
        segment = run.stages[index].segment
        player, part = segment.split("/")
        judged = part != "forward" or run.stages[index].layer == VERDICT
        if player == GENERATOR:
            return {"scores": {"real": None, "generated": float(run.view(f"{VERDICT}/output")[sample, 0]) if judged else None}}
        sums = run.view(f"{REAL_AND_FAKE}{VERDICT}/output")[sample :: run.batch_rows, 0].tolist() if judged else (None, None)
        return {"scores": dict(zip(("real", "generated"), sums, strict=True))}

    def sample(self, run: Run, count: int, seed: int, classes: Any) -> np.ndarray:
        """New points or pictures."""
        if self.conditional:
            given = run.told(np.arange(count) % len(run.dataset.classes) if classes is None else classes, count)
        elif classes is not None:
            raise ValueError("This generator is not told the class of what it makes. Leave the classes out, or tell both players.")
        else:
            given = None
        return self.make(run, self.draw(np.random.default_rng([run.experiment.seed, seed]), count), given)

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        """Noise (count, numbers) float32."""
        if self.distribution == "normal":
            return random.standard_normal((count, self.noise), np.float32)
        return random.uniform(-1, 1, (count, self.noise)).astype(np.float32)

    def make(self, run: Run, z: np.ndarray, classes: np.ndarray | None = None) -> np.ndarray:
        """What the generator, or the average of it, makes of noise (n, numbers) and perhaps classes (n, 1)."""
        given = {f"{SAMPLED}noise": z} | ({f"{SAMPLED}target": classes} if classes is not None else {})
        return run.ask("sample", given, f"{SAMPLED}sample")


def in_plane(dataset: DataSet) -> bool:
    """Whether its rows are points of the plane."""
    return dataset.inputs == (X1, X2)


def told(dataset: DataSet) -> Operation:
    """The class as a 1 among zeros."""
    classes = len(dataset.classes)
    return Operation(
        "class",
        loss_kernels.one_hot_forward,
        None,
        sizes=lambda rows, _: (rows, classes),
        shape=lambda _: (classes,),
        multiply_adds=no_work,
    )


def no_work(inputs: Sequence[Tensor]) -> int:
    """Nothing is multiplied."""
    return 0


def scored(graph: Graph, player: str, operation: Operation, verdict: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """A player's loss of each row, and their mean."""
    with graph.scope(player):
        with graph.scope("loss"):
            losses = graph.apply(operation, verdict, target)
        return losses, graph.apply(mean, losses, name="loss")
