"""What one customer did, for a page that stays open: filtered, newest first, each event once."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
from sqlalchemy import select

from limner.app import identity, live
from limner.app.limner import Limner
from limner.collect.live import recent
from limner.core.clock import end_of
from limner.store.models import IdentityVersion

Document = dict[str, Any]
Anchor = tuple[str, str]  # kind, value
SEARCHED = 5_000  # newest events in which a text is looked for
_RECENT = 500
# Where a text is looked for; the second only for eyes that may see personal data.
_PLAIN = ("event", "order_id", "store_id", "campaign_id", "channel", "source", "city")
_PERSONAL = ("page_url", "referrer", "properties")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events to show; what is empty asks for nothing.

    `names`: events or types, any of them; `but`: none of them; `since` and `until`: business days,
    both included; `text`: part of an order, a shop, a product, and, for eyes that may see personal
    data (`sees_personal`), of what the event says.
    """

    names: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    channel: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    sees_personal: bool = False


def name_of(row: Document) -> str:
    """An event's name, or its type where it has none."""
    return str(row.get("event") if row.get("type") == "track" else row.get("type") or "")


@dataclass(slots=True)
class Timeline:
    """The events of one customer that a choice asks for.

    The lake is read when the page opens and when the customer became another; between that only
    what just arrived is, so a page that is open all day costs next to nothing.
    """

    limner: Limner
    asked: str
    most: int = 200
    choice: Choice = field(default_factory=Choice)
    anchors: list[Anchor] = field(default_factory=list)
    _rows: dict[str, Document] = field(default_factory=dict)
    _identity: int = -1

    def version(self) -> Hashable:
        """Changes when something of this customer arrived, what Limner tells of them included, or
        they became another by a merge or un-merge.
        """
        with self.limner.store.reading() as session:
            identity_version = int(session.scalar(select(IdentityVersion.version)) or 0)
        if identity_version != self._identity:
            return ("identity", identity_version)
        keys = [f"{kind}:{value}" for kind, value in self.anchors]
        return (identity_version, recent.newest_at(live.live_file(self.limner), keys))

    def read(self) -> list[Document]:
        """The newest events."""
        with self.limner.store.reading() as session:
            identity_version = int(session.scalar(select(IdentityVersion.version)) or 0)
        if identity_version != self._identity:
            anchors = identity.anchors(self.limner, self.asked) or [("user_id", self.asked)]
            if anchors != self.anchors:
                self.anchors = anchors
                self._rows = {row["event_id"]: row for row in self._in_lake()}
            self._identity = identity_version
        keys = [f"{kind}:{value}" for kind, value in self.anchors]
        window = self._window()
        fresh = recent.events_at(live.live_file(self.limner), keys, max(self.most, _RECENT))
        for row in fresh:
            timed = row | {"time": datetime.fromisoformat(row["time"])}
            if row["event_id"] not in self._rows and _fits(self.choice, timed, window):
                self._rows[row["event_id"]] = _with_names(self.limner, [timed])[0]
        newest = sorted(self._rows.values(), key=lambda row: row["time"], reverse=True)
        self._rows = {row["event_id"]: row for row in newest[: self.most]}
        return newest[: self.most]

    def _window(self) -> tuple[datetime | None, datetime | None]:
        zone, choice = self.limner.settings.timezone, self.choice
        return (
            end_of(choice.since - timedelta(days=1), zone) if choice.since else None,
            end_of(choice.until, zone) if choice.until else None,
        )

    def _in_lake(self) -> list[Document]:
        if self.limner.lake.version("events") is None:
            return []
        choice, (start, end) = self.choice, self._window()
        events = mine(self.limner, self.anchors)
        conditions = []
        if choice.names:
            conditions.append(_name(events).isin(choice.names))
        if choice.but:
            conditions.append(~_name(events).isin(choice.but))
        for column, value in (("channel", choice.channel), ("source", choice.source)):
            if value:
                conditions.append(events[column] == value)
        if start is not None:
            conditions.append(events.time >= start)
        if end is not None:
            conditions.append(events.time < end)
        chosen = events.filter(*conditions) if conditions else events
        most = SEARCHED if choice.text else self.most
        # The times alone first: then only the days of the newest are opened, not all in full width.
        newest = chosen.select("time").order_by(ibis.desc("time")).limit(most)
        times = self.limner.lake.fetch(newest)["time"].to_pylist()
        if not times:
            return []
        chosen = chosen.filter(
            chosen.date >= times[-1].astimezone(UTC).date(), chosen.time >= times[-1]
        )
        rows = self.limner.lake.fetch(chosen.order_by(ibis.desc("time")).limit(most)).to_pylist()
        rows = _with_names(self.limner, rows)
        return [row for row in rows if _has_text(choice, row)][: self.most]


