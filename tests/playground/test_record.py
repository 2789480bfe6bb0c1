"""Records and their families."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import Field, ValidationError

from playground.record import Choice, Record, members


class Fruit(Record):
    home: ClassVar[str] = __name__
    kind: str


class Apple(Fruit):
    kind: Literal["apple"] = "apple"
    title: ClassVar[str] = "Apple"
    weight: float = Field(1.5, gt=0)
    seeds: int = 5
    peeled: bool = False


class Basket(Fruit):
    kind: Literal["basket"] = "basket"
    title: ClassVar[str] = "A basket"
    fruits: tuple[Annotated[Fruit, Choice(Fruit)], ...] = ()


AnyFruit = Annotated[Fruit, Choice(Fruit)]


class Vegetable(Record):
    home: ClassVar[str] = __name__
    kind: str


class Root(Vegetable):
    home: ClassVar[str] = __name__


class Carrot(Root):
    kind: Literal["carrot"] = "carrot"


class Leek(Vegetable):
    kind: Literal["leek"] = "leek"


class Table(Record):
    fruit: AnyFruit


def test_members_are_found_in_order_of_title() -> None:
    assert list(members(Fruit)) == ["basket", "apple"]


def test_a_family_within_another_has_some_of_its_members() -> None:
    assert list(members(Vegetable)) == ["carrot", "leek"]
    assert list(members(Root)) == ["carrot"]


@pytest.mark.parametrize("value", ["apple", {"kind": "apple"}, Apple()])
def test_a_choice_takes_a_kind_a_dictionary_or_a_member(value: object) -> None:
    assert Table.model_validate({"fruit": value}).fruit == Apple()


def test_nested_choices_survive_json() -> None:
    table = Table.model_validate(
        {"fruit": {"kind": "basket", "fruits": ["apple", {"kind": "basket", "fruits": [{"kind": "apple", "weight": 2}]}]}}
    )
    assert Table.model_validate_json(table.model_dump_json()) == table


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("pear", "'pear' is not one of: apple, basket"),
        ({"kind": "pear"}, "'pear' is not one of"),
        ({}, "is not one of"),
        (3, "3 is not one of"),
        ({"kind": ["apple"]}, "is not one of"),
        ({"kind": "apple", "worm": 1}, "Extra inputs"),
        ({"kind": "apple", "weight": float("nan")}, "finite"),
        ({"kind": "apple", "weight": -1}, "greater than 0"),
    ],
)
def test_what_does_not_fit_is_refused(value: object, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Table.model_validate({"fruit": value})


def test_an_error_says_where() -> None:
    with pytest.raises(ValidationError) as caught:
        Table.model_validate({"fruit": {"kind": "basket", "fruits": ["apple", {"kind": "apple", "weight": 0}]}})
    assert caught.value.errors()[0]["loc"] == ("fruit", "fruits", 1, "weight")


def test_records_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Apple().weight = 3  # type: ignore[misc]


def test_numbers_are_the_live_settings() -> None:
    assert Apple().numbers("fruit") == {"fruit/weight": 1.5, "fruit/seeds": 5.0}


def test_a_family_does_not_share_its_members() -> None:
    class Stone(Record):
        home: ClassVar[str] = __name__
        kind: str

    assert members(Stone) == {}
    assert set(members(Fruit)) == {"apple", "basket"}
