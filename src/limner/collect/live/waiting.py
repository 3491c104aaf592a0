"""Events in quarantine: listed, counted by reason, corrected, marked for replay, given up.

These rows stand in live.db beside the worker's position, so that an event is either worked on or
waits, never both.  A replay goes through the log: the worker appends the event to it anew, under a
key of its own, and what comes of it is settled with the position of that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from limner.collect.live.file import faults, open_file, reading_file, writing
from limner.collect.live.state import named
from limner.core.errors import Malformed, Unknown

KIND = "live"
_COLUMNS = (
    "row_id, position, source, received_at, type, event, message_id, code, field, value, reason,"
    " body, status, attempts"
)


@dataclass(frozen=True, slots=True)
class Held:
    """Which waiting events: all, or those of a source, a code, a field, a value, or by their ids."""

    row_ids: tuple[str, ...] = ()
    source: str | None = None
    code: str | None = None
    field: str | None = None
    value: str | None = None
    event: str | None = None

    def where(self, status: str = "waiting") -> tuple[str, list[str]]:
        """The choice as an SQL condition and its parameters."""
        parts, said = ["status = ?"], [status]
        for name in ("source", "code", "field", "value", "event"):
            wanted = getattr(self, name)
            if wanted is not None:
                parts.append(f"{name} = ?")
                said.append(wanted)
        if self.row_ids:  # the first digits of an id do
            parts.append("(" + " OR ".join("row_id GLOB ?" for _ in self.row_ids) + ")")
            said += [f"{_plain(each)}*" for each in self.row_ids]
        return " AND ".join(parts), said


def held_reasons(path: Path, choice: Held | None = None) -> list[dict[str, Any]]:
    """How many events wait, by source, event, code and field, with one's reason; most first."""
    where, said = (choice or Held()).where()
    return _read(
        path,
        "SELECT source, coalesce(event, type) AS event, code, field, count(*) AS events,"
        " min(position) AS first_position, max(received_at) AS newest_at, reason"
        f" FROM waiting WHERE {where} GROUP BY source, coalesce(event, type), code, field"
        " ORDER BY events DESC, source, code, field",
        said,
    )


def held_events(
    path: Path, choice: Held | None = None, most: int = 1_000, skip: int = 0
) -> list[dict[str, Any]]:
    """The events that wait, the newest first; `body` is the event as it came."""
    where, said = (choice or Held()).where()
    return _read(
        path,
        f"SELECT {_COLUMNS} FROM waiting WHERE {where} ORDER BY position DESC LIMIT ? OFFSET ?",
        [*said, most, skip],
    )


def count_held(path: Path, choice: Held | None = None, status: str = "waiting") -> int:
    """How many events of a choice wait (or are being replayed, were replayed or dropped)."""
    where, said = (choice or Held()).where(status)
    found = _read(path, f"SELECT count(*) AS events FROM waiting WHERE {where}", said)
    return int(found[0]["events"]) if found else 0


def mark_for_replay(path: Path, choice: Held) -> int:
    """Ask the worker to take waiting events through the whole pipeline again; how many."""
    where, said = choice.where()
    return _change(
        path,
        "UPDATE waiting SET status = 'replaying', attempts = attempts + 1, is_sent = 0"
        f" WHERE {where}",
        said,
    )


def drop_held(path: Path, choice: Held) -> int:
    """Give up waiting events for good; how many."""
    where, said = choice.where()
    return _change(path, f"UPDATE waiting SET status = 'dropped' WHERE {where}", said)


def correct_held(path: Path, choice: Held, field: str, value: Any) -> int:
    """Write a value into a field of waiting events (`properties.revenue`); how many.

    Raises: `Malformed` when a step on the way to the field is no object, or the event no JSON.
    """
    if not path.exists():
        return 0
    where, said = choice.where()
    connection = open_file(path, is_durable=True)
    try:
        with faults(path), writing(connection):
            query = f"SELECT row_id, body FROM waiting WHERE {where}"
            rows = connection.execute(query, said).fetchall()
            for row_id, body in rows:
                corrected = corrected_body(body, field, value)
                connection.execute(
                    "UPDATE waiting SET body = ?, type = ?, event = ?, message_id = ?"
                    " WHERE row_id = ?",
                    (corrected, *named(corrected), row_id),
                )
            return len(rows)
    finally:
        connection.close()


def corrected_body(body: bytes, field: str, value: Any) -> bytes:
    """An event with a value in a field, named by the steps to it: `properties.products.0.price`.

    >>> corrected_body(b'{"type":"trak"}', "type", "track")
    b'{"type":"track"}'
    """
    try:
        event = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(
            "event-not-json", "the event is not JSON; it can only be dropped"
        ) from error
    *way, last = field.split(".")
    place = event
    for step in way:
        if isinstance(place, dict):
            place = place.setdefault(step, {})
        elif isinstance(place, list) and step.isdigit() and int(step) < len(place):
            place = place[int(step)]
        else:
            raise _no_way(field, step)
    if isinstance(place, dict):
        place[last] = value
    elif isinstance(place, list) and last.isdigit() and int(last) < len(place):
        place[int(last)] = value
    else:
        raise _no_way(field, last)
    return msgspec.json.encode(event)


def _no_way(field: str, step: str) -> Malformed:
    return Malformed(
        "event-field", f"the event has no place for {field!r}: {step!r} is not within an object"
    )


def _plain(text: str) -> str:
    """Digits and letters alone: ids have nothing else, and GLOB reads the rest as patterns.

    Raises: `Unknown` for what is no id.
    """
    if not text.isalnum():
        raise Unknown("quarantine-row", f"{text!r} is no id of a quarantined row")
    return text.lower()


def _read(path: Path, query: str, said: list[Any]) -> list[dict[str, Any]]:
    with reading_file(path) as connection:
        if connection is None:
            return []
        return [_as_plain(row) for row in connection.execute(query, said)]


def _as_plain(row: sqlite3.Row) -> dict[str, Any]:
    found: Mapping[str, Any] = dict(row)
    return {
        name: value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        for name, value in found.items()
    }


def _change(path: Path, statement: str, said: list[Any]) -> int:
    if not path.exists():
        return 0
    connection = open_file(path, is_durable=True)
    try:
        with faults(path), writing(connection):
            return connection.execute(statement, said).rowcount
    finally:
        connection.close()
