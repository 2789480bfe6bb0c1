"""The variational autoencoder: a picture means a cloud of latent numbers, and any latent numbers make a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from kernels import variational as kernels
from playground.data import DataSet
from playground.engine.graph import Operation, mean
from playground.losses import one_number, rows_and_outputs
from playground.tasks.autoencoder import RECONSTRUCTIONS, PictureTask, dense
from playground.tasks.network import Network

if TYPE_CHECKING:
    from playground.experiment import Experiment

# At inference z is the mean itself: what only training does vanishes, and its output is its first input.
sample = Operation("z", kernels.sample_forward, kernels.sample_backward, auxiliary=lambda inputs: (inputs[0].shape,), training_only=True)
divergence = Operation("kl_by_dimension", kernels.normal_divergence_forward, kernels.normal_divergence_backward)
total = Operation("kl", kernels.sum_forward, kernels.sum_backward, sizes=rows_and_outputs, shape=one_number, output_unread=True)
weighted_sum = Operation("negative_elbo", kernels.add_weighted_forward, kernels.add_weighted_backward, output_unread=True)

MEAN, SPREAD = "mean", "log_variance"  # of the cloud: what their columns are called


class Variational(PictureTask):
    """Draws a picture out of a cloud of latent numbers, and keeps all clouds together, so that new ones may be drawn from between them.

    Training takes a sample of the cloud; a test, as all that is looked at, takes its middle, which makes the loss a little smaller.
    """

    kind: Literal["variational"] = "variational"
    title: ClassVar[str] = "Variational autoencoder"
    short: ClassVar[str] = "VAE"
    generative: ClassVar[bool] = True
    beta: float = Field(
        1.0,
        ge=0,
        le=100,
        title="Beta",
        description="How much it costs that clouds differ from the standard normal one; 1 bounds the likelihood (Higgins et al. 2017).",
    )

    def build(self, experiment: Experiment, dataset: DataSet) -> Network:
        """Encoder, mean and log variance, a sample, decoder; the negative evidence lower bound (Kingma and Welling 2014, eq. 10)."""
        graph, x = self.begin(experiment, dataset)
        hidden = self.encode(graph, experiment, dataset, x)
        average, spread = (dense(graph, name, hidden, self.latent) for name in (MEAN, SPREAD))
        encoder = len(graph.nodes)
        with graph.scope(SPREAD):
            code = graph.apply(sample, average, spread, graph.random)
        pixels = self.decode(graph, dataset, code)
        forward = len(graph.nodes)
        with graph.scope("loss"):
            terms = {
                "reconstruction": graph.apply(RECONSTRUCTIONS[self.reconstruction], pixels, x),
                "kl": graph.apply(total, graph.apply(divergence, average, spread)),
            }
            losses = graph.apply(weighted_sum, *terms.values(), graph.setting("beta", self.beta))
        scalar = graph.apply(mean, losses, name="loss")
        columns = self.columns(experiment, graph, x, pixels, (MEAN, SPREAD))
        return Network(graph, x, x, pixels, losses, scalar, forward, "sigmoid", columns, terms, average, encoder)
