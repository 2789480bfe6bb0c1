"""A browser with one tab, which is measured while nobody is attached to it.

Who is attached to a page is handed every message that it receives: Playwright took a fifth of the training speed by that. So the page
measures itself meanwhile, and is asked afterwards.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.browser import FLAGS, find_browser
from tests.browser.visit import Visit

WIDTH, HEIGHT = 1280, 800
PATIENCE = 30.0  # seconds for a browser to start
LOOK = 0.05  # seconds between two looks whether it has
BEGIN = "([script, argument]) => { globalThis.__measured = (0, eval)(script)(argument); }"
RATES = """seconds => new Promise(done => {
  const read = () => [performance.now() / 1000, __stage.draws, __stage.step], before = read();
  setTimeout(() => { const after = read(); done(after.map((value, i) => value - before[i])); }, 1000 * seconds);
})"""
NOW = "() => [(performance.timeOrigin + performance.now()) / 1000, __stage.step]"


class Tab:
    """The only tab of a running browser, for the app at `url`. `tapped`: its page can tell what the run sends, which costs some time."""

    def __init__(self, endpoint: str, url: str, tapped: bool = False) -> None:
        self.endpoint = endpoint
        self.url = url
        self.tapped = tapped

    @contextmanager
    def attached(self) -> Iterator[Visit]:
        """The page, to act on."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(self.endpoint)
            page = browser.contexts[0].pages[0]
            fit(page)
            yield Visit(page, self.url, self.tapped)
            browser.close()  # this connection to it: it goes on

    def play(self, query: str) -> None:
        """Open a lab's page and train."""
        with self.attached() as visit:
            visit.open(query).play()

    def pause(self) -> None:
        """Leave nothing that trains: the run of a closed page goes on for a minute."""
        with self.attached() as visit:
            visit.pause()

    def measure(self, script: str, argument: Any, seconds: float) -> Any:
        """What an asynchronous function of JavaScript makes of the argument, which takes it about so many seconds."""
        with self.attached() as visit:
            visit.page.evaluate(BEGIN, [script, argument])
        time.sleep(seconds)
        with self.attached() as visit:
            return visit.page.evaluate("() => globalThis.__measured")

    def rates(self, seconds: float) -> tuple[float, float]:
        """Frames and steps a second over the next seconds, by the page's own clock."""
        passed, draws, steps = self.measure(RATES, seconds, seconds)
        return draws / passed, steps / passed

    def away(self, seconds: float) -> float:
        """Steps a second while the tab shows another page; coming back counts as away."""
        with self.attached() as visit:
            (left, before), lab = visit.page.evaluate(NOW), visit.page.evaluate("() => location.pathname.slice(1)")
            visit.page.goto("about:blank")
        time.sleep(seconds)
        with self.attached() as visit:
            visit.open(lab)
            came, after = visit.page.evaluate(NOW)
        return float((after - before) / (came - left))


@contextmanager
def browsing(url: str, tapped: bool = False) -> Iterator[Tab]:
    """A tab of a browser with a profile of its own, WIDTH x HEIGHT."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        flags = ["--headless", "--remote-debugging-port=0", f"--user-data-dir={folder}", f"--window-size={WIDTH},{HEIGHT}", *FLAGS]
        process = subprocess.Popen([find_browser(), *flags, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Tab(f"http://127.0.0.1:{port_of(Path(folder))}", url, tapped)
        finally:
            process.terminate()
            process.wait()


def port_of(folder: Path) -> int:
    """Where a browser that starts with this profile can be reached. Raises TimeoutError."""
    told, until = folder / "DevToolsActivePort", time.monotonic() + PATIENCE
    while not (told.exists() and (lines := told.read_text().splitlines())):
        if time.monotonic() > until:
            raise TimeoutError("The browser does not start.")
        time.sleep(LOOK)
    return int(lines[0])


def fit(page: Page) -> None:
    """Give the window the size at which the page has WIDTH x HEIGHT, attached or not."""
    width, height = page.evaluate("() => [innerWidth, innerHeight]")
    if (width, height) != (WIDTH, HEIGHT):
        session = page.context.new_cdp_session(page)
        window = session.send("Browser.getWindowForTarget")
        bounds = window["bounds"]
        larger = {"width": bounds["width"] + WIDTH - width, "height": bounds["height"] + HEIGHT - height}
        session.send("Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": larger})
        page.wait_for_function(f"() => innerWidth === {WIDTH} && innerHeight === {HEIGHT}")
