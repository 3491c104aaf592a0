"""The importer: one file or table in, counted, checked and committed so that nothing is doubled.

The order of the commits is cleaning, quarantine, facts, quality, and the run last.  Each is an application
transaction of its table named after the content, so a killed import is simply run again.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from limner.collect.clean.rule import Found
from limner.collect.fields import kind
from limner.collect.happenings import write_happenings
from limner.collect.mapping import Mapping
from limner.collect.orders import write_orders
from limner.collect.quality import cleaning_rows, measure_quality
from limner.collect.readers import Rows, reader_of
from limner.collect.records import write_records
from limner.collect.run import Counts, Run
from limner.collect.staging import Staged, stage, staging_area
from limner.collect.values import only_row
from limner.collect.waiting import quarantined_rows
from limner.core.errors import Broken, Malformed
from limner.core.event import stable_id
from limner.core.progress import Progress, silent
from limner.lake import Lake
from limner.lake.faults import reading
from limner.store import Store
from limner.store.models import ImportRun

# Sources larger than this are staged on disk.
_BYTES_IN_MEMORY = 40_000_000
_STALE_SECONDS = 86_400

_Write = Callable[[Lake, Staged, Mapping, Run, Progress], tuple[int, int]]
_WRITERS: dict[str, _Write] = {"order_lines": write_orders, "events": write_happenings}


def import_file(
    lake: Lake,
    store: Store,
    location: str | Path,
    mapping: Mapping,
    now: datetime,
    progress: Progress = silent,
    table: str | None = None,
) -> Counts:
    """Bring a file, or a table of a database, into the lake.

    `location`: a path, or a database URL such as `sqlite:///shop.db#orders`; `table` names the
    table or sheet.  The same content under the same source and kind is taken once: again, all its
    rows are duplicates.
    Raises: `Malformed` when the source is missing, empty, of another shape, or the mapping does not
    fit it (then nothing is written); `Busy` when another process imports the same; `Broken` when
    memory or disk do not suffice.
    """
    started = time.monotonic()
    with workplace(lake) as (cursor, scratch):
        progress(f"import.{mapping.kind}", 0.0)
        rows = reader_of(str(location)).open(str(location), table, cursor, scratch)
        mapping.check_columns(list(rows.types), rows.file)
        run = Run(mapping.source, mapping.kind, rows.digest, rows.file, now)
        if (before := _finished(store, run, lake)) is not None:
            progress(run.step, 1.0)
            return Counts(before, 0, 0, before)
        counts = import_rows(lake, cursor, scratch, rows, mapping, run, progress)
        _register(store, run, counts, time.monotonic() - started)
        progress(run.step, 1.0)
        return counts


def import_rows(
    lake: Lake,
    cursor: duckdb.DuckDBPyConnection,
    scratch: Path,
    rows: Rows,
    mapping: Mapping,
    run: Run,
    progress: Progress = silent,
    failed: list[dict[str, object]] | None = None,
    remembered: dict[int, Found] | None = None,
) -> Counts:
    """Bring a source's opened rows into the lake: clean, check, set aside, commit, measure.

    `failed`: where a replay wants its bad rows put, which are in the quarantine already;
    `remembered`: what the cleaning rules learned when the whole file was read.
    Raises: `Malformed` when there are no rows, or none of them fits the mapping.
    """
    directory = scratch if rows.size > _BYTES_IN_MEMORY else None
    with staging_area(cursor, f"import_{stable_id(str(scratch))}", directory) as area:
        if mapping.clean:  # the rules, and the look before them, go over the rows several times
            cursor.execute(f"CREATE TABLE {area}.source AS {rows.select}")
            rows = replace(rows, select=f"SELECT * FROM {area}.source")
        staged = stage(cursor, area, rows, mapping, run.now, remembered)
        progress(run.step, 0.3)
        if staged.read == 0:
            raise Malformed(
                "file-empty", f"{run.file} has a header and no rows; nothing was imported"
            )
        _refuse_wrong_mapping(staged, run)
        run = run.with_good(staged.read - staged.bad)
        if staged.cleaning and not run.is_replay:  # first, for a replay needs what was learned
            done = cleaning_rows(staged, run)
            lake.append("cleaning", done, transaction=(run.transaction("cleaning"), 1))
        if staged.bad:
            _set_aside(lake, staged, mapping, rows, run, failed)
        kept, duplicates = 0, 0
        if run.good:
            write = _WRITERS.get(run.kind, write_records)
            kept, duplicates = write(lake, staged, mapping, run, progress)
        if not run.is_replay:
            before = _uncleaned(staged, area, rows, mapping, run)
            quality = measure_quality(staged, mapping, run, before)
            lake.append("quality", quality, transaction=(run.transaction("quality"), 1))
        return Counts(staged.read, kept, staged.bad, duplicates)


def _uncleaned(staged: Staged, area: str, rows: Rows, mapping: Mapping, run: Run) -> Staged | None:
    """The rows as they were before cleaning, staged beside the clean ones; None without rules."""
    if not mapping.clean:
        return None
    staged.cursor.execute(f"CREATE SCHEMA {area}.uncleaned")
    return stage(staged.cursor, f"{area}.uncleaned", rows, replace(mapping, clean={}), run.now)


def _set_aside(
    lake: Lake,
    staged: Staged,
    mapping: Mapping,
    rows: Rows,
    run: Run,
    failed: list[dict[str, object]] | None,
) -> None:
    """Put the bad rows into the quarantine, once."""
    transaction = run.transaction("quarantine")
    if failed is None and lake.committed("quarantine", transaction) >= 0:
        return
    # The cursor is taken until the last row is read, so nothing is opened that nobody reads.
    waiting = quarantined_rows(staged, mapping, rows, run)
    if failed is not None:
        failed.extend(waiting.read_all().to_pylist())
    else:
        lake.append("quarantine", waiting, transaction=(transaction, 1))


def _refuse_wrong_mapping(staged: Staged, run: Run) -> None:
    """Stop when every row fails in the same way: then the mapping is wrong and not the rows."""
    if run.is_replay or staged.bad < staged.read or staged.read < 3:
        return
    ways, reason, line = only_row(
        staged.cursor,
        "SELECT count(DISTINCT _bad.column || _bad.code), arg_min(_bad.reason, _line), min(_line)"
        f" FROM {staged.rows}",
    )
    if ways == 1:
        raise Malformed(
            "mapping-wrong",
            f"none of the {staged.read:,} rows of {run.file} fits the mapping: line {line}, {reason};"
            " correct the mapping; nothing was imported",
        )


@contextmanager
def workplace(lake: Lake) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A cursor and a directory for one import, gone afterwards; the engine's faults in our words."""
    root = Path(lake.url) / ".import"
    try:
        root.mkdir(parents=True, exist_ok=True)
        for left in root.iterdir():  # by imports that were killed
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        scratch = Path(tempfile.mkdtemp(dir=root))
    except OSError as error:
        raise Broken("lake-unwritable", f"{root} cannot be written to: {error.strerror}") from error
    cursor = lake.cursor()
    try:
        with reading():
            yield cursor, scratch
    except duckdb.Error as error:
        seen = " ".join(str(error).split("\n")[:2])
        if str(scratch) in seen:  # the source, under the name it is read by
            raise Malformed(
                "file-damaged",
                f"the file is damaged and cannot be read to its end: {seen.rpartition(': ')[2]};"
                " get it anew; nothing was imported",
            ) from error
        raise Broken("import-engine", f"the import could not go on: {seen}") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Broken(
                "disk-full", f"the disk is full at {root}; free some space and run again"
            ) from error
        raise Broken("import-io", f"the import could not go on: {error}") from error
    finally:
        cursor.close()
        shutil.rmtree(scratch, ignore_errors=True)
        with suppress(OSError):
            root.rmdir()


def _finished(store: Store, run: Run, lake: Lake) -> int | None:
    """How many rows an earlier, finished import of the same content read; None if there is none."""
    with store.session() as session:
        found = session.scalars(_same(run)).first()
        if found is None:
            return None
        # A lake that was made anew knows nothing of what the store remembers.
        if found.rows_kept and lake.version(kind(run.kind).table) is None:
            session.delete(found)
            return None
        return found.rows_read


def _register(store: Store, run: Run, counts: Counts, seconds: float) -> None:
    """Remember a finished import, once."""
    with suppress(IntegrityError), store.session() as session:  # another process was as fast
        session.add(
            ImportRun(
                source=run.source, digest=run.digest, file=run.file, kind=run.kind,
                rows_read=counts.read, rows_kept=counts.kept, rows_quarantined=counts.quarantined,
                rows_duplicate=counts.duplicates, seconds=round(seconds, 3), at=run.now,
            )
        )  # fmt: skip


def _same(run: Run) -> Select[ImportRun]:
    return select(ImportRun).where(
        ImportRun.source == run.source, ImportRun.digest == run.digest, ImportRun.kind == run.kind
    )
