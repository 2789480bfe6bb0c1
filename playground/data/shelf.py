"""A bounded memory of things that were expensive to make, or cannot be made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Anything that knows how many bytes it holds."""

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""


T = TypeVar("T", bound=Sized)


class Shelf(Generic[T]):
    """Keeps things by key, up to so many bytes; what nobody asked for the longest leaves first. Any thread may use it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """The thing, if it is still here."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Hashable, thing: T) -> T:
        """Keep the thing, also when it alone is larger than the limit; returns it."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > 1 and self.nbytes > self.limit:
                self._things.popitem(last=False)
        return thing

    @property
    def nbytes(self) -> int:
        """Bytes of all that is kept."""
        return sum(thing.nbytes for thing in self._things.values())
