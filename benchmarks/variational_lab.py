"""The variational lab in headless Chromium on the real server, everything open: frames, pictures trained meanwhile, the ring dragged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from benchmarks.report import Figure
from benchmarks.watched import share_kept, slowest, until_drawn, visiting, watched
from playground import link
from playground.labs.variational_gallery import PRESETS
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import serving

TITLE = "The variational lab watched in headless Chromium, 1280x800"
DRAGS, PAUSE = 60, 0.1
EXPERIMENTS = {preset.name: preset.experiment for preset in PRESETS}


def measure() -> Iterator[Figure]:
    """Everything that is seen, of a small network and of a convolutional one."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        for name, title in (("digits", "digits, 64-128-2-128-64"), ("glyphs", "glyphs of 28x28, convolutional")):
            page = f"variational?x={link.encode(EXPERIMENTS[name])}"
            frames, steps = watched(browser, server.url, page)
            yield Figure(f"{title}, at play", frames, "frames/s", 50)
            yield Figure("pictures trained meanwhile", EXPERIMENTS[name].training.batch_size * steps, "images/s")
            yield Figure("share of the unwatched speed", 100 * share_kept(browser, server.url, page), "%", 75)
            yield Figure("ring dragged to its picture's frame, p95", slowest(drags(browser, server.url, page)), "ms", 60, higher=False)
        browser.close()


def drags(browser: Browser, url: str, page: str) -> list[float]:
    """Milliseconds from a place of the map to the frame with its picture, while it trains."""
    visit = visiting(browser, url, tapped=True).open(page)
    visit.play()
    times = []
    for turn in range(DRAGS):
        place = (turn % 20 - 10) / 4 + 0.01
        drag = {"do": "touch", "what": "latent", "value": [place, 0.5]}
        times.append(until_drawn(visit, drag, f"Math.abs(__tap.frame.latent.z[0] - {place}) < 1e-4"))
        time.sleep(PAUSE)
    visit.pause()
    visit.context.close()
    return times
