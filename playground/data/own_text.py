"""A text of one's own, out of a file or too long for a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from playground.data import DataError
from playground.data.file import FromFile
from playground.data.sheet import characters, is_text
from playground.data.text import LONGEST, Written

BYTES = 4 * LONGEST  # UTF-8 has up to 4 for a character


@dataclass(frozen=True, eq=False)
class Script:
    """A text as it was found, and the file it came from."""

    text: str
    content: bytes

    @property
    def nbytes(self) -> int:
        """Bytes of both, about."""
        return 2 * len(self.content)


class OwnText(Written, FromFile):
    """Your own text, by character: after each one the next is to be told."""

    kind: Literal["own_text"] = "own_text"
    title: ClassVar[str] = "Your text"
    what: ClassVar[str] = "text"
    asked: ClassVar[str] = "the text file"
    endings: ClassVar[tuple[str, ...]] = ("txt", "md", "py", "csv", "json", "html")

    name: str = Field("text.txt", max_length=80, title="File", description="What the file was called.")

    @classmethod
    def read(cls, name: str, content: bytes) -> Script:
        """The file as text, lines ended by a newline alone. Raises DataError."""
        if len(content) > BYTES:
            raise DataError(f"{name} has {len(content) / 1e6:,.1f} MB; {BYTES / 1e6:,.0f} MB fit. Take a part of it.")
        text = characters(content).replace("\r\n", "\n")
        if not is_text(text):
            raise DataError(f"{name} is not text. Save it as plain text and upload that.")
        if not text:
            raise DataError(f"{name} is empty. Choose a file with something to read.")
        if len(text) > LONGEST:
            raise DataError(f"{name} has {len(text):,} characters; {LONGEST:,} fit. Take a part of it.")
        return Script(text, content)

    def characters(self) -> str:
        """The file's text. Raises DataError when this server does not have it."""
        script: Script = self.file()
        return script.text
