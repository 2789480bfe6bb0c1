"""The plane lab: a multilayer perceptron over two inputs, or over two axes of many."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from playground.data import Data, load, thumbnail
from playground.labs import Lab, OnShow, views
from playground.labs.plane_gallery import PRESETS
from playground.labs.scenes import Scene
from playground.labs.views import Arrays, NetworkView, Slow
from playground.record import members
from playground.run import Run
from playground.tasks.network import Column

THUMBNAILS = ("circle", "xor", "gauss", "spiral", "moons", "rings", "checkerboard", "blobs", "plane", "hills")
THUMBNAIL_POINTS = 130
FEATURES = 64  # candidates that are drawn at most
SYMBOLS = {"linear": "", "sigmoid": "σ", "softmax": "softmax"}


class PlaneLab(Lab):
    """A multilayer perceptron, its neurons drawn as fields over the plane."""

    name = stage = "plane"
    title = "Plane"
    place = 1
    groups = ("plane", "table")
    on_stage = (*THUMBNAILS, "painted", "upload")
    presets = PRESETS
    motto = "Points on a plane, layers that bend it. The best place to begin."
    on_show = OnShow("waves", 120, 6000)

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.network = NetworkView(run)

    def scene(self, revision: int) -> tuple[Scene, Arrays]:
        """The plane, its features, its points, the columns of neurons."""
        run = self.run
        names = candidates(run, self.network.shown[0])
        side = tile_side(run)
        common, _ = super().scene(revision)
        scene = {
            "target": {"mean": run.dataset.target_mean, "scale": run.dataset.target_scale, "largest": run.dataset.largest},
            "features": features_of(run, names),
            "columns": [self._column(i, column) for i, column in enumerate(run.network.columns)],
            "grid": run.grid,
            "tile": side,
            "axes": axes_of(run),
            "thumbnails": thumbnails()[0],
        }
        arrays = {
            **views.points(run),
            "scene/network/features": views.feature_fields(run, names, side),
            "scene/thumbnails/points": thumbnails()[1],
        }
        return common | scene, arrays

    def frame(self, look: tuple[str, int] | None = None, slow: Slow | None = None) -> tuple[Scene, Arrays]:
        """What the network is now."""
        self.run.probe()
        facts, arrays = views.surface(self.run)
        arrays |= self.network.frame()
        if look is not None:
            peeked, field = views.peek(self.run, *look)
            facts, arrays = facts | peeked, arrays | field
        return facts, arrays if slow is None else arrays | self.network.slow(slow)

    def weights(self) -> np.ndarray:
        """The shown weights and biases, as frames have them."""
        return self.network.parameters()

    def _column(self, index: int, column: Column) -> dict[str, Any]:
        base = {"name": column.name, "path": column.path, "units": column.units, "shown": self.network.shown[index].tolist()}
        if index == 0:
            return base | {"title": "Features", "from": None}
        if column.record is None:
            kind = self.run.network.link
            link = {"kind": kind, "symbol": SYMBOLS[kind], "title": kind}
            return base | {"title": "Head", "from": index - 1, "activation": link, "notes": []}
        activation = column.record.activation  # type: ignore[attr-defined]
        return base | {
            "title": f"Hidden {index}",
            "from": index - 1,
            "activation": {"kind": activation.kind, "symbol": activation.symbol, "title": activation.title},
            "notes": notes_after(self.run, column),
            **residual_of(self.run, index, column),
        }


def candidates(run: Run, shown: np.ndarray) -> tuple[str, ...]:
    """The features a person may switch; where there are too many to draw, the shown ones of those that are on, then others."""
    chosen = run.dataset.chosen(run.experiment.features)
    on = {chosen[i] for i in shown}
    names = [column.name for column in run.dataset.columns if column.name in on or column.name not in chosen]
    kept = set(sorted(names, key=lambda name: name not in on)[:FEATURES])
    return tuple(name for name in names if name in kept)


def features_of(run: Run, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each candidate, whether it is on, and the range it has in the data."""
    on = run.dataset.chosen(run.experiment.features)
    labels = {column.name: column.label for column in run.dataset.columns}
    values = run.dataset.features(names)(run.dataset.raw)
    ranges = [{"lowest": float(v.min()), "highest": float(v.max())} if v.size else {} for v in values.T]
    return [
        {"name": name, "label": labels[name], "on": name in on, "locked": on == (name,)} | extremes
        for name, extremes in zip(names, ranges, strict=True)
    ]


def tile_side(run: Run) -> int:
    """Points a side of a neuron's field, as the program makes it; half the picture's when there is no hidden neuron."""
    hidden = run.network.columns[1:-1]
    return run.program.places[f"look/fields/{hidden[0].name}"].shape[1] if hidden else run.grid // 2


def axes_of(run: Run) -> dict[str, Any]:
    """The picture's two axes, and what else they could be."""
    picture, chosen = run.picture, run.experiment.view.axes
    axes = {key: {"label": axis.label, "low": axis.low, "high": axis.high} for key, axis in (("x", picture.x), ("y", picture.y))}
    options = [{"name": axis.name, "label": axis.label} for axis in run.dataset.inputs]
    return axes | {"mode": picture.mode, "options": options, "chosen": list(chosen) if chosen else None}


def notes_after(run: Run, column: Column) -> list[dict[str, Any]]:
    """Layers without units that stand right behind this one: a word at its station."""
    assert column.path is not None
    *where, index = column.path
    siblings: Any = run.experiment
    for key in where:
        siblings = getattr(siblings, key) if isinstance(key, str) else siblings[key]
    notes = []
    for i in range(int(index) + 1, len(siblings)):
        layer = siblings[i]
        if hasattr(layer, "units") or hasattr(layer, "layers"):
            break
        notes.append({"kind": layer.kind, "path": [*where, i], "text": layer.note()})
    return notes


def residual_of(run: Run, index: int, column: Column) -> dict[str, Any]:
    """For a column inside a residual block: the block's path, and for its last one the column that is added to it."""
    assert column.path is not None
    if len(column.path) < 4:
        return {"residual": None, "skip_from": None}
    block = column.path[:-2]
    inside = [i for i, other in enumerate(run.network.columns) if other.path and other.path[: len(block)] == block]
    return {"residual": list(block), "skip_from": inside[0] - 1 if index == inside[-1] else None}


@lru_cache(maxsize=4)
def thumbnails(kinds: tuple[str, ...] = THUMBNAILS) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Data sets of the plane as small pictures, drawn from the real generators: (sets, points, 3) int16 of x, y, shade in hundredths."""
    records = [members(Data)[kind].model_validate({}) for kind in kinds]
    drawn = np.zeros((len(records), THUMBNAIL_POINTS, 3), np.int16)
    for row, record in zip(drawn, records, strict=True):
        points = thumbnail(record, THUMBNAIL_POINTS)
        row[: len(points)] = np.rint(100 * points)
    return [{"kind": r.kind, "title": r.title, "record": r.model_dump(mode="json"), "task": load(r).task} for r in records], drawn
