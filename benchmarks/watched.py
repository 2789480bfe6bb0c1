"""The whole way from kernel to pixel, in headless Chromium on the real server: frames, samples trained meanwhile, answers to clicks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.report import Figure
from playground import Experiment, link
from tests.browser.browser import FLAGS, find_browser
from tests.browser.server import serving
from tests.browser.visit import Visit

TITLE = "Watched in headless Chromium, 1280x800"
SECONDS = 10.0  # that frames are counted
SEEN, AWAY, ROUNDS = 4.0, 10.0, 7  # watched and unwatched in turn; coming back takes a second or two, and counts as away
SETTLE = 2.0  # after a page has opened: it still loads what is not seen yet
CLICKS, OPENINGS = 60, 5

BATCH = 10
STILL = Experiment.model_validate(
    {"data": "circle", "layers": [{"kind": "dense", "units": 4}] * 2, "optimizer": {"kind": "sgd", "learning_rate": 1e-6}}
)
LARGE = Experiment.model_validate(
    {
        "data": {"kind": "spiral", "samples": 500},
        "features": ["x1", "x2", "x1^2", "x2^2", "x1x2", "sin_x1", "sin_x2"],
        "layers": [{"kind": "dense", "units": 8, "activation": "tanh"}] * 6,
        "optimizer": {"kind": "adam", "learning_rate": 0.001},
        "training": {"batch_size": BATCH},
    }
)

# Each resolves to the milliseconds from the act to the end of the frame in which the stage has drawn its effect.
CLICK = """() => new Promise(done => {
  const find = (root, wanted) => {
    for (const element of root.querySelectorAll("*")) {
      const found = element.matches(wanted) ? element : element.shadowRoot && find(element.shadowRoot, wanted);
      if (found) return found;
    }
  };
  const before = __stage.state, begun = performance.now();
  find(document, ".play").click();
  const look = () => __stage.state === before ? requestAnimationFrame(look) : done(__stage.changed - begun);
  look();
})"""
COMMAND = """command => new Promise(done => {
  const begun = performance.now();
  let shown = null;
  const unwatch = __playground.link.watch(() => {
    if (shown === null && (%s)) shown = __tap.frame.seq;
  });
  __playground.link.command(command);
  const look = () => {
    if (shown === null || __stage.seq < shown) return requestAnimationFrame(look);
    unwatch();
    done(performance.now() - begun);
  };
  look();
})"""


def measure() -> Iterator[Figure]:
    """Everything that is seen."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        large = f"plane?x={link.encode(LARGE)}"
        yield Figure("2-4-2-1 at play", watched(browser, server.url, "plane")[0], "frames/s", 55)
        frames, steps = watched(browser, server.url, large)
        yield Figure("7-8x6-1 at play", frames, "frames/s", 55)
        yield Figure("7-8x6-1, training meanwhile", BATCH * steps / 1e6, "M samples/s", 1.0)
        yield Figure("7-8x6-1, share of the unwatched speed", 100 * share_kept(browser, server.url, large), "%", 85)
        yield Figure("click on play or pause to its frame, p95", slowest(clicks(browser, server.url)), "ms", 60, higher=False)
        yield Figure("weight edited to its frame, p95", slowest(edits(browser, server.url)), "ms", 60, higher=False)
        yield Figure("page open to first frame, warm server", median(openings(browser, server.url)), "s", 2.0, higher=False)
        browser.close()


def visiting(browser: Browser, url: str, tapped: bool = False) -> Visit:
    """A tab with a profile of its own."""
    return Visit(browser.new_context(viewport={"width": 1280, "height": 800}), url, tapped)


def close(visit: Visit) -> None:
    """Leave, and leave nothing that trains: the run of a closed page goes on for a minute."""
    visit.pause()
    visit.context.close()


def watched(browser: Browser, url: str, query: str) -> tuple[float, float]:
    """Frames drawn and steps trained, each a second, at full pace."""
    visit = visiting(browser, url).open(query)
    visit.play()
    time.sleep(SETTLE)
    frames, steps = rates(visit, SECONDS)
    close(visit)
    return frames, steps


def rates(visit: Visit, seconds: float) -> tuple[float, float]:
    """Frames and steps a second over the next seconds, by the page's own clock."""
    read = "() => [performance.now() / 1000, __stage.draws, __stage.step]"
    began = np.array(visit.page.evaluate(read))
    time.sleep(seconds)
    passed, draws, steps = np.array(visit.page.evaluate(read)) - began
    return draws / passed, steps / passed


def share_kept(browser: Browser, url: str, query: str) -> float:
    """Watched over unwatched steps a second: in turn the page is looked at, and left for another one. The median of the rounds."""
    visit = visiting(browser, url).open(query)
    visit.play()
    shares = []
    for _ in range(ROUNDS):
        time.sleep(SETTLE)
        seen = rates(visit, SEEN)[1]
        shares.append(seen / unwatched(visit))
    close(visit)
    return median(shares)


def unwatched(visit: Visit) -> float:
    """Steps a second while the tab shows another page."""
    read = "() => [(performance.timeOrigin + performance.now()) / 1000, __stage.step]"
    began, page = np.array(visit.page.evaluate(read)), visit.page.evaluate("() => location.pathname.slice(1)")
    visit.page.goto("about:blank")
    time.sleep(AWAY)
    visit.open(page)
    passed, steps = np.array(visit.page.evaluate(read)) - began
    return float(steps / passed)


def clicks(browser: Browser, url: str) -> list[float]:
    """Milliseconds from a click on play or pause to the frame that shows it."""
    visit = visiting(browser, url).open()
    times = [visit.page.evaluate(CLICK) for _ in range(CLICKS)]
    visit.context.close()
    return times


def edits(browser: Browser, url: str) -> list[float]:
    """Milliseconds from a weight's edit to the frame that shows it, while it trains, so slowly that the edited value can be told."""
    visit = visiting(browser, url, tapped=True).open(f"plane?x={link.encode(STILL)}")
    visit.play()
    edit = {"do": "edit", "name": "dense_1/weight", "index": [0, 0]}
    values = [5.0 * (-1) ** turn for turn in range(CLICKS)]
    times = [until_drawn(visit, edit | {"value": v}, f"Math.abs(__tap.values('network/weights')[0] - {v}) < 1") for v in values]
    close(visit)
    return times


def until_drawn(visit: Visit, command: dict[str, Any], seen: str) -> float:
    """Milliseconds from a command to the end of the drawing of the first frame of which the JavaScript expression `seen` is true."""
    return float(visit.page.evaluate(COMMAND % seen, command))


def slowest(times: list[float]) -> float:
    """The 95th percentile."""
    return float(np.quantile(times, 0.95))


def openings(browser: Browser, url: str) -> list[float]:
    """Seconds from the start of the navigation to the first drawn frame."""
    times = []
    for _ in range(OPENINGS):
        visit = visiting(browser, url).open()
        times.append(visit.stage("first") / 1000)
        visit.context.close()
    return times
