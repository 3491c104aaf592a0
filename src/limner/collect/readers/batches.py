"""Rows that a library hands over in Python, set down as Parquet batch by batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from limner.collect.readers.parquet import parquet_rows
from limner.collect.values import named

SIZE = 50_000
_ROW = "__row__"


def write_batches(
    names: Sequence[str], batches: Iterable[Sequence[Sequence[object]]], target: Path
) -> tuple[int, str]:
    """Write batches of rows as columns of text; each row starts with its line number.

    Gives the number of rows and a digest of their values.
    """
    schema = pa.schema([(_ROW, pa.int64()), *((name, pa.string()) for name in names)])
    digest = hashlib.sha256("\x1f".join(names).encode())
    count = 0
    with pq.ParquetWriter(target, schema) as writer:
        for batch in batches:
            numbers, *columns = zip(*batch, strict=True) if batch else [()] * (len(names) + 1)
            texts = [[as_text(value) for value in column] for column in columns]
            for column in texts:
                digest.update(
                    "\x1f".join("\x00" if v is None else v for v in column).encode(
                        "utf-8", "replace"
                    )
                )
            arrays = [pa.array(numbers, pa.int64()), *(pa.array(c, pa.string()) for c in texts)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(batch)
    return count, digest.hexdigest()


def numbered_rows(path: Path, cursor: duckdb.DuckDBPyConnection) -> tuple[str, dict[str, str]]:
    """SQL of rows written by `write_batches`, with the line numbers they brought along."""
    select, types = parquet_rows(path, cursor)
    columns = {name: kind for name, kind in types.items() if name != _ROW}
    listed = ", ".join(named(name) for name in columns)
    return f"SELECT {named(_ROW)} AS _line, _broken, _text, {listed} FROM ({select})", columns


def as_text(value: object) -> str | None:
    """A value as a file would say it: 12.0 is 12, a time is ISO 8601."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
