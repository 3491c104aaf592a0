"""The portrait's quality, build by build: what is kept in the lake and what the page reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa

from limner.app.limner import Limner
from limner.core.clock import end_of, zone
from limner.core.tables import table
from limner.understand.portrait_quality.agreement import (
    agreement,
    bought,
    compared,
    counted,
    favourites,
    said_before,
)
from limner.understand.portrait_quality.drift import Alarm, Before, alarms_of, moves_by_itself
from limner.understand.portrait_quality.statistics import Statistics, as_json, statistics_of
from limner.understand.tags.source import SOURCES, Facts
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Measured
from limner.understand.tags.value import Sequence as Sequel

Document = dict[str, Any]
TABLE = "tag_statistics"


@dataclass(frozen=True, slots=True)
class Observed:
    """What one build saw of one tag: a row of the lake's `tag_statistics`."""

    tag: str
    as_of: date
    version: int
    at: datetime
    customers: int
    known: int
    distinct: int
    mean: float | None
    deviation: float | None
    shape: Document
    psi: float | None

    @property
    def coverage(self) -> float:
        """The share of customers with a value, 0..1."""
        return self.known / self.customers if self.customers else 0.0


def append_statistics(
    limner: Limner, tags: Sequence[Tag], profiles: pa.Table, as_of: date, at: datetime
) -> list[Alarm]:
    """Keep what a build found of each tag, and say what has moved since the build before.

    `profiles`: one row a customer with a column per tag; tags without a column are left out.  The
    same day and version again takes the place of the row that was there.
    """
    before = _before(limner, as_of)
    known = {tag.code: tag for tag in tags}
    rows, alarms = [], []
    for tag in tags:
        if tag.code not in profiles.column_names:
            continue
        then = before.get((tag.code, tag.version))
        values = profiles[tag.code]
        if isinstance(values, pa.Array):
            values = pa.chunked_array([values])
        found = statistics_of(tag, values, then.shape if then else None)
        rows.append(_row(tag, found, as_of, at))
        alarms += alarms_of(tag, found, then, known)
    if rows:
        limner.lake.upsert(TABLE, pa.Table.from_pylist(rows, table(TABLE).schema))
    return alarms


def quality_document(
    limner: Limner, tags: Sequence[Tag], facts: Facts, alarms: Sequence[Alarm], as_of: date
) -> Document:
    """The report `portrait`: what moved, how fresh what is read is, and what came true."""
    known = {tag.code: tag for tag in tags}
    return {
        "alarms": [
            {"tag": a.tag, "kind": a.kind, "size": a.size, "why": {"en": a.why.en, "zh": a.why.zh}}
            for a in alarms
        ],
        "by_itself": [tag.code for tag in tags if moves_by_itself(tag, known)],
        "newest": newest_events(limner, tags, facts, as_of),
        "agreement": agreements(limner, tags, facts, as_of),
    }


def agreements(limner: Limner, tags: Sequence[Tag], facts: Facts, as_of: date) -> list[Document]:
    """Whether favourites of a month ago were bought in the month since, favourite by favourite."""
    lake, timezone = limner.lake, limner.settings.timezone
    liked = favourites(tags)
    if not liked:
        return []
    said = lake.fetch(said_before(liked, facts, as_of, timezone))
    pairs = lake.fetch(bought(liked, facts, as_of, timezone))
    truths, values = map(lake.fetch, compared(liked, ibis.memtable(said), ibis.memtable(pairs)))
    return [agreement(counted(tag, truths, values)) for tag in liked]


def newest_events(
    limner: Limner, tags: Sequence[Tag], facts: Facts, as_of: date
) -> dict[str, str | None]:
    """The business day of the newest event by `as_of` that each tag reads; None where none ever came.

    Tags that read no event are left out; what others compute from is looked through.
    """
    timezone = limner.settings.timezone
    events = facts.events
    events = events.filter(events.time < end_of(as_of, timezone))
    seen = limner.lake.fetch(
        events.group_by(["type", "event"]).aggregate(newest=events.time.max())
    ).to_pylist()
    found: dict[str, str | None] = {}
    for tag in tags:  # what is read comes first
        moments: list[str | None] = []
        is_of_events = False
        for rows in _rows_of(tag):
            is_of_events = True
            names, types = rows
            moments += [
                row["newest"].astimezone(zone(timezone)).date().isoformat()
                for row in seen
                if (not names or row["event"] in names) and (not types or row["type"] in types)
            ]
        for code in getattr(tag.value, "reads", ()):
            if code in found:
                is_of_events = True
                moments.append(found[code])
        if is_of_events:
            found[tag.code] = max((m for m in moments if m), default=None)
    return found


def history(limner: Limner, code: str) -> list[Observed]:
    """What each build saw of a tag, the oldest day first."""
    return [one for one in _observed(limner, code) if one.tag == code]


def latest(limner: Limner) -> dict[str, Observed]:
    """What the last build that saw it saw of each tag, by code."""
    found: dict[str, Observed] = {}
    for one in sorted(_observed(limner), key=lambda one: (one.at, one.as_of)):
        found[one.tag] = one
    return found


def _observed(limner: Limner, code: str | None = None) -> list[Observed]:
    if limner.lake.version(TABLE) is None:
        return []
    rows = limner.lake.table(TABLE)
    if code is not None:
        rows = rows.filter(rows.tag == code)
    found = limner.lake.fetch(rows.order_by(["as_of", "version", "at"])).to_pylist()
    return [Observed(**{**row, "shape": json.loads(row["shape"] or "{}")}) for row in found]


def _before(limner: Limner, as_of: date) -> dict[tuple[str, int], Before]:
    """What there is to compare with: the newest earlier day's.

    Never the same day's, or a build that was killed and runs again would compare with itself.
    """
    return {
        (one.tag, one.version): Before(one.customers, one.known, one.mean, one.shape)
        for one in _observed(limner)
        if one.as_of < as_of
    }


def _row(tag: Tag, found: Statistics, as_of: date, at: datetime) -> Document:
    return {
        "tag": tag.code, "as_of": as_of, "version": tag.version, "at": at,
        "customers": found.customers, "known": found.known, "distinct": found.distinct,
        "mean": found.mean, "deviation": found.deviation, "shape": as_json(found.shape),
        "psi": found.psi,
    }  # fmt: skip


def _rows_of(tag: Tag) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The names and types of the events that a tag itself reads; empty ones are every one."""
    if isinstance(tag.value, Measured):
        rows = [tag.value.rows]
    elif isinstance(tag.value, Sequel):
        rows = [step.rows for step in tag.value.steps]
    else:
        return []
    return [(one.events or SOURCES[one.source].events, SOURCES[one.source].types) for one in rows]
