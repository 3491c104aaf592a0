"""Data in the shape that `core.tables` declares, on its way in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from limner.core.errors import Malformed
from limner.core.tables import table

Data: TypeAlias = pa.Table | pa.RecordBatchReader


def conform(name: str, data: Data) -> Data:
    """Data in a table's declared columns and types: missing ones null, order fixed.

    A reader stays a reader, and is read as the result is read.
    Raises: `Malformed` for a column that the table does not have, or a type that does not fit.
    """
    declared = table(name)
    extra = [field for field in data.schema if field.name not in declared.schema.names]
    if extra and not declared.is_open:
        raise Malformed(
            "column-unknown",
            f"table {name} has no column {extra[0].name!r}; it has {', '.join(declared.schema.names)}",
        )
    schema = pa.schema([*declared.schema, *extra])
    if isinstance(data, pa.RecordBatchReader):
        reader = data
        return pa.RecordBatchReader.from_batches(
            schema, (batch for piece in reader for batch in _fit(name, piece, schema).to_batches())
        )
    return _fit(name, data, schema)


def watched(reader: pa.RecordBatchReader, failures: list[Exception]) -> pa.RecordBatchReader:
    """The same rows; an exception on the way is kept, since Delta would tell it as text only."""

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from reader
        except Exception as error:
            failures.append(error)
            raise

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def newest_by_key(name: str, rows: pa.Table) -> pa.Table:
    """Rows with each key once: of several rows with one key, the last.

    Raises: `Malformed` when a key is missing.
    """
    key = list(table(name).key)
    for column in key:
        if rows.column(column).null_count:
            raise Malformed(
                "key-missing",
                f"{name}.{column} is empty in {rows.column(column).null_count} rows; it is the key",
            )
    numbered = rows.select(key).append_column("__row", pa.array(range(rows.num_rows), pa.int64()))
    last = numbered.group_by(key).aggregate([("__row", "max")])["__row_max"]
    return rows if len(last) == rows.num_rows else rows.take(last.take(pc.sort_indices(last)))


def nothing(schema: pa.Schema) -> str:
    """A SELECT of no rows with a schema's columns."""
    columns = ", ".join(f'NULL::{_duckdb_type(field.type)} AS "{field.name}"' for field in schema)
    return f"SELECT {columns} WHERE false"


def _fit(name: str, piece: pa.Table | pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    columns = []
    for field in schema:
        index = piece.schema.get_field_index(field.name)
        if index < 0:
            columns.append(pa.nulls(piece.num_rows, field.type))
            continue
        try:
            columns.append(piece.column(index).cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise Malformed(
                "column-type",
                f"column {name}.{field.name} should be {field.type}, "
                f"got {piece.schema.field(index).type}: {error}",
            ) from error
    return pa.Table.from_arrays(columns, schema=schema)


_DUCKDB_TYPES = {
    "string": "VARCHAR",
    "double": "DOUBLE",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}


def _duckdb_type(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return f"STRUCT({', '.join(f'{f.name} {_duckdb_type(f.type)}' for f in fields)})"
    if pa.types.is_list(kind):
        return f"{_duckdb_type(kind.value_type)}[]"
    return _DUCKDB_TYPES[str(kind)]
