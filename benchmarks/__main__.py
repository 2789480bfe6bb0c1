"""Measure: all groups, which rewrites results.md, or the named ones, which only prints."""

from __future__ import annotations

import importlib
import sys

from benchmarks.report import Figure, Group, heading, machine, write

GROUPS = (
    "steps",
    "products",
    "images",
    "networks",
    "sequences",
    "elementwise",
    "accuracy",
    "autoencoders",
    "adversarial",
    "memory",
    "watched",
    "vision",
    "sequence_lab",
    "adversarial_lab",
    "variational_lab",
    "opening",
    "sessions",
    "compiling",
)


def main(chosen: list[str]) -> None:
    """Measure the chosen groups in order."""
    if unknown := sorted(set(chosen) - set(GROUPS)):
        raise SystemExit(f"No group is called {', '.join(unknown)}. There are: {', '.join(GROUPS)}.")
    print(machine(), flush=True)
    groups = []
    for name in chosen or GROUPS:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"\n{heading(module.TITLE)}", flush=True)
        groups.append(Group(module.TITLE, tuple(map(told, module.measure()))))
    if not chosen:
        write(groups)


def told(figure: Figure) -> Figure:
    """The figure, printed as soon as it is known."""
    print(figure.row(), flush=True)
    return figure


if __name__ == "__main__":
    main(sys.argv[1:])
