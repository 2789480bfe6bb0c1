"""The README's picture, made from the running app: `make picture`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from playground.labs.plane_gallery import PRESETS
from playground.link import encode
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import serving
from tests.browser.visit import Visit

PRESET = "spiral"
PICTURE = Path(__file__).with_name("plane.png")


def take() -> None:
    """Open the preset, let it learn, and take a picture while it trains."""
    experiment = next(preset.experiment for preset in PRESETS if preset.name == PRESET)
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        visit = Visit(browser.new_context(viewport={"width": 1280, "height": 800}), server.url).open(f"?x={encode(experiment)}")
        visit.send(do="pace", stage=False, steps_per_second=1000)
        visit.play()
        visit.wait("__tap.frame.accuracy > 0.98 && __tap.frame.step > 3000", seconds=120)
        visit.page.mouse.move(640, 30)
        visit.page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take()
