"""The row of settings above the stage: buttons that speak their value, each with a popover of widgets behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

import streamlit as st

from playground.data import Data, DataSet
from playground.data.dataset import plural
from playground.data.file import FromFile
from playground.data.own_series import OwnSeries
from playground.data.upload import Upload
from playground.experiment import Experiment
from playground.labs import Lab, Preset
from playground.live.seats import Seat
from playground.losses import Loss
from playground.optimizers import Optimizer
from playground.record import members
from playground.run import Run
from playground.tasks import Task
from playground.tasks.network import loss_of
from playground.ui.desk import committing, order, reopen
from playground.ui.fields import settings as settings_of
from playground.ui.inlet import inlet
from playground.ui.instant import instant, press_next
from playground.ui.upload import own_data, profile, take
from playground.ui.widgets import Form
from playground.ui.words import number

OPEN_DATA = ".st-key-popover-Data [aria-expanded=false]"  # a click there opens it
CLOSE_PRESETS = ".st-key-popover-Presets [aria-expanded=true]"  # a click there closes them
NARROW, WIDE = 330, 660  # pixels of a popover's contents


def settings_row(lab: type[Lab], seat: Seat, experiment: Experiment) -> None:
    """Settings on the left, each with its value; what one does with the whole page on the right."""
    with st.container(key="row", horizontal=True, horizontal_alignment="distribute", wrap=False):
        with st.container(key="settings", horizontal=True, gap="xsmall", wrap=False):
            settings(lab, seat, experiment, Form(committing(seat), lab.name))
        with st.container(key="actions", horizontal=True, gap="small", wrap=False, width="content"):
            instant("guide", "Guide", "menu_book")
            save(seat)
            opening(seat)
            instant("link", "Copy link", "link")


def settings(lab: type[Lab], seat: Seat, experiment: Experiment, form: Form) -> None:
    """A popover for each thing that is set once."""
    dataset = experiment.dataset()
    behind("Presets", "", lambda: presets(lab, seat), width=WIDE, icon=":material/grid_view:")
    behind("Data", amount(experiment, dataset), lambda: data(lab, experiment, dataset, form), icon=":material/scatter_plot:")
    if lab.tasks == ("supervised",):
        behind("Loss", loss_of(experiment, dataset).title, lambda: loss(experiment, dataset, form))
    else:
        task = experiment.task
        behind("Kind", task.short or task.title, lambda: form.family(Task, task, ("task",), "Kind", lab.tasks))
    behind("Optimizer", pace(experiment), lambda: optimizer(experiment, form))
    behind("Batch", str(experiment.training.batch_size), lambda: batch(experiment, dataset, form))
    behind("Regularisation", restraint(experiment), lambda: regularisation(experiment, form))


def behind(label: str, value: str, draw: Callable[[], None], width: int = NARROW, **more: Any) -> None:
    """A popover whose button says what is set."""
    button = f"{label} **{value}**" if value else label
    with st.popover(button, key=f"popover {label}", **more), st.container(width=width):
        draw()


def presets(lab: type[Lab], seat: Seat) -> None:
    """A card for each preset: its name, and a sentence on what to try."""
    for group, cards in groupby(lab.presets, key=lambda preset: preset.group):
        st.markdown(f"**{group}**")
        with st.container(key=f"presets {group}", gap="xsmall"):
            for preset in cards:
                words = f"**{preset.title}** {preset.sentence}"
                st.button(words, key=f"preset {preset.name}", width="stretch", wrap=True, on_click=load, args=(seat, preset))


def load(seat: Seat, preset: Preset) -> None:
    """Begin anew with a preset, and show it."""
    press_next(CLOSE_PRESETS)
    order(seat, {"do": "experiment", "value": preset.experiment.model_dump(mode="json")})


def data(lab: type[Lab], experiment: Experiment, dataset: DataSet, form: Form) -> None:
    """The details of the data at hand, the data sets that are not on the stage, and files of one's own."""
    record = experiment.data
    st.markdown(f"**{record.sentence()}**")
    own_data(record, form)
    own = [setting.name for setting in settings_of(type(record)) if setting.name not in Data.model_fields]
    form.record(record, ("data",), [*own, "test_fraction", "seed"])
    if isinstance(record, Upload | OwnSeries):
        profile(record.file(), dataset)
    others = [kind for kind, member in members(Data).items() if member.group in lab.groups and kind not in lab.on_stage]
    form.pick(Data, record, ("data",), "More data", others)
    for member in members(Data).values():
        if issubclass(member, FromFile) and member.group in lab.groups:
            inlet(member.what, f"A {member.what} of your own", list(member.endings), partial(take, member, form))


def loss(experiment: Experiment, dataset: DataSet, form: Form) -> None:
    """The losses that fit the task."""
    fitting = [kind for kind, member in members(Loss).items() if member.model_validate({}).fits(dataset.task, len(dataset.classes))]
    form.family(Loss, loss_of(experiment, dataset), ("loss",), "Loss", fitting)


def optimizer(experiment: Experiment, form: Form) -> None:
    """The optimizer with its settings, and how its learning rate changes."""
    form.family(Optimizer, experiment.optimizer, ("optimizer",), "Optimizer")
    form.record(experiment.training, ("training",), ["schedule"])


def batch(experiment: Experiment, dataset: DataSet, form: Form) -> None:
    """The batch size, and what follows from it."""
    form.record(experiment.training, ("training",), ["batch_size"])
    rows = dataset.train.size
    steps = rows // max(1, min(rows, experiment.training.batch_size))
    st.caption(f"{plural(rows, experiment.data.row)} to train on: {plural(steps, 'step')} an epoch.")


def regularisation(experiment: Experiment, form: Form) -> None:
    """All that keeps weights, gradients and training within limits."""
    form.record(experiment.training, ("training",), ["l1", "l2", "clip", "early_stopping"])
    st.caption("Dropout is a layer: put one on the rail with its plus.")


def save(seat: Seat) -> None:
    """The run as a file, written only when somebody asks for it."""
    content = partial(seat.ask, Run.save)
    st.download_button("Save", content, "run.safetensors", type="tertiary", icon=":material/download:", on_click="ignore", key="save")


def opening(seat: Seat) -> None:
    """A run that Save has written goes on where it was; any other file is refused in a sentence."""
    with st.popover("Open", type="tertiary", icon=":material/folder_open:", key="popover Open"), st.container(width=NARROW):
        inlet("run", "A saved run", ["safetensors"], lambda name, content: reopen(seat, content))


def amount(experiment: Experiment, dataset: DataSet) -> str:
    """How much data there is: 500 points."""
    return plural(dataset.train.size + dataset.test.size, experiment.data.row)


def pace(experiment: Experiment) -> str:
    """Adam 0.006."""
    return f"{experiment.optimizer.title} {number(experiment.optimizer.learning_rate)}"


def restraint(experiment: Experiment) -> str:
    """The first of what is on, and how many more: L2 0.01 + 1."""
    on = list(restraints(experiment))
    return "none" if not on else on[0] + (f" + {len(on) - 1}" if len(on) > 1 else "")


def restraints(experiment: Experiment) -> Iterator[str]:
    """What keeps the weights within limits, in a few words each."""
    training = experiment.training
    for name, strength in (("L1", training.l1), ("L2", training.l2)):
        if strength:
            yield f"{name} {number(strength)}"
    if limit := getattr(training.clip, "limit", None):
        yield f"clip {number(limit)}"
    if training.early_stopping:
        yield f"stop {training.early_stopping}"
