"""The event log in one SQLite file: what is waiting is written together, by one fsync.

Appends of all threads and event loops meet in a queue; one thread takes everything that waits and
commits it as one transaction (group commit), so that the disk, not the number of requests, sets
the pace.  WAL with synchronous=FULL: what `append` returned for is on the disk.  Several processes
may append at once; the transaction that comes second waits for the first.

A row of `chunks` is one transaction's batches; the keys of its events are written in the same
transaction (see `seen`), so that a message sent again is known for ever.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import msgspec

from limner.collect.log.faults import CLOSED, log_faults
from limner.collect.log.port import Appended, Batch, Logged
from limner.collect.log.seen import TABLES as SEEN_TABLES
from limner.collect.log.seen import Seen
from limner.core.errors import Busy, LimnerError

_CHECKPOINT_PAGES = 16 * 2**20 // 4_096
_GROUP_BYTES = 8 * 2**20  # of one transaction
_MOST_WAITING_BYTES = 128 * 2**20
_LOCK_SECONDS = 10.0

_TABLES = (
    "CREATE TABLE IF NOT EXISTS chunks (last INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    *SEEN_TABLES,
    "CREATE TABLE IF NOT EXISTS tail (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO tail VALUES (1, 0)",
)
# Of a batch: first, count, source, received_at, envelope, body, faults.
_Row = tuple[int, int, str, int, bytes, bytes, dict[int, tuple[str, str]]]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[_Row]).decode

Outcome = list[Appended] | LimnerError


@dataclass(slots=True)
class _Waiting:
    """What someone wants kept; `loop` is of those who wait in an event loop."""

    batches: Sequence[Batch]
    size_bytes: int
    future: Future[list[Appended]] | asyncio.Future[list[Appended]]
    loop: asyncio.AbstractEventLoop | None


class SqliteLog:
    """An event log in one file; `seen` is for tests that want small runs of keys.

    Raises: `Broken` when the file cannot be made or is no log.
    """

    def __init__(self, path: Path, seen: Seen | None = None) -> None:
        self._path = path
        self._seen = seen or Seen()
        self._condition = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._is_closing = False
        self._committer: threading.Thread | None = None
        self._reading = threading.Lock()
        with log_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = _connect(path)
            self._make()
            self._reader = _connect(path)

    def append(self, batches: Sequence[Batch]) -> list[Appended]:
        """Keep batches together: all of them are on disk when this returns, or none is.

        Raises: `Busy` when another process holds the log or too much is waiting, `Broken` when
        the disk is full or fails; then nothing was kept.
        """
        future: Future[list[Appended]] = Future()
        self._submit(batches, future, None)
        return future.result()

    async def keep(self, batch: Batch) -> Appended:
        """`append` for one batch, within an event loop that meanwhile does other things.

        Raises: as `append`.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Appended]] = loop.create_future()
        self._submit((batch,), future, loop)
        return (await future)[0]

    def read(self, after: int, most: int) -> list[Logged]:
        """The batches with events after a position, in order, about `most` events of them.

        Raises: `Busy` or `Broken` when the file cannot be read.
        """
        found: list[Logged] = []
        count = 0
        with self._reading, log_faults(self._path):
            rows = self._reader.execute(
                "SELECT body FROM chunks WHERE last > ? ORDER BY last", (after,)
            )
            for (body,) in rows:
                for row in _decode(body):
                    if row[0] + row[1] <= after + 1:
                        continue
                    found.append(Logged(*row))
                    count += row[1]
                    if count >= most:
                        rows.close()
                        return found
        return found

    def end(self) -> int:
        """The position of the newest event; 0 when there is none."""
        with self._reading, log_faults(self._path):
            return int(self._reader.execute("SELECT last FROM tail").fetchone()[0])

    def trim(self, through: int) -> None:
        """Forget the events up to a position, but not that they were seen.

        A transaction's events go together: those past the position stay, and what was written
        with them.
        """
        with self._reading, log_faults(self._path):
            self._reader.execute("DELETE FROM chunks WHERE last <= ?", (through,))

    def close(self) -> None:
        """Write what is waiting and let go of the file."""
        with self._condition:
            self._is_closing = True
            self._condition.notify()
        if self._committer is not None:
            self._committer.join()
        with self._reading:
            self._writer.close()
            self._reader.close()

    def _submit(
        self,
        batches: Sequence[Batch],
        future: Future[list[Appended]] | asyncio.Future[list[Appended]],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        size = sum(len(item.body) + 64 for batch in batches for item in batch.items)
        with self._condition:
            if self._is_closing:
                raise Busy("log-closed", CLOSED)
            if self._waiting_bytes > _MOST_WAITING_BYTES:
                raise Busy("log-behind", "more events wait for the disk than fit; try again")
            if self._committer is None:
                self._committer = threading.Thread(
                    target=self._commit_for_ever, name="event-log", daemon=True
                )
                self._committer.start()
            self._waiting.append(_Waiting(batches, size, future, loop))
            self._waiting_bytes += size
            self._condition.notify()

    def _commit_for_ever(self) -> None:
        while group := self._next_group():
            try:
                outcome: list[Outcome] = list(self._commit([one.batches for one in group]))
            except LimnerError as error:
                outcome = [error] * len(group)
            except BaseException as error:  # nobody may wait for ever
                outcome = [Busy("log-failed", f"the event log failed: {error!r}")] * len(group)
            _tell(group, outcome)
            if self._seen.wants_seal:  # after the answers: nobody waits for it
                self._seal()

    def _next_group(self) -> list[_Waiting]:
        """What is to be written together; empty when the log is closed."""
        with self._condition:
            while not self._waiting:
                if self._is_closing:
                    return []
                self._condition.wait()
            size = count = 0
            for one in self._waiting:
                size += one.size_bytes
                count += 1
                if size >= _GROUP_BYTES:
                    break
            group, self._waiting = self._waiting[:count], self._waiting[count:]
            self._waiting_bytes -= size
            return group

    def _commit(self, group: list[Sequence[Batch]]) -> list[list[Appended]]:
        """Write all in one transaction, or nothing."""
        try:
            with log_faults(self._path):
                return self._transaction(group)
        except LimnerError:
            self._undo()
            raise

    def _transaction(self, group: list[Sequence[Batch]]) -> list[list[Appended]]:
        keys = {item.key for batches in group for batch in batches for item in batch.items}
        do = self._writer.execute
        do("BEGIN IMMEDIATE")
        last = self._seen.catch_up(do)
        new = keys - self._seen.known(do, keys)
        unplaced = set(new)
        rows: list[_Row] = []
        appended: list[list[Appended]] = []
        for batches in group:
            appended.append([])
            for batch in batches:
                one = _place(batch, last + 1, unplaced, rows)
                appended[-1].append(one)
                last += one.count
        if rows:
            do("INSERT INTO chunks VALUES (?, ?)", (last, _encode(rows)))
            do("UPDATE tail SET last = ?", (last,))
            self._seen.write(do, new, last)
        do("COMMIT")
        if rows:
            self._seen.written(new, last)
        return appended

    def _seal(self) -> None:
        """Put the fresh keys away; should that fail, they stay fresh and it is tried again later."""
        try:
            with log_faults(self._path):
                do = self._writer.execute
                do("BEGIN IMMEDIATE")
                self._seen.catch_up(do)
                if self._seen.wants_seal:  # no other process has meanwhile
                    keys = self._seen.seal(do)
                    do("COMMIT")
                    self._seen.sealed(keys)
                else:
                    do("ROLLBACK")
        except LimnerError:
            self._undo()

    def _undo(self) -> None:
        """Leave no half transaction behind; a connection that a full disk broke is made anew."""
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error:
            self._writer.close()
            try:
                self._writer = _connect(self._path)
            except sqlite3.Error:
                return  # the next transaction says what is wrong

    def _make(self) -> None:
        self._writer.execute("BEGIN IMMEDIATE")
        for statement in _TABLES:
            self._writer.execute(statement)
        self._writer.execute("COMMIT")


def _place(batch: Batch, first: int, new: set[bytes], rows: list[_Row]) -> Appended:
    """Give a batch its place: what of it is new becomes a row, and is not new any more."""
    kept: list[bytes] = []
    duplicates: list[int] = []
    faults: dict[int, tuple[str, str]] = {}
    for index, item in enumerate(batch.items):
        if item.key not in new:
            duplicates.append(index)
            continue
        new.discard(item.key)
        if item.fault is not None:
            faults[len(kept)] = item.fault
        kept.append(item.body)
    if kept:
        body = b"[" + b",".join(kept) + b"]"
        rows.append(
            (first, len(kept), batch.source, batch.received_at, batch.envelope, body, faults)
        )
    return Appended(first, len(kept), tuple(duplicates))


def _tell(group: list[_Waiting], outcome: list[Outcome]) -> None:
    """Tell everyone what became of theirs; an event loop is woken once for all of its own."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for one, result in zip(group, outcome, strict=True):
        if one.loop is None:
            _settle(one, result)
        else:
            by_loop.setdefault(one.loop, []).append(lambda o=one, r=result: _settle(o, r))  # type: ignore[misc]
    for loop, calls in by_loop.items():
        try:
            loop.call_soon_threadsafe(_call, calls)
        except RuntimeError:  # the loop ended while its events were written
            continue


def _call(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        call()


def _settle(one: _Waiting, outcome: Outcome) -> None:
    if one.future.done():  # who asked has gone away
        return
    if isinstance(outcome, LimnerError):
        one.future.set_exception(outcome)
    else:
        one.future.set_result(outcome)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
            "cache_size=-16384",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
