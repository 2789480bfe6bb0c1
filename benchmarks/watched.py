"""The whole way from kernel to pixel, in headless Chromium on the real server: frames, samples trained meanwhile, answers to clicks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.report import Figure
from benchmarks.tab import browsing
from playground import Experiment, link
from tests.browser.server import serving

TITLE = "Watched in headless Chromium, 1280x800"
SECONDS = 10.0  # that frames are counted
SEEN, AWAY, ROUNDS = 4.0, 10.0, 7  # watched and unwatched in turn; coming back takes a second or two, and counts as away
SETTLE = 2.0  # after a page has opened: it still loads what is not seen yet
CLICKS, OPENINGS = 60, 5
PAUSE = 0.1  # seconds between two acts
ANSWER = 0.15  # and what one takes with it, about

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

# Milliseconds from each act to the end of the frame in which the stage has drawn its effect.
CLICK = """async times => {
  const find = (root, wanted) => {
    for (const element of root.querySelectorAll("*")) {
      const found = element.matches(wanted) ? element : element.shadowRoot && find(element.shadowRoot, wanted);
      if (found) return found;
    }
  };
  const click = () => new Promise(done => {
    const before = __stage.state, begun = performance.now();
    find(document, ".play").click();
    const look = () => __stage.state === before ? requestAnimationFrame(look) : done(__stage.changed - begun);
    look();
  });
  const measured = [];
  while (measured.length < times) measured.push(await click());
  return measured;
}"""
COMMANDS = """async ({ commands, pause }) => {
  const answer = (command, seen) => new Promise(done => {
    const begun = performance.now();
    __playground.link.command(command);
    const look = () => seen() ? done(performance.now() - begun) : requestAnimationFrame(look);
    look();
  });
  const measured = [];
  for (const [command, seen] of commands) {
    measured.push(await answer(command, (0, eval)(`() => ${seen}`)));
    await new Promise(done => setTimeout(done, 1000 * pause));
  }
  return measured;
}"""


def measure() -> Iterator[Figure]:
    """Everything that is seen."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        large = f"plane?x={link.encode(LARGE)}"
        yield Figure("2-4-2-1 at play", watched(server.url, "plane")[0], "frames/s", 55)
        frames, steps = watched(server.url, large)
        yield Figure("7-8x6-1 at play", frames, "frames/s", 55)
        yield Figure("7-8x6-1, training meanwhile", BATCH * steps / 1e6, "M samples/s", 1.0)
        yield Figure("7-8x6-1, share of the unwatched speed", 100 * share_kept(server.url, large), "%", 85)
        yield Figure("click on play or pause to its frame, p95", slowest(clicks(server.url)), "ms", 60, higher=False)
        yield Figure("weight edited to its frame, p95", slowest(edits(server.url)), "ms", 60, higher=False)
        yield Figure("page open to first frame, warm server", median(openings(server.url)), "s", 2.0, higher=False)


def watched(url: str, query: str, script: str | None = None) -> tuple[float, float]:
    """Frames drawn and steps trained, each a second, at full pace; after the page has executed a script."""
    with browsing(url) as tab:
        tab.play(query)
        if script:
            with tab.attached() as visit:
                visit.page.evaluate(script)
        time.sleep(SETTLE)
        rates = tab.rates(SECONDS)
        tab.pause()
    return rates


def share_kept(url: str, query: str) -> float:
    """Watched over unwatched steps a second: in turn the page is looked at, and left for another one. The median of the rounds."""
    shares = []
    with browsing(url) as tab:
        tab.play(query)
        for _ in range(ROUNDS):
            time.sleep(SETTLE)
            seen = tab.rates(SEEN)[1]
            shares.append(seen / tab.away(AWAY))
        tab.pause()
    return median(shares)


def clicks(url: str) -> list[float]:
    """Milliseconds from a click on play or pause to the frame that shows it."""
    with browsing(url) as tab:
        with tab.attached() as visit:
            visit.open()
        times: list[float] = tab.measure(CLICK, CLICKS, ANSWER * CLICKS)
    return times


def edits(url: str) -> list[float]:
    """Milliseconds from a weight's edit to the frame that shows it, while it trains, so slowly that the edited value can be told."""
    edit = {"do": "edit", "name": "dense_1/weight", "index": [0, 0]}
    values = [5.0 * (-1) ** turn for turn in range(CLICKS)]
    seen = "Math.abs(__tap.values('network/weights')[0] - ({})) < 1"
    return answers(url, f"plane?x={link.encode(STILL)}", [(edit | {"value": value}, seen.format(value)) for value in values], pause=0)


def answers(url: str, query: str, commands: list[tuple[dict[str, Any], str]], pause: float = PAUSE) -> list[float]:
    """Milliseconds from each command to the end of the drawing of the first frame of which its JavaScript expression is true.

    The next command comes so many seconds after that.
    """
    with browsing(url, tapped=True) as tab:
        tab.play(query)
        time.sleep(SETTLE)
        times: list[float] = tab.measure(COMMANDS, {"commands": commands, "pause": pause}, (pause + ANSWER) * len(commands))
        tab.pause()
    return times


def slowest(times: list[float]) -> float:
    """The 95th percentile."""
    return float(np.quantile(times, 0.95))


def openings(url: str) -> list[float]:
    """Seconds from the start of the navigation to the first drawn frame, each in a browser that has seen nothing yet."""
    times = []
    for _ in range(OPENINGS):
        with browsing(url) as tab, tab.attached() as visit:
            times.append(visit.open().stage("first") / 1000)
    return times
