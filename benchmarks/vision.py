"""The vision lab in headless Chromium on the real server, everything open: frames, pictures trained meanwhile, strokes to answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Figure
from benchmarks.watched import answers, share_kept, slowest, watched
from playground import Experiment, link
from tests.browser.server import serving

TITLE = "The vision lab watched in headless Chromium, 1280x800"
STROKES = 60

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
    with TemporaryDirectory() as folder, serving(Path(folder)) as server:
        page = f"vision?x={link.encode(CONVNETJS)}"
        frames, steps = watched(server.url, page)
        yield Figure("ConvNetJS's network at play, 28x28", frames, "frames/s", 50)
        yield Figure("ConvNetJS's network at play, 28x28, all maps watched", BATCH * steps, "images/s", 10_000)
        yield Figure("share of the unwatched speed", 100 * share_kept(server.url, page), "%", 75)
        yield Figure("stroke on the pad to its frame, p95", slowest(strokes(server.url, page)), "ms", 60, higher=False)


def strokes(url: str, page: str) -> list[float]:
    """Milliseconds from a stroke to the frame that answers it, while it trains."""
    commands = []
    for turn in range(STROKES):
        column = turn % 28
        pixels = [255 if i % 28 == column else 0 for i in range(28 * 28)]
        seen = f"__tap.frame.picture.row === null && __tap.pixel({column})"
        commands.append(({"do": "touch", "what": "draw", "value": pixels}, seen))
    return answers(url, page, commands)
