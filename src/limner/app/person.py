"""One customer as known this second, with or without a build: who they are called and what they did."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import ibis
from sqlalchemy import or_, select

from limner.app import identity, live
from limner.app.identity import EntryCard, IdentifierCard
from limner.app.limner import Limner
from limner.app.opaque import HIDDEN, opaque_name, opaquely
from limner.app.timeline import Choice, Timeline
from limner.govern.masking import PERSONAL, mask
from limner.store.models import Identifier
from limner.understand.live import Facts, LiveTag, live_tags
from limner.unify.normalise import KINDS

Document = dict[str, Any]
Anchor = tuple[str, str]  # kind, value
_AT_ONCE = 10_000  # names fetched


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of the identity graph; `shown_id` and the identifiers are masked for masked eyes.

    `merges`: the log of who they are, newest first.
    """

    customer_id: str
    shown_id: str
    identifiers: list[IdentifierCard]
    merges: list[EntryCard]
    anchors: list[Anchor]


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of a customer now, by the events alone."""

    facts: Facts
    tags: list[LiveTag]


def person(limner: Limner, asked: str, sees_personal: bool = False) -> Person | None:
    """Today's customer of any identifier or any name ever given; None for nobody.

    Eyes that may not see an identifier cannot ask by it either.
    """
    customer_id = identity.resolve_text(limner, asked)
    if customer_id is None:
        return None
    cards = identity.identifiers_of(limner, customer_id)
    if not sees_personal and _is_asked_by_secret(asked, customer_id, cards):
        return None
    return _person(limner, customer_id, cards, sees_personal)


def known(limner: Limner, customer_id: str, sees_personal: bool = False) -> Person | None:
    """The customer of a name that is known to be right, such as a portrait's."""
    today = identity.resolve_text(limner, customer_id)
    if today is None:
        return None
    return _person(limner, today, identity.identifiers_of(limner, today), sees_personal)


def hidden(limner: Limner, shown_id: str, sees_personal: bool = False) -> Person | None:
    """The customer whose id is shown hidden so to eyes that may not see it; None for nobody.

    For those whom no portrait knows yet: everybody who is called by an address or a number is looked
    through.
    """
    if not shown_id.startswith(HIDDEN):
        return None
    is_personal = or_(Identifier.customer_id.contains("@"), Identifier.customer_id.contains("+"))
    asked = select(Identifier.customer_id).where(is_personal).distinct()
    hide = opaquely(limner)
    with limner.store.reading() as session:
        names = session.scalars(asked.execution_options(yield_per=_AT_ONCE))
        found = next((name for name in names if hide(name) == shown_id), None)
    return None if found is None else known(limner, found, sees_personal)


def _person(
    limner: Limner, customer_id: str, cards: list[IdentifierCard], sees: bool
) -> Person:  # fmt: skip
    anchors = identity.anchors(limner, customer_id)
    merges = identity.merges_of(limner, customer_id)
    if sees:
        return Person(customer_id, customer_id, cards, merges, anchors)
    hidden = [replace(card, value=mask(card.kind, card.value)) for card in cards]
    return Person(customer_id, opaque_name(limner, customer_id), hidden, merges, anchors)


def _is_asked_by_secret(asked: str, customer_id: str, cards: list[IdentifierCard]) -> bool:
    """Whether somebody asks by an identifier that they may not see."""
    kinds = {
        card.kind for card in cards if card.kind in KINDS and KINDS[card.kind](asked) == card.value
    }
    is_shown = asked == customer_id and "@" not in asked and not asked.startswith("+")
    return bool(kinds) and not (kinds - PERSONAL) and not is_shown


def standing(limner: Limner, anchors: list[Anchor], now: datetime) -> Standing:
    """The live facts of a customer and what they come to at a moment."""
    facts = live.facts_of(limner, anchors)
    return Standing(facts, live_tags(facts, now))


# ---- what a customer's records say

RECORD_FIELDS = (
    "name", "gender", "birth_date", "email", "phone", "loyalty_card", "address", "city", "country",
)  # fmt: skip


def told_by_records(limner: Limner, cards: list[IdentifierCard]) -> dict[str, list[str]]:
    """What the records behind identifiers say of their customer: each field's values, once each."""
    keys = [card.value.partition(":") for card in cards if card.kind == "record"]
    if not keys or limner.lake.version("customers") is None:
        return {}
    records = limner.lake.table("customers")
    wanted = [
        (records.source == source) & (records.record_id == own) for source, _, own in keys[:50]
    ]
    found = limner.lake.fetch(records.filter(ibis.or_(*wanted)).select(*RECORD_FIELDS))
    said: dict[str, list[str]] = {}
    for row in found.to_pylist():
        for name, value in row.items():
            if value not in (None, "") and str(value) not in said.setdefault(name, []):
                said[name].append(str(value))
    return {name: values for name, values in said.items() if values}


