"""The program of two players: the discriminator's turns, the generator's, and how both are asked and looked at.

In the discriminator's turn as many rows are judged as are real and as are generated, in one batch, the real ones first. A generated row has
the class of the real one that has its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernels import adversarial as kernels
from kernels import look, penalty
from kernels import memory as moves
from kernels.joining import concatenate_forward
from kernels.kernel import Kernel
from playground.data import DataSet
from playground.engine.graph import RANDOM, Node, Tensor
from playground.engine.passes import Pass
from playground.engine.program import Place, Plan, Program, finish
from playground.tasks.looking import emit_tiles, grid_of
from playground.tasks.network import Column, Network, shown_with
from playground.tasks.segments import CHUNK, Learner, Rows, emit_batch, emit_update, place_state, rows_of

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.tasks.adversarial import Adversarial

TURNS = ("forward", "loss", "backward", "update")
JUDGED = tuple(f"discriminator/{part}" for part in TURNS)
STEP = ("batch", *JUDGED, *(f"generator/{part}" for part in TURNS))
FAKE, REAL_AND_FAKE, SAMPLED, LOOKED_AT, INNER = "drawn/", "judged/", "sampled/", "probe/", "inner/"  # what passes call their tensors
LOOK_BUDGET = 15_000_000  # multiply-adds that one look at the plane may cost: here it is all there is to look at
STRIDE = 2  # a neuron's field has a half of the picture's points a side


@dataclass(frozen=True, kw_only=True)
class Duel(Network):
    """A graph of two players. Its nodes: the generator's, the discriminator's (up to `forward`), its loss, the generator's loss.

    `input` is what is judged, real or generated; `losses` and `loss` are the discriminator's.
    """

    noise: Tensor
    truth: Tensor  # 1 where a row is real
    wish: Tensor  # what the generator wants of each verdict: 1
    generator: int  # how many of the graph's nodes are the generator's
    discriminator: int  # how many come before the generator's loss
    generator_losses: Tensor
    generator_loss: Tensor

    @property
    def passes(self) -> tuple[str, ...]:
        """Both of the discriminator's turn, and the generator's."""
        return REAL_AND_FAKE, FAKE, ""

    @property
    def watched(self) -> tuple[str, ...]:
        """Each player's."""
        return f"{REAL_AND_FAKE}{self.loss.name}", self.generator_loss.name

    def compared(self, segment: str) -> tuple[str, str]:
        """The player's own: a verdict, and what it should be, or what the generator wishes it to be."""
        if segment.startswith("generator/"):
            return self.generator_losses.name, self.wish.name
        return f"{REAL_AND_FAKE}{self.losses.name}", f"{REAL_AND_FAKE}{self.truth.name}"

    @property
    def makers(self) -> tuple[Column, ...]:
        """The generator's columns, its head the last."""
        return tuple(column for column in self.columns if column.name.startswith("generator/"))

    @property
    def judges(self) -> tuple[Column, ...]:
        """The discriminator's columns, its head the last."""
        return tuple(column for column in self.columns if column.name.startswith("discriminator/"))

    @property
    def generating(self) -> list[Node]:
        """The nodes that make a sample of noise."""
        return self.graph.nodes[: self.generator]

    @property
    def judging(self) -> list[Node]:
        """The nodes that make a verdict of a sample."""
        return self.graph.nodes[self.generator : self.forward]


def compile_duel(experiment: Experiment, dataset: DataSet, network: Duel, task: Adversarial, watched: bool) -> Program:
    """Lay out memory and write all segments: "step", "predict", "sample" and "probe"."""
    plan, train = Plan(network.graph), dataset.train.size
    rows, training = max(1, min(experiment.training.batch_size, train)), experiment.training
    generator = Learner(task.generator_optimizer, "generator/optimizer", "generator/", "generator/update", rate="generator/rate")
    discriminator = Learner(experiment.optimizer, "optimizer", "discriminator/", "discriminator/update", "discriminator/updates")
    place_players(plan, experiment, train, generator, discriminator)
    turns = Turns(plan, network, rows, watched, kernels.normal_noise if task.distribution == "normal" else kernels.uniform_noise)
    turns.discriminator(rows_of(dataset, network)["train"], task.conditional)
    emit_update(plan, training, discriminator)
    if task.loss == "wasserstein":
        emit_limit(plan)
    turns.again(task.discriminator_steps)
    turns.generator()
    emit_update(plan, training, generator)
    if task.averaged:
        emit_average(plan)
    plan.step_end = plan.size
    emit_answers(plan, network, dataset)
    verdict = network.columns[-1].name
    shown = {"": verdict, "loss": verdict, **shown_with(network), "discriminator/class": network.judges[0].name}
    return finish(plan, rows, STEP, shown, work_of(network, rows, task.discriminator_steps))


