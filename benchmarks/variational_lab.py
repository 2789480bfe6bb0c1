"""The variational lab in headless Chromium on the real server, everything open: frames, pictures trained meanwhile, the ring dragged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Figure
from benchmarks.watched import answers, share_kept, slowest, watched
from playground import link
from playground.labs.variational_gallery import PRESETS
from tests.browser.server import serving

TITLE = "The variational lab watched in headless Chromium, 1280x800"
DRAGS = 60
EXPERIMENTS = {preset.name: preset.experiment for preset in PRESETS}


def measure() -> Iterator[Figure]:
    """Everything that is seen, of a small network and of a convolutional one."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        for name, title in (("digits", "digits, 64-128-2-128-64"), ("glyphs", "glyphs of 28x28, convolutional")):
            page = f"variational?x={link.encode(EXPERIMENTS[name])}"
            frames, steps = watched(server.url, page)
            yield Figure(f"{title}, at play", frames, "frames/s", 50)
            yield Figure("pictures trained meanwhile", EXPERIMENTS[name].training.batch_size * steps, "images/s")
            yield Figure("share of the unwatched speed", 100 * share_kept(server.url, page), "%", 75)
            yield Figure("ring dragged to its picture's frame, p95", slowest(drags(server.url, page)), "ms", 60, higher=False)


def drags(url: str, page: str) -> list[float]:
    """Milliseconds from a place of the map to the frame with its picture, while it trains."""
    places = [(turn % 20 - 10) / 4 + 0.01 for turn in range(DRAGS)]
    drag = {"do": "touch", "what": "latent"}
    return answers(url, page, [(drag | {"value": [x, 0.5]}, f"Math.abs(__tap.frame.latent.z[0] - ({x})) < 1e-4") for x in places])
