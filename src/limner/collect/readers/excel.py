"""Excel workbooks: the first sheet, or the one that is named."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import duckdb
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from limner.collect.readers.batches import SIZE, as_text, numbered_rows, write_batches
from limner.collect.readers.source import Reader, Rows, digest_of, existing, not_a
from limner.core.errors import Malformed
from limner.core.event import stable_id


def open_excel(
    location: str, table: str | None, cursor: duckdb.DuckDBPyConnection, scratch: Path
) -> Rows:
    """The rows of a sheet; the first row that fills two cells or more is the header.

    Raises: `Malformed` when the file is missing, empty, not Excel, or has no such sheet.
    """
    path = existing(location)
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        with path.open("rb") as stream:
            raise not_a(path, "an Excel workbook (.xlsx)", stream.read(16)) from error
    try:
        if table is not None and table not in workbook.sheetnames:
            raise Malformed(
                "sheet-unknown",
                f"{path.name} has no sheet {table!r}; it has {', '.join(workbook.sheetnames)}",
            )
        sheet = workbook[table] if table else workbook[workbook.sheetnames[0]]
        numbered = enumerate(sheet.iter_rows(values_only=True), 1)
        names: tuple[str, ...] = ()
        for _, cells in numbered:
            filled = sum(cell is not None for cell in cells)
            if filled > 1 or (filled == 1 and len(cells) == 1):
                names = tuple(
                    (as_text(cell) or "").strip() or f"column_{i}"
                    for i, cell in enumerate(cells, 1)
                )
                break
        if not names or len(set(names)) < len(names):
            raise Malformed(
                "header-malformed",
                f"sheet {sheet.title!r} of {path.name} has no header of distinct names",
            )
        count, _ = write_batches(names, _batches(numbered, len(names)), scratch / "sheet.parquet")
    finally:
        workbook.close()
    if not count:
        raise Malformed("file-empty", f"sheet {sheet.title!r} of {path.name} has no rows")
    select, types = numbered_rows(scratch / "sheet.parquet", cursor)
    digest = digest_of(path)
    return Rows(
        select,
        types,
        digest if table is None else digest[:32] + stable_id(table),
        path.name,
        path.stat().st_size,
    )


def _batches(
    numbered: Iterator[tuple[int, tuple[object, ...]]], width: int
) -> Iterator[list[tuple[object, ...]]]:
    while batch := list(islice(numbered, SIZE)):
        yield [
            (number, *cells[:width], *[None] * (width - len(cells)))
            for number, cells in batch
            if any(cell is not None and cell != "" for cell in cells)
        ]


READER = Reader("excel", (".xlsx", ".xlsm"), open_excel)
