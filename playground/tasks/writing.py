"""Writing text with a network that tells the next character, one character after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from playground.data import DataError, DataSet

if TYPE_CHECKING:
    from playground.run import Run


def write(run: Run, length: int, prompt: str = "", temperature: float = 1.0, top_k: int = 0, seed: int = 0) -> str:
    """`length` characters that go on after the prompt, always the same ones for the same seed and weights. Raises as `written` does."""
    return "".join(islice(written(run, prompt, temperature, top_k, np.random.default_rng(seed)), length))


def written(run: Run, prompt: str, temperature: float, top_k: int, rng: np.random.Generator) -> Iterator[str]:
    """Characters without end, as they are drawn; each costs the network over one window, the run's "probe".

    The network reads the last characters that fit into its window, from its beginning on; of a shorter text it is asked where that ends,
    and what comes after is not looked at by networks that read forward. An empty prompt stands for the first character of the text.
    What the run looked at comes back after each character. Raises DataError when the run does not tell next characters, the prompt has
    one that the alphabet has not, or temperature or top_k are below 0.
    """
    check_writer(run, temperature, top_k)
    assert run.dataset.windows is not None
    codes = codes_of(run.dataset, prompt) or [int(run.dataset.windows.series[0])]
    return characters(run, codes, temperature, top_k, rng)


def check_writer(run: Run, temperature: float, top_k: int) -> None:
    """Raises DataError when the run does not tell next characters, or temperature or top_k are below 0."""
    if not (run.dataset.each_step and run.dataset.windows):
        raise DataError(f"{run.experiment.data.title} has no text to go on with. Choose the data set Text.")
    if temperature < 0 or top_k < 0:
        raise DataError(f"Temperature and top-k are at least 0, got {temperature:g} and {top_k}. 0 means: the likeliest, and: no limit.")


def codes_of(dataset: DataSet, text: str) -> list[int]:
    """The numbers of a text's characters. Raises DataError when the alphabet lacks one."""
    places = {character: i for i, character in enumerate(dataset.classes)}
    if unknown := next((character for character in text if character not in places), None):
        raise DataError(f"The text that was learned from has no {unknown!r}. Take characters that it has.")
    return [places[character] for character in text]


def characters(run: Run, codes: list[int], temperature: float, top_k: int, rng: np.random.Generator) -> Iterator[str]:
    """What comes after these."""
    seen = run.view("probe/input")
    while True:
        before = seen.copy()
        codes = look_at_end(run, codes)
        codes.append(drawn(next_sums(run, len(codes)), temperature, top_k, rng))
        seen[:] = before
        yield run.dataset.classes[codes[-1]]


def look_at_end(run: Run, codes: list[int]) -> list[int]:
    """Let the run look at the last of these characters; returns those that fit into its window."""
    seen = run.view("probe/input")
    codes = codes[-seen.shape[1] :]
    seen[:] = 0
    seen[0, : len(codes)] = codes
    return codes


def next_sums(run: Run, read: int) -> np.ndarray:
    """The head's sums (classes,) float64 for what comes after the first `read` characters that are looked at."""
    run.probe()
    sums = run.view("probe/head/output")[0, read - 1].astype(np.float64)
    return np.array([0.0, sums[0]]) if sums.size == 1 else sums  # two characters have one score


def drawn(logits: np.ndarray, temperature: float, top_k: int, rng: np.random.Generator) -> int:
    """A class by chance: temperature 0 takes the likeliest (of equal ones the first), 1 the network's own chances, more evens them out.

    With `top_k` only so many of the likeliest are drawn from.
    """
    order = np.argsort(-logits, kind="stable")[: top_k or None]
    if temperature == 0:
        return int(order[0])
    chances = np.exp((logits[order] - logits[order[0]]) / temperature)
    return int(rng.choice(order, p=chances / chances.sum()))
