"""The adversarial lab in headless Chromium on the real server, everything open: frames, and iterations meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Figure
from benchmarks.watched import share_kept, watched
from playground import link
from playground.labs.adversarial_gallery import PRESETS
from tests.browser.server import serving

TITLE = "The adversarial lab watched in headless Chromium, 1280x800"
PAGES = {preset.name: f"adversarial?x={link.encode(preset.experiment)}" for preset in PRESETS}


def measure() -> Iterator[Figure]:
    """Everything that is seen, on the plane and of pictures. GAN Lab (Kahng et al. 2019) makes 42 iterations a second of the first."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        frames, steps = watched(server.url, PAGES["two_clouds"])
        yield Figure("GAN Lab's default at play", frames, "frames/s", 50)
        yield Figure("iterations meanwhile", steps, "iterations/s", 4000)
        yield Figure("share of the unwatched speed", 100 * share_kept(server.url, PAGES["two_clouds"]), "%", 75)
        yield Figure("digits by their class at play", watched(server.url, PAGES["digits"])[0], "frames/s", 50)
