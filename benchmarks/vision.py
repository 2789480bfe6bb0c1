"""The vision lab in headless Chromium on the real server, everything open: frames, pictures trained meanwhile, strokes to answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from benchmarks.report import Figure
from benchmarks.watched import share_kept, slowest, until_drawn, visiting, watched
from playground import Experiment, link
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import serving

TITLE = "The vision lab watched in headless Chromium, 1280x800"
STROKES, PAUSE = 60, 0.1

# ConvNetJS's own network for MNIST, on pictures of 28 x 28 in place of its crops of 24 x 24.
BATCH = 20
CONVNETJS = Experiment.model_validate(
    {
        "data": {"kind": "glyphs", "samples": 4000},
        "layers": [
            {"kind": "conv2d", "filters": 8, "kernel": 5, "activation": "relu", "initializer": "he"},
            {"kind": "max_pool2d"},
            {"kind": "conv2d", "filters": 16, "kernel": 5, "activation": "relu", "initializer": "he"},
            {"kind": "max_pool2d", "size": 3, "stride": 3},
        ],
        "optimizer": {"kind": "adam", "learning_rate": 0.001},
        "training": {"batch_size": BATCH},
    }
)


def measure() -> Iterator[Figure]:
    """Everything that is seen."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        page = f"vision?x={link.encode(CONVNETJS)}"
        frames, steps = watched(browser, server.url, page)
        yield Figure("ConvNetJS's network at play, 28x28", frames, "frames/s", 50)
        yield Figure("ConvNetJS's network at play, 28x28, all maps watched", BATCH * steps, "images/s", 10_000)
        yield Figure("share of the unwatched speed", 100 * share_kept(browser, server.url, page), "%", 75)
        yield Figure("stroke on the pad to its frame, p95", slowest(strokes(browser, server.url, page)), "ms", 60, higher=False)
        browser.close()


def strokes(browser: Browser, url: str, page: str) -> list[float]:
    """Milliseconds from a stroke to the frame that answers it, while it trains."""
    visit = visiting(browser, url, tapped=True).open(page)
    visit.play()
    times = []
    for turn in range(STROKES):
        column = turn % 28
        pixels = [255 if i % 28 == column else 0 for i in range(28 * 28)]
        seen = f"__tap.frame.picture.row === null && __tap.pixel({column})"
        times.append(until_drawn(visit, {"do": "touch", "what": "draw", "value": pixels}, seen))
        time.sleep(PAUSE)
    visit.pause()
    visit.context.close()
    return times
