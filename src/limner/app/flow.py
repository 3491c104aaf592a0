"""How events flow in: what came from each source lately, minute by minute, and how far behind we are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import ibis
from sqlalchemy import select

from limner.app import live
from limner.app.limner import Limner
from limner.app.live import LiveStatus
from limner.app.sources import SourceCard, list_sources
from limner.collect.live import recent
from limner.store.models import IdentityVersion

MINUTES = 60
_LOOKED_BACK = timedelta(days=31)  # further back nobody asks when a source last sent
_COUNTED_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Came:
    """How many events came from a source, and when the newest did; None when not in a month."""

    last_minute: int = 0
    last_hour: int = 0
    last_day: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The sources, the worker's state, and what came.

    `minutes`: the beginnings of the last 60 minutes, oldest first; `per_minute`: events by source
    in each of them, whatever their verdict.
    """

    sources: list[SourceCard]
    status: LiveStatus
    minutes: list[datetime]
    per_minute: dict[str, list[int]]
    came: dict[str, Came] = field(default_factory=dict)

    def of(self, source: str) -> Came:
        """What came from a source; nothing from one that never sent."""
        return self.came.get(source, Came())


def flow(limner: Limner, now: datetime) -> Flow:
    """How events flow in at a moment."""
    this_minute = now.replace(second=0, microsecond=0)
    minutes = [this_minute - timedelta(minutes=back) for back in range(MINUTES - 1, -1, -1)]
    places = {at: place for place, at in enumerate(minutes)}
    per_minute: dict[str, list[int]] = {}
    last_minute: dict[str, int] = {}
    newest: dict[str, datetime] = {}
    for at, source, _verdict, events in live.arrivals(limner, now + timedelta(seconds=1), 3_600):
        place = places.get(at.replace(second=0))
        if place is not None:
            per_minute.setdefault(source, [0] * MINUTES)[place] += events
        if (now - at).total_seconds() <= 60:
            last_minute[source] = last_minute.get(source, 0) + events
        newest[source] = max(at, newest.get(source, at))
    slot = int(now.timestamp() // _COUNTED_AGAIN.total_seconds())
    in_lake = _in_lake(limner, limner.lake.version("events"), slot)
    came = {}
    for source in {*newest, *in_lake}:
        day, last = in_lake.get(source, (0, None))
        hour = sum(per_minute.get(source, ()))
        moments = [at for at in (newest.get(source), last) if at is not None]
        came[source] = Came(
            last_minute.get(source, 0), hour, max(day, hour), max(moments, default=None)
        )
    return Flow(list_sources(limner), live.status(limner, now), minutes, per_minute, came)


@lru_cache(maxsize=2)
def _in_lake(
    limner: Limner, version: int | None, slot: int
) -> dict[str, tuple[int, datetime | None]]:
    """By source the events of the last day and the newest moment, counted anew twice a minute."""
    if version is None:
        return {}
    now = datetime.fromtimestamp(slot * _COUNTED_AGAIN.total_seconds(), UTC)
    events = limner.lake.table("events")
    lately = events.filter(events.received_at >= ibis.literal(now - _LOOKED_BACK))
    is_today = lately.received_at >= ibis.literal(now - timedelta(days=1))
    counted = lately.group_by("source").aggregate(
        day=is_today.cast("int64").sum(), last=lately.received_at.max()
    )
    return {
        row["source"]: (int(row["day"] or 0), row["last"])
        for row in limner.lake.fetch(counted).to_pylist()
        if row["source"]
    }


def version(limner: Limner) -> tuple[int, int]:
    """Changes when an event was worked on or when who is who changed; cheap enough to ask often."""
    found = recent.marks(live.live_file(limner))
    with limner.store.reading() as session:
        identity = session.scalar(select(IdentityVersion.version)) or 0
    return (found.position if found else 0), int(identity)
