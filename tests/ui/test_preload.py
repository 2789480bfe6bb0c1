"""Pages name the stage's files in their header, once these are served; other answers stay as they are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from playground.ui import stage
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
    monkeypatch.setattr(stage, "served", ["old", "playground.ui.stage.stage-1"])
    return "playground.ui.stage.stage-1"


def test_a_page_names_every_file_of_the_stage(served: str) -> None:
    named = header(HTMLResponse("<html></html>"))
    assert named is not None
    for file in (path for path in stage.FILES.rglob("*") if path.is_file()):
        assert f"<./component/{served}/{file.relative_to(stage.FILES).as_posix()}>; rel=" in named
    assert named.count("rel=modulepreload") == len(list(stage.FILES.rglob("*.js")))
    assert len(named) < 8000  # what proxies pass on


def test_what_is_no_page_has_no_such_header(served: str) -> None:
    assert header(PlainTextResponse("ok")) is None


def test_the_markup_of_the_stage_is_no_page(served: str) -> None:
    assert header(HTMLResponse("<p>stage</p>"), path=f"/prefix/component/{served}/stage.html") is None


def test_nothing_is_named_before_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "served", [])
    assert header(HTMLResponse("<html></html>")) is None
