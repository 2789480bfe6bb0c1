"""What every lab's scene says of a run: the experiment, its link, its data in words, and what the stage's menus offer."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from playground import link
from playground.activations import Activation
from playground.initializers import Initializer
from playground.layers import Layer
from playground.record import Record, members
from playground.run import Run
from playground.tasks.network import loss_of

Scene = dict[str, Any]


def scene_of(run: Run) -> Scene:
    """The part that all labs share."""
    loss = loss_of(run.experiment, run.dataset)
    address, problem = link_of(run)
    return {
        "experiment": run.experiment.model_dump(mode="json"),
        "link": address,
        "link_error": problem,
        "task": run.dataset.task,
        "classes": run.dataset.classes,
        "targets": run.dataset.targets,
        "loss": {"kind": loss.kind, "title": loss.title},
        "optimizer": {**run.experiment.optimizer.model_dump(mode="json"), "title": run.experiment.optimizer.title},
        "batch_size": run.batch_rows,
        "steps_per_epoch": run.steps_per_epoch,
        "segments": segments_of(run),
        "counters": counters_of(run),
        "data": data_of(run),
        "activations": menu(Activation),
        "initializers": menu(Initializer),
        "layer_kinds": menu(Layer),
        "cost": {"parameters": run.cost.parameters, "bytes": run.cost.bytes, "multiply_adds": run.cost.multiply_adds},
    }


def segments_of(run: Run) -> list[list[str]]:
    """What a step consists of, in order: name and title."""
    names = dict.fromkeys(stage.segment for stage in run.stages)
    return [[name, name.replace("/", " ").capitalize()] for name in names]


def counters_of(run: Run) -> list[dict[str, Any]]:
    """What is counted beside the transport, from left to right; a lab may have others."""
    losses = "bits" if run.dataset.each_step and loss_of(run.experiment, run.dataset).information else "loss"
    return [
        counter("epoch", "Epoch", "count", 4.6, "strong"),
        counter("step", "Step", "count", 7.4),
        counter(f"train/{losses}", f"Train {losses}", "loss", 4.4, "train"),
        counter(f"test/{losses}", f"Test {losses}", "loss", 4.4, "test strong"),
        *([counter("test/accuracy", "Test accuracy", "percent", 5.4)] if run.dataset.task == "classification" else []),
        *([counter("test/error", "Of persistence", "percent", 5.4)] if run.dataset.baseline else []),
    ]


def counter(of: str, title: str, form: str, width: float, look: str = "") -> dict[str, Any]:
    """A number of the frame or of its scores, written as a "count", "loss" or "percent", in so many digits' room."""
    return {"of": of, "title": title, "form": form, "width": width, "look": look}


def data_of(run: Run) -> dict[str, Any]:
    """The data in words."""
    data = run.experiment.data
    return {
        "kind": data.kind,
        "title": data.title,
        "sentence": data.sentence(),
        "group": data.group,
        "painted": data.kind == "painted",
        "obstacle": run.dataset.obstacle,
    }


def link_of(run: Run) -> tuple[str, str | None]:
    """The experiment as the address bar holds it, or why it does not fit there."""
    try:
        return f"?x={link.encode(run.experiment)}", None
    except ValueError as error:
        return "", str(error)


def menu(family: type[Any]) -> list[dict[str, Any]]:
    """A family as the stage's menus show it, with what its settings say of each member's fields."""
    return [
        {
            "kind": kind,
            "title": member.title,
            "symbol": getattr(member, "symbol", ""),
            "text": (member.__doc__ or "").split("\n")[0],
            "fields": fields_of(member),
        }
        for kind, member in members(family).items()
    ]


def fields_of(member: type[Record]) -> dict[str, dict[str, Any]]:
    """Each field's words, range and options, as far as it has them."""
    described = {}
    for name, field in member.model_fields.items():
        limits = {key: getattr(limit, key) for limit in field.metadata for key in ("ge", "gt", "le", "lt") if hasattr(limit, key)}
        literal = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        said = {"low": limits.get("ge", limits.get("gt")), "high": limits.get("le", limits.get("lt")), "options": literal or None}
        words = {"title": field.title, "text": field.description, "whole": field.annotation is int or None}
        described[name] = {key: value for key, value in {**words, **said}.items() if value is not None}
    del described["kind"]
    return described
