"""The shelf of readers: one file a format."""

from __future__ import annotations

from limner.collect.readers import csv, excel, jsonl, parquet, sql
from limner.collect.readers.source import Reader, Rows, existing

TABLE: dict[str, Reader] = {
    "csv": csv.READER,
    "excel": excel.READER,
    "parquet": parquet.READER,
    "jsonl": jsonl.READER,
    "sql": sql.READER,
}

__all__ = ["TABLE", "Reader", "Rows", "reader_of"]


def reader_of(location: str) -> Reader:
    """The reader of a location: a database URL, or a file by its ending, else by its first bytes.

    Raises: `Malformed` when there is no such file or it is empty.
    """
    if "://" in location:
        return TABLE["sql"]
    lowered = location.lower()
    for reader in TABLE.values():
        if lowered.endswith(reader.suffixes):
            return reader
    with existing(location).open("rb") as stream:
        head = stream.read(4096).lstrip()
    if head.startswith(b"PAR1"):
        return TABLE["parquet"]
    if head.startswith(b"PK\x03\x04"):
        return TABLE["excel"]
    return TABLE["jsonl"] if head.startswith(b"{") else TABLE["csv"]
