"""How the command line speaks: JSON for scripts on stdout, tables and bars for people."""

from __future__ import annotations

import csv
import errno
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from limner.core.errors import Malformed
from limner.core.progress import Progress as Report

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # there is no room: not the caller's mistake

if TYPE_CHECKING:
    import pyarrow as pa

out = Console(soft_wrap=True)
err = Console(stderr=True)


def print_json(document: Any) -> None:
    """One JSON document on stdout, and nothing else there."""
    json.dump(document, sys.stdout, ensure_ascii=False, default=_plain, indent=2)
    sys.stdout.write("\n")


def tell(as_json: bool, document: Mapping[str, int], words: str) -> None:
    """What a command did: the document for scripts, else the words for people."""
    if as_json:
        print_json(document)
    else:
        out.print(words, markup=False, highlight=False)


def demand_place(file: Path | None) -> None:
    """A file can be written only into a directory that is there; asked before any work is done.

    Raises: `Malformed` when the directory is not there, or the file is a directory itself.
    """
    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        wanted = (
            f"{file} is a directory" if file.is_dir() else f"there is no directory {file.parent}"
        )
        raise Malformed("out-place", f"--out: {wanted}; name a file in a directory that is there")


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Writing where the caller named.

    Raises: `Malformed` when nothing can be written there, unless it is the disk that is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise
        seen = f"{place} cannot be written to ({error.strerror})"
        raise Malformed("out-place", f"{seen}; name another place") from error


def print_csv(rows: pa.Table) -> None:
    """Rows as CSV with a header on stdout."""
    writer = csv.writer(sys.stdout)
    writer.writerow(rows.column_names)
    for batch in rows.to_batches():
        columns = [column.to_pylist() for column in batch.columns]
        writer.writerows(
            [
                json.dumps(v, ensure_ascii=False, default=_plain)
                if isinstance(v, dict | list)
                else v
                for v in row
            ]
            for row in zip(*columns, strict=True)
        )


def print_rows(rows: Sequence[Mapping[str, Any]], title: str = "", most: int = 50) -> None:
    """Rows with the same names each, as a table for people."""
    import pyarrow as pa

    print_table(pa.Table.from_pylist([dict(row) for row in rows]), title, most)


def print_table(rows: pa.Table, title: str = "", most: int = 50) -> None:
    """Rows as a table for people; of more than `most` rows the first, and how many there are."""
    import pyarrow as pa

    table = Table(title=title or None, header_style="bold")
    for name, kind in zip(rows.column_names, rows.schema.types, strict=True):
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows.slice(0, most).to_pylist():
        table.add_row(*(_shown(value) for value in row.values()))
    out.print(table)
    if rows.num_rows > most:
        out.print(f"{most} of {rows.num_rows:,} rows; --csv or --json gives all")


@contextmanager
def progress_bars(is_quiet: bool) -> Iterator[Report]:
    """A bar for each step, on stderr; nothing at all when quiet, or when nobody watches a terminal."""
    if is_quiet or not err.is_terminal:
        yield lambda step, fraction: None
        return
    with Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(40),
        TextColumn("{task.percentage:>4.0f}%"),
        TimeElapsedColumn(),
        console=err,
    ) as bars:
        tasks: dict[str, Any] = {}

        def report(step: str, fraction: float) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=1.0)
            bars.update(tasks[step], completed=min(fraction, 1.0))
            if fraction >= 1.0:
                bars.stop_task(tasks[step])

        yield report


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value)