def place_players(plan: Plan, experiment: Experiment, train: int, *learners: Learner) -> None:
    """What a checkpoint copies, each player's weights and moments by themselves; perhaps an average of the generator's weights."""
    plan.place("discriminator/updates", (1,), "int64")
    place_state(plan, experiment, train, *learners)
    first, last = (plan.places[f"{learner.player}parameters"] for learner in learners)
    plan.places["parameters"] = Place(first.offset, (last.offset + last.places - first.offset,))
    if "decay" in plan.graph.settings:
        plan.place("generator/averaged", first.shape)
        plan.place("generator/averaged/steps", (1,), "int64")
        plan.state_end = plan.size


def place_constant(plan: Plan, name: str, place: Place, value: float) -> None:
    """Numbers that are written when memory is made, and stay: a setting that nobody changes."""
    plan.places[name] = place
    plan.graph.settings[name] = value


@dataclass
class Turns:
    """The training step being written."""

    plan: Plan
    network: Duel
    rows: int
    watched: bool
    draw: Kernel
    target: int = 0  # where the classes are, of the real rows and of the generated ones beside them

    def discriminator(self, examples: Rows, conditional: bool) -> None:
        """Real rows and generated ones, verdicts, their loss, and the discriminator's gradients."""
        plan, network, rows = self.plan, self.network, self.rows
        fake, both = Pass(FAKE, rows, True, watched=self.watched), Pass(REAL_AND_FAKE, 2 * rows, True, watched=self.watched)
        x, self.target = plan.bind(both, network.input), plan.bind(both, network.target)
        emit_batch(plan, rows, network, examples, x, self.target)
        if conditional:
            plan.emit("batch", concatenate_forward, (rows, 1, 1, self.target, self.target + rows))
        place_constant(plan, f"{REAL_AND_FAKE}real", Place(plan.bind(both, network.truth), (rows, 1)), 1.0)
        self.make(fake, "discriminator/forward", "batch")
        size, head = network.input.size, network.columns[len(network.makers)].name
        copied = (rows, 1, size, plan.offset(fake, network.input), x + rows * size)
        plan.emit("discriminator/forward", concatenate_forward, copied, head)
        plan.forward(both, network.judging, "discriminator/forward")
        self.learn(both, network.graph.nodes[network.forward : network.discriminator], network.judging, network.loss, "discriminator")

    def again(self, times: int) -> None:
        """The discriminator's turn so many times in all; those before the last are no more of a moment than drawing a batch is."""
        segments = self.plan.segments
        once = [line for segment in ("batch", *JUDGED) for line in segments[segment]]
        segments["batch"] = (times - 1) * once + segments["batch"]

    def generator(self) -> None:
        """Generated rows, verdicts, what the generator loses by them, and its gradients through the discriminator."""
        plan, network = self.plan, self.network
        flow = Pass("", self.rows, True, watched=self.watched)
        self.make(flow, "generator/forward", "generator/forward")
        plan.forward(flow, network.judging, "generator/forward")
        wish = plan.bind(flow, network.wish)
        place_constant(plan, network.wish.name, Place(wish, (self.rows, 1)), 1.0)
        self.learn(
            flow, network.graph.nodes[network.discriminator :], network.graph.nodes[: network.forward], network.generator_loss, "generator"
        )

    def make(self, flow: Pass, segment: str, drawing: str) -> None:
        """Noise and what the generator makes of it."""
        plan, network = self.plan, self.network
        flow.offsets[network.target.name] = self.target
        z = plan.bind(flow, network.noise)
        first = network.columns[1].name
        plan.emit(drawing, self.draw, (self.rows * network.noise.size, plan.places[RANDOM].offset, z), first)
        plan.forward(flow, network.generating, segment)

    def learn(self, flow: Pass, losing: Sequence[Node], learning: Sequence[Node], loss: Tensor, player: str) -> None:
        """A player's loss and gradients."""
        self.plan.forward(flow, losing, f"{player}/loss")
        self.plan.emit(f"{player}/loss", moves.guard, (self.plan.offset(flow, loss),))
        self.plan.gradients(player=f"{player}/")
        self.plan.backward(flow, [*learning, *losing], loss, f"{player}/backward", f"{player}/")


