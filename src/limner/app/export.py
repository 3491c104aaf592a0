"""Tables as files that people open: CSV, Excel, Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from limner.core.errors import Malformed, Unknown

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# The rows that a worksheet holds below its header (Excel specifications and limits).
EXCEL_ROWS = 1_048_575


def as_csv(rows: pa.Table) -> bytes:
    """CSV in UTF-8 with a byte order mark, so that Excel reads Chinese; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows.column_names)
    for batch in rows.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([_harmless(_plain(value)) for value in row])
    return text.getvalue().encode("utf-8-sig")


def as_excel(rows: pa.Table) -> bytes:
    """One worksheet with a header; text stays text, also where it begins with `=`.

    Raises: `Malformed` for more rows than a worksheet holds.
    """
    if rows.num_rows > EXCEL_ROWS:
        raise Malformed(
            "export-too-long",
            f"{rows.num_rows:,} rows do not fit a worksheet ({EXCEL_ROWS:,}); take CSV or Parquet",
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("limner")
    sheet.append(rows.column_names)
    for batch in rows.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([_cell(sheet, _plain(value)) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_parquet(rows: pa.Table) -> bytes:
    """Parquet with the columns' types kept."""
    file = io.BytesIO()
    pq.write_table(rows, file)
    return file.getvalue()


TABLE: dict[str, tuple[str, Callable[[pa.Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_excel),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
}


def as_file(rows: pa.Table, kind: str) -> tuple[str, bytes]:
    """The media type and the bytes of a table as a `csv`, `xlsx` or `parquet` file.

    Raises: `Unknown` for another kind.
    """
    if kind not in TABLE:
        raise Unknown("export-kind", f"{kind!r} is not a kind of file; take {', '.join(TABLE)}")
    media, write = TABLE[kind]
    return media, write(rows)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value="".join(c for c in value if c >= " " or c in "\t\n"))
    cell.data_type = "s"
    return cell
