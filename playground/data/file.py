"""Data out of a file of one's own: this server keeps it, a record names it by its digest, and a saved run carries it."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import Field

from playground.data import Data, DataError, load
from playground.data.shelf import Shelf


class Kept(Protocol):
    """A file that was read."""

    @property
    def content(self) -> bytes:
        """The file itself."""

    @property
    def nbytes(self) -> int:
        """Its size in memory."""


F = TypeVar("F", bound="FromFile")

_files: Shelf[Any] = Shelf(256 * 2**20)  # by what they are and digest: whoever has the file, or a link to it, has the key


class FromFile(Data):
    """A record of a file."""

    what: ClassVar[str]  # a person's word for it: "table"
    asked: ClassVar[str]  # what to upload: "the CSV file"
    endings: ClassVar[tuple[str, ...]]  # of files that are offered to choose from

    digest: str = Field("", pattern="^([0-9a-f]{64})?$", title="Digest", description="SHA-256 of the file, by which the server finds it.")
    name: str = Field("", max_length=80, title="File", description="What the file was called.")

    @classmethod
    def read(cls, name: str, content: bytes) -> Kept:
        """The file's contents. Raises DataError, one sentence."""
        raise TypeError(f"{cls.__name__} does not say how its file is read. Give it a read method.")

    @classmethod
    def keep(cls: type[F], name: str, content: bytes, **chosen: Any) -> F:
        """The record of a file, which is kept here from now on. Raises DataError when it cannot be read."""
        record = cls(digest=digest_of(content), name=name[-80:], **chosen)
        _files.put((cls.what, record.digest), cls.read(record.name, content))
        return record

    @classmethod
    def received(cls: type[F], name: str, content: bytes) -> F:
        """The record of an uploaded file. Raises DataError when nothing can be learned from it."""
        record = cls.keep(name, content)
        load(record)
        return record

    def file(self) -> Any:
        """The file as `read` made it. Raises DataError when this server does not have it."""
        file = _files.get((self.what, self.digest))
        if file is None:
            what = f"{self.name} is not on this server, or no longer" if self.digest else f"There is no {self.what} yet"
            raise DataError(f"{what}. Upload {self.asked}, or choose another data set.")
        return file

    def attachment(self) -> bytes | None:
        """The file, for a saved run."""
        content: bytes = self.file().content
        return content

    def attach(self, content: bytes) -> None:
        """Take the file from a saved run. Raises DataError when it is another one."""
        if digest_of(content) != self.digest:
            raise DataError(f"The {self.what} in this file is not the {self.name} that the run was trained on. Open another file.")
        _files.put((self.what, self.digest), self.read(self.name, content))


def digest_of(content: bytes) -> str:
    """The file's key."""
    return hashlib.sha256(content).hexdigest()
