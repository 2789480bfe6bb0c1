"""The page's script: settings that speak their value and reach the run, presets, links, files, charts, guide."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground import Experiment, Run
from playground.labs.plane_gallery import PRESETS
from playground.link import encode
from playground.live.house import the_house
from playground.live.seats import Seat
from playground.losses import Loss
from playground.record import members
from playground.ui.guide import FAMILIES
from playground.ui.lab_page import seat_key
from playground.ui.popovers import OPEN_DATA
from playground.ui.stage import SETTLED, UPLOAD

TABLE = (
    "fruit.csv",
    b"size;colour;weight\n" + b"".join(b"%d;%s;%d\n" % (i, b"red" if i % 3 else b"green", 7 * i % 50) for i in range(60)),
    "text/csv",
)


def script() -> None:
    from playground.labs import labs
    from playground.ui.lab_page import page_of

    page_of(labs()["plane"])()


class Page:
    """The script in Streamlit's own test runner, and the seat it sits on."""

    def __init__(self, link: str | None = None) -> None:
        self.test = AppTest.from_function(script, default_timeout=60)
        if link is not None:
            self.test.query_params["x"] = link
        self.run()

    def run(self) -> Page:
        self.test.run()
        assert not self.test.exception
        return self

    @property
    def seat(self) -> Seat:
        return self.test.session_state[seat_key("plane")]

    @property
    def experiment(self) -> Experiment:
        return self.seat.experiment

    @property
    def buttons(self) -> list[str]:
        """What the buttons of the popovers say."""
        return [block.proto.popover.label for block in self.test.get("popover")]

    def widget(self, path: str) -> Any:
        kinds = ("select_slider", "slider", "number_input", "selectbox", "button_group", "toggle", "multiselect", "file_uploader")
        return next(widget for kind in kinds for widget in self.test.get(kind) if widget.key.rpartition(" ")[0] == path)

    def set(self, path: str, value: Any) -> Page:
        self.widget(f"plane.{path}").set_value(value)
        return self.run()

    def give(self, place: str, file: tuple[str, bytes, str]) -> Page:
        self.widget(place).set_value(file)
        return self.run()

    def says(self, words: str) -> bool:
        return any(words in element.value for element in [*self.test.markdown, *self.test.caption, *self.test.toast])


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture(autouse=True, scope="module")
def ended() -> Iterator[None]:
    """The test runner's sessions all have one name, so nobody else ends what they started."""
    yield
    for session in the_house().sessions:
        the_house().drop(session)


def test_the_page_begins_with_the_first_preset(page: Page) -> None:
    assert page.experiment == PRESETS[0].experiment
    assert page.buttons == [
        "Presets",
        "Data **500 points**",
        "Loss **Binary cross-entropy**",
        "Optimizer **Adam 0.03**",
        "Batch **10**",
        "Regularisation **none**",
        "Open",
    ]
    assert not page.test.toast


def test_a_setting_reaches_the_run_and_its_button_speaks_it(page: Page) -> None:
    page.set("optimizer.kind", "sgd").set("optimizer.learning_rate", 0.5)
    page.set("training.batch_size", 25).set("training.l2", 0.01).set("training.clip.kind", "norm")
    page.set("data.samples", 300).set("data.noise", 0.2)
    chosen = page.experiment
    assert (chosen.optimizer.kind, chosen.optimizer.learning_rate) == ("sgd", 0.5)
    assert (chosen.training.batch_size, chosen.training.l2, chosen.training.clip.kind) == (25, 0.01, "norm")
    assert chosen.data == PRESETS[0].experiment.data.model_copy(update={"samples": 300, "noise": 0.2})
    assert page.buttons[1:6] == [
        "Data **300 points**",
        "Loss **Binary cross-entropy**",
        "Optimizer **SGD 0.5**",
        "Batch **25**",
        "Regularisation **L2 0.01 + 1**",
    ]


