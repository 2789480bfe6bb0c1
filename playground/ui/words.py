"""Numbers and names as the page writes them."""

from __future__ import annotations

MINUS, THIN = "\u2212", "\u202f"


def number(value: float) -> str:
    """At most three significant digits, a true minus, thin spaces at thousands; below 0.001 as 4e−4."""
    if value != value or value in (float("inf"), float("-inf")):
        return "not a number" if value != value else f"{MINUS if value < 0 else ''}infinite"
    size = abs(value)
    if 0 < size < 1e-3:
        mantissa, power = f"{size:.2e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{MINUS}{abs(int(power))}"
    elif size >= 100:
        text = f"{round(size):,}".replace(",", THIN)
    else:
        text = f"{float(f'{size:.3g}'):f}".rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 else text
