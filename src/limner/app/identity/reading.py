"""What pages and commands ask about who is who."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from limner.app.limner import Limner
from limner.core.batches import batches
from limner.store.models import Identifier, IdentityBlock, IdentityEntry, IdentityReview
from limner.unify import normalise
from limner.unify.limits import KINDS, RANK, RECORD
from limner.unify.nodes import Key

_BATCH = 5_000
JOINING = ("merged", "renamed")  # the actions of entries that can be taken apart again


@dataclass(frozen=True, slots=True)
class IdentifierCard:
    """One identifier of a customer; `is_name`: the customer is called by it."""

    kind: str
    value: str
    customer_id: str
    source: str
    rule: str
    first_at: datetime
    is_name: bool


@dataclass(frozen=True, slots=True)
class EntryCard:
    """One entry of the identity log; `can_unmerge`: it joined what can be taken apart again."""

    entry_id: int
    at: datetime
    action: str
    customer_id: str
    other_id: str
    evidence: dict[str, Any]
    actor: str
    can_unmerge: bool


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """Two customers who may be one; `left_customer`, `right_customer`: who they are today."""

    review_id: str
    left: Key
    right: Key
    left_customer: str
    right_customer: str
    reason: str
    score: float | None
    evidence: dict[str, Any]
    status: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class BlockCard:
    """An identifier that joins nobody; `value` may end in `*`."""

    kind: str
    value: str
    reason: str
    at: datetime
    by: str


def resolve(limner: Limner, kind: str, value: str) -> str | None:
    """Today's customer of an identifier in normal form; None for an unknown one."""
    return resolve_all(limner, [(kind, value)]).get((kind, value))


def resolve_all(limner: Limner, keys: Collection[Key]) -> dict[Key, str]:
    """Today's customers of many identifiers (kind, value) in normal form; unknown ones are left out."""
    wanted = set(keys)
    found: dict[Key, str] = {}
    with limner.store.reading() as session:
        for some in batches(sorted({value for _, value in wanted}), _BATCH):
            rows = session.execute(
                select(Identifier.kind, Identifier.value, Identifier.customer_id).where(
                    Identifier.value.in_(some)
                )
            )
            found.update(
                {(kind, value): name for kind, value, name in rows if (kind, value) in wanted}
            )
    return found


def resolve_text(limner: Limner, written: str) -> str | None:
    """Today's customer whom a text names: any name ever given, any identifier in any spelling."""
    found = resolve_texts(limner, [written])[written]
    return None if found is None else found[1]


def resolve_texts(limner: Limner, texts: Iterable[str]) -> dict[str, tuple[Key, str] | None]:
    """For each text the identifier it names, the surest if there are several, and its customer.

    `kind:value` names exactly one; another text is tried as it is, then in each kind's normal form.
    """
    meant = {text: _meanings(text) for text in set(texts)}
    known = resolve_all(limner, {key for keys in meant.values() for key in keys})
    return {
        text: next(((key, known[key]) for key in keys if key in known), None)
        for text, keys in meant.items()
    }


def _meanings(text: str) -> list[Key]:
    """The identifiers a text may name, the likeliest first."""
    kind, _, rest = text.partition(":")
    exact = [(kind, rest)] if kind in RANK else []
    written = [(kind, text) for kind in KINDS]
    normal = [(kind, form(text)) for kind, form in normalise.KINDS.items()]
    known = [(kind, value) for kind, value in normal if value is not None]
    return list(dict.fromkeys([*exact, *written, *known]))


def name_of(key: Key) -> str:
    """An identifier as a text that names no other one."""
    return f"{key[0]}:{key[1]}"


def identifiers_of(limner: Limner, customer_id: str) -> list[IdentifierCard]:
    """The identifiers of a customer (named by any name ever given), the surest first."""
    today = resolve_text(limner, customer_id)
    if today is None:
        return []
    with limner.store.reading() as session:
        rows = session.scalars(select(Identifier).where(Identifier.customer_id == today)).all()
    rows = sorted(rows, key=lambda row: (RANK[row.kind], row.first_at, row.value))
    return [
        IdentifierCard(
            row.kind, row.value, today, row.source, row.rule, row.first_at, is_name=row is rows[0]
        )
        for row in rows
    ]