def test_what_the_stage_changed_is_shown_and_not_undone(page: Page) -> None:
    page.seat.command({"do": "set", "path": ["optimizer", "learning_rate"], "value": 0.0061})
    page.seat.command({"do": "set", "path": ["data"], "value": {"kind": "hills", "samples": 200}})
    page.run()
    assert page.widget("plane.optimizer.learning_rate").value == 0.0061
    assert page.widget("plane.data.samples").value == 200
    assert page.buttons[1:4] == ["Data **200 points**", "Loss **Mean squared error**", "Optimizer **Adam 0.0061**"]


@pytest.mark.parametrize("kind", ["circle", "blobs", "hills"])
def test_only_losses_that_fit_are_offered(page: Page, kind: str) -> None:
    page.seat.command({"do": "set", "path": ["data"], "value": {"kind": kind}})
    page.run()
    dataset = page.experiment.dataset()
    fitting = [member.title for member in members(Loss).values() if member().fits(dataset.task, len(dataset.classes))]
    assert page.widget("plane.loss.kind").options == fitting
    usual = page.widget("plane.loss.kind").value
    for loss in [name for name, member in members(Loss).items() if member.title in fitting and name != usual]:
        page.set("loss.kind", loss)
        assert page.experiment.loss.kind == loss


def test_the_plane_offers_points_and_tables_and_no_pictures(page: Page) -> None:
    page.set("data.pick", "iris")
    assert set(page.widget("plane.data.pick").options) >= {"Iris", "Digits"}
    assert not {"Digit pictures", "Letters and digits"} & set(page.widget("plane.data.pick").options)


def test_a_refused_setting_says_why_and_keeps_its_value(page: Page) -> None:
    page.set("data.pick", "iris")
    page.seat.house.most_memory = 0
    try:
        page.set("data.pick", "digits")
    finally:
        page.seat.house.most_memory = 4 * 2**30
    assert page.says("The server has no room")
    assert page.experiment.data.kind == "iris"
    assert page.widget("plane.data.pick").value == "iris"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_has_a_card_that_loads_it(preset: Any) -> None:
    page = shared()
    card = page.test.button(key=f"preset {preset.name}")
    assert card.label == f"**{preset.title}** {preset.sentence}"
    card.click()
    assert page.run().experiment == preset.experiment


_shared: list[Page] = []


def shared() -> Page:
    if not _shared:
        _shared.append(Page())
    return _shared[0]


def test_a_link_is_followed_once() -> None:
    page = Page(encode(PRESETS[5].experiment))
    assert page.experiment == PRESETS[5].experiment
    page.test.button(key="preset circle").click()
    page.run().run()
    assert page.experiment == PRESETS[0].experiment
    assert not page.test.toast


BAD_LINKS = {
    "cut": encode(PRESETS[5].experiment)[:-9],
    "of another version": "99.abc",
    "empty": "",
    "of pictures, which no plane shows": encode(Experiment.model_validate({"data": "digit_pictures"})),
    "of a task that no lab shows": encode(Experiment.model_validate({"data": "digit_pictures", "task": "variational"})),
    "too costly": encode(
        Experiment.model_validate({"data": "circle", "layers": 16 * [{"kind": "dense", "units": 1024}], "training": {"batch_size": 1024}})
    ),
}


@pytest.mark.parametrize("link", BAD_LINKS.values(), ids=BAD_LINKS)
def test_a_bad_link_is_a_sentence_and_the_page_without_it(link: str) -> None:
    page = Page(link)
    assert [toast.value.endswith("This is the page without it.") for toast in page.test.toast] == [True]
    assert page.experiment == PRESETS[0].experiment
    assert not page.run().test.toast


