"""Every lab has a page with its own settings and presets, also one that somebody has just written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground import Experiment, Run, labs, link
from playground.data import Data
from playground.labs import Lab
from playground.live.house import the_house
from playground.live.seats import Seat
from playground.record import members
from playground.ui.charts import chosen
from playground.ui.lab_page import seat_key
from playground.ui.snapshot import snapshot

TOY = '''
"""A lab for a test: one number of a run."""

from __future__ import annotations

import numpy as np

from playground.labs import Lab, gallery


class ToyLab(Lab):
    """How far the first weight is from 0."""

    name = "toy"
    stage = "plane"
    title = "Toy"
    place = 99
    groups = ("plane",)
    presets = gallery([("alone", "Alone", "All", "What is one weight?", "Watch the one weight.", {"data": "gauss", "layers": []})])

    def frame(self, look=None, slow=None):
        """The weight."""
        return {}, {"toy/weight": np.abs(self.run.view("head/weight"))}
'''

PICTURES = '''
"""A lab for a test: autoencoders of two kinds."""

from __future__ import annotations

from playground.labs import Lab, gallery

TASK = {"kind": "variational", "latent": 3, "decoder": ["dense"]}


class ToyLab(Lab):
    """The error of a picture."""

    name = "toy"
    stage = "vision"
    title = "Toy"
    place = 99
    groups = ("picture",)
    tasks = ("variational", "autoencoder")
    presets = gallery(
        [("alone", "Alone", "All", "What is one picture?", "Watch.", {"data": "digit_pictures", "task": TASK})]
    )

    def frame(self, look=None, slow=None):
        """A picture."""
        return {}, {"toy/picture": self.run.predict(self.run.dataset.raw[:1])}
'''


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lab in one file, as somebody would put it into the folder of labs."""
    yield from lab_of(TOY, tmp_path, monkeypatch)


@pytest.fixture
def toy_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One with tasks to choose from."""
    yield from lab_of(PICTURES, tmp_path, monkeypatch)


def lab_of(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "toy.py").write_text(text)
    monkeypatch.setattr(labs, "__path__", [*labs.__path__, str(tmp_path)])
    monkeypatch.syspath_prepend(tmp_path)
    yield
    Lab._known.pop("toy", None)
    sys.modules.pop("playground.labs.toy", None)


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """The test runner's sessions all have one name, so nobody else ends what they started."""
    yield
    for session in the_house().sessions:
        the_house().drop(session)


def script(name: str) -> None:
    from playground.labs import labs
    from playground.ui.lab_page import page_of

    page_of(labs()[name])()


class Page:
    """A lab's page in Streamlit's own test runner."""

    def __init__(self, name: str, address: str | None = None) -> None:
        self.name = name
        self.test = AppTest.from_function(script, kwargs={"name": name}, default_timeout=60)
        if address is not None:
            self.test.query_params["x"] = address
        self.run()

    def run(self) -> Page:
        self.test.run()
        assert not self.test.exception
        return self

    @property
    def seat(self) -> Seat:
        return self.test.session_state[seat_key(self.name)]

    def widget(self, path: str) -> Any:
        kinds = ("select_slider", "slider", "number_input", "selectbox", "button_group", "toggle", "multiselect")
        return next(w for kind in kinds for w in self.test.get(kind) if w.key.rpartition(" ")[0] == f"{self.name}.{path}")


def walk_through(name: str) -> None:
    """What every lab must do."""
    lab = labs.labs()[name]
    page = Page(name)
    assert page.seat.experiment == lab.presets[0].experiment
    assert page.test.button(key=f"preset {lab.presets[0].name}").label.startswith(f"**{lab.presets[0].title}**")
    page.widget("training.batch_size").set_value(17)
    assert page.run().seat.experiment.training.batch_size == 17
    changed = lab.presets[0].experiment.replace(seed=123)
    assert Page(name, link.encode(changed)).seat.experiment == changed


