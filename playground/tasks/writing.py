"""Writing text with a network that tells the next character, one character after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from playground.data import DataError

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
    dataset = run.dataset
    if not (dataset.each_step and dataset.windows):
        raise DataError(f"{run.experiment.data.title} has no text to go on with. Choose the data set Text.")
    if temperature < 0 or top_k < 0:
        raise DataError(f"Temperature and top-k are at least 0, got {temperature:g} and {top_k}. 0 means: the likeliest, and: no limit.")
    places = {character: i for i, character in enumerate(dataset.classes)}
    if unknown := next((character for character in prompt if character not in places), None):
        raise DataError(f"The text that was learned from has no {unknown!r}. Begin with characters that it has.")
    codes = [places[character] for character in prompt] or [int(dataset.windows.series[0])]
    return characters(run, codes, temperature, top_k, rng)


def characters(run: Run, codes: list[int], temperature: float, top_k: int, rng: np.random.Generator) -> Iterator[str]:
    """What comes after these."""
    window = run.dataset.y.shape[1]
    seen, answers = run.view("probe/input"), run.view("probe/head/output")
    while True:
        codes = codes[-window:]
        before = seen.copy()
        seen[:] = 0
        seen[0, : len(codes)] = codes
        run.probe()
        logits = answers[0, len(codes) - 1].astype(np.float64)
        seen[:] = before
        if logits.size == 1:  # two characters, one score
            logits = np.array([0.0, logits[0]])
        codes.append(drawn(logits, temperature, top_k, rng))
        yield run.dataset.classes[codes[-1]]


def drawn(logits: np.ndarray, temperature: float, top_k: int, rng: np.random.Generator) -> int:
    """A class by chance: temperature 0 takes the likeliest (of equal ones the first), 1 the network's own chances, more evens them out.

    With `top_k` only so many of the likeliest are drawn from.
    """
    order = np.argsort(-logits, kind="stable")[: top_k or None]
    if temperature == 0:
        return int(order[0])
    chances = np.exp((logits[order] - logits[order[0]]) / temperature)
    return int(rng.choice(order, p=chances / chances.sum()))