def test_a_table_of_ones_own(page: Page) -> None:
    before = page.experiment
    page.give("table", ("bad.csv", b"a;b\n1;2\n1;2;3\n", "text/csv"))
    assert page.says("Row 3 of bad.csv")
    assert page.experiment == before
    page.give("table", TABLE)
    assert not page.says("bad.csv")
    assert page.buttons[1:3] == ["Data **60 rows**", "Loss **Mean squared error**"]
    assert list(page.test.dataframe[0].value["column"]) == ["size", "colour", "weight"]
    assert page.widget("plane.data.inputs").value == ["size", "colour"]


def test_columns_are_picked(page: Page) -> None:
    page.give("table", TABLE).set("data.inputs", ["size"])
    assert page.experiment.data.inputs == ("size",)
    page.set("data.target", "colour")
    assert (page.experiment.data.target, page.experiment.data.inputs) == ("colour", ("size",))
    assert page.buttons[2] == "Loss **Binary cross-entropy**"
    page.set("data.inputs", ["size", "weight"])
    assert page.experiment.data.inputs == ()  # all that fit
    page.set("data.target", "size").set("data.missing", "drop")
    assert (page.experiment.data.target, page.experiment.data.missing) == ("size", "drop")


def test_a_saved_run_goes_on_and_any_other_file_is_refused(page: Page) -> None:
    run = Run(PRESETS[2].experiment)
    run.step(7)
    page.give("run", ("x.safetensors", b"no run at all", ""))
    assert page.says("This file is not a saved run.")
    assert page.experiment == PRESETS[0].experiment
    page.give("run", ("run.safetensors", run.save(), ""))
    assert page.experiment == PRESETS[2].experiment
    assert page.seat.ask(lambda opened: opened.steps) == 7
    weights = page.seat.ask(lambda opened: opened.view("parameters").copy())
    assert weights.tobytes() == run.view("parameters").tobytes()


def charts(page: Page) -> list[str]:
    return [chart.proto.id.rpartition("-")[2] for chart in page.test.get("plotly_chart")]


@pytest.mark.parametrize(
    ("preset", "answers", "drawn"),
    [
        ("circle", "Confusion", ["Confusion matrix", "ROC curve"]),
        ("blobs", "Confusion", ["Confusion matrix"]),
        ("hills", "Predictions", ["Predicted against true"]),
    ],
)
def test_charts_are_drawn_only_while_they_are_open(page: Page, preset: str, answers: str, drawn: list[str]) -> None:
    page.seat.command({"do": "experiment", "value": {"data": preset, "layers": [{"kind": "dense", "units": 3}]}})
    assert charts(page.run()) == []
    page.test.session_state["charts"] = True
    assert page.run().says("The curves begin with the first step")
    page.seat.ask(lambda run: run.step(60))
    assert charts(page.run()) == ["Loss and accuracy"]
    page.test.button_group(key="chart").set_value(answers)
    assert charts(page.run()) == drawn
    page.test.button_group(key="chart").set_value("Weights")
    assert charts(page.run()) == ["Weights and gradients"]


def test_the_guide_waits_for_the_stage_and_explains_every_choice(page: Page) -> None:
    assert [element.value for element in page.test.sidebar.markdown] == ["One moment."]
    page.test.session_state[SETTLED] = True
    page.run()
    text = "\n".join(element.value for element in page.test.sidebar.markdown)
    for family in FAMILIES.values():
        for member in members(family).values():
            assert f"**{member.title}.** " in text


def presses(page: Page) -> list[tuple[str, int]]:
    found = [json.loads(part.proto.json) for part in page.test.get("bidi_component") if part.key == "press"]
    return [(data["selector"], data["number"]) for data in found]


def test_asking_for_an_upload_on_the_stage_opens_the_data_popover_once(page: Page) -> None:
    assert not presses(page)
    page.test.session_state[UPLOAD] = True
    assert presses(page.run()) == [(OPEN_DATA, 1)]
    assert UPLOAD not in page.test.session_state
    assert presses(page.run()) == [(OPEN_DATA, 1)]  # the same press, which the page knows
    page.test.session_state[UPLOAD] = True
    assert presses(page.run()) == [(OPEN_DATA, 2)]
