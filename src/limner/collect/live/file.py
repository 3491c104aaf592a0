"""The file `live.db`: its tables, how it is opened, and its faults in Limner's own words.

It is raw SQLite, since the worker writes thousands of rows a second into it.  A commit is not
forced to the disk (`synchronous=NORMAL`): after a loss of power the file is whole but may be a
moment older, and the worker reads that moment from the log again.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner.core.errors import Broken, Busy

NAME = "live.db"
VERSION = 2
_ROOM = 1_000_000  # bytes without which SQLite cannot go on
_WAIT_SECONDS = 10.0
# The worker moves the write-ahead log into the file beside its work on events; only when that
# does not keep up does a commit do it.
_CHECKPOINT_PAGES = 50_000

# An anchor is written `kind:value`, such as `user_id:u1`; moments are microseconds since 1970.
_TABLES = """
CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO marks VALUES ('position', 0), ('lake', 0), ('customers', 0);
CREATE TABLE recent (
    position INTEGER PRIMARY KEY, event_id TEXT NOT NULL, source TEXT NOT NULL,
    received_at INTEGER NOT NULL, anchor TEXT, type TEXT, event TEXT, verdict TEXT NOT NULL,
    notes TEXT NOT NULL, row BLOB NOT NULL
);
CREATE INDEX recent_by_anchor ON recent (anchor);
CREATE TABLE visits (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE records (
    source TEXT, record_id TEXT, position INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (source, record_id)
) WITHOUT ROWID;
CREATE INDEX records_by_position ON records (position);
CREATE TABLE waiting (
    row_id TEXT PRIMARY KEY, position INTEGER NOT NULL, source TEXT NOT NULL,
    received_at INTEGER NOT NULL, type TEXT, event TEXT, message_id TEXT, code TEXT NOT NULL,
    field TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL,
    envelope BLOB NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    is_sent INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX waiting_by_status ON waiting (status, position);
CREATE TABLE arrived (
    second INTEGER, source TEXT, verdict TEXT, events INTEGER NOT NULL,
    PRIMARY KEY (second, source, verdict)
) WITHOUT ROWID;
CREATE TABLE totals (
    source TEXT, verdict TEXT, events INTEGER NOT NULL, PRIMARY KEY (source, verdict)
) WITHOUT ROWID;
CREATE TABLE passed (at INTEGER PRIMARY KEY, position INTEGER NOT NULL);
"""
# Since version 2: the portraits of identifiers, who is judged to be in which segment, changes of
# membership on their way into the log, and texts by name.
_PORTRAITS = """
CREATE TABLE portraits (
    key TEXT PRIMARY KEY, signature TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX portraits_by_signature ON portraits (signature);
CREATE TABLE judged (
    key TEXT PRIMARY KEY, due INTEGER, edition INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX judged_by_due ON judged (due);
CREATE INDEX judged_by_edition ON judged (edition);
CREATE TABLE members (
    segment TEXT, customer_id TEXT, since INTEGER NOT NULL, PRIMARY KEY (segment, customer_id)
) WITHOUT ROWID;
CREATE INDEX members_by_customer ON members (customer_id);
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY, key BLOB NOT NULL, body BLOB NOT NULL
);
CREATE INDEX records_by_id ON records (record_id);
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_STEPS = (_TABLES, _PORTRAITS)  # what each version added


def open_file(path: Path, is_durable: bool = False) -> sqlite3.Connection:
    """A connection that may write, the file made on first use; for any thread, one at a time.

    `is_durable`: every commit waits for the disk, as what people decide must.
    Raises: `Broken` for a file of a newer Limner or a full disk, `Busy` when it is locked.
    """
    with faults(path):
        connection = sqlite3.connect(
            path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if is_durable else 'NORMAL'}")
        connection.execute("PRAGMA cache_size=-16000")
        connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        if _version(connection) < VERSION:
            with writing(connection):
                # Another process may have been faster.
                for step in _STEPS[_version(connection) :]:
                    for statement in step.split(";\n"):
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version={max(VERSION, _version(connection))}")
        if (found := _version(connection)) > VERSION:
            raise Broken(
                "live-newer", f"{path} is of version {found}, this Limner knows {VERSION}; upgrade"
            )
        return connection


@contextmanager
def reading_file(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection that only reads one consistent state; None while there is no such file."""
    if not path.exists():
        yield None
        return
    with faults(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS,
            isolation_level=None, check_same_thread=False,
        )  # fmt: skip
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("BEGIN")
            if _version(connection) == 0:  # it is being made this moment
                yield None
            else:
                yield connection
        finally:
            connection.close()


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction: committed at the end, undone on any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has undone it already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """SQLite's faults in Limner's own words.

    Raises: `Broken` when the disk is full or the file damaged, `Busy` when it is locked.
    """
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        told = str(error)
        if "full" in told or (("disk I/O" in told or "unable to open" in told) and _is_full(path)):
            raise Broken(
                "disk-full", f"the disk is full at {path}; free some space, the worker goes on"
            ) from error
        if "locked" in told or "busy" in told:
            raise Busy("live-busy", f"another process holds {path}: {told}; try again") from error
        if "malformed" in told or "not a database" in told:
            raise Broken(
                "live-damaged",
                f"{path} is damaged: {told}; put back it and the event log from one backup",
            ) from error
        raise Broken(
            "live-unreadable", f"{path} cannot be used: {told}; put a backup in its place"
        ) from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_full(path: Path) -> bool:
    """SQLite calls some full disks input/output errors: there the directory is asked."""
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False
