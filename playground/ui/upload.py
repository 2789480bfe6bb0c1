"""Data of one's own: a file or a text, what was found in it, and which columns to learn from."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from playground.data import Data, DataError, DataSet
from playground.data.file import FromFile
from playground.data.own_series import OwnSeries
from playground.data.own_text import OwnText
from playground.data.sheet import Sheet, SheetColumn
from playground.data.text import LONGEST, Text, Written
from playground.data.upload import Upload
from playground.ui.widgets import Form

SHOWN = 40  # columns in the profile, so that it stays light
SHORT = 4000  # characters of a text that go along in a link
BEGINNING = 200  # characters of a text that is not shown whole


def take(kind: type[FromFile], form: Form, name: str, content: bytes) -> str | None:
    """Learn from this file, or say why not."""
    try:
        return form.commit(("data",), kind.received(name, content))
    except DataError as error:
        return str(error)


def own_data(record: Data, form: Form) -> None:
    """The widgets that only data of one's own has."""
    match record:
        case Upload():
            columns(record, form)
        case OwnSeries():
            names = record.columns()
            held = form.held(("data", "column"), record.value())
            st.selectbox("Column", names, names.index(record.value()), **held)
            form.refusal(("data", "column"))
        case Written():
            writing(record, form)


def writing(record: Written, form: Form) -> None:
    """A text to type or paste; what stands there now is shown if it is short."""
    shown = record.text if isinstance(record, Text) else ""
    held = form.held(("data",), shown, "text", read=partial(written, record))
    st.text_area("Text", shown, placeholder=f"{record.characters()[:BEGINNING]}…", height=120, **held)
    form.refusal(("data",), "text")
    st.caption(f"Up to {SHORT:,} characters go along in a link, more of them in a saved run. Empty: the help topics of Python.")


def written(record: Written, text: str) -> dict[str, Any]:
    """What was typed as data: in the record itself, or, when that would be too long for a link, as a file."""
    chosen = {"window": record.window, "test_fraction": record.test_fraction}
    if SHORT < len(text) <= LONGEST:
        return OwnText.keep("pasted.txt", text.encode(), **chosen).model_dump(mode="json")
    return {"kind": "text", "text": text, **chosen}


def columns(record: Upload, form: Form) -> None:
    """Which column to predict, and from which others."""
    names = [column.name for column in record.sheet().columns if column.usable]
    target = record.target or names[-1]
    others = [name for name in names if name != target]
    chosen = list(record.inputs) or others

    def with_target(name: str) -> dict[str, Any]:
        return record.model_dump(mode="json") | {"target": name, "inputs": [other for other in record.inputs if other != name]}

    def with_inputs(picked: list[str]) -> dict[str, Any]:
        return record.model_dump(mode="json") | {"inputs": [] if len(picked) == len(others) else picked}

    st.selectbox("Target", names, names.index(target), **form.held(("data",), target, "target", read=with_target))
    form.refusal(("data",), "target")
    st.multiselect("Inputs", others, chosen, placeholder="All that fit", **form.held(("data",), chosen, "inputs", read=with_inputs))
    form.refusal(("data",), "inputs")


def profile(sheet: Sheet, dataset: DataSet) -> None:
    """Type, gaps and scale (where columns are inputs) of each column, and what was done to the rows."""
    fitted = {column.name: column for column in dataset.columns}
    rows = [found(column) | (scaled(fitted.get(column.name)) if not dataset.shape else {}) for column in sheet.columns[:SHOWN]]
    numbers = {name: st.column_config.NumberColumn(format="%.4g") for name in ("mean", "deviation")}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=numbers, height=min(36 * len(rows) + 38, 260))
    more = len(sheet.columns) - SHOWN
    for note in (*dataset.notes, *([f"And {more:,} more columns."] if more > 0 else [])):
        st.caption(note)


def found(column: SheetColumn) -> dict[str, Any]:
    """A column as it came."""
    kind = f"{len(column.categories)} categories" if column.categories else column.kind
    return {"column": column.name, "type": kind, "missing": column.missing + column.infinite, "example": column.example}


def scaled(column: Any) -> dict[str, Any]:
    """The mean and deviation that the network sees as 0 and 1; none for categories and for what is no input."""
    return (
        {"mean": column.mean, "deviation": column.scale}
        if column is not None and column.scale != 1.0
        else {"mean": None, "deviation": None}
    )
