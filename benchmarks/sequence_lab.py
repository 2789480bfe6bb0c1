"""The sequence lab in headless Chromium on the real server, everything open: frames, and what is read meanwhile; also while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Figure
from benchmarks.watched import share_kept, watched
from playground import link
from playground.labs.sequence_gallery import PRESETS
from tests.browser.server import serving

TITLE = "The sequence lab watched in headless Chromium, 1280x800"
PAGES = {preset.name: f"sequence?x={link.encode(preset.experiment)}" for preset in PRESETS}
CHARACTERS = 32 * 64  # in a step of the text presets
WRITE = "() => __playground.link.command({do: 'touch', what: 'write', value: {on: true, temperature: 0.7, rate: 20}})"


def measure() -> Iterator[Figure]:
    """Everything that is seen."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        yield Figure("LSTM 32 over 60 symbols at play", watched(server.url, PAGES["remember_lstm"])[0], "frames/s", 50)
        frames, steps = watched(server.url, PAGES["help_topics"])
        yield Figure("GRU 128 over 64 characters at play", frames, "frames/s", 50)
        yield Figure("GRU 128 over 64 characters, read meanwhile", CHARACTERS * steps, "characters/s")
        yield Figure("the same while it writes 20 characters a second", watched(server.url, PAGES["help_topics"], WRITE)[0], "frames/s", 50)
        yield Figure("share of the unwatched speed", 100 * share_kept(server.url, PAGES["help_topics"]), "%", 75)
