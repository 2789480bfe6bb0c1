"""The shelf: bounded, and what was used lately stays."""

import numpy as np

from playground.data.shelf import Shelf


def test_the_one_nobody_asked_for_leaves_first() -> None:
    shelf = Shelf(limit=100)
    shelf.put("a", np.zeros(40, np.uint8))
    shelf.put("b", np.zeros(40, np.uint8))
    assert shelf.get("a") is not None
    shelf.put("c", np.zeros(40, np.uint8))
    assert shelf.get("b") is None
    assert shelf.get("a") is not None
    assert shelf.nbytes == 80


def test_the_same_key_is_kept_once() -> None:
    shelf = Shelf(limit=100)
    for _ in range(3):
        kept = shelf.put("a", np.zeros(40, np.uint8))
    assert shelf.get("a") is kept
    assert shelf.nbytes == 40


def test_a_single_large_thing_stays() -> None:
    shelf = Shelf(limit=10)
    shelf.put("a", np.zeros(5, np.uint8))
    shelf.put("b", np.zeros(40, np.uint8))
    assert shelf.get("a") is None
    assert shelf.get("b") is not None