def mine(limner: Limner, anchors: Sequence[Anchor]) -> ibis.Table:
    """The lake's events under any of a customer's identifiers."""
    events = limner.lake.table("events")
    return events.filter(events.customer_id.isin(sorted({value for _, value in anchors})))


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a customer's events are called, and over which channels and from which sources they came.

    `events`: by name (or type), how many, the commonest first.
    """

    events: dict[str, int]
    channels: tuple[str, ...]
    sources: tuple[str, ...]


def kinds_of(limner: Limner, anchors: Sequence[Anchor]) -> Kinds:
    """Which kinds of events a customer has, in the lake and just arrived."""
    counted: list[tuple[str, str, str, int]] = []
    if limner.lake.version("events") is not None:
        events = mine(limner, anchors)
        grouped = events.group_by(
            name=_name(events), channel=events.channel, source=events.source
        ).aggregate(events=ibis._.count())
        counted = [tuple(row.values()) for row in limner.lake.fetch(grouped).to_pylist()]
    keys = [f"{kind}:{value}" for kind, value in anchors]
    for row in recent.events_at(live.live_file(limner), keys, _RECENT):
        counted.append((name_of(row), row.get("channel") or "", row.get("source") or "", 0))
    events_: dict[str, int] = {}
    for name, _, _, many in counted:
        if name:
            events_[name] = events_.get(name, 0) + many
    return Kinds(
        dict(sorted(events_.items(), key=lambda one: (-one[1], one[0]))),
        tuple(sorted({channel for _, channel, _, _ in counted if channel})),
        tuple(sorted({source for _, _, source, _ in counted if source})),
    )


def _name(events: ibis.Table) -> ibis.Value:
    return (events.type == "track").ifelse(events.event, events.type)


def _fits(choice: Choice, row: Document, window: tuple[datetime | None, datetime | None]) -> bool:
    start, end = window
    name = name_of(row)
    return (
        (not choice.names or name in choice.names)
        and name not in choice.but
        and choice.channel in ("", row.get("channel"))
        and choice.source in ("", row.get("source"))
        and (start is None or row["time"] >= start)
        and (end is None or row["time"] < end)
        and _has_text(choice, row)
    )


def _has_text(choice: Choice, row: Document) -> bool:
    if not choice.text:
        return True
    fields = (*_PLAIN, *(_PERSONAL if choice.sees_personal else ()))
    said = [row.get(name) for name in fields]
    for line in row.get("products") or []:
        said += [line.get(name) for name in ("product_id", "name", "category", "brand")]
    needle = choice.text.casefold()
    return any(needle in _plain(part) for part in said if part)


def _plain(part: object) -> str:
    """A text as it is searched: JSON without its escapes, all in lower case."""
    text = str(part)
    if text.startswith("{"):
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False)
        except ValueError:
            return text.casefold()
    return text.casefold()


def _with_names(limner: Limner, rows: list[Document]) -> list[Document]:
    """Events whose product lines carry the catalogue's names where they name nothing themselves."""
    lines = [
        line
        for row in rows
        for line in row.get("products") or []
        if isinstance(line, dict) and line.get("product_id") and not line.get("name")
    ]
    wanted = sorted({str(line["product_id"]) for line in lines})
    if not wanted or limner.lake.version("products") is None:
        return rows
    products = limner.lake.table("products")
    known = products.filter(products.product_id.isin(wanted)).select(
        "product_id", "name", "category", "brand", "department"
    )
    told = {row["product_id"]: row for row in limner.lake.fetch(known).to_pylist()}
    for line in lines:
        for name, value in told.get(str(line["product_id"]), {}).items():
            line[name] = line.get(name) or value
    return rows
