"""What live.db shows of events that just arrived, and of the customers they are about."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from limner.collect.live.file import reading_file
from limner.core.tables import table

_SCANNED = 10_000  # of the newest events, when something is looked for in them
_decode = msgspec.json.Decoder().decode
_EMPTY = dict.fromkeys(table("events").schema.names)
_ASKED = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Which recent events: of a source, an event or type, a verdict, with a text, after a position."""

    source: str | None = None
    event: str | None = None
    text: str | None = None
    verdict: str | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """How far the worker is; `totals`: events by source and verdict since the beginning."""

    position: int
    lake: int
    customers: int
    waiting: int
    totals: dict[str, dict[str, int]]


def newest_events(path: Path, asked: Asked, most: int = 100) -> list[dict[str, Any]]:
    """The newest of the events asked for, newest first, each with its `row` of the lake's `events`."""
    parts, said = ["position > ?"], [asked.after]
    for name, wanted in (("source", asked.source), ("verdict", asked.verdict)):
        if wanted:
            parts.append(f"{name} = ?")
            said.append(wanted)  # type: ignore[arg-type]
    if asked.event:
        parts.append("(event = ? OR type = ?)")
        said += [asked.event, asked.event]  # type: ignore[list-item]
    if asked.text:
        parts.append("instr(lower(CAST(row AS TEXT) || coalesce(anchor, '') || notes), lower(?))")
        said.append(asked.text)  # type: ignore[arg-type]
    with reading_file(path) as connection:
        if connection is None:
            return []
        found = connection.execute(
            "SELECT * FROM (SELECT * FROM recent ORDER BY position DESC LIMIT ?)"
            f" WHERE {' AND '.join(parts)} ORDER BY position DESC LIMIT ?",
            [_SCANNED, *said, most],
        )
        return [_event(row) for row in found]


def events_at(path: Path, anchors: Sequence[str], most: int) -> list[dict[str, Any]]:
    """Rows of `events` of some anchors (`kind:value`) that count, as far as live.db still has them."""
    rows: list[dict[str, Any]] = []
    with reading_file(path) as connection:
        for marks, asked in _pieces(anchors) if connection else ():
            found = connection.execute(  # type: ignore[union-attr]
                f"SELECT row FROM recent WHERE anchor IN ({marks})"
                " AND verdict IN ('ok', 'warned') ORDER BY position DESC LIMIT ?",
                [*asked, most],
            )
            rows += [_EMPTY | _decode(row) for (row,) in found]
    return rows


def newest_at(path: Path, anchors: Sequence[str]) -> int:
    """The position of the newest event of some anchors that live.db still has; 0 for none."""
    newest = 0
    with reading_file(path) as connection:
        for marks, asked in _pieces(anchors) if connection else ():
            found = connection.execute(  # type: ignore[union-attr]
                f"SELECT max(position) FROM recent WHERE anchor IN ({marks})", asked
            )
            newest = max(newest, found.fetchone()[0] or 0)
    return newest


def rows_after(
    connection: sqlite3.Connection, anchors: Sequence[str], after: int
) -> list[tuple[str, dict[str, Any]]]:
    """Rows of `events` of some anchors that count and came after a position, each with its anchor."""
    rows = []
    for marks, asked in _pieces(anchors):
        found = connection.execute(
            f"SELECT anchor, row FROM recent WHERE anchor IN ({marks}) AND position > ?"
            " AND verdict IN ('ok', 'warned')",
            [*asked, after],
        )
        rows += [(anchor, _timed(_EMPTY | _decode(row))) for anchor, row in found]
    return rows


def anchors_after(connection: sqlite3.Connection, after: int) -> list[str]:
    """The anchors of all events that count and came after a position."""
    found = connection.execute(
        "SELECT DISTINCT anchor FROM recent WHERE position > ? AND verdict IN ('ok', 'warned')",
        (after,),
    )
    return [anchor for (anchor,) in found]


def records_of(connection: sqlite3.Connection, ids: Sequence[str]) -> list[tuple[str, bytes]]:
    """What `identify` events said of some people, by the ids of the records."""
    return [
        (record_id, body)
        for marks, asked in _pieces(ids)
        for record_id, body in connection.execute(
            f"SELECT record_id, body FROM records WHERE record_id IN ({marks})", asked
        )
    ]


def records_since(
    connection: sqlite3.Connection, since: datetime
) -> dict[str, list[dict[str, Any]]]:
    """What `identify` events said since the day of a moment, by the ids of the records."""
    found: dict[str, list[dict[str, Any]]] = {}
    asked = (
        "SELECT record_id, body FROM records"
        " WHERE json_extract(CAST(body AS TEXT), '$.updated_at') >= ?"
    )
    for record_id, body in connection.execute(asked, (since.date().isoformat(),)):
        found.setdefault(record_id, []).append(_decode(body))
    return found


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its moments as moments."""
    for name in ("time", "received_at"):
        row[name] = datetime.fromisoformat(row[name])
    row["date"] = row["time"].date()
    return row


def facts_at(path: Path, anchors: Sequence[str]) -> list[bytes]:
    """The live facts of those anchors that have some, as `Kept` writes them."""
    with reading_file(path) as connection:
        if connection is None:
            return []
        return [
            body
            for marks, asked in _pieces(anchors)
            for (body,) in connection.execute(
                f"SELECT body FROM facts WHERE key IN ({marks})", asked
            )
        ]


def marks(path: Path) -> Marks | None:
    """How far the worker is; None before it was ever started."""
    with reading_file(path) as connection:
        if connection is None:
            return None
        at = dict(tuple(row) for row in connection.execute("SELECT name, value FROM marks"))
        (waiting,) = connection.execute(
            "SELECT count(*) FROM waiting WHERE status IN ('waiting', 'replaying')"
        ).fetchone()
        totals: dict[str, dict[str, int]] = {}
        for source, verdict, events in connection.execute("SELECT * FROM totals"):
            totals.setdefault(source, {})[verdict] = events
    return Marks(at["position"], at["lake"], at["customers"], waiting, totals)


def arrivals(path: Path, since: int, until: int) -> list[tuple[int, str, str, int]]:
    """Events by second of arrival (from `since` up to but not with `until`), source and verdict."""
    with reading_file(path) as connection:
        if connection is None:
            return []
        found = connection.execute(
            "SELECT second, source, verdict, events FROM arrived WHERE second >= ? AND second < ?"
            " ORDER BY second",
            (since, until),
        )
        return [tuple(row) for row in found]


def _event(found: sqlite3.Row) -> dict[str, Any]:
    row = dict(found)
    return row | {"row": _EMPTY | _decode(row["row"]), "notes": _decode(row["notes"])}


def _pieces(keys: Sequence[str]) -> list[tuple[str, list[str]]]:
    unique = list(dict.fromkeys(keys))
    return [
        (",".join("?" * len(piece)), piece)
        for piece in (unique[at : at + _ASKED] for at in range(0, len(unique), _ASKED))
    ]
