"""Parquet, read in place with the types it has; the line is the number of the row."""

from __future__ import annotations

from pathlib import Path

import duckdb

from limner.collect.readers.source import Reader, Rows, digest_of, existing, linked, not_a
from limner.collect.values import named, quoted


def open_parquet(
    location: str, table: str | None, cursor: duckdb.DuckDBPyConnection, scratch: Path
) -> Rows:
    """The rows of a Parquet file.

    Raises: `Malformed` when it is missing, empty or not Parquet.
    """
    path = existing(location)
    try:
        select, types = parquet_rows(linked(path, scratch), cursor)
    except duckdb.Error as error:
        with path.open("rb") as stream:
            raise not_a(path, "a Parquet file", stream.read(16)) from error
    return Rows(select, types, digest_of(path), path.name, path.stat().st_size)


def parquet_rows(
    path: Path, cursor: duckdb.DuckDBPyConnection, first: int = 1
) -> tuple[str, dict[str, str]]:
    """SQL of a Parquet file's rows, `first` being the line of its first, and its columns' types."""
    scan = f"read_parquet({quoted(str(path))}, file_row_number = true)"
    described = cursor.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    types = {name: kind for name, kind, *_ in described if name != "file_row_number"}
    columns = ", ".join(named(name) for name in types)
    return (
        f"SELECT file_row_number + {first} AS _line, NULL::VARCHAR AS _broken, NULL::VARCHAR AS _text,"
        f" {columns} FROM {scan}",
        types,
    )


READER = Reader("parquet", (".parquet", ".pq"), open_parquet)
