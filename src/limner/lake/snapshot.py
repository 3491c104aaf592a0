"""A snapshot of a Delta table as the SQL that reads its files."""

from __future__ import annotations

from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable

from limner.core.tables import Table
from limner.lake.shape import nothing

# Delta's table property that says: older files lack columns that newer ones have.
WIDENED = "limner.widened"


def rows_of(delta: DeltaTable, declared: Table) -> str:
    """The query of a snapshot's rows; columns that were declared since it was written are null."""
    columns = [field.name for field in delta.schema().fields]
    uris = delta.file_uris()
    if not uris:
        return nothing(declared.schema)
    hive = ", hive_partitioning = true, hive_types = {date: DATE}" if declared.partition else ""
    is_widened = delta.metadata().configuration.get(WIDENED) == "true"
    union = ", union_by_name = true" if is_widened else ""
    files = ", ".join(_literal(uri) for uri in uris)
    selected = ", ".join(f'"{column}"' for column in columns)
    source = f"SELECT {selected} FROM read_parquet([{files}]{hive}{union})"
    lacking = [field for field in declared.schema if field.name not in columns]
    if not lacking:
        return source
    return f"SELECT * FROM ({source}) LEFT JOIN ({nothing(pa.schema(lacking))}) ON true"


def _literal(uri: str) -> str:
    """A file's address as DuckDB reads it."""
    path = unquote(uri).removeprefix("file://").replace("'", "''")
    return f"'{path}'"
