"""The way back from a divergence: checkpoints of finite states, and the sentences that offer them."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from playground.run import Run

INTERVAL = 0.25  # seconds between checkpoints at least: so long does going back replay at most
STEPS = 100  # steps between checkpoints at least: weights take some steps to overflow, and the last ones before are of no use
SHARE = 0.02  # of the time may go into checkpoints
OWNERS = ("generator", "discriminator", "decoder")  # of layers, where there is more than one network


class Recovery:
    """The last checkpoint of a run whose weights were finite; from it, every later step can be done again to the last bit."""

    def __init__(self, run: Run) -> None:
        self._copy(run)

    def take(self, run: Run) -> None:
        """Keep the run as it is, if it is finite: after every change by hand, which no replay would repeat."""
        if not run.halted and sound(run):
            self._copy(run)

    def follow(self, run: Run, now: float) -> None:
        """Keep up with a run that trains."""
        if now >= self._next and run.steps - self.steps >= STEPS:
            self.take(run)

    def _copy(self, run: Run) -> None:
        begun = time.monotonic()
        self.checkpoint, self.position, self.steps = run.checkpoint(), run.position, run.steps
        now = time.monotonic()
        self._next = now + max(INTERVAL, (now - begun) / SHARE)

    def target(self, run: Run) -> int:
        """The step that a diverged run can go back to: before the loss broke, and before the weights did."""
        return max(self.steps, run.steps if sound(run) else run.steps - 1)

    def go_back(self, run: Run) -> None:
        """The last state of a diverged run that was finite, done again from the checkpoint."""
        for target in range(self.target(run), self.steps - 1, -1):
            self.rewind(run)
            run.step(target - self.steps)
            if not run.halted and sound(run):
                return

    def rewind(self, run: Run) -> None:
        """The checkpoint itself: some way before a divergence, so that a smaller learning rate can make a difference."""
        run.restore(self.checkpoint, self.position)
        run.diverged = None
        run.changed()


def sound(run: Run) -> bool:
    """Whether every weight and bias is a finite number."""
    return bool(np.isfinite(run.view("parameters")).all())


def divergence_message(run: Run, recovery: Recovery) -> dict[str, Any]:
    """What, where, since when, and the two ways back."""
    assert run.diverged is not None
    rate, target = run.experiment.optimizer.learning_rate, recovery.target(run)
    lower = float(f"{rate / 10:.3g}")
    return {
        "kind": "diverged",
        "text": f"Stopped at step {run.diverged.step + 1:,}: {spoken(run, run.diverged.layer)} is no longer a number.",
        "detail": f"The learning rate is {rate:g}, and {run.diverged.cause}. Nothing is lost.",
        "actions": [
            {"title": f"Back to step {target:,}", "do": {"do": "back"}},
            {"title": f"Back, at rate {lower:g}", "do": {"do": "back", "learning_rate": lower}},
        ],
    }


def spoken(run: Run, layer: str) -> str:
    """What a person calls a layer: hidden 2, the head, the loss, the log variance, the decoder's hidden 1."""
    owner, part = owner_of(layer), layer.partition("/")[2]
    own = [name for name in (column.name for column in run.network.columns if column.path is not None) if owner_of(name) == owner]
    if layer in own:
        part = f"hidden {own.index(layer) + 1}"
        return f"the {owner}'s {part}" if owner else part
    return f"the {owner}'s {part}" if owner else f"the {layer.replace('_', ' ')}"


def owner_of(name: str) -> str:
    """The player or half that a layer is of; "" where there is but one network."""
    whole = name.partition("/")[0]
    return whole if whole in OWNERS else ""
