"""The lake: Delta tables written atomically, read as Ibis tables at any version.

DuckDB reads a Delta snapshot as the list of its Parquet files, so every engine sees the same
bytes.  Writes go through `deltalake`; a commit that names its transaction happens once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import duckdb
import ibis
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.exceptions import TableNotFoundError as DeltaTableNotFound
from ibis.backends.duckdb import Backend

from limner.core.errors import Broken, Busy, Malformed
from limner.core.tables import TABLES, table
from limner.lake.query import run_read_only

Data = pa.Table | pa.RecordBatchReader


class Lake:
    """The Delta tables under one directory.

    A table that nothing was written to reads as empty, with its declared schema.  Reading is
    safe from many threads: each has its own cursor on one in-process DuckDB.
    """

    def __init__(self, url: str, timezone: str = "UTC", memory_limit: str = "4GB") -> None:
        self.url = url
        self.timezone = timezone
        self._memory_limit = memory_limit
        self._root = duckdb.connect(
            config={"memory_limit": memory_limit, "temp_directory": str(Path(url) / ".spill")}
        )
        self._lock = threading.Lock()
        self._views: dict[tuple[str, int | None], str] = {}
        self._local = threading.local()

    # ---- reading

    def backend(self) -> Backend:
        """This thread's Ibis backend; its session counts days and hours in the business's zone."""
        backend: Backend | None = getattr(self._local, "backend", None)
        if backend is None:
            backend = ibis.duckdb.from_connection(self._root.cursor())
            backend.raw_sql(f"SET TimeZone = '{self.timezone}'")  # Ibis itself sets UTC
            self._local.backend = backend
        return backend

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB cursor of the caller's own, for bulk work that never leaves the engine."""
        cursor = self._root.cursor()
        cursor.execute(f"SET TimeZone = '{self.timezone}'")
        return cursor

    def version(self, name: str, at: datetime | None = None) -> int | None:
        """The newest version of a table, or the newest not after `at`; None if there is none."""
        delta = self._delta(name)
        if delta is None:
            return None
        if at is None:
            return delta.version()
        for commit in delta.history():  # newest first
            if commit["timestamp"] <= at.timestamp() * 1000:
                return int(commit["version"])
        return None

    def table(
        self, name: str, version: int | None = None, at: datetime | None = None
    ) -> ibis.Table:
        """A table as an Ibis expression, now, at a version, or as it was at a moment.

        Raises: `Unknown` for a name that is not in the catalogue.
        """
        table(name)
        if version is None:
            version = self.version(name, at)
        return self.backend().table(self.view(name, version))

    def fetch(self, expression: ibis.Expr) -> pa.Table:
        """The rows of an expression, as an Arrow table."""
        return self.backend().to_pyarrow(expression.as_table())

    def view(self, name: str, version: int | None) -> str:
        """The name of the DuckDB view over one version's files, made when first asked for."""
        with self._lock:
            if (name, version) not in self._views:
                view = f"{name}__{'none' if version is None else f'v{version}'}"
                self._root.execute(f"CREATE OR REPLACE VIEW {view} AS {self._select(name, version)}")
                self._views[name, version] = view
            return self._views[name, version]

    def query(self, sql: str) -> pa.Table:
        """The rows of one read-only SELECT over the lake's tables.

        Raises: `Malformed` for anything that is not one SELECT, or that DuckDB refuses.
        """
        views = {name: self._select(name, self.version(name)) for name in TABLES}
        return run_read_only(sql, views, self.url, self.timezone, self._memory_limit)

    # ---- writing

    def append(self, name: str, data: Data, transaction: tuple[str, int] | None = None) -> bool:
        """Add rows in one commit; False, and nothing written, when the transaction is in already.

        Raises: `Busy` when another writer was faster, `Broken` when the disk refuses.
        """
        if transaction is not None and self.committed(name, transaction[0]) >= transaction[1]:
            return False
        self._write(name, data, "append", transaction)
        return True

    def replace(self, name: str, data: Data) -> None:
        """Make the table hold these rows and no others, in one commit."""
        self._write(name, data, "overwrite", None)

    def upsert(self, name: str, data: pa.Table) -> None:
        """Add rows, each in place of the row with the same key, in one commit."""
        declared = table(name)
        if data.num_rows == 0:
            return
        delta = self._delta(name)
        if delta is None:
            self._write(name, data, "append", None)
            return
        rows = conform(name, data)
        keys = (*declared.partition, *declared.key)
        with _faults(name):
            (
                delta.merge(
                    rows,
                    predicate=" AND ".join(f"old.{key} = new.{key}" for key in keys),
                    source_alias="new",
                    target_alias="old",
                )
                .when_matched_update_all()
                .when_not_matched_insert_all()
                .execute()
            )

    def committed(self, name: str, app: str) -> int:
        """The last transaction version of an application that a table holds; -1 if none."""
        delta = self._delta(name)
        found = None if delta is None else delta.transaction_version(app)
        return -1 if found is None else int(found)

    # ---- keeping

    def compact(self, name: str) -> int:
        """Join a table's small files, changing no row; the number of files this saved."""
        delta = self._delta(name)
        if delta is None:
            return 0
        with _faults(name):
            metrics = delta.optimize.compact()
        return int(metrics["numFilesRemoved"]) - int(metrics["numFilesAdded"])

    def vacuum(self, name: str, keep: timedelta = timedelta(days=7)) -> int:
        """Delete files that no version of the last `keep` needs; the number deleted."""
        delta = self._delta(name)
        if delta is None:
            return 0
        hours = int(keep.total_seconds() // 3600)
        with _faults(name):
            files = delta.vacuum(
                retention_hours=hours, dry_run=False, enforce_retention_duration=False
            )
        return len(files)

    # ---- within

    def _path(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name}"

    def _delta(self, name: str, version: int | None = None) -> DeltaTable | None:
        table(name)
        try:
            return DeltaTable(self._path(name), version=version)
        except DeltaTableNotFound:
            return None
        except DeltaError as error:
            raise Broken(
                "lake-unreadable", f"table {name} at {self._path(name)} cannot be read: {error}"
            ) from error

    def _select(self, name: str, version: int | None) -> str:
        delta = None if version is None else self._delta(name, version)
        files = [] if delta is None else [unquote(uri) for uri in delta.file_uris()]
        if not files:
            return _nothing(table(name).schema)
        quoted = ", ".join("'" + uri.removeprefix("file://").replace("'", "''") + "'" for uri in files)
        hive = ", hive_partitioning = true" if table(name).partition else ""
        columns = ", ".join(f'"{field.name}"' for field in delta.schema().fields) if delta else "*"
        return f"SELECT {columns} FROM read_parquet([{quoted}]{hive})"

    def _write(
        self, name: str, data: Data, mode: str, transaction: tuple[str, int] | None
    ) -> None:
        declared = table(name)
        with _faults(name):
            write_deltalake(
                self._path(name),
                conform(name, data),
                mode=mode,
                partition_by=list(declared.partition) or None,
                schema_mode="overwrite" if mode == "overwrite" else None,
                commit_properties=CommitProperties(
                    app_transactions=[Transaction(*transaction)] if transaction else None
                ),
            )


def conform(name: str, data: Data) -> Data:
    """Data in a table's declared columns and types: missing ones null, order fixed.

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
                f"column {name}.{field.name} should be {field.type}, got {piece.schema.field(index).type}: {error}",
            ) from error
    return pa.Table.from_arrays(columns, schema=schema)


def _nothing(schema: pa.Schema) -> str:
    """A SELECT of no rows with a schema's columns."""
    columns = ", ".join(f'NULL::{_duckdb_type(field.type)} AS "{field.name}"' for field in schema)
    return f"SELECT {columns} WHERE false"


def _duckdb_type(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        inner = ", ".join(f'"{kind.field(i).name}" {_duckdb_type(kind.field(i).type)}' for i in range(kind.num_fields))
        return f"STRUCT({inner})"
    if pa.types.is_list(kind):
        return f"{_duckdb_type(kind.value_type)}[]"
    return _DUCKDB_TYPES[str(kind)]


_DUCKDB_TYPES = {
    "string": "VARCHAR",
    "double": "DOUBLE",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}


@contextmanager
def _faults(name: str) -> Iterator[None]:
    """The lake's faults in Limner's own words."""
    try:
        yield
    except CommitFailedError as error:
        raise Busy(
            "lake-busy", f"another process was writing table {name}; run the same step again"
        ) from error
    except (DeltaError, OSError) as error:
        if "No space left" in str(error):
            raise Broken(
                "disk-full", f"the disk is full while writing table {name}; free some space and run again"
            ) from error
        raise Broken("lake-write", f"table {name} could not be written: {error}") from error
