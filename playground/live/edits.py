"""Changes to an experiment, each by its path: ["layers", 0, "units"]. Every change gives a new, validated experiment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.experiment import Experiment
from playground.sentences import Path, Refused


def put(experiment: Experiment, path: Path, value: Any) -> Experiment:
    """Another value at a path. New data takes features, loss and axes along as far as they fit there; a new task what both kinds have."""
    if not path:
        return Experiment.model_validate(value)
    if path == ["data"]:
        return experiment.on(value)
    if path == ["task"]:
        return experiment.to(value)
    return _edited(experiment, path, lambda place, key: place.__setitem__(key, value))


def at_rate(experiment: Experiment, rate: float) -> Experiment:
    """The experiment at another learning rate; where there are several, all change as the first one does."""
    share = rate / experiment.optimizer.learning_rate
    for path in experiment.task.rates:
        place: Any = experiment
        for key in path:
            place = getattr(place, key)
        experiment = put(experiment, list(path), rate if path == experiment.task.rates[0] else share * place)
    return experiment


def insert(experiment: Experiment, path: Path, value: Any) -> Experiment:
    """A new item in a list, before the one that is at the path now."""
    return _edited(experiment, path, lambda items, index: _listed(items, index, path, last=True).insert(index, value))


def remove(experiment: Experiment, path: Path) -> Experiment:
    """A list without the item at the path."""
    return _edited(experiment, path, lambda items, index: _listed(items, index, path).pop(index))


def move(experiment: Experiment, path: Path, to: int) -> Experiment:
    """A list with the item at the path in another place."""

    def shift(items: Any, index: Any) -> None:
        items = _listed(items, index, path)
        items.insert(max(0, min(to, len(items) - 1)), items.pop(index))

    return _edited(experiment, path, shift)


def feature(experiment: Experiment, name: str, on: bool) -> Experiment:
    """The experiment with a feature switched on or off; features keep the data's order."""
    dataset = experiment.dataset()
    names = set(dataset.chosen(experiment.features)) - {name} | ({name} if on else set())
    if not names:
        raise Refused("One feature has to stay on. Switch another on first.", ["features"])
    return experiment.replace(features=dataset.chosen(names))


def _edited(experiment: Experiment, path: Path, change: Callable[[Any, Any], object]) -> Experiment:
    document = experiment.model_dump(mode="json")
    place: Any = document
    for key in path[:-1]:
        place = place[_checked(place, key, path)]
    change(place, _checked(place, path[-1], path, new=True))
    return Experiment.model_validate(document)


def _checked(place: Any, key: str | int, path: Path, new: bool = False) -> str | int:
    """The key, if the path goes on there; `new`: also where a list's next item would be. Records refuse unknown names themselves."""
    if isinstance(place, list) and isinstance(key, int) and 0 <= key < len(place) + new:
        return key
    if isinstance(place, dict) and isinstance(key, str) and (new or key in place):
        return key
    raise Refused(f"There is nothing at {' / '.join(map(str, path))} in this experiment.", path)


def _listed(items: Any, index: Any, path: Path, last: bool = False) -> list[Any]:
    """The items, if they are a list that reaches to the index."""
    if not isinstance(items, list) or index >= len(items) + last:
        raise Refused(f"There is no item at {' / '.join(map(str, path))} in this experiment.", path)
    return items
