"""The door: as Streamlit's own."""

from __future__ import annotations

import pytest

from playground.live.doors import Door


@pytest.mark.parametrize("origin", ["http://lab.example.org", "https://lab.example.org", None])
def test_the_own_page_and_programs_come_in(origin):
    assert Door().admits("lab.example.org", origin)


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://lab.example.org.evil.example", "null", "", "http://", "http://[", "http://lab.example.org:9", "x"],
)
def test_foreign_pages_do_not(origin):
    assert not Door().admits("lab.example.org", origin)


def test_ports_matter():
    assert Door().admits("localhost:8501", "http://localhost:8501")
    assert not Door().admits("localhost:8501", "http://localhost:8502")


def test_named_origins_come_in():
    door = Door(origins=["https://friend.example", "other.example"])
    assert door.admits("lab.example.org", "https://friend.example")
    assert not door.admits("lab.example.org", "https://stranger.example")


def test_an_open_door_asks_nobody():
    assert Door(open=True).admits("lab.example.org", "http://evil.example")


@pytest.mark.parametrize(("pattern", "host", "fits"), [
    ("localhost", "localhost:8501", True),
    ("localhost", "evil.example", False),
    ("*.example.org", "lab.example.org", True),
    ("*.example.org", "example.org", False),
    ("*.example.org", "evilexample.org", False),
    ("*", "anything", True),
    ("LAB.example.org", "lab.EXAMPLE.org.", True),
    ("localhost", None, False),
    ("localhost", "localhost:x", False),
    ("localhost", "[", False),
])  # fmt: skip
def test_only_names_of_its_own_are_answered(pattern, host, fits):
    assert Door(hosts=[pattern]).admits(host, None) == fits