@pytest.mark.parametrize("name", labs.labs())
def test_a_lab_has_a_page_widgets_and_a_link(name: str) -> None:
    walk_through(name)


def test_a_lab_that_somebody_has_just_written_has_them_too(toy: None) -> None:
    assert list(labs.labs())[-1] == "toy"
    walk_through("toy")
    lab = labs.labs()["toy"](Run(labs.labs()["toy"].presets[0].experiment))
    assert lab.scene(1)[0]["tip"] == "Watch the one weight."
    assert lab.frame()[1]["toy/weight"].shape == (2, 1)


def test_a_lab_of_several_tasks_has_a_kind_to_choose_instead_of_a_loss(toy_of_pictures: None) -> None:
    page = Page("toy")
    buttons = [block.proto.popover.label for block in page.test.get("popover")]
    assert "Kind **VAE**" in buttons
    assert not any(label.startswith("Loss") for label in buttons)
    page.widget("task.beta").set_value(5.0)
    assert page.run().seat.experiment.task.beta == 5
    page.widget("task.kind").set_value("autoencoder")
    task = page.run().seat.experiment.task
    assert (task.kind, task.latent, len(task.decoder)) == ("autoencoder", 3, 1)  # what both kinds have stays
    page.widget("task.noise").set_value(0.3)
    assert page.run().seat.experiment.task.noise == 0.3


def test_charts_of_what_is_not_supervised_are_curves_and_weights(toy_of_pictures: None) -> None:
    experiment = labs.labs()["toy"].presets[0].experiment
    run = Run(experiment)
    run.step()
    seen = snapshot(run)
    assert [layer.title for layer in seen.layers] == ["Mean", "Log variance", "Decoder 1", "Decoder head"]
    assert seen.answers.size == seen.truth.size == 0
    assert list(chosen("Weights", seen, True)) == ["Weights and gradients"]
    page = AppTest.from_function(charts_of, kwargs={"experiment": experiment})
    assert page.run().get("button_group")[0].options == ["Curves", "Weights"]


def charts_of(experiment) -> None:  # type: ignore[no-untyped-def]
    from playground.ui.charts import choice

    choice(experiment)


@pytest.mark.parametrize("name", labs.labs())
def test_presets_can_be_loaded_one_after_the_other(name: str) -> None:
    page = Page(name)
    for preset in reversed(labs.labs()[name].presets):
        page.test.button(key=f"preset {preset.name}").click()
        assert page.run().seat.experiment == preset.experiment


@pytest.mark.parametrize("name", labs.labs())
def test_a_link_of_another_lab_is_a_sentence_that_names_it(name: str) -> None:
    for other, lab in labs.labs().items():
        if other != name:
            page = Page(name, link.encode(lab.presets[0].experiment))
            assert page.seat.experiment == labs.labs()[name].presets[0].experiment
            assert [f"{lab.title} lab" in toast.value for toast in page.test.toast] == [True]


@pytest.mark.parametrize("name", labs.labs())
def test_only_data_that_fits_is_offered(name: str) -> None:
    lab = labs.labs()[name]
    offered = Page(name).widget("data.pick").options
    fitting = [member.title for kind, member in members(Data).items() if member.group in lab.groups and kind not in lab.on_stage]
    assert offered == fitting


@pytest.mark.parametrize("name", labs.labs())
def test_every_preset_of_every_lab_takes_a_step_and_is_seen(name: str) -> None:
    for preset in labs.labs()[name].presets:
        run = Run(preset.experiment)
        lab = labs.labs()[name](run)
        assert run.step(2) == 2
        scene, _ = lab.scene(1)
        facts, arrays = lab.frame()
        assert scene["tip"] == preset.sentence
        assert facts is not None
        assert arrays
        assert len(scene["link"]) <= 2000
        assert Experiment.model_validate(scene["experiment"]) == preset.experiment
