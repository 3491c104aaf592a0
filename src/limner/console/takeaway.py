"""Taking a table away as a file: for whoever may, and written down in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from nicegui import ui

from limner.app.export import as_file
from limner.console.deeds import Doer
from limner.console.doing import attempt
from limner.console.form_parts import action
from limner.console.parts import Column, box, table
from limner.console.view import View
from limner.console.words import frame as words
from limner.govern import audit

EXPORT = "customers.export"
KINDS = (("csv", words.EXPORT_CSV), ("xlsx", words.EXPORT_EXCEL), ("parquet", words.EXPORT_PARQUET))


def takeaway(view: View, name: str, subject: str, rows: Callable[[], pa.Table]) -> None:
    """Buttons that download a table; nothing for a role that may not export.

    `name`: of the file; `subject`: what the audit says it was of; `rows` runs off the event loop.
    """
    if not view.may(EXPORT):
        return

    async def take(kind: str) -> None:
        def deed(doer: Doer) -> bytes:
            table = rows()
            _, content = as_file(table, kind)
            told = {"table": name, "rows": table.num_rows}
            audit.record(view.limner.store, doer.name, "table.exported", subject, told, doer.at)
            return content

        outcome = await attempt(view, EXPORT, deed)
        if outcome is not None:
            ui.download.content(outcome[0], f"{name}.{kind}")

    with box("lm-row"):
        for kind, label in KINDS:
            button = action(view.say(label), lambda kind=kind: take(kind), icon="download")  # type: ignore[misc]
            button.props["aria-label"] = f"{view.say(words.EXPORT)} {view.say(label)}"


def table_to_take(
    view: View, name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], size: int = 0
) -> None:  # fmt: skip
    """A table with buttons that download all of it; `name` is the file's."""
    takeaway(view, name, name, lambda: as_table(columns, rows))
    table(view, columns, rows, size)


def as_table(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """What a table shows, under the heads it shows; figures as figures where it is sorted by them."""
    made = {}
    for column in columns:
        if not column.label:
            continue
        values = [row.get(column.field) for row in rows]
        figures = [row.get(f"{column.field}__sort") for row in rows]
        if all(one is None or isinstance(one, int | float) for one in figures) and any(
            one is not None for one in figures
        ):
            values = figures
        made[column.label] = pa.array(values)
    return pa.table(made)
