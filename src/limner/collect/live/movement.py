"""Portraits and memberships in live.db: written with the events that changed them, sent through the log.

`portraits` has a state by identifier, `judged` what was last found of each customer, `members` the
same by segment for those who look.  `outbox` has the changes that are not in the event log yet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

_encode = msgspec.msgpack.Encoder().encode


class Judged(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was last found of a customer.

    `anchors`: the identifiers (`kind:value`) the customer had then, in order.  `day`: the business
    day as of which it was found, `due`: the day on which time alone may change something, both as
    proleptic ordinals; None for never.  `edition`: which segments there were.  `since`: the
    segments the customer is in, each with the moment of entering, in microseconds since 1970.
    """

    anchors: tuple[str, ...]
    day: int
    due: int | None
    edition: int
    since: dict[str, int] = {}


class Change(NamedTuple):
    """A change of membership on its way into the event log: the key and body of its event."""

    key: bytes
    body: bytes


@dataclass(slots=True)
class Movement:
    """What becomes of portraits and memberships; written together or not at all.

    `portraits`: new states by identifier, all of `signature`; `forgotten`: identifiers whose state
    is to be made anew.  `judged`: by customer, None for one who is no more.  `entered`: (segment,
    customer, since); `left`: (segment, customer); `dropped`: segments
    that are no more.  `marks`, `notes`: numbers and texts by name.
    """

    signature: str = ""
    portraits: list[tuple[str, bytes]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    judged: list[tuple[str, Judged | None]] = field(default_factory=list)
    entered: list[tuple[str, str, int]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def write(connection: sqlite3.Connection, movement: Movement) -> None:
    """Write a movement, in the caller's transaction."""
    do = connection.executemany
    do("DELETE FROM portraits WHERE key = ?", [(key,) for key in movement.forgotten])
    do(
        "INSERT OR REPLACE INTO portraits VALUES (?,?,?)",
        [(key, movement.signature, body) for key, body in movement.portraits],
    )
    do("DELETE FROM judged WHERE key = ?", [(k,) for k, one in movement.judged if one is None])
    do(
        "INSERT OR REPLACE INTO judged VALUES (?,?,?,?)",
        [(k, one.due, one.edition, _encode(one)) for k, one in movement.judged if one is not None],
    )
    do("DELETE FROM members WHERE segment = ?", [(code,) for code in movement.dropped])
    do("DELETE FROM members WHERE segment = ? AND customer_id = ?", movement.left)
    do("INSERT OR REPLACE INTO members VALUES (?,?,?)", movement.entered)
    do("INSERT INTO outbox (key, body) VALUES (?,?)", movement.changes)
    do("INSERT OR REPLACE INTO marks VALUES (?,?)", movement.marks.items())
    do("INSERT OR REPLACE INTO notes VALUES (?,?)", movement.notes.items())


def number(connection: sqlite3.Connection, name: str) -> int | None:
    """A number that was noted under a name."""
    found = connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
    return None if found is None else int(found[0])


def text(connection: sqlite3.Connection, name: str) -> str | None:
    """A text that was noted under a name."""
    found = connection.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found[0])


def unsent(connection: sqlite3.Connection, most: int) -> list[tuple[int, Change]]:
    """Changes that are not in the log yet, oldest first, by their number."""
    found = connection.execute(
        "SELECT number, key, body FROM outbox ORDER BY number LIMIT ?", (most,)
    )
    return [(row[0], Change(*row[1:])) for row in found]


def sent(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """These changes are in the log."""
    connection.executemany("DELETE FROM outbox WHERE number = ?", [(each,) for each in numbers])


def due(connection: sqlite3.Connection, day: int, edition: int, most: int) -> list[str]:
    """Customers of whom something may have changed with no event: by a day, or by an edition."""
    late = connection.execute("SELECT key FROM judged WHERE due <= ? LIMIT ?", (day, most))
    found = [key for (key,) in late]
    if len(found) < most:
        older = connection.execute(
            "SELECT key FROM judged WHERE edition < ? LIMIT ?", (edition, most - len(found))
        )
        found += [key for (key,) in older]
    return list(dict.fromkeys(found))


def judged_of(connection: sqlite3.Connection, names: Sequence[str]) -> set[str]:
    """Those of some customers (few) who were judged."""
    marks = ",".join("?" * len(names))
    rows = connection.execute(f"SELECT key FROM judged WHERE key IN ({marks})", list(names))
    return {name for (name,) in rows}


def drop_stale(connection: sqlite3.Connection, signature: str, most: int) -> int:
    """Let go of some states of another signature; how many went."""
    done = connection.execute(
        "DELETE FROM portraits WHERE key IN"
        " (SELECT key FROM portraits WHERE signature <> ? LIMIT ?)",
        (signature, most),
    )
    return done.rowcount