def emit_limit(plan: Plan) -> None:
    """No weight of the critic grows beyond a limit, so that its slope has one, too (Arjovsky et al. 2017, algorithm 1)."""
    weights = plan.places["discriminator/parameters"]
    plan.emit("discriminator/update", penalty.clip_value, (weights.places, weights.offset, plan.places["limit"].offset))


def emit_average(plan: Plan) -> None:
    """The generator's weights go into their moving average."""
    at = [plan.places[f"generator/{name}"] for name in ("parameters", "averaged", "averaged/steps")]
    offsets = (place.offset for place in at)
    plan.emit("generator/update", kernels.average_weights, (at[0].places, *offsets, plan.places["decay"].offset))


def emit_answers(plan: Plan, network: Duel, dataset: DataSet) -> None:
    """ "predict": verdicts on rows that the caller writes; "sample": what the generator makes of noise that the caller writes; "probe"."""
    judged, made = Pass("evaluate/", CHUNK, False, watched=False), Pass(SAMPLED, CHUNK, False, watched=False)
    for flow, tensor in ((judged, network.input), (made, network.noise)):
        plan.bind(flow, tensor)
        plan.bind(flow, network.target)
    plan.forward(judged, network.judging, "predict")
    if "generator/averaged" in plan.places:
        emit_averaged(plan, made)
    plan.forward(made, network.generating, "sample")
    if dataset.shape:
        emit_picture(plan, network)
    else:
        emit_planes(plan, network)


def emit_averaged(plan: Plan, flow: Pass) -> None:
    """Let a pass of the generator use the average of its weights."""
    at = [plan.places[f"generator/{name}"] for name in ("parameters", "averaged", "averaged/steps")]
    used = plan.place(f"{flow.prefix}parameters", at[0].shape)
    plan.emit("sample", kernels.averaged_weights, (at[0].places, *(place.offset for place in at), used))
    for name in plan.graph.parameters:
        if name.startswith("generator/"):
            flow.offsets[name] = used + plan.places[name].offset - at[0].offset


def emit_picture(plan: Plan, network: Duel) -> None:
    """Both players on one row of noise."""
    emit_inner(plan, network, 1)
    probe = bind_probe(plan, network, 1)
    plan.emit(
        "probe", concatenate_forward, (1, 1, network.input.size, plan.places[f"{INNER}sample"].offset, plan.offset(probe, network.input))
    )
    plan.forward(probe, network.judging, "probe")


def emit_planes(plan: Plan, network: Duel) -> None:
    """The discriminator's fields over the plane and its surface; over the plane of the noise, where it is one, the generator's fields."""
    grid = grid_of(network.judging, LOOK_BUDGET)
    side, codes, scale = grid // STRIDE, plan.place("look/surface", (1, grid, grid), "int16"), plan.place("look/scale", (1,))
    probe = bind_probe(plan, network, grid * grid)
    plan.forward(probe, network.judging, "probe")
    for column in network.judges[:-1]:
        emit_tiles(plan, column, grid, STRIDE)
    plan.emit("probe", look.surface, (grid * grid, 1, plan.offset(probe, network.logits), codes, scale))
    square = network.noise.size == 2
    emit_inner(plan, network, side * side if square else 1)
    for column in network.makers if square else ():
        emit_tiles(plan, column, side, 1, INNER)


def bind_probe(plan: Plan, network: Duel, rows: int) -> Pass:
    """The pass of the discriminator over what is looked at."""
    probe = Pass(LOOKED_AT, rows, False)
    plan.bind(probe, network.input)
    plan.bind(probe, network.target)
    return probe


def emit_inner(plan: Plan, network: Duel, rows: int) -> None:
    """The generator, as it is and not its average, over noise that the caller writes."""
    inner = Pass(INNER, rows, False)
    plan.bind(inner, network.noise)
    plan.bind(inner, network.target)
    plan.forward(inner, network.generating, "probe")


def work_of(network: Duel, rows: int, turns: int) -> int:
    """Multiply-adds of a step: forward once, backward twice as much, or once where no weights learn."""
    made, judged = (sum(node.operation.multiply_adds(node.inputs) for node in nodes) for nodes in (network.generating, network.judging))
    return rows * (turns * (made + 6 * judged) + 3 * made + 2 * judged)
