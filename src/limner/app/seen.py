"""Which kinds of events were seen, from which source, how often, and which of them broke the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import ibis

from limner.app import live
from limner.app.limner import Limner
from limner.collect.enrich.note import note_words

RECENT = 10_000  # newest events in which breaches are counted
_SLOT_SECONDS = 15
_PLAN_CODES = frozenset(["plan-breach", "event-unplanned"])


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event's name (or type) from one source.

    `events`: in the lake and just arrived.  `warned`: of the newest 10,000 events of all kinds,
    those that broke the plan and were kept; `waiting`: those that wait in quarantine for it.
    `notes`: what is doubtful or wrong about them, a few examples.
    """

    source: str
    event: str
    events: int
    first_at: datetime | None
    last_at: datetime | None
    warned: int = 0
    waiting: int = 0
    notes: tuple[str, ...] = field(default=())


def seen_events(limner: Limner, now: datetime) -> list[SeenEvent]:
    """Every kind of event that was seen, the most frequent first."""
    slot = int(now.timestamp() // _SLOT_SECONDS)
    rows = {
        key: dict(row) for key, row in _in_lake(limner, limner.lake.version("events"), slot).items()
    }
    for row in live.recent_events(limner, most=RECENT):
        _add_recent(rows, row)
    for reason in live.waiting_reasons(limner):
        if reason["code"] in _PLAN_CODES:
            row = rows.setdefault((reason["source"], reason["event"] or ""), _none())
            row["waiting"] += reason["events"]
            row["notes"] = (*row["notes"], note_words(reason["code"], reason["words"]))
    found = [
        SeenEvent(source, event, r["events"], r["first"], r["newest"] or r["last"], r["warned"], r["waiting"],
                  tuple(dict.fromkeys(r["notes"]))[:5])
        for (source, event), r in rows.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.events, one.event, one.source))


def _none() -> dict[str, Any]:
    return {
        "events": 0,
        "first": None,
        "last": None,
        "newest": None,
        "warned": 0,
        "waiting": 0,
        "notes": (),
    }


def _add_recent(rows: dict[tuple[str, str], dict[str, Any]], found: dict[str, Any]) -> None:
    """Count what the lake does not have yet, and what broke the plan."""
    name = found["event"] or found["type"]
    if not name or found["verdict"] not in ("ok", "warned"):
        return
    row = rows.setdefault((found["source"], name), _none())
    at = found["received_at"]
    if found["verdict"] == "warned":
        row["warned"] += any(str(note).startswith("plan:") for note in found["notes"])
        row["notes"] = (*row["notes"], *found["notes"])[:20]
    if row["last"] is None or at > row["last"]:
        row["events"] += 1
        row["first"] = row["first"] or at
        row["newest"] = max(row["newest"] or at, at)
    row["first"] = min(row["first"] or at, at)


@lru_cache(maxsize=2)
def _in_lake(
    limner: Limner, version: int | None, slot: int
) -> dict[tuple[str, str], dict[str, Any]]:
    """The kinds of events in the lake, counted anew a few times a minute."""
    if version is None:
        return {}
    events = limner.lake.table("events")
    name = ibis.coalesce(events.event, events.type)
    counted = events.group_by(source=events.source, name=name).aggregate(
        events=events.count(), first=events.received_at.min(), last=events.received_at.max()
    )
    return {
        (row["source"] or "", row["name"] or ""): _none() | row
        for row in limner.lake.fetch(counted).to_pylist()
    }
