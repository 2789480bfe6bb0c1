"""Text being written live, a character at a time, by the network as it is at each of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from pydantic import Field

from playground.record import Record
from playground.run import Run
from playground.tasks.writing import codes_of, drawn, look_at_end, next_sums

KEPT = 600  # characters of what was written that are told
AT_ONCE = 4  # characters of a turn at most: what a slow machine cannot keep up with is forgotten


class Manner(Record):
    """How to write, as the stage asks for it."""

    on: bool = Field(True, title="Writing")
    prompt: str = Field("", max_length=10_000, title="Prompt", description="What to go on after; empty: after what is there.")
    temperature: float = Field(1.0, ge=0, le=5, title="Temperature", description="0 takes the likeliest, more evens the chances out.")
    top_k: int = Field(0, ge=0, title="Top-k", description="Only so many of the likeliest are drawn from; 0: all.")
    rate: float = Field(20.0, ge=1, le=200, title="Rate", description="Characters a second.")


class Writer:
    """Writes on and on. It draws by random numbers of its own, so it changes nothing of the run but what that looks at."""

    def __init__(self, run: Run, codes: list[int]) -> None:
        self.run = run
        self.manner = Manner(on=False)
        self.codes = codes  # the newest characters, at most a window of them
        self.text = ""
        self._rng = np.random.default_rng(run.experiment.seed)
        self._next = math.inf

    def write(self, told: Any, codes: list[int], now: float) -> None:
        """Begin as told, after the prompt if there is one, else after `codes`; or stop. Raises ValueError."""
        manner = Manner.model_validate({**self.manner.model_dump(), "on": True, **told} if isinstance(told, dict) else told)
        if told.get("prompt"):
            codes, self.text = codes_of(self.run.dataset, manner.prompt), ""
        self.manner, self._next = manner, now
        self.codes = look_at_end(self.run, codes)

    def begin(self, codes: list[int]) -> None:
        """Go on after these, which take the prompt's place."""
        self.manner, self.text = self.manner.model_copy(update={"prompt": ""}), ""
        self.codes = look_at_end(self.run, codes)

    def follow(self, before: Writer) -> None:
        """Write on what another run has begun."""
        self.manner, self.codes, self.text = before.manner, before.codes, before.text
        self._rng, self._next = before._rng, before._next

    def due(self) -> float:
        """When the next character is to come."""
        return self._next if self.manner.on and not self.run.halted else math.inf

    def go_on(self, now: float) -> bool:
        """The characters that are due; whether there were any."""
        owed = int((now - self.due()) * self.manner.rate) + 1 if now >= self.due() else 0
        for _ in range(min(owed, AT_ONCE)):
            self.step()
        self._next = max(self._next + owed / self.manner.rate, now) if owed else self._next
        return owed > 0

    def check(self) -> None:
        """Raises ValueError when the run cannot write now."""
        if not self.run.ready:
            raise ValueError("The kernels are still being prepared. Wait a moment.")
        if self.run.halted:
            raise ValueError("The run has diverged, so it cannot write. Go back first, or restart it.")

    def step(self) -> None:
        """One character, if the network's numbers are finite."""
        read = look_at_end(self.run, self.codes)
        sums = next_sums(self.run, len(read))
        if not np.isfinite(sums).all():
            return
        code = drawn(sums, self.manner.temperature, self.manner.top_k, self._rng)
        self.text = (self.text + self.run.dataset.classes[code])[-KEPT:]
        self.codes = look_at_end(self.run, [*read, code])

    def facts(self) -> dict[str, Any]:
        """As the stage reads it."""
        return {**self.manner.model_dump(exclude={"kind"}), "text": self.text}
