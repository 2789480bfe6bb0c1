"""Pages name the stage's files in their header, once these are served; other answers stay as they are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from playground.labs import labs
from playground.ui import files
from playground.ui.preload import Preload, needed


def header(answer: Response, kind: str = "http", path: str = "/") -> str | None:
    """The link header of what the app answers."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    asyncio.run(Preload(answer)({"type": kind, "method": "GET", "path": path}, receive, send))
    return next((value.decode() for name, value in sent[0]["headers"] if name == b"link"), None)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(files, "served", ["old", "playground.ui.files.stage-1"])
    return "playground.ui.files.stage-1"


@pytest.mark.parametrize("page", ["", *labs()])
def test_a_page_names_the_files_that_it_needs(served: str, page: str) -> None:
    named = header(HTMLResponse("<html></html>"), path=f"/prefix/{page}")
    assert named is not None
    asked = needed(f"/prefix/{page}")
    told = [link.partition(f"<./component/{served}/")[2].partition(">; rel=")[0] for link in named.split(", ")]
    assert told == asked[: len(told)]
    assert len(told) > 25
    assert set(told) <= set(files.names())
    assert len(named) < 8000  # what proxies pass on


def test_modules_are_found_by_their_imports() -> None:
    found = files.reached("main.js")
    assert found[0] == "main.js"
    assert {"wire.js", "store.js", "theme.js", "canvas.js", "inspector/panel.js"} <= set(found)
    assert "home/home.js" not in found
    assert "vision/vision.js" not in found, "it is imported when it is shown"
    assert "vision/blocks.js" in files.reached("vision/vision.js")


def test_what_is_no_page_has_no_such_header(served: str) -> None:
    assert header(PlainTextResponse("ok")) is None


def test_the_markup_of_the_stage_is_no_page(served: str) -> None:
    assert header(HTMLResponse("<p>stage</p>"), path=f"/prefix/component/{served}/stage.html") is None


def test_nothing_is_named_before_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "served", [])
    assert header(HTMLResponse("<html></html>")) is None
