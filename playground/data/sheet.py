"""A CSV file's bytes -> columns of numbers and of categories. Whatever cannot be read is refused in one sentence."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from playground.data.dataset import DataError, listing, plural

BYTES = 50 * 2**20
COLUMNS = 1024
CELLS = 10_000_000
CATEGORIES = 50  # different texts a column may hold to become categories
LARGEST = 1e30  # numbers beyond would overflow once squared in float32 arithmetic; they count as infinite
DELIMITERS = "\t;|,"
SAMPLE = 250_000  # characters that are enough to find delimiter and header
MISSING = [*arrow_csv.ConvertOptions().null_values, "?", "-", "none", "None", "NONE"]
NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """One column as it was found.

    values: (rows,) float64, NaN where nothing usable stands. Of a text column the index of its category; empty when there are more
    than CATEGORIES of them.
    """

    name: str
    kind: Literal["number", "text", "empty"]
    values: np.ndarray
    categories: tuple[str, ...]
    missing: int
    infinite: int
    distinct: int
    example: str

    @property
    def usable(self) -> bool:
        """Whether a network can be fed with it."""
        return self.kind == "number" or bool(self.categories)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table as it was found, and the file it came from."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: int
    content: bytes

    @property
    def nbytes(self) -> int:
        """Bytes of the values and of the file."""
        return len(self.content) + sum(column.values.nbytes for column in self.columns)

    def column(self, name: str) -> SheetColumn:
        """The column of this name. Raises DataError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(f"{self.name} has no column {name!r}. Choose among: {listing(column.name for column in self.columns)}.")


def read(name: str, content: bytes) -> Sheet:
    """The table in a CSV file. Raises DataError."""
    text = decoded(name, content)
    head = head_rows(name, text)
    names, has_header = names_of(head.rows)
    table = parsed(name, text, head.delimiter, names, has_header)
    if table.num_rows < 2:
        count = plural(table.num_rows, "row")
        raise DataError(f"{name} has {count} of data; at least 2 are needed, one to learn from and one to test. Choose a longer table.")
    if table.num_rows * len(names) > CELLS:
        raise DataError(f"{name} has {table.num_rows:,} rows of {len(names):,} values; {CELLS:,} values fit. Leave out rows or columns.")
    columns = tuple(column_of(title, values.combine_chunks()) for title, values in zip(names, table.columns, strict=True))
    return Sheet(name, columns, table.num_rows, content)


def decoded(name: str, content: bytes) -> str:
    """The file as text. Raises DataError."""
    if len(content) > BYTES:
        raise DataError(f"{name} has {len(content) / 2**20:,.0f} MB; {BYTES // 2**20} MB fit. Take a part of its rows.")
    if content[:4] == b"PK\x03\x04":
        raise DataError(f"{name} is a workbook or an archive, not text. Export the sheet as CSV and upload that.")
    text = characters(content)
    if not is_text(text):
        raise DataError(f"{name} is not text, so it cannot be a table. Export the table as CSV and upload that.")
    if not text.strip():
        raise DataError(f"{name} is empty. Choose a file with a header and rows of values.")
    return text


def is_text(text: str) -> bool:
    """Whether it has no characters that only other files have."""
    return not re.search(r"[\x00-\x08\x0e-\x1a]", text)


