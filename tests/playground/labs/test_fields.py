"""What the stage's settings are told of each record's fields."""

from playground.initializers import Initializer
from playground.labs.scenes import fields_of, menu
from playground.layers.dense import Dense
from playground.layers.dropout import Dropout


def test_a_number_comes_with_its_range() -> None:
    units = fields_of(Dense)["units"]
    assert (units["title"], units["low"], units["high"], units["whole"]) == ("Neurons", 1, 1024, True)
    assert "whole" not in fields_of(Dropout)["rate"]


def test_a_choice_of_words_comes_with_its_options() -> None:
    glorot = next(entry for entry in menu(Initializer) if entry["kind"] == "glorot")
    assert glorot["fields"]["distribution"]["options"] == ("uniform", "normal")


def test_the_tag_is_no_setting() -> None:
    assert all("kind" not in entry["fields"] for entry in menu(Initializer))
