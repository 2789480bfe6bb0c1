"""Text, character by character: after each one, the next is to be told."""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field

from playground.data import Axis, Column, Data, DataError, DataSet
from playground.data.dataset import Windows
from playground.data.series import parts

LONGEST = 1_000_000  # characters
ALPHABET = 1000  # different characters
OVERLAP = 2  # windows that each character is in


@cache
def help_topics() -> str:
    """What Python's own help() knows, as one text of about half a million characters."""
    from pydoc_data.topics import topics  # not above: it is large

    return "\n\n".join(topics.values())


class Written(Data):
    """A text by character: after each of a window's characters the next is to be told, from those before it in the window.

    A row is the numbers of its characters in the alphabet, so an embedding comes first. Windows overlap by half.
    """

    group: ClassVar[str] = "sequence"
    row: ClassVar[str] = "window"

    window: int = Field(64, ge=8, le=200, title="Window", description="How many characters the network reads at a time.")
    test_fraction: float = Field(0.1, ge=0, le=0.9, title="Test share", description="The last part of the text, never trained on.")

    def characters(self) -> str:
        """The text."""
        raise TypeError(f"{type(self).__name__} does not say what its text is. Give it a characters method.")

    def make(self) -> DataSet:
        """The windows. Raises DataError when the text is too short, or all one character."""
        text = self.characters()
        alphabet, codes = np.unique(np.array(list(text)), return_inverse=True)
        span, apart = self.window + 1, self.window // OVERLAP
        train, test = parts(len(text), span, apart, self.test_fraction)
        if len(alphabet) > ALPHABET:
            raise DataError(f"The text has {len(alphabet):,} different characters; {ALPHABET:,} fit. Take one in an alphabet.")
        if len(alphabet) < 2:
            raise DataError(f"The text has no other character than {text[0]!r}, so there is nothing to tell. Write something longer.")
        if not train.size:
            raise DataError(
                f"Windows of {self.window} characters need a text of at least {2 * span}, this has {len(text)}. "
                f"Make the window shorter, or the text longer."
            )
        series = codes.astype(np.float32)
        raw, y = (sliding_window_view(part, self.window)[::apart] for part in (series[:-1], series[1:]))
        names = [f"character_{i}" for i in range(1, self.window + 1)]
        inputs = tuple(Axis(name, name, 0.0, len(alphabet) - 1.0) for name in names)
        columns = tuple(Column(name, name, i) for i, name in enumerate(names))
        return DataSet(
            *("classification", tuple(alphabet.tolist()), ("next character",), inputs, columns, raw, y, train, test),
            shape=(self.window,),
            windows=Windows(series, apart, 1),
        )


class Text(Written):
    """A text by character: Python's own help topics, or a short one of yours. After each character the next is to be told."""

    kind: Literal["text"] = "text"
    title: ClassVar[str] = "Text"

    text: str = Field(
        "",
        max_length=LONGEST,
        title="Text",
        description="What to learn to write: 1,000,000 characters at most; empty: the help topics of Python.",
    )

    def characters(self) -> str:
        """The given one, or the help topics."""
        return self.text or help_topics()
