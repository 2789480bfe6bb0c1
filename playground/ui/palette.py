"""The colours of meaning for charts, in light and in dark: the same that the stage draws with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Hex colours. `layers` and `classes` begin again after their last."""

    paper: str
    line: str
    ink: str
    ink2: str
    ink3: str
    gradient: str
    layers: tuple[str, ...]
    classes: tuple[str, ...]


LIGHT = Palette(
    paper="#fbfbfa",
    line="#e3e6e8",
    ink="#1d232b",
    ink2="#4f5965",
    ink3="#69727d",
    gradient="#c2187b",
    layers=("#0f8078", "#6b55cf", "#5f7d17", "#8d6a35"),
    classes=("#0877bd", "#f59322", "#5cc6bd", "#ac5377", "#1d232b", "#f6ec4f"),
)
DARK = Palette(
    paper="#14171c",
    line="#2a3038",
    ink="#e6e9ed",
    ink2="#aab3be",
    ink3="#87919d",
    gradient="#ff62b2",
    layers=("#3cc2b4", "#a796ff", "#a6c74f", "#d3aa69"),
    classes=("#3b9fe6", "#ffa03a", "#2a7a53", "#9a52e8", "#b9c2cc", "#fff59a"),
)


def palette(theme: str | None) -> Palette:
    """The colours of Streamlit's "light" or "dark"; light when it does not know yet."""
    return DARK if theme == "dark" else LIGHT
