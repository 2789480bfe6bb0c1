"""The README's pictures, made from the running app: `make picture`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from playground.labs import labs
from playground.link import encode
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import serving
from tests.browser.visit import Visit

# Of each lab: the page, the preset, steps a second, and when it has learnt enough to be looked at.
PICTURES = (
    ("plane", "", "spiral", 1000, "__tap.frame.accuracy > 0.98 && __tap.frame.step > 3000"),
    ("vision", "vision", "vgg", 0, "__tap.frame.accuracy > 0.97 && __tap.frame.step > 300"),
)


def take() -> None:
    """Open each preset, let it learn, and take a picture while it trains."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        for lab, page, name, pace, learnt in PICTURES:
            preset = next(preset for preset in labs()[lab].presets if preset.name == name)
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            visit = Visit(context, server.url).open(f"{page}?x={encode(preset.experiment)}")
            visit.send(do="pace", stage=False, steps_per_second=pace)
            visit.play()
            visit.wait(learnt, seconds=120)
            visit.page.mouse.move(640, 30)
            visit.page.screenshot(path=Path(__file__).with_name(f"{lab}.png"))
            visit.pause()
            context.close()
        browser.close()


if __name__ == "__main__":
    take()
