"""Pages name the stage's files in their header, once these are served; other answers stay as they are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from playground.labs import labs
from playground.ui import files
from playground.ui.preload import Preload


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
    own = labs()[page].stage if page in labs() else "home"
    shared = (".js",) if own == "home" else (".js", ".css", ".html")
    needed = [name for name in files.names() if name.startswith(f"{own}/") or ("/" not in name and name.endswith(shared))]
    assert needed
    for name in needed:
        assert f"<./component/{served}/{name}>; rel=" in named
    assert ("home/" in named) == (own == "home")
    assert len(named) < 8000  # what proxies pass on


def test_what_is_no_page_has_no_such_header(served: str) -> None:
    assert header(PlainTextResponse("ok")) is None


def test_the_markup_of_the_stage_is_no_page(served: str) -> None:
    assert header(HTMLResponse("<p>stage</p>"), path=f"/prefix/component/{served}/stage.html") is None


def test_nothing_is_named_before_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "served", [])
    assert header(HTMLResponse("<html></html>")) is None
