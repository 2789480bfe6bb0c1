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


def weak(gain: float) -> dict[str, Any]:
    """Recurrent weights that begin small: a gradient shrinks by about the gain with each step back."""
    return {"recurrent_initializer": {"kind": "orthogonal", "gain": gain}}


def reading(*layers: dict[str, Any], window: int = 64) -> dict[str, Any]:
    """A network that reads the help topics of Python by character."""
    return {
        "data": {"kind": "text", "window": window},
        "layers": [{"kind": "embedding", "entries": 103, "width": 32}, *layers],
        "training": {"batch_size": 32, "clip": {"kind": "norm", "limit": 1}},
    }


def causal(dilation: int) -> dict[str, Any]:
    """A convolution that sees nothing later."""
    said = {"filters": 64, "kernel": 4, "padding": "causal", "dilation": dilation}
    return {"kind": "conv1d", "activation": "relu", "initializer": "he"} | said


BATCH = {"batch_size": 32}
CLIPPED = {**BATCH, "clip": {"kind": "norm", "limit": 0.3}}
MEMORY, FORECAST, TEXT = "Remember", "Forecast", "Text by character"

GALLERY: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    (
        "remember_lstm",
        "An LSTM that remembers",
        MEMORY,
        "How far back can it remember?",
        "After 60 letters it is to name the first: watch the forget gates. Which cells keep it to the end, and since which step?",
        {"data": "remember", "layers": [recurrent("lstm", 32, forget_bias=5, **weak(0.2))], "optimizer": adam(0.01), "training": CLIPPED},
    ),
    (
        "remember_gru",
        "A GRU that remembers",
        MEMORY,
        "Is a cell needed to remember?",
        "It has no cell, only update gates that keep its state. With a keep bias of 0, does a gradient still reach the first letter?",
        {"data": "remember", "layers": [recurrent("gru", 32, keep_bias=3, **weak(0.2))], "optimizer": adam(0.01), "training": CLIPPED},
    ),
    (
        "remember_rnn",
        "A gradient that vanishes",
        MEMORY,
        "Why does it forget how it began?",
        "No gates: each step back halves the gradient, so the first letter gets none. How many steps may it have to be learned?",
        {"data": "remember", "layers": [recurrent("simple_rnn", 32, **weak(0.5))], "optimizer": adam(0.001), "training": BATCH},
    ),
    (
        "both_ways",
        "Read from both ends",
        MEMORY,
        "What if one reads backward, too?",
        "Read backward, the first letter comes last: no gates are needed. Which half knows it, and what does the other one do?",
        {
            "data": "remember",
            "layers": [{"kind": "bidirectional", "layer": recurrent("simple_rnn", 16)}],
            "optimizer": adam(0.005),
            "training": BATCH,
        },
    ),
    (
        "mackey_glass",
        "Chaos ahead",
        FORECAST,
        "How far ahead can chaos be told?",
        "Twenty steps ahead in a chaotic series: when is it better than saying the last value again? Then ask for 60 steps ahead.",
        {"data": "mackey_glass", "layers": [recurrent("gru", 32)], "optimizer": adam(0.005), "training": BATCH},
    ),
    (
        "stacked",
        "A layer on a layer",
        FORECAST,
        "What does a second layer add?",
        "Sixty steps ahead, by two layers: the second reads the first one's states. Which of the two swings slower, and why?",
        {
            "data": {"kind": "mackey_glass", "ahead": 60},
            "layers": [recurrent("gru", 24, sequence=True), recurrent("gru", 24)],
            "optimizer": adam(0.005),
            "training": BATCH,
        },
    ),
    (
        "damped_sines",
        "Struck again and again",
        FORECAST,
        "What can nobody forecast?",
        "Two sines die away until they are struck anew. Where does the forecast go wrong, and could any network know better there?",
        {"data": "damped_sines", "layers": [recurrent("lstm", 16)], "optimizer": adam(0.01), "training": BATCH},
    ),
    (
        "help_topics",
        "Python's help, by character",
        TEXT,
        "What does it write after a minute?",
        "Let it write while it learns: blanks come first, then words, then code. Is there a unit that knows it is inside quotes?",
        reading(recurrent("gru", 128, sequence=True)) | {"optimizer": adam(0.005)},
    ),
    (
        "help_lstm",
        "The same by an LSTM",
        TEXT,
        "Which cell knows of the open bracket?",
        "Type a bracket and leave it open: which cell holds on to it, and which gate lets go when it closes?",
        reading(recurrent("lstm", 64, sequence=True)) | {"optimizer": adam(0.01)},
    ),
    (
        "no_memory",
        "Windows in place of memory",
        TEXT,
        "Does it take memory to write?",
        "Two convolutions see 16 characters and remember nothing. How much worse are they, and what do they write that gives it away?",
        reading(causal(1), causal(4)) | {"optimizer": adam(0.003)},
    ),
)

PRESETS: tuple[Preset, ...] = gallery(GALLERY)
