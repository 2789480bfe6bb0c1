"""Numbers as the page writes them."""

import math

import pytest

from playground.ui.words import number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.006, "0.006"),
        (0.03, "0.03"),
        (0.12345, "0.123"),
        (1.0, "1"),
        (-2.5, "\u22122.5"),
        (99.96, "100"),
        (1000, "1\u202f000"),
        (20000, "20\u202f000"),
        (1e9, "1\u202f000\u202f000\u202f000"),
        (0.0004, "4e\u22124"),
        (1.25e-8, "1.25e\u22128"),
        (-0.00004, "\u22124e\u22125"),
        (math.inf, "infinite"),
        (-math.inf, "\u2212infinite"),
        (math.nan, "not a number"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text
