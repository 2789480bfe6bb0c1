"""What a run keeps when its experiment changes: everything when only settings did, else its weights where they still fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.saving import state_names

if TYPE_CHECKING:
    from playground.engine.program import Program
    from playground.run import Run


def same_program(a: Program, b: Program) -> bool:
    """Whether two programs differ in settings at most."""
    return a.places == b.places and all(
        a.segments[name][0] == b.segments[name][0] and np.array_equal(a.segments[name][1], b.segments[name][1])
        for name in a.segments.keys() | b.segments.keys()
        if name in a.segments and name in b.segments
    )


def same_learner(a: Run, b: Run) -> bool:
    """Whether the same weights learn from the same examples, so that training may go on where it was."""

    def shapes(run: Run) -> dict[str, tuple[int, ...]]:
        return {name: parameter.tensor.shape for name, parameter in run.network.graph.parameters.items()}

    features = a.dataset.chosen(a.experiment.features) == b.dataset.chosen(b.experiment.features)
    return a.experiment.data == b.experiment.data and features and shapes(a) == shapes(b)


def go_on(old: Run, new: Run) -> None:
    """Give `new` all of `old`'s state but its settings; moments of another optimizer begin anew."""
    for name in set(state_names(old)) & set(state_names(new)) - set(new.program.settings):
        if old.view(name).shape == new.view(name).shape:
            new.view(name)[...] = old.view(name)
    cursor = new.view("counters")
    if cursor[0] + new.batch_rows > new.train_rows:
        cursor[:] = (0, cursor[1] + 1)


def learnt(run: Run) -> set[str]:
    """The names of what training has made: weights, and states such as running averages."""
    return run.network.graph.parameters.keys() | run.network.graph.states.keys()


def keep_weights(old: Run, new: Run) -> None:
    """Copy every weight and state that `new` has too: whole where shapes agree, else the part both have. Features are matched by name."""
    before, after = (run.dataset.chosen(run.experiment.features) for run in (old, new))
    places = {name: i for i, name in enumerate(before)}
    shared = [(places[name], i) for i, name in enumerate(after) if name in places]
    first = new.network.columns[1].name
    for name in learnt(old) & learnt(new):
        source, target = old.view(name), new.view(name)
        if source.ndim != target.ndim or not np.isfinite(source).all():
            continue
        common = tuple(slice(0, min(sizes)) for sizes in zip(source.shape, target.shape, strict=True))
        fed = (source.shape[:1], target.shape[:1]) == ((len(before),), (len(after),))  # by the features themselves
        if fed and name == f"{first}/weight" and name.startswith(old.network.columns[1].name):
            for i, j in shared:
                target[j, common[1]] = source[i, common[1]]
        else:
            target[common] = source[common]
