"""The README's pictures, made from the running app: `make picture`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from playground.labs import labs
from playground.link import encode
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import serving
from tests.browser.visit import Visit

# Of each lab: the preset, steps a second, and when it has learnt enough to be looked at.
PICTURES = (
    ("plane", "spiral", 1000, "__tap.frame.accuracy > 0.98 && __tap.frame.step > 3000"),
    ("vision", "vgg", 0, "__tap.frame.accuracy > 0.97 && __tap.frame.step > 300"),
    ("sequence", "help_lstm", 0, "__tap.frame.step > 1500"),
    ("adversarial", "ring_of_eight", 0, "__tap.frame.step > 12000"),
    ("variational", "digits", 0, "__tap.frame.step > 4000"),
)
LIVELY = 6000  # milliseconds after which the first page has something to show


def take() -> None:
    """Open each preset, let it learn, and take a picture while it trains."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        take_first_page(browser, server.url)
        for lab, name, pace, learnt in PICTURES:
            preset = next(preset for preset in labs()[lab].presets if preset.name == name)
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            visit = Visit(context, server.url).open(f"{lab}?x={encode(preset.experiment)}")
            visit.send(do="pace", stage=False, steps_per_second=pace)
            visit.play()
            visit.wait(learnt, seconds=240)
            visit.page.mouse.move(640, 30)
            visit.page.screenshot(path=Path(__file__).with_name(f"{lab}.png"))
            visit.pause()
            context.close()
        browser.close()


def take_first_page(browser: Browser, url: str) -> None:
    """All labs at once, a while after they have begun."""
    context = browser.new_context(viewport={"width": 1280, "height": 960})
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("count => Object.keys(globalThis.__shows ?? {}).length === count", arg=len(labs()), timeout=120_000)
    page.wait_for_timeout(LIVELY)
    page.screenshot(path=Path(__file__).with_name("home.png"))
    context.close()


if __name__ == "__main__":
    take()
