"""The real server, a real browser, and visits that fail when anything goes wrong on the page or in the server's log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import Server, serving
from tests.browser.visit import Visit

PICTURES = Path(__file__).with_name("pictures")
FAILED = pytest.StashKey[bool]()
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each visitor gets a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fixtures may know whether their test has failed."""
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= report.failed
    return report


@pytest.fixture
def visitor(server: Server, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Makes a visitor with a browser profile of its own; options are those of a Playwright context.

    When the test fails, what the visitors saw is in tests/browser/pictures.
    """
    visits: list[Visit] = []
    before = len(server.said())

    def make(**options: object) -> Visit:
        visits.append(Visit(chromium.new_context(**{"viewport": DESK, **options}).new_page(), server.url))
        return visits[-1]

    yield make
    for number, visit in enumerate(visits):
        if request.node.stash[FAILED] and not visit.page.is_closed():
            visit.page.screenshot(path=PICTURES / f"{request.node.name}-{number}.png")
        visit.context.close()
    assert [error for visit in visits for error in visit.errors] == []
    assert server.complaints(before) == []


@pytest.fixture
def visit(visitor: Callable[..., Visit]) -> Visit:
    """A visitor who has just opened the app."""
    return visitor().open()