def anchors(limner: Limner, customer_id: str) -> list[Key]:
    """Under which identifiers (kind, value) the events of a customer may stand, the surest first."""
    return [
        (card.kind, card.value)
        for card in identifiers_of(limner, customer_id)
        if card.kind != RECORD
    ]


def merges_of(limner: Limner, customer_id: str) -> list[EntryCard]:
    """The log of one customer, whatever it was called, the newest first."""
    cards = identifiers_of(limner, customer_id)
    names = {customer_id, *(card.customer_id for card in cards)}
    names |= {name for card in cards for name in (card.value, name_of((card.kind, card.value)))}
    found: dict[int, IdentityEntry] = {}
    with limner.store.reading() as session:
        for some in batches(sorted(names), _BATCH):
            is_of = or_(IdentityEntry.customer_id.in_(some), IdentityEntry.other_id.in_(some))
            for row in session.scalars(select(IdentityEntry).where(is_of)):
                found[row.entry_id] = row
    return _cards(limner, [found[at] for at in sorted(found, reverse=True)])


def entries(
    limner: Limner, action: str | None = None, before: int | None = None, most: int = 100
) -> list[EntryCard]:
    """The newest entries of the log; `before` is the id to go on from to the next page."""
    wanted = select(IdentityEntry).order_by(IdentityEntry.entry_id.desc()).limit(most)
    if action is not None:
        wanted = wanted.where(IdentityEntry.action == action)
    if before is not None:
        wanted = wanted.where(IdentityEntry.entry_id < before)
    with limner.store.reading() as session:
        rows = session.scalars(wanted).all()
    return _cards(limner, rows)


def _cards(limner: Limner, rows: Sequence[IdentityEntry]) -> list[EntryCard]:
    """Entries as cards: those can be un-merged whose two sides are one customer today."""
    sides = {
        row.entry_id: [[(kind, value) for kind, value in row.evidence.get(side, ())]
                       for side in ("left", "right")]
        for row in rows
        if row.action in JOINING
    }  # fmt: skip
    known = resolve_all(limner, {key for both in sides.values() for side in both for key in side})
    joined = {
        entry_id
        for entry_id, (left, right) in sides.items()
        if {known.get(key) for key in left} & {known.get(key) for key in right} - {None}
    }
    return [
        EntryCard(
            row.entry_id, row.at, row.action, row.customer_id, row.other_id, row.evidence, row.actor,
            row.entry_id in joined,
        )
        for row in rows
    ]  # fmt: skip


def reviews(limner: Limner, status: str | None = "open", most: int = 100) -> list[ReviewCard]:
    """What waits for somebody to say, the likeliest matches first, then the oldest; None for all."""
    order = (IdentityReview.score.desc().nulls_last(), IdentityReview.created_at,
             IdentityReview.review_id)  # fmt: skip
    wanted = select(IdentityReview).order_by(*order).limit(most)
    if status is not None:
        wanted = wanted.where(IdentityReview.status == status)
    with limner.store.reading() as session:
        rows = session.scalars(wanted).all()
    ends = {(row.left_kind, row.left_value) for row in rows}
    ends |= {(row.right_kind, row.right_value) for row in rows}
    known = resolve_all(limner, ends)
    return [
        ReviewCard(
            review_id=row.review_id,
            left=(left := (row.left_kind, row.left_value)),
            right=(right := (row.right_kind, row.right_value)),
            left_customer=known.get(left, row.left_value),
            right_customer=known.get(right, row.right_value),
            reason=row.reason,
            score=row.score,
            evidence=row.evidence,
            status=row.status,
            created_at=row.created_at,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
        )
        for row in rows
    ]


def blocks(limner: Limner) -> list[BlockCard]:
    """The identifiers that join nobody, the newest first."""
    order = (IdentityBlock.at.desc(), IdentityBlock.kind, IdentityBlock.value)
    with limner.store.reading() as session:
        rows = session.scalars(select(IdentityBlock).order_by(*order)).all()
    return [BlockCard(row.kind, row.value, row.reason, row.at, row.by) for row in rows]
