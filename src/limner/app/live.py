"""What is happening now, for pages and commands: arriving events, live facts, the worker's state.

Nothing here waits for the worker or holds it up; before it was ever started everything is empty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import ibis
import msgspec

from limner.app.limner import Limner
from limner.collect.enrich.note import reason_in
from limner.collect.live import beat, recent, waiting
from limner.collect.live.file import NAME
from limner.collect.live.waiting import Held
from limner.collect.log import EventLog, open_log
from limner.govern import audit
from limner.understand.live import Facts, join_all

__all__ = [
    "Held",
    "LiveStatus",
    "arrivals",
    "correct_events",
    "drop_events",
    "events_of",
    "facts_of",
    "recent_events",
    "replay_events",
    "status",
    "waiting_count",
    "waiting_events",
    "waiting_reasons",
]

Document = dict[str, Any]
Anchor = tuple[str, str]  # kind, value
_WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """How the live side is doing.

    `lag_events`: accepted and not worked on yet; `lag_seconds`: how long the oldest of them waits.
    `lake_lag_events`: worked on and not in the lake yet.  `events_per_second`: by source, over the
    last minute; `totals`: by source and verdict since the beginning.  `fault`: in words, what the
    worker waits for, or what it ended by; the empty text when nothing is wrong.
    """

    position: int
    log_end: int
    lag_events: int
    lag_seconds: float
    lake_position: int
    lake_lag_events: int
    events_per_second: dict[str, float]
    totals: dict[str, dict[str, int]]
    waiting: int
    is_working: bool
    beat_at: datetime | None
    fault_code: str
    fault: str
    fault_since: datetime | None


def live_file(limner: Limner) -> Path:
    """Where the worker keeps its state."""
    return limner.settings.home / NAME


def recent_events(
    limner: Limner, source: str | None = None, event: str | None = None, text: str | None = None,
    verdict: str | None = None, after: int = 0, most: int = 100,
) -> list[Document]:  # fmt: skip
    """The newest events as they arrived, newest first; `after` is a position seen before.

    Each has position, event_id, source, received_at, anchor (`kind:value`), type, event, verdict
    (ok | warned | bot | internal | quarantined), notes and `row`, a row of the lake's `events`.
    """
    asked = recent.Asked(source, event, text, verdict, after)
    found = recent.newest_events(live_file(limner), asked, most)
    return [row | {"received_at": _moment(row["received_at"])} for row in found]


def events_of(limner: Limner, anchors: Sequence[Anchor], most: int = 200) -> list[Document]:
    """A customer's newest events, of the lake and those that are not in it yet, each once.

    `anchors`: the customer's identifiers; rows are those of the lake's `events`, newest first.
    """
    if not anchors:
        return []
    keys = {_key(anchor) for anchor in anchors}
    found = {row["event_id"]: _timed(row) for row in recent.events_at(live_file(limner), [*keys], most)}  # fmt: skip
    if limner.lake.version("events") is not None:
        events = limner.lake.table("events")
        mine = events.filter(events.customer_id.isin(sorted({value for _, value in anchors})))
        newest = mine.order_by(ibis.desc("time")).limit(most)
        for row in limner.lake.fetch(newest).to_pylist():
            found.setdefault(row["event_id"], row)
    return sorted(found.values(), key=lambda row: row["time"], reverse=True)[:most]


def facts_of(limner: Limner, anchors: Sequence[Anchor]) -> Facts:
    """What all live events under a customer's identifiers come to."""
    bodies = recent.facts_at(live_file(limner), [_key(anchor) for anchor in anchors])
    return join_all(msgspec.msgpack.decode(body, type=Facts) for body in bodies)


def arrivals(limner: Limner, now: datetime, seconds: int = 600) -> list[tuple[datetime, str, str, int]]:  # fmt: skip
    """Events by second of arrival, source and verdict, over the last `seconds` before now."""
    until = int(now.timestamp())
    found = recent.arrivals(live_file(limner), until - seconds, until)
    return [
        (datetime.fromtimestamp(second, UTC), source, verdict, events)
        for second, source, verdict, events in found
    ]


