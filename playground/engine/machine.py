"""A program and its memory, running: whole steps at full speed, or one instruction at a time."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cached_property

import numpy as np

from kernels import cache
from kernels.kernel import HALT, execute
from kernels.team import Team, rounds_of
from playground.engine.graph import Graph
from playground.engine.instructions import Stage
from playground.engine.program import ALIGNMENT, Program

Errand = Callable[[], object]
Lend = Callable[[Errand, int], int]  # has so many threads at most do an errand, idle ones or soon idle; returns how many


def lend_none(_: Errand, most: int) -> int:
    """Nobody helps."""
    return 0


def zeros_from_a_line(places: int) -> np.ndarray:
    """(places,) float32 that begin on a cache line, as the program's offsets take for granted: vectors across two lines cost twice."""
    room = np.zeros(places + ALIGNMENT, np.float32)
    first = -room.ctypes.data // room.itemsize % ALIGNMENT
    return room[first : first + places]


class Machine:
    """One memory, the data it reads, and where in the program it stands. Not for two threads at once, unless it asked for help itself."""

    def __init__(self, program: Program, graph: Graph, data: np.ndarray, seed: int) -> None:
        self.program = program
        self.data = data
        self.memory = zeros_from_a_line(program.size)
        self.position = 0  # instructions of the present step that are done
        self._views: dict[str, np.ndarray] = {}  # made once: frames and clocks ask for the same few thousands of times a second
        self._draw(graph, seed)

    def _draw(self, graph: Graph, seed: int) -> None:
        """Settings, states, the random state and the first weights, each parameter by a stream of its own: another layer changes none."""
        for name, value in self.program.settings.items():
            self.view(name)[:] = value
        for name, (_, value) in graph.states.items():
            self.view(name)[...] = value
        words = np.random.SeedSequence(seed).generate_state(2, np.uint64)
        self.view("random").view(np.uint64)[:] = words | np.uint64(1)
        for name, parameter in graph.parameters.items():
            stream = np.random.default_rng([seed, zlib.crc32(name.encode())])
            self.view(name)[...] = parameter.initializer.draw(stream, parameter.tensor.shape)

    def names(self) -> list[str]:
        """The names of everything in memory."""
        return list(self.program.places)

    def view(self, name: str) -> np.ndarray:
        """A named array of memory, no copy: writing to it changes the run. Raises KeyError with the names that are near."""
        if name not in self._views:
            if name not in self.program.places:
                raise KeyError(f"There is no {name!r} in this run. There are: {', '.join(self.program.places)}.")
            self._views[name] = self.program.places[name].view(self.memory)
        return self._views[name]

    def kernels(self) -> tuple[str, ...]:
        """The names of the kernels its program calls."""
        return tuple(self.program.kernels)

    def missing(self) -> tuple[str, ...]:
        """Those of them that are not in the cache on disk yet."""
        return tuple(name for name in self.kernels() if not cache.compiled(name))

    @cached_property
    def _tables(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Addresses and operands by segment; compiles kernels that are not there yet."""
        return {name: (self.program.addresses(name), operands) for name, (_, operands) in self.program.segments.items()}

    @cached_property
    def _full_speed(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Addresses, operands and rounds of the training step in the order of full speed."""
        (addresses, operands), order = self._tables["step"], self.program.order
        return addresses[order], operands[order], rounds_of(self.program.shards[order])

    @property
    def ready(self) -> bool:
        """Whether it can run without compiling."""
        return "_tables" in self.__dict__

    def compile(self) -> None:
        """Make it ready: milliseconds for each kernel when the cache has them, about a second each when it has not."""
        self._tables  # noqa: B018  a cached property: naming it is what loads

    def execute(self, segment: str, times: int = 1) -> int:
        """Run a segment; returns how often it came to its end."""
        addresses, operands = self._tables[segment]
        done: int = execute(addresses, operands, self.memory, self.data, times)
        return done

    def execute_steps(self, times: int, lend: Lend = lend_none) -> int:
        """Run the training step; returns how often it came to its end. Shards of a batch are shared with threads that `lend` finds."""
        addresses, operands, rounds = self._full_speed
        most = rounds.shape[1] - 1  # pieces of a round
        if most > 1:
            team = Team(addresses, operands, rounds, self.memory, self.data)
            if lend(team.help_out, most - 1):
                return team.lead(times)
        alone: int = execute(addresses, operands, self.memory, self.data, times)
        return alone

    def _slice(self, start: int, stop: int) -> bool:
        """Instructions [start, stop) of the training step; whether they came to their end."""
        addresses, operands = self._tables["step"]
        finished: int = execute(addresses[start:stop], operands[start:stop], self.memory, self.data, 1)
        return finished == 1

    @property
    def halted(self) -> bool:
        """Whether a loss was not finite: nothing runs until a checkpoint is restored."""
        return bool(self.memory[HALT])

    @property
    def stages(self) -> tuple[Stage, ...]:
        """One training step, cut into what slow motion shows at once."""
        return self.program.stages

    def step_instruction(self) -> bool:
        """One instruction forward; whether the step is complete with it."""
        return self.run_to(self.position + 1)

    def advance(self) -> int:
        """On to the end of the present stage; returns that stage's number."""
        number = next(i for i, stage in enumerate(self.stages) if stage.stop > self.position)
        self.run_to(self.stages[number].stop)
        return number

    def run_to(self, stop: int) -> bool:
        """On to instruction `stop` of the step; whether the step is complete with it. A halted machine stands still."""
        if self.halted:
            return False
        if self._slice(self.position, stop):
            self.position = stop % len(self.program.segments["step"][0])
            return self.position == 0
        return False

    def complete(self) -> bool:
        """Finish a half-done step; whether there was one and it came to its end."""
        return self.position > 0 and self.run_to(len(self.program.segments["step"][0]))

    def checkpoint(self) -> np.ndarray:
        """A copy of the state; in the midst of a step also of all that the step has made so far."""
        return self.memory[: self.program.step_end if self.position else self.program.state_end].copy()

    def restore(self, checkpoint: np.ndarray, position: int = 0) -> None:
        """Go back to a checkpoint of the same program."""
        self.memory[: checkpoint.size] = checkpoint
        self.position = position
