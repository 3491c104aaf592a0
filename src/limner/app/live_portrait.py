"""A customer as of this second: all tags and memberships, and who entered or left segments lately.

What the worker keeps is read where it keeps it; else it is made from the events, in the lake and on
their way there, by the same definitions.  Nothing here waits for the worker or holds it up.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import msgspec

from limner.app.identity import Person, identifiers_of
from limner.app.in_force import StreamJudge, judge_of_tags, make_judge
from limner.app.limner import Limner
from limner.app.live import live_file
from limner.app.living.definitions import Definitions, definitions
from limner.app.living.history import History, nothing_live
from limner.app.living.outside import Outside
from limner.app.living.persons import written
from limner.collect.live import Judged
from limner.collect.live.file import reading_file
from limner.collect.live.movement import text
from limner.core.clock import end_of, zone
from limner.core.errors import Malformed
from limner.core.event import OWN_SOURCE, SEGMENT_ENTERED, SEGMENT_EXITED
from limner.unify.limits import RECORD

__all__ = ["LivePortrait", "MembershipChange", "entries", "live_portrait", "membership_changes"]

_CHANGES = (SEGMENT_ENTERED, SEGMENT_EXITED)
_LOOKS = (timedelta(days=14), timedelta(days=180))  # before everything is read
MOST_DAYS = 3_660  # counted one by one
_JUDGES = 4  # held in memory
_LAKE = 2  # the version of live.db that has portraits
_decode_judged = msgspec.msgpack.Decoder(Judged).decode
_judges: OrderedDict[tuple[str, Definitions], StreamJudge] = OrderedDict()
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class LivePortrait:
    """All tags of a customer at the end of the business day `as_of`, by code, after all events so far.

    `segments`: the segments the customer is in, by code, each with the moment of entering; None for
    those the customer was in when somebody first looked.  `is_kept`: whether the worker keeps the
    customer's memberships alive, or they were only now found.
    """

    customer_id: str
    as_of: date
    values: dict[str, Any]
    segments: dict[str, datetime | None]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """A customer who entered a segment, or left it; `customer_id` is the surest identifier then.

    `name`, `name_zh`, `version`: of the segment at that moment.
    """

    event_id: str
    at: datetime
    customer_id: str
    segment: str
    name: str
    name_zh: str
    version: int
    is_entered: bool


def live_portrait(
    limner: Limner, customer_id: str, now: datetime | None = None
) -> LivePortrait | None:
    """The portrait of a customer as of now; None for one nobody knows.

    `customer_id`: any name or identifier of theirs; `now` is the present moment unless given.  Values
    are not masked.
    """
    cards = identifiers_of(limner, customer_id)
    if not cards:
        return None
    as_of = (now or datetime.now(UTC)).astimezone(zone(limner.settings.timezone)).date()
    keys = tuple(sorted((card.kind, card.value) for card in cards))
    best = next(((c.kind, c.value) for c in cards if c.is_name), keys[0])
    person = Person(cards[0].customer_id, best, keys)
    anchors = [written(key) for key in keys if key[0] != RECORD]
    judge = _judge(limner)
    with reading_file(live_file(limner)) as connection:
        if connection is not None and _version(connection) < _LAKE:
            connection = None
        states = {} if connection is None else _kept(connection, judge, anchors)
        missing = [anchor for anchor in anchors if anchor not in states]
        history = History(limner.lake, connection if connection is not None else nothing_live())
        for rows in history.rows(missing, judge.columns).values():
            state = judge.new()
            for row in rows:
                judge.fold(state, row)
            states[str(len(states))] = state
        outside = Outside(limner, connection, judge.outside, judge.scores).of([person])
        judged = None if connection is None else _judged(connection, person.customer_id)
    joined = judge.join(list(states.values()))
    said = outside[person.customer_id]
    values = judge.values(joined, as_of, said)
    found = judge.members(joined, as_of, said) if judge.segments else frozenset()
    since = {} if judged is None else judged.since
    return LivePortrait(
        person.customer_id, as_of, values,
        {code: _moment(since.get(code)) for code in sorted(found)},
        judged is not None,
    )  # fmt: skip


def membership_changes(
    limner: Limner, segment: str | None = None, most: int = 100, customer_id: str | None = None,
    since: datetime | None = None, now: datetime | None = None,
) -> list[MembershipChange]:  # fmt: skip
    """Who entered or left segments lately, newest first; of a segment or a customer where asked.

    `customer_id`: any name or identifier.  `since`: none before this moment, and no day before its
    own is read; without it more and more days are, until there are `most`.
    """
    keys = None
    if customer_id is not None:
        keys = {(card.kind, card.value) for card in identifiers_of(limner, customer_id)}
    found: dict[str, MembershipChange] = {}
    for row in _recent(limner):
        one = _change(row)
        is_asked = segment in (None, one.segment) and (since is None or one.at >= since)
        if is_asked and (keys is None or tuple(row["anchor"].split(":", 1)) in keys):
            found[row["event_id"]] = one
    today = now or datetime.now(UTC)
    looks = [since] if since is not None else [*(today - days for days in _LOOKS), None]
    values = None if keys is None else sorted({value for _, value in keys})
    for start in looks:
        newest = _in_lake(limner, segment, start, values)
        for row in _told(limner, newest.order_by(ibis.desc("time"), "event_id").limit(most)):
            found.setdefault(row["event_id"], _change(row))
        if len(found) >= most:
            break
    return sorted(found.values(), key=lambda one: (one.at, one.event_id), reverse=True)[:most]


def entries(
    limner: Limner, segment: str, days: int, now: datetime | None = None
) -> list[tuple[date, int, int]]:
    """How many entered a segment and how many left it on each of the last business days, oldest first.

    `now` is the present moment unless given; its day is the last.  No day before them is read.
    Raises: `Malformed` for days that are not 1 to 3,660.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Malformed("live-days", f"{days} days; count 1 to {MOST_DAYS:,} of them", "days")
    timezone = limner.settings.timezone
    today = (now or datetime.now(UTC)).astimezone(zone(timezone)).date()
    first = today - timedelta(days=days - 1)
    start = end_of(first - timedelta(days=1), timezone)
    counts = {first + timedelta(days=at): [0, 0] for at in range(days)}
    seen: set[str] = set()
    rows = [*_recent(limner), *_told(limner, _in_lake(limner, segment, start))]
    for one in map(_change, rows):
        day = one.at.astimezone(zone(timezone)).date()
        if one.segment == segment and one.event_id not in seen and day in counts:
            seen.add(one.event_id)
            counts[day][0 if one.is_entered else 1] += 1
    return [(day, entered, left) for day, (entered, left) in counts.items()]


