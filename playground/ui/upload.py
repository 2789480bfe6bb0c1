"""A table of one's own: the file, what was found in it, and which columns to learn from."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from playground.data import DataError, DataSet
from playground.data.sheet import Sheet, SheetColumn
from playground.data.upload import Upload, receive
from playground.ui.widgets import Form

SHOWN = 40  # columns in the profile, so that it stays light


def take(name: str, content: bytes, form: Form) -> str | None:
    """Learn from this file, or say why not."""
    try:
        return form.commit(("data",), receive(name, content))
    except DataError as error:
        return str(error)


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
    """Type, gaps and scale of each column, and what was done to the rows."""
    fitted = {column.name: column for column in dataset.columns}
    rows = [found(column) | scaled(fitted.get(column.name)) for column in sheet.columns[:SHOWN]]
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