@dataclass(frozen=True, slots=True)
class Told:
    """What a customer was last said to be by an identify call, and where it came from."""

    value: str
    source: str
    at: datetime


def told_by_calls(limner: Limner, customer_id: str, sees_personal: bool = False) -> dict[str, Told]:
    """What live identify calls said of a customer, each trait's newest value by its name.

    Masked eyes get the fields that can be masked, and none of the shop's own traits.
    """
    if not live.facts_of(limner, identity.anchors(limner, customer_id)).events:
        return {}
    said: dict[str, Told] = {}
    calls = Timeline(limner, customer_id, 50, Choice(names=("identify",))).read()
    for row in calls:  # newest first
        for name, value in json.loads(row["properties"] or "{}").items():
            if value in (None, "") or isinstance(value, dict | list) or name in said:
                continue
            shown = value if sees_personal else mask(name, value) if name in PERSONAL else None
            if shown is not None:
                said[name] = Told(str(shown), str(row["source"] or ""), row["time"])
    return said


# ---- finding customers who have no portrait yet


@dataclass(frozen=True, slots=True)
class Match:
    """A customer that a search found, by which identifier; the value masked for masked eyes.

    `href_id`: what leads to them in an address.
    """

    shown_id: str
    href_id: str
    kind: str
    value: str
    source: str
    first_at: datetime


def search(limner: Limner, text: str, sees_personal: bool = False, most: int = 20) -> list[Match]:
    """Customers of the graph by the beginning of an identifier, or by one in any spelling.

    Those that the last build painted are left out: the list of portraits has them.
    """
    needle = text.strip()
    if not needle:
        return []
    wanted: list[Identifier] = []
    with limner.store.reading() as session:
        for start in {needle, needle.lower(), needle.upper()}:
            query = select(Identifier).where(
                Identifier.value >= start, Identifier.value < start + "\uffff"
            )
            if not sees_personal:
                query = query.where(Identifier.kind.not_in(sorted(PERSONAL)))
            wanted += session.scalars(query.order_by(Identifier.value).limit(most)).all()
    if (one := person(limner, needle, sees_personal)) is not None:
        with limner.store.reading() as session:
            mine = select(Identifier).where(Identifier.customer_id == one.customer_id)
            wanted += session.scalars(mine.limit(most)).all()
    return _matches(limner, wanted, sees_personal, most)


def newest(limner: Limner, sees_personal: bool = False, most: int = 20) -> list[Match]:
    """Whoever did something last and has no portrait yet."""
    seen = [str(row["anchor"] or "") for row in live.recent_events(limner, most=300)]
    keys = [(kind, value) for kind, _, value in (anchor.partition(":") for anchor in seen) if value]
    customers = list(dict.fromkeys(identity.resolve_all(limner, keys).values()))[:100]
    with limner.store.reading() as session:
        rows = session.scalars(
            select(Identifier).where(Identifier.customer_id.in_(customers)).limit(1000)
        ).all()
    order = {customer: place for place, customer in enumerate(customers)}
    ranked = sorted(rows, key=lambda row: order[row.customer_id])
    return _matches(limner, ranked, sees_personal, most)


def _matches(limner: Limner, rows: list[Identifier], sees: bool, most: int) -> list[Match]:
    found: dict[str, Identifier] = {}
    open_rows: dict[str, Identifier] = {}
    for row in rows:
        found.setdefault(row.customer_id, row)
        if row.kind not in PERSONAL and "@" not in row.value:
            open_rows.setdefault(row.customer_id, row)
    painted = _painted(limner, list(found))
    matches = []
    for customer, row in found.items():
        if customer in painted:
            continue
        opened = open_rows.get(customer)
        shown = customer if sees else opaque_name(limner, customer)
        href = customer if sees else opened.value if opened else ""
        value = row.value if sees else str(mask(row.kind, row.value))
        matches.append(Match(shown, href, row.kind, value, row.source, row.first_at))
    return matches[:most]


def _painted(limner: Limner, customers: list[str]) -> set[str]:
    """Which of these the last build has a portrait of."""
    if not customers or limner.lake.version("profiles") is None:
        return set()
    portraits = limner.lake.table("profiles")
    mine = portraits.filter(portraits.customer_id.isin(customers)).select("customer_id")
    return set(limner.lake.fetch(mine)["customer_id"].to_pylist())
