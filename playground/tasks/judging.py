"""How a game of two players stands: their losses and verdicts, and how like the real rows generated ones are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from playground.data import DataSet
from playground.tasks.measures import coverage, divergences, shares, spread

if TYPE_CHECKING:
    from playground.run import Run
    from playground.tasks.adversarial import Adversarial

FIXED = 0  # the seed of the noise that is always the same
JUDGED = 500  # rows, real and generated, that losses are taken over
MADE = 2000  # points that are generated to be compared with the real ones
PICTURES = 256  # pictures
ALIKE = 0.2  # of the real rows' mean distance: below it generated ones are nearly alike
BEGUN = 500  # steps before which a generator may make one thing only
SPREAD = "spread"  # the score that says whether generated rows have become alike: their mean distance, by the real rows' own


def fixed(run: Run, task: Adversarial, count: int) -> np.ndarray:
    """The first rows of what is generated of the noise that is always the same."""
    return task.sample(run, count, FIXED, None)


def game(run: Run, task: Adversarial) -> dict[str, float]:
    """Both losses, the mean verdicts from 0 (generated) to 1 (real), and the mean sums that they were made of."""
    rows = run.dataset.train[:JUDGED]
    if not rows.size:
        return {}
    real_classes = run.dataset.y[rows, 0] if task.conditional else None
    fake_classes = np.arange(rows.size) % len(run.dataset.classes) if task.conditional else None
    real = run.logits(run.feed(run.dataset.raw[rows]), real_classes)[:, 0].astype(np.float64)
    fake = run.logits(fixed(run, task, rows.size), fake_classes)[:, 0].astype(np.float64)
    lost_by_discriminator, lost_by_generator = losses(task.loss, real, fake)
    sums = {"sum/real": float(real.mean()), "sum/fake": float(fake.mean())}
    verdicts = [float(squashed(task.loss, part, sums["sum/fake"], sums["sum/real"]).mean()) for part in (real, fake)]
    return {"train/loss": lost_by_discriminator, "test/loss": lost_by_generator, "real": verdicts[0], "fake": verdicts[1]} | sums


def losses(kind: str, real: np.ndarray, fake: np.ndarray) -> tuple[float, float]:
    """The discriminator's and the generator's loss of verdicts' sums, as the program has them."""
    surprise = np.logaddexp(0, -real), np.logaddexp(0, fake)
    match kind:
        case "minimax":
            parts = (*surprise, -np.logaddexp(0, fake))
        case "non_saturating":
            parts = (*surprise, np.logaddexp(0, -fake))
        case "least_squares":
            parts = ((real - 1) ** 2, fake**2, (fake - 1) ** 2)
        case "hinge":
            parts = (np.maximum(0, 1 - real), np.maximum(0, 1 + fake), -fake)
        case _:
            parts = (-real, fake, -fake)
    of_real, of_fake, of_generator = (float(part.mean()) for part in parts)
    return (of_real + of_fake) / 2, of_generator


def slope(kind: str, fake: np.ndarray) -> np.ndarray:
    """How the generator's loss grows with the sum of each verdict on what it made."""
    slopes = {
        "minimax": lambda: -chance(fake),
        "non_saturating": lambda: -chance(-fake),
        "least_squares": lambda: 2 * (fake - 1),
    }
    grows: np.ndarray = slopes.get(kind, lambda: np.full_like(fake, -1.0))()
    return grows


def squashed(kind: str, sums: np.ndarray, fake: float, real: float) -> np.ndarray:
    """Verdicts from 0 (generated) to 1 (real): the chance, or where the sum lies between what each loss asks of generated and real rows.

    A critic asks for nothing but a distance: its sums are measured by the mean ones of fake and of real rows.
    """
    if kind == "least_squares":
        verdicts: np.ndarray = np.clip(sums, 0, 1)
    elif kind == "hinge":
        verdicts = np.clip((sums + 1) / 2, 0, 1)
    elif kind == "wasserstein":
        verdicts = chance(4 * (sums - (fake + real) / 2) / max(abs(real - fake), 1e-6))
    else:
        verdicts = chance(sums)
    return verdicts


def chance(sums: np.ndarray) -> np.ndarray:
    """The logistic function."""
    chances: np.ndarray = np.exp(-np.logaddexp(0, -sums))
    return chances


def likeness(run: Run, task: Adversarial) -> dict[str, float]:
    """Divergences and modes of points; of both points and pictures, how far apart two are."""
    rows = run.dataset.train
    if not rows.size:
        return {}
    plane = run.dataset.image is None
    made = fixed(run, task, MADE if plane else PICTURES)
    apart, real = of_real_rows(run.dataset)
    scores = {SPREAD: spread(made) / max(apart, 1e-6)}
    if plane:
        scores |= divergences(real, shares(made))
    if run.dataset.modes is not None:
        covered, good = coverage(made, run.dataset.modes)
        scores |= {"modes": covered, "good": good}
    return scores


@lru_cache(maxsize=4)
def of_real_rows(dataset: DataSet) -> tuple[float, np.ndarray]:
    """Of the first rows of training: their mean distance, and the share of them in each cell of the plane."""
    rows = dataset.raw[dataset.train[:MADE]]
    return spread(rows), shares(rows) if dataset.image is None else np.zeros(0)


def collapse(run: Run) -> str | None:
    """A sentence when the generator makes much less than there is, as the last scores have it."""
    modes, scores = run.dataset.modes, run.scores
    if run.steps < BEGUN:
        return None
    if modes is not None and scores.get("modes", len(modes.centres)) * 2 < len(modes.centres):
        return f"It makes {int(scores['modes'])} of {len(modes.centres)} clouds. Smaller first weights may find more."
    if scores.get(SPREAD, 1.0) < ALIKE:
        return "All that it makes is nearly alike. Give the discriminator more neurons, or more steps."
    return None
