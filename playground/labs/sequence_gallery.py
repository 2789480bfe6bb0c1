"""The sequence lab's gallery: recurrent networks worth a look. The first is where everybody begins."""

from __future__ import annotations

from typing import Any

from playground.labs import Preset, gallery


def adam(rate: float) -> dict[str, Any]:
    """Adam with this learning rate."""
    return {"kind": "adam", "learning_rate": rate}


def recurrent(kind: str, hidden: int, **more: Any) -> dict[str, Any]:
    """A recurrent layer of this size."""
    return {"kind": kind, "hidden": hidden} | more


MEMORY, FORECAST, TEXT = "Remember", "Forecast", "Text by character"

GALLERY: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        "remember_lstm",
        "An LSTM that remembers",
        MEMORY,
        "After 60 letters it is to name the first: watch the forget gates. Which cells keep it to the end, and since which step?",
        {
            "data": "remember",
            "layers": [recurrent("lstm", 32, forget_bias=5, recurrent_initializer={"kind": "orthogonal", "gain": 0.2})],
            "optimizer": adam(0.01),
            "training": {"batch_size": 32},
        },
    ),
    (
        "mackey_glass",
        "Chaos ahead",
        FORECAST,
        "Twenty steps ahead of a chaotic series: how soon is it better than saying the last value again? Take other windows.",
        {"data": "mackey_glass", "layers": [recurrent("gru", 32)], "optimizer": adam(0.005), "training": {"batch_size": 32}},
    ),
    (
        "help_topics",
        "Python's help, by character",
        TEXT,
        "Let it write while it trains: first come spaces and e, then words, then brackets. What of it does a single unit know?",
        {
            "data": {"kind": "text", "window": 64},
            "layers": [{"kind": "embedding", "entries": 103, "width": 32}, recurrent("gru", 128, sequence=True)],
            "optimizer": adam(0.005),
            "training": {"batch_size": 32, "clip": {"kind": "norm", "limit": 1}},
        },
    ),
)

PRESETS: tuple[Preset, ...] = gallery(GALLERY)
