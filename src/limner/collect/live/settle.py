"""From live.db to the lake: each event once, in commits that name the log position they reach.

A commit of `events` carries the application transaction ("log", position).  Whoever was killed
between that commit and noting it finds the position in the table itself and goes on from there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.json as pj

from limner.collect.live.file import faults, open_file
from limner.collect.live.state import rows_between
from limner.core.errors import Busy
from limner.core.tables import table
from limner.lake import Lake

APP = "log"
MOST_ROWS = 20_000  # of one commit
_COMMITS_BEFORE_COMPACTION = 60
_BLOCK_BYTES = 2**20
_RECORDS = 50_000
_LAST = 2**63 - 1  # no position is after it


class Settler:
    """Brings what counts from live.db into the lake; for one thread of its own.

    `through` of each step is a position that live.db had reached when the step began.
    """

    def __init__(self, path: Path, lake: Lake) -> None:
        self._path = path
        self._lake = lake
        self._connection = open_file(path)
        self._dates: set[str] = set()  # partitions with new small files
        self._commits = 0

    def committed(self) -> int:
        """The position up to which the lake holds the log; 0 when it holds nothing of it."""
        return max(0, self._lake.committed("events", APP))

    def events(self, after: int, through: int) -> int:
        """Append the events after a position; the position that the lake holds afterwards.

        It is short of `through` when there is more than one commit takes.
        Raises: `Busy` when another writer was faster, `Broken` when the disk refuses.
        """
        self._checkpoint()
        after = max(after, self.committed())
        if after >= through:
            return after
        with faults(self._path):
            found = rows_between(self._connection, after, through, MOST_ROWS)
        last = found[-1][0] if len(found) == MOST_ROWS else through
        if found:
            rows = _read("events", [row for _, row in found])
            self._dates.update(map(str, rows["date"].unique().to_pylist()))
            self._lake.append("events", rows, transaction=(APP, last))
            self._commits += 1
        return last

    def _checkpoint(self) -> None:
        """Move live.db's write-ahead log into the file: that waits for the disk, the worker need not."""
        with faults(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def records(self, after: int, through: int) -> int:
        """Bring what `identify` events said of customers into `customers`; the position reached."""
        query = (
            "SELECT position, body FROM records WHERE position > ? AND position <= ?"
            " ORDER BY position LIMIT ?"
        )
        with faults(self._path):
            found = self._connection.execute(query, (after, through, _RECORDS)).fetchall()
        if not found:
            return through
        self._lake.upsert("customers", _read("customers", [body for _, body in found]))
        return int(found[-1][0]) if len(found) == _RECORDS else through

    def tidy(self, is_idle: bool = False) -> int:
        """Join the small files of recent commits, when there are many or nothing else to do.

        The number of files saved; none while another writer is at work.
        """
        if not self._dates or (self._commits < _COMMITS_BEFORE_COMPACTION and not is_idle):
            return 0
        try:
            saved = self._lake.compact("events", sorted(self._dates))
        except Busy:
            return 0
        self._dates.clear()
        self._commits = 0
        return saved

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def rows_after(connection: sqlite3.Connection, position: int) -> pa.Table:
    """The events that count and came after a position, as rows of the lake's `events`."""
    found = rows_between(connection, position, _LAST, -1)
    return (
        _read("events", [row for _, row in found])
        if found
        else table("events").schema.empty_table()
    )


def _read(name: str, rows: Sequence[bytes]) -> pa.Table:
    """Rows in JSON as a table of the lake.

    Arrow reads the text itself: quicker than through Python, and without holding up its threads.
    """
    written = pa.schema(
        [
            pa.field(field.name, pa.string()) if pa.types.is_temporal(field.type) else field
            for field in table(name).schema
        ]
    )
    text = b"\n".join(rows)
    block = max(_BLOCK_BYTES, 2 * max(map(len, rows)))  # a row must fit into it
    found = pj.read_json(
        pa.BufferReader(text),
        read_options=pj.ReadOptions(use_threads=False, block_size=block),
        parse_options=pj.ParseOptions(explicit_schema=written, unexpected_field_behavior="error"),
    )
    return found.cast(table(name).schema)
