"""The lake: Delta tables written atomically, read as Ibis tables at any version.

DuckDB reads a Delta snapshot as the list of its Parquet files, so every engine sees the same
bytes.  Writes go through `deltalake`; a commit that names its transaction happens once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from deltalake import DeltaTable, Field, write_deltalake
from deltalake.exceptions import DeltaError
from deltalake.exceptions import TableNotFoundError as DeltaTableNotFound
from ibis.backends.duckdb import Backend
from ibis.expr import operations

from limner.core.clock import zone
from limner.core.errors import Broken, Malformed, Unknown
from limner.core.tables import table
from limner.lake.commit import commit, holds, row_changes
from limner.lake.engine import alone, connect
from limner.lake.faults import brief, reading, writing
from limner.lake.query import run_read_only
from limner.lake.shape import Data, conform, newest_by_key, nothing, watched
from limner.lake.snapshot import WIDENED, rows_of

# How many versions of a table stay readable by the expressions that were made on them.
_TABLES_KNOWN = 64  # by each thread
_VERSIONS_HELD = 16


class Lake:
    """The Delta tables under one directory.

    A table that nothing was written to reads as empty, with its declared schema.  Reading is
    safe from many threads: each has its own cursor on one in-process DuckDB.
    Raises: `Malformed` for a directory's name, a time zone or a memory limit that cannot be.
    """

    def __init__(self, url: str, timezone: str = "UTC", memory_limit: str = "4GB") -> None:
        self.url = str(Path(url).absolute())
        self.timezone = zone(timezone).key
        self._memory_limit = memory_limit
        if found := [character for character in "[]*?^|%\\" if character in self.url]:
            raise Malformed(
                "lake-path",
                f"the lake cannot live in {self.url}: Delta takes no {found[0]} in a path; "
                "choose another directory (--home or LIMNER_LAKE_URL)",
            )
        self._root = connect(self.url, self.timezone, memory_limit)
        self._lock = threading.RLock()
        self._open: dict[str, DeltaTable] = {}
        self._views: dict[tuple[str, int | None], str] = {}
        self._local = threading.local()

    # ---- reading

    def backend(self) -> Backend:
        """The calling thread's Ibis backend; its session counts days and hours in the business's zone."""
        backend: Backend | None = getattr(self._local, "backend", None)
        if backend is None:
            with self._lock:
                backend = ibis.duckdb.from_connection(self._root.cursor())
            backend.raw_sql(f"SET TimeZone = '{self.timezone}'")  # Ibis itself sets UTC
            self._local.backend = backend
        return backend

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB cursor of the caller's own, for bulk work that never leaves the engine."""
        with self._lock:
            return self._root.cursor()

    def version(self, name: str, at: datetime | None = None) -> int | None:
        """The newest version of a table, or the newest committed not after `at`; None if none."""
        with self._lock:
            delta = self._latest(name)
            if delta is None:
                return None
            if at is None:
                return delta.version()
            commits = delta.history()  # newest first, milliseconds
        for one in commits:
            if one["timestamp"] <= at.timestamp() * 1000:
                return int(one["version"])
        return None

    def table(
        self, name: str, version: int | None = None, at: datetime | None = None
    ) -> ibis.Table:
        """A table as an Ibis expression, now, at a version, or as it was at a moment.

        The expression reads that version also when the table is written to later.
        Raises: `Unknown` for a name that is not in the catalogue or a version that is not there,
        `Broken` when a file of the table is gone.
        """
        table(name)
        if version is None:
            version = self.version(name, at)
        known = self._known()
        with reading():
            view = self.view(name, version)
            if view not in known:  # asking a view for its columns takes longer than many a query
                known[view] = self.backend().table(view)
        found = known[view]
        while len(known) > _TABLES_KNOWN:
            del known[next(iter(known))]
        return found

    def _known(self) -> dict[str, ibis.Table]:
        """The tables that the calling thread has asked for, by the views over them."""
        known: dict[str, ibis.Table] | None = getattr(self._local, "tables", None)
        if known is None:
            known = self._local.tables = {}
        return known

    def fetch(self, expression: ibis.Expr) -> pa.Table:
        """The rows of an expression, as an Arrow table.

        Raises: `Broken` when memory or disk do not suffice, or a file of the lake is gone.
        """
        rows, backend = expression.as_table(), self.backend()
        with reading():
            if rows.op().find(operations.InMemoryTable):  # Ibis must hand these over
                return backend.to_pyarrow(rows)
            found = backend.con.sql(backend.compile(rows))  # `to_pyarrow` imports pandas: a second
            return found.to_arrow_table().cast(rows.schema().to_pyarrow())

    def view(self, name: str, version: int | None) -> str:
        """The name of the DuckDB view over one version's files, made when first asked for."""
        with self._lock:
            view = self._views.pop((name, version), None)
            if view is None:
                view = f"{name}__{'none' if version is None else f'v{version}'}"
                self._root.execute(
                    f"CREATE OR REPLACE VIEW {view} AS {self._select(name, version)}"
                )
            self._views[name, version] = view  # the newest use goes last
            held = [key for key in self._views if key[0] == name]
            for key in held[:-_VERSIONS_HELD]:
                self._root.execute(f"DROP VIEW {self._views.pop(key)}")
            return view

    def query(self, sql: str) -> pa.Table:
        """The rows of one read-only SELECT over the lake's tables.

        Raises: `Malformed` for anything that is not one SELECT, or that DuckDB refuses.
        """

        def select(name: str) -> str:
            with self._lock:
                return self._select(name, self.version(name))

        return run_read_only(sql, select, self.url, self.timezone, self._memory_limit)

    # ---- writing

    def append(self, name: str, data: Data, transaction: tuple[str, int] | None = None) -> bool:
        """Add rows in one commit; False, and nothing written, when the transaction is in already.

        `transaction` is an application's name and its ever growing number: of several processes
        that append the same one, one does.
        Raises: `Busy` when another writer was faster, `Broken` when the disk refuses.
        """
        self._widen(name)
        delta = self._delta(name)
        if delta is None and transaction is not None:
            with alone(self.url, name):  # Delta sees no conflict between two who make a table
                delta = self._delta(name)
                if delta is None:
                    self._write(name, data, "append", transaction)
                    return True
        if holds(delta, transaction):
            return False
        self._write(name, data, "append", transaction, delta)
        return True

    def replace(self, name: str, data: Data) -> None:
        """Make the table hold these rows and no others, in one commit."""
        self._write(name, data, "overwrite", None)

    def upsert(self, name: str, data: pa.Table, transaction: tuple[str, int] | None = None) -> bool:
        """Add rows, each in place of the row with the same key, in one commit.

        Of rows with the same key within `data` the last one counts.  False, and nothing written,
        when the transaction is in already.
        Raises: `Malformed` when a key is missing, `Busy` when another writer was faster.
        """
        if data.num_rows == 0:
            return False
        self._widen(name)
        delta = self._delta(name)
        if holds(delta, transaction):
            return False
        rows = newest_by_key(name, conform(name, data))
        if delta is None:
            self._write(name, rows, "append", transaction)
            return True
        declared = table(name)
        keys = (*declared.partition, *declared.key)
        with writing(name):
            (
                delta.merge(
                    rows,
                    predicate=" AND ".join(f'old."{key}" = new."{key}"' for key in keys),
                    source_alias="new",
                    target_alias="old",
                    commit_properties=commit(transaction),
                )
                .when_matched_update_all()
                .when_not_matched_insert_all()
                .execute()
            )
        return True

    def remove(self, name: str, column: str, value: str) -> int:
        """Take out the rows in which a column has a value, in one commit; how many went.

        Raises: `Busy` when another writer was faster.
        """
        delta = self._delta(name)
        if delta is None:
            return 0
        wanted = value.replace("'", "''")
        with writing(name):
            metrics = delta.delete(f"\"{column}\" = '{wanted}'")
        return int(metrics["num_deleted_rows"] or 0)

    def committed(self, name: str, app: str) -> int:
        """The last transaction version of an application that a table holds; -1 if none."""
        with self._lock:
            delta = self._latest(name)
            found = None if delta is None else delta.transaction_version(app)
        return -1 if found is None else int(found)

    def written_after(self, name: str, version: int) -> list[tuple[int, str]]:
        """The versions after one that changed rows, oldest first, each with the application whose
        transaction it was; the empty text for a commit of nobody's.
        """
        with self._lock:
            delta = self._latest(name)
            if delta is None or delta.version() <= version:
                return []
            commits = delta.history(delta.version() - version)
        return row_changes(commits, version)

    def written_at(self, name: str) -> datetime | None:
        """When a table was last committed to; None for one that nothing was written to."""
        with self._lock:
            delta = self._latest(name)
            commits = [] if delta is None else delta.history(1)
        return datetime.fromtimestamp(commits[0]["timestamp"] / 1000, UTC) if commits else None

    # ---- keeping

    def compact(self, name: str, partitions: Sequence[str] | None = None) -> int:
        """Join a table's small files, changing no row; the number of files this saved.

        `partitions`: only those of these values (days as `2026-11-22`); all of them when None.
        """
        delta = self._delta(name)
        if delta is None:
            return 0
        split = table(name).partition
        chosen = None if partitions is None else [(split[0], "in", list(partitions))]
        with writing(name):
            metrics = delta.optimize.compact(chosen)
        return int(metrics["numFilesRemoved"]) - int(metrics["numFilesAdded"])

    def vacuum(self, name: str, keep: timedelta = timedelta(days=7)) -> int:
        """Delete files that no version of the last `keep` needs; the number deleted.

        Files that a killed writer left behind go as well, once they are older than `keep`.
        """
        delta = self._delta(name)
        if delta is None:
            return 0
        hours = int(keep.total_seconds() // 3600)
        with writing(name):
            files = delta.vacuum(
                retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True
            )
        return len(files)

    def close(self) -> None:
        """Give back memory and spill files; the lake cannot be read afterwards."""
        self._root.close()

    # ---- within

    def _path(self, name: str) -> str:
        return f"{self.url}/{name}"

    def _latest(self, name: str) -> DeltaTable | None:
        """The table as it is now, kept open: following its log is twenty times faster than reading
        it from the start.  Only for reading, and with the lock held.
        """
        if delta := self._open.get(name):
            try:
                delta.update_incremental()
                return delta
            except DeltaError:  # somebody removed it
                del self._open[name]
        found = self._delta(name)
        if found is not None:
            self._open[name] = found
        return found

    def _delta(self, name: str, version: int | None = None) -> DeltaTable | None:
        table(name)
        try:
            return DeltaTable(self._path(name), version=version)
        except DeltaTableNotFound:
            return None
        except DeltaError as error:
            newest = None if version is None else self.version(name)
            if version is not None and newest is not None and not 0 <= version <= newest:
                raise Unknown(
                    "version-unknown",
                    f"table {name} has versions up to {newest}, not {version}",
                ) from error
            raise Broken(
                "lake-unreadable",
                f"table {name} at {self._path(name)} is damaged, put a backup in its place: "
                f"{brief(str(error))}",
            ) from error

    def _select(self, name: str, version: int | None) -> str:
        if version is None:
            return nothing(table(name).schema)
        latest = self._latest(name)
        is_now = latest is not None and latest.version() == version
        delta = latest if is_now else self._delta(name, version)
        return nothing(table(name).schema) if delta is None else rows_of(delta, table(name))

    def _widen(self, name: str) -> None:
        """Give a table written by an earlier Limner the columns that were declared since."""
        with self._lock:
            delta = self._latest(name)
            if delta is None:
                return
            stored = {field.name for field in delta.schema().fields}
        lacking = [field for field in table(name).schema if field.name not in stored]
        fresh = self._delta(name) if lacking else None
        if fresh is not None:
            with writing(name):
                fresh.alter.add_columns([Field.from_arrow(field) for field in lacking])
                fresh.alter.set_table_properties({WIDENED: "true"}, raise_if_not_exists=False)

    def _write(
        self,
        name: str,
        data: Data,
        mode: str,
        transaction: tuple[str, int] | None,
        seen: DeltaTable | None = None,
    ) -> None:
        """One commit.

        `seen` is the snapshot in which the transaction was looked for: a commit that names its
        transaction is made on top of just that, so that another's in between is a conflict.
        """
        declared = table(name)
        rows = conform(name, data)
        failures: list[Exception] = []
        if isinstance(rows, pa.RecordBatchReader):
            rows = watched(rows, failures)
        try:
            with writing(name):
                write_deltalake(
                    seen if transaction and seen else self._path(name),
                    rows,
                    mode=mode,
                    partition_by=list(declared.partition) or None,
                    schema_mode="overwrite" if mode == "overwrite" else None,
                    commit_properties=commit(transaction),
                )
        except Broken:
            if failures:  # the rows, not the lake, were at fault
                raise failures[0] from None
            raise
