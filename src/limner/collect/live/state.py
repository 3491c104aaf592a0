"""Writing the worker's state: each chunk of events with the position it ends at, in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from limner.collect.live import movement as moving
from limner.collect.live.chunk import KEPT, Chunk, Failure
from limner.collect.live.file import faults, open_file, writing
from limner.collect.live.movement import Change, Movement
from limner.core.errors import Broken
from limner.core.event import stable_id

RECENT_HELD = 10_000  # events that the live view can look back on
_SECONDS_HELD = 3_600  # of arrivals by the second
_MINUTE = 60_000_000
_PASSED_HELD = 14 * 86_400_000_000

_encode = msgspec.json.Encoder().encode


class Live:
    """The live state of one installation, as its one worker writes it.

    Raises: `Broken` when the disk is full or the file damaged, `Busy` when it is locked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = open_file(path)
        self.position = self.mark("position")
        self.lake_position = self.mark("lake")
        self.customers_position = self.mark("customers")

    def mark(self, name: str) -> int:
        """A position by its name: `position` (worked on), `lake` (committed), `customers`."""
        with faults(self.path):
            found = self.connection.execute("SELECT value FROM marks WHERE name = ?", (name,))
            return int(found.fetchone()[0])

    def commit(self, chunk: Chunk) -> None:
        """Write everything that a chunk changes, and how far it goes.

        Raises: `Broken` when another worker was here in between: nothing is written then.
        """
        connection = self.connection
        with faults(self.path), writing(connection):
            moved = connection.execute(
                "UPDATE marks SET value = ? WHERE name = 'position' AND value = ?",
                (chunk.position, chunk.after),
            ).rowcount
            if moved != 1:
                raise Broken(
                    "worker-doubled",
                    f"another worker writes {self.path}; stop it, one home has one worker",
                )
            connection.executemany("INSERT INTO recent VALUES (?,?,?,?,?,?,?,?,?,?)", chunk.recent)
            connection.executemany("INSERT OR REPLACE INTO visits VALUES (?,?)", chunk.visits)
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?,?)", chunk.facts)
            for position, record in chunk.records:
                _merge_record(connection, position, record)
            for failure in chunk.failures:
                _set_aside(connection, failure)
            connection.executemany(
                "UPDATE waiting SET status = 'replayed' WHERE row_id = ?",
                [(row_id,) for row_id in chunk.replayed],
            )
            self._count(chunk)
            if chunk.movement is not None:
                moving.write(connection, chunk.movement)
        self.position = chunk.position

    def move(self, movement: Movement) -> None:
        """Write what became of portraits and memberships with no event."""
        with faults(self.path), writing(self.connection):
            moving.write(self.connection, movement)

    def drop_stale(self, signature: str, most: int = 1_000) -> int:
        """Let go of some states of other signatures than this one; how many went."""
        with faults(self.path), writing(self.connection):
            return moving.drop_stale(self.connection, signature, most)

    def unsent(self, most: int = 1_000) -> list[tuple[int, Change]]:
        """Changes of membership that are not in the log yet, by their number."""
        with faults(self.path):
            return moving.unsent(self.connection, most)

    def changes_sent(self, numbers: Sequence[int]) -> None:
        """These changes are in the log."""
        with faults(self.path), writing(self.connection):
            moving.sent(self.connection, numbers)

    def _count(self, chunk: Chunk) -> None:
        self.connection.executemany(
            "INSERT INTO arrived VALUES (?,?,?,?) ON CONFLICT DO UPDATE"
            " SET events = events + excluded.events",
            [(*key, events) for key, events in chunk.arrived.items() if key[0] >= 0],
        )
        totals: dict[tuple[str, str], int] = {}
        for (_, source, verdict), events in chunk.arrived.items():
            totals[source, verdict] = totals.get((source, verdict), 0) + events
        self.connection.executemany(
            "INSERT INTO totals VALUES (?,?,?) ON CONFLICT DO UPDATE"
            " SET events = events + excluded.events",
            [(*key, events) for key, events in totals.items()],
        )

    def settled(self, name: str, through: int) -> None:
        """Remember that the lake holds what came up to a position (`lake` or `customers`)."""
        with faults(self.path), writing(self.connection):
            self.connection.execute(
                "UPDATE marks SET value = ? WHERE name = ? AND value < ?", (through, name, through)
            )
        self.lake_position = self.mark("lake")
        self.customers_position = self.mark("customers")

    def tidy(self, now: int, keep: int = RECENT_HELD) -> None:
        """Let go of events that are in the lake and not among the newest, and of old counts.

        `now` is in microseconds since 1970; counts around it stay, so that a clock that was wrong
        for a while leaves nothing behind.
        """
        through = min(self.lake_position, self.position - keep)
        with faults(self.path), writing(self.connection):
            self.connection.execute("DELETE FROM recent WHERE position <= ?", (through,))
            second = now // 1_000_000
            self.connection.execute(
                "DELETE FROM arrived WHERE second NOT BETWEEN ? AND ?",
                (second - _SECONDS_HELD, second + _SECONDS_HELD),
            )
            minute = -(-now // _MINUTE) * _MINUTE  # the end of it
            self.connection.execute(
                "INSERT OR REPLACE INTO passed VALUES (?, ?)", (minute, self.position)
            )
            self.connection.execute("DELETE FROM passed WHERE at < ?", (now - _PASSED_HELD,))

    def passed_before(self, at: int) -> int:
        """A position that was worked on before a moment, for trimming the log; 0 if none is known."""
        with faults(self.path):
            found = self.connection.execute("SELECT max(position) FROM passed WHERE at <= ?", (at,))
            return int(found.fetchone()[0] or 0)

    def flush(self) -> None:
        """Have everything that was committed on the disk, also after a loss of power."""
        with faults(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def replays(self, most: int = 1_000) -> list[dict[str, Any]]:
        """Waiting rows that somebody wants replayed and that are not in the log again yet."""
        columns = ("row_id", "source", "received_at", "body", "envelope", "attempts")
        with faults(self.path):
            rows = self.connection.execute(
                f"SELECT {', '.join(columns)} FROM waiting WHERE status = 'replaying'"
                " AND is_sent = 0 ORDER BY position LIMIT ?",
                (most,),
            ).fetchall()
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def sent(self, row_ids: Iterable[str]) -> None:
        """These replays are in the log."""
        with faults(self.path), writing(self.connection):
            self.connection.executemany(
                "UPDATE waiting SET is_sent = 1 WHERE row_id = ?", [(each,) for each in row_ids]
            )

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def rows_between(
    connection: sqlite3.Connection, after: int, through: int, most: int
) -> list[tuple[int, bytes]]:
    """Events that count, as (position, row), in order."""
    marks = ", ".join(f"'{verdict}'" for verdict in KEPT)
    return connection.execute(
        f"SELECT position, row FROM recent WHERE position > ? AND position <= ?"
        f" AND verdict IN ({marks}) ORDER BY position LIMIT ?",
        (after, through, most),
    ).fetchall()


def _merge_record(connection: sqlite3.Connection, position: int, record: Mapping[str, Any]) -> None:
    """Add what an `identify` said to what is known under that record: silence takes nothing back."""
    key = (record["source"], record["record_id"])
    found = connection.execute(
        "SELECT body FROM records WHERE source = ? AND record_id = ?", key
    ).fetchone()
    said = msgspec.json.decode(_encode(record))
    if found is not None:
        known = msgspec.json.decode(found[0])
        older, newer = (
            (said, known) if str(said["updated_at"]) < str(known["updated_at"]) else (known, said)
        )
        traits = {**json.loads(older["traits"] or "{}"), **json.loads(newer["traits"] or "{}")}
        merged = older | {name: value for name, value in newer.items() if value is not None}
        moments = [each["created_at"] for each in (older, newer) if each["created_at"]]
        merged["created_at"] = min(moments, default=None)
        merged["traits"] = json.dumps(traits, ensure_ascii=False) if traits else None
        said = merged
    connection.execute(
        "INSERT OR REPLACE INTO records VALUES (?,?,?,?)", (*key, position, _encode(said))
    )


def _set_aside(connection: sqlite3.Connection, failure: Failure) -> None:
    """Put an event into the quarantine, or back into it with its new reason."""
    why = (failure.code, failure.field, failure.value, failure.reason)
    if failure.replay_of is not None:
        connection.execute(
            "UPDATE waiting SET status = 'waiting', position = ?, code = ?, field = ?, value = ?,"
            " reason = ? WHERE row_id = ?",
            (failure.position, *why, failure.replay_of),
        )
        return
    said = named(failure.body)
    connection.execute(
        "INSERT INTO waiting (row_id, position, source, received_at, type, event, message_id, code,"
        " field, value, reason, body, envelope, status) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,'waiting')",
        (
            stable_id("live", failure.source, str(failure.position)), failure.position,
            failure.source, failure.received_at, *said, *why, failure.body, failure.envelope,
        ),
    )  # fmt: skip


def named(body: bytes) -> tuple[str | None, str | None, str | None]:
    """The type, the event's name and the message id of an event as it came, as far as they are text."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return None, None, None
    if not isinstance(said, dict):
        return None, None, None
    found = [said.get(name) for name in ("type", "event", "messageId")]
    kind, event, message = (each if isinstance(each, str) else None for each in found)
    return kind, event, message
