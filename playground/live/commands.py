"""What a viewer may ask of a session: one function each. Its keywords are the command's keys, checked by their types before it is called.

A command raises ValueError when it cannot be obeyed, and then has changed nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from pydantic import ConfigDict, Field, SkipValidation, validate_call

from playground.experiment import Experiment
from playground.live import edits
from playground.live.pace import Motion
from playground.live.session import Action, Session
from playground.sentences import Refused

SEEDS = 10_000  # short ones: they are part of the link
LARGEST = 1e6  # of a weight set by hand

Driven = Annotated[Session, SkipValidation]
Path = Annotated[list[Annotated[str, Field(max_length=100)] | int], Field(min_length=1, max_length=32)]
Count = Annotated[int, Field(ge=0)]
Index = Annotated[list[Count], Field(max_length=8)]

_commands: dict[str, Callable[..., None]] = {}


def action(given: Any) -> Action:
    """What a command, {"do": name, ...}, does to a session."""
    return lambda session: _find(given)(session, **{key: value for key, value in given.items() if key != "do"})


def _find(given: Any) -> Callable[..., None]:
    if not isinstance(given, dict) or not isinstance(given.get("do"), str):
        raise Refused("A command says what to do in its key 'do'.")
    if given["do"] not in _commands:
        raise Refused(f"There is no command {given['do']!r:.40}. There are: {', '.join(sorted(_commands))}.")
    return _commands[given["do"]]


def command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a command."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        _commands[name] = validate_call(config=ConfigDict(arbitrary_types_allowed=True))(function)
        return function

    return declare


@command("play")
def play(session: Driven) -> None:
    """Train on."""
    session.play()


@command("pause")
def pause(session: Driven) -> None:
    """Stand still."""
    session.pause()


@command("toggle")
def toggle(session: Driven) -> None:
    """Play or pause."""
    if session.playing:
        session.pause()
    else:
        session.play()


@command("step")
def step(session: Driven) -> None:
    """One batch; in slow motion to the end of the stage on show, and from there to the next."""
    session.step()


@command("stage")
def stage(session: Driven, *, segment: str) -> None:
    """In slow motion, on to the next stage of that segment."""
    session.go_to(segment)


@command("restart")
def restart(session: Driven) -> None:
    """From step 0, with the same seed."""
    session.begin(session.experiment)


@command("seed")
def seed(session: Driven) -> None:
    """From step 0, with another seed."""
    other = (session.experiment.seed + 1 + secrets.randbelow(SEEDS - 1)) % SEEDS
    session.begin(session.experiment.replace(seed=other))


@command("pace")
def pace(session: Driven, *, stage: bool = False, steps_per_second: Annotated[float, Field(ge=0, le=1e9)] = 0, brisk: bool = False) -> None:
    """How fast: stage by stage, so many steps a second, or (0) as fast as it goes. `brisk`: stages last half as long."""
    session.set_pace(Motion(brisk) if stage else None, steps_per_second)


@command("sample")
def sample(session: Driven, *, index: Count) -> None:
    """Follow another row of the batch in slow motion."""
    if session.motion is None:
        raise Refused("A sample is followed in slow motion only. Set the pace to stage first.")
    if index >= session.run.batch_rows:
        raise Refused(f"The batch has the samples 0 to {session.run.batch_rows - 1}, got {index}.")
    session.motion.sample = index


@command("look")
def look(session: Driven, *, name: str | None = None, unit: Count = 0) -> None:
    """Show one neuron's answers in the large picture; without a name, the network's again."""
    if name is not None and not session.has_unit(name, unit):
        raise Refused(f"There is no neuron {unit} in {name!r:.40}.")
    session.look = (name, unit) if name is not None else None


@command("inspect")
def inspect(session: Driven, *, name: Annotated[str, Field(max_length=200)] | None = None, index: Index | None = None) -> None:
    """Look closely at something of the run; without a name, at nothing any more. `index` counts from the last axes."""
    session.inspector.open(name, tuple(index or ()))


@command("edit")
def edit(
    session: Driven,
    *,
    name: str,
    index: Index,
    value: Annotated[float, Field(ge=-LARGEST, le=LARGEST)],
) -> None:
    """One weight or bias, by hand. `index` counts all units, shown or not."""
    if session.run.diverged is not None:
        session.check()
    if name not in session.run.network.graph.parameters:
        raise Refused(f"There is no weight or bias {name!r:.40} in this network.")
    place = session.run.view(name)
    if len(index) != place.ndim or not all(i < size for i, size in zip(index, place.shape, strict=True)):
        raise Refused(f"{name} has the shape {place.shape}, there is no place {tuple(index)} in it.")
    place[tuple(index)] = np.float32(value)
    session.touched()


@command("touch")
def touch(session: Driven, *, what: Annotated[str, Field(max_length=40)], value: Any = None) -> None:
    """What only the lab at hand has: a picture drawn, a cell opened."""
    session.lab.touch(what, value)


@command("set")
def put(session: Driven, *, path: Path, value: Any) -> None:
    """Another value at a path of the experiment."""
    session.change(edits.put(session.experiment, path, value))


@command("insert")
def insert(session: Driven, *, path: Path, value: Any) -> None:
    """A new item in one of the experiment's lists."""
    session.change(edits.insert(session.experiment, path, value))


@command("remove")
def remove(session: Driven, *, path: Path) -> None:
    """One item less in one of the experiment's lists."""
    session.change(edits.remove(session.experiment, path))


@command("move")
def move(session: Driven, *, path: Path, to: Count) -> None:
    """Another order of one of the experiment's lists."""
    session.change(edits.move(session.experiment, path, to))


@command("feature")
def feature(session: Driven, *, name: str, on: bool) -> None:
    """Switch a feature on or off."""
    session.change(edits.feature(session.experiment, name, on))


@command("experiment")
def experiment(session: Driven, *, value: Any) -> None:
    """Another experiment altogether; it begins at step 0."""
    session.begin(Experiment.model_validate(value))


@command("back")
def back(session: Driven, *, learning_rate: float | None = None) -> None:
    """After a divergence: back to the last finite step, or to some way before it with another learning rate."""
    session.go_back(learning_rate)