def _in_lake(
    limner: Limner, segment: str | None, since: datetime | None, values: Sequence[str] | None = None
) -> ibis.Table:
    """Changes of membership in the lake: of a segment, since a moment, of customers by identifiers.

    The day is named too: events are partitioned by it, and other days are not read.
    """
    rows = limner.lake.table("events")
    mine = rows.filter(rows.source == OWN_SOURCE, rows.event.isin(_CHANGES))
    if since is not None:
        day = since.astimezone(UTC).date()
        mine = mine.filter(mine.date >= day, mine.time >= since)
    if values is not None:
        mine = mine.filter(mine.customer_id.isin(values))
    if segment is not None:
        code = f'"segment":{msgspec.json.encode(segment).decode()}'
        mine = mine.filter(mine.properties.contains(code))
    return mine


def _told(limner: Limner, rows: ibis.Table) -> list[dict[str, Any]]:
    wanted = rows.select("event_id", "event", "time", "customer_id", "properties")
    return limner.lake.fetch(wanted).to_pylist()


def _judge(limner: Limner) -> StreamJudge:
    """The definitions in force, made ready once."""
    key = str(limner.settings.home), definitions(limner)
    with _making:
        judge = _judges.get(key)
        if judge is None:
            made, _ = make_judge(limner)
            judge = made if isinstance(made, StreamJudge) else judge_of_tags(limner)
            _judges[key] = judge
            while len(_judges) > _JUDGES:
                _judges.popitem(last=False)
    return judge


def _kept(
    connection: sqlite3.Connection, judge: StreamJudge, anchors: Sequence[str]
) -> dict[str, Any]:
    """The states that the worker keeps by the same definitions."""
    signature = text(connection, "signature") or ""
    if signature.partition(":")[0] != judge.signature:
        return {}
    marks = ",".join("?" * len(anchors))
    rows = connection.execute(
        f"SELECT key, body FROM portraits WHERE key IN ({marks}) AND signature = ?",
        [*anchors, signature],
    )
    return {key: judge.decode(body) for key, body in rows}


def _judged(connection: sqlite3.Connection, name: str) -> Judged | None:
    row = connection.execute("SELECT body FROM judged WHERE key = ?", (name,)).fetchone()
    return None if row is None else _decode_judged(row[0])


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _recent(limner: Limner) -> list[dict[str, Any]]:
    """Changes that live.db still has among its recent events."""
    with reading_file(live_file(limner)) as connection:
        if connection is None:
            return []
        found = connection.execute(
            "SELECT anchor, row FROM recent WHERE source = ? AND verdict IN ('ok', 'warned')",
            (OWN_SOURCE,),
        ).fetchall()
    rows = [msgspec.json.decode(row) | {"anchor": anchor} for anchor, row in found]
    return [row | {"time": datetime.fromisoformat(row["time"])} for row in rows]


def _change(row: dict[str, Any]) -> MembershipChange:
    said = msgspec.json.decode(row["properties"])
    return MembershipChange(
        row["event_id"], row["time"], row["customer_id"], said["segment"], said["name"],
        said["name_zh"], said["version"], row["event"] == SEGMENT_ENTERED,
    )  # fmt: skip


def _moment(since: int | None) -> datetime | None:
    """A moment from microseconds since 1970; None where it is not known."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since) if since else None