def status(limner: Limner, now: datetime | None = None) -> LiveStatus:
    """How far the worker is behind, how fast events come, and what is wrong, if anything.

    `now` is the present moment unless given.
    """
    now = now or datetime.now(UTC)
    found = recent.marks(live_file(limner)) or recent.Marks(0, 0, 0, 0, {})
    home = limner.settings.home
    log = _log(limner.settings.log_url)
    end = log.end()
    first = log.read(found.position, 1) if end > found.position else []
    waited = now.timestamp() - first[0].received_at / 1e6 if first else 0.0
    until = int(now.timestamp())
    counted: dict[str, int] = {}
    for _, source, _, events in recent.arrivals(
        live_file(limner), until - _WINDOW_SECONDS, until + 1
    ):
        counted[source] = counted.get(source, 0) + events
    sign = beat.last_beat(home)
    is_working = beat.is_worked(home)
    faulty = sign if sign and (is_working or sign.has_ended) else None
    return LiveStatus(
        position=found.position,
        log_end=end,
        lag_events=max(0, end - found.position),
        lag_seconds=max(0.0, waited),
        lake_position=found.lake,
        lake_lag_events=found.position - found.lake,
        events_per_second={s: round(n / _WINDOW_SECONDS, 2) for s, n in sorted(counted.items())},
        totals=found.totals,
        waiting=found.waiting,
        is_working=is_working,
        beat_at=sign.at if sign else None,
        fault_code=faulty.fault_code if faulty else "",
        fault=faulty.fault if faulty else "",
        fault_since=faulty.fault_since if faulty else None,
    )


# ---- events in quarantine


def waiting_reasons(limner: Limner, choice: Held | None = None) -> list[Document]:
    """How many live events wait, by source, event, code and field, with one's reason.

    `reason` is in English, `words` in both languages.
    """
    found = waiting.held_reasons(live_file(limner), choice)
    return [_explained(row) | {"newest_at": _moment(row["newest_at"])} for row in found]


def waiting_events(
    limner: Limner, choice: Held | None = None, most: int = 1_000, skip: int = 0
) -> list[Document]:
    """The live events that wait, newest first, each with its `body` as it came.

    `reason` is in English, `words` in both languages.
    """
    found = waiting.held_events(live_file(limner), choice, most, skip)
    return [_explained(row) | {"received_at": _moment(row["received_at"])} for row in found]


def waiting_count(limner: Limner, choice: Held | None = None, status: str = "waiting") -> int:
    """How many live events of a choice wait, or are `replaying`, `replayed` or `dropped`."""
    return waiting.count_held(live_file(limner), choice, status)


def replay_events(limner: Limner, choice: Held, by: str, at: datetime) -> int:
    """Have the worker take waiting events through the whole pipeline again, once; how many."""
    count = waiting.mark_for_replay(live_file(limner), choice)
    _record(limner, by, "quarantine.replayed", choice, count, at)
    return count


def drop_events(limner: Limner, choice: Held, by: str, at: datetime) -> int:
    """Give up waiting events for good; how many."""
    count = waiting.drop_held(live_file(limner), choice)
    _record(limner, by, "quarantine.dropped", choice, count, at)
    return count


def correct_events(
    limner: Limner, choice: Held, field: str, value: str, by: str, at: datetime
) -> int:
    """Write a value into a field (`properties.revenue`) of waiting events, to be replayed; how many.

    `value` is read as JSON where it is JSON (`12.5`, `null`, `"12.5"`), else as text.
    Raises: `Malformed` when an event has no place for the field.
    """
    count = waiting.correct_held(live_file(limner), choice, field, _written(value))
    _record(limner, by, "quarantine.corrected", choice, count, at, column=field)
    return count


def _record(
    limner: Limner, by: str, action: str, choice: Held, count: int, at: datetime, **more: str
) -> None:
    """The audit has the choice without the values: they may be personal."""
    if count:
        told = {"row_ids": list(choice.row_ids[:20]), "code": choice.code, "field": choice.field}
        detail = told | {"events": count} | more
        audit.record(limner.store, by, action, choice.source or "", detail, at)


@lru_cache(maxsize=4)
def _log(url: str) -> EventLog:
    return open_log(url)


def _key(anchor: Anchor) -> str:
    return f"{anchor[0]}:{anchor[1]}"


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _explained(row: Document) -> Document:
    words = reason_in(row["code"], row["reason"])
    return row | {"reason": words.en, "words": words}


def _timed(row: Document) -> Document:
    """A row of live.db with its moments as the lake gives them."""
    moments = {name: datetime.fromisoformat(row[name]) for name in ("time", "received_at")}
    return row | moments | {"date": moments["time"].date()}


def _written(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