def characters(content: bytes) -> str:
    """UTF-16 by its mark, else UTF-8, else Windows-1252, which anything is."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


@dataclass(frozen=True)
class Head:
    """What separates the values, and the first rows."""

    delimiter: str
    rows: list[list[str]]


def head_rows(name: str, text: str) -> Head:
    """The delimiter that cuts the most of the first rows into as many values as the first one has. Raises DataError."""
    sample = text[:SAMPLE]
    lines = sample.splitlines(keepends=True)
    if len(text) > SAMPLE and len(lines) > 1:
        lines.pop()  # it may be cut
    heads = [Head(delimiter, rows) for delimiter in DELIMITERS if (rows := first_rows(lines, delimiter))]
    if not heads:
        raise DataError(f"{name} begins with a value of more than {csv.field_size_limit():,} characters. Check its quotes.")
    head = max(heads, key=evenness)
    if len(head.rows[0]) > COLUMNS:
        raise DataError(f"{name} has {len(head.rows[0]):,} columns or more; {COLUMNS:,} fit. Leave some out.")
    return head


def first_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """Up to 50 rows that are not blank; none when a value has no end."""
    try:
        return list(islice(filter(None, csv.reader(lines, delimiter=delimiter)), 50))
    except csv.Error:
        return []


def evenness(head: Head) -> float:
    """The share of rows as wide as the first one; 0 when that has a single value."""
    width = len(head.rows[0])
    return sum(len(row) == width for row in head.rows) / len(head.rows) if width > 1 else 0.0


def names_of(rows: Sequence[Sequence[str]]) -> tuple[list[str], bool]:
    """A name for every column, all different, and whether the first row gave them: it did when none of its values is a number."""
    first = [" ".join(value.split()) for value in rows[0]]
    has_header = not any(NUMBER.fullmatch(value) for value in first)
    names: list[str] = []
    for i, value in enumerate(first):
        name = value[:80] if has_header and value else f"column {i + 1}"
        names.append(name if name not in names else f"{name} ({i + 1})")
    return names, has_header


def parsed(name: str, text: str, delimiter: str, names: list[str], has_header: bool) -> pa.Table:
    """The rows, types inferred. Raises DataError when a row is shorter or longer than the first."""
    uneven: list[arrow_csv.InvalidRow] = []

    def refuse(row: arrow_csv.InvalidRow) -> str:
        uneven.append(row)
        return "error"

    try:
        return arrow_csv.read_csv(
            pa.BufferReader(text.encode(errors="replace")),
            arrow_csv.ReadOptions(use_threads=False, block_size=2**23, column_names=names, skip_rows_after_names=int(has_header)),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse),
            arrow_csv.ConvertOptions(null_values=MISSING, strings_can_be_null=True),
        )
    except pa.ArrowInvalid as error:
        if not uneven:
            raise DataError(f"{name} cannot be cut into rows; a quote may be open. Export the table as CSV again.") from error
        row = uneven[0]
        came = f"Row {row.number} of {name} has {plural(row.actual_columns, 'value')}, the rows before it have {row.expected_columns:,}"
        raise DataError(f"{came}. Make all rows equally long; a value that holds {delimiter!r} needs quotes.") from error


def column_of(name: str, values: pa.Array) -> SheetColumn:
    """A column from what Arrow made of it: numbers, dates as days since 1970, and everything else as text."""
    if pa.types.is_string(values.type):
        values = numbers_in_text(values)
    if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
        days = pc.divide(pc.cast(pc.cast(values, pa.timestamp("s")), pa.int64()).cast(pa.float64()), 86400.0)
        return number_column(name, days, example=text_of(values))
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return number_column(name, values.cast(pa.float64(), safe=False), example=text_of(values))
    return text_column(name, values)


def numbers_in_text(values: pa.Array) -> pa.Array:
    """Numbers with blanks around them or with a decimal comma, else the text without the blanks."""
    values = pc.utf8_trim_whitespace(values)
    values = pc.if_else(pc.is_in(values, value_set=pa.array(MISSING)), None, values)
    point = pc.replace_substring(values, ",", ".")
    try:
        return point.cast(pa.float64())
    except pa.ArrowInvalid:
        return values


def number_column(name: str, values: pa.Array, example: str) -> SheetColumn:
    """A column of numbers; infinite ones count as missing."""
    numbers = values.to_numpy(zero_copy_only=False).astype(np.float64)
    infinite = np.abs(numbers) > LARGEST
    numbers[infinite] = np.nan
    missing, found = np.isnan(numbers), np.unique(numbers)
    distinct = int(np.isfinite(found).sum())
    kind: Literal["number", "empty"] = "number" if distinct else "empty"
    return SheetColumn(name, kind, numbers, (), int(missing.sum() - infinite.sum()), int(infinite.sum()), distinct, example)


def text_column(name: str, values: pa.Array) -> SheetColumn:
    """A column of categories, sorted; of more than CATEGORIES nothing but their number is kept."""
    texts = values.cast(pa.string())
    found = sorted(text for text in pc.unique(texts).to_pylist() if text is not None)
    few = tuple(found) if len(found) <= CATEGORIES else ()
    codes = pc.index_in(texts, value_set=pa.array(few, pa.string())).to_numpy(zero_copy_only=False).astype(np.float64)
    kind: Literal["text", "empty"] = "text" if found else "empty"
    return SheetColumn(name, kind, codes if few else np.empty(0), few, texts.null_count, 0, len(found), text_of(texts))


def text_of(values: pa.Array) -> str:
    """The first value that is there, as text."""
    there = values.drop_null()
    return str(there[0].as_py())[:40] if len(there) else ""
