"""What changed in the graph, written to the store's tables in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session

from limner.core.event import stable_id
from limner.store.insert import insert_missing, insert_plain, plain_moment
from limner.store.models import (
    Identifier,
    IdentityBlock,
    IdentityEntry,
    IdentityLink,
    IdentityReview,
)
from limner.unify.nodes import Changes, Key, Link, Node, Review

_IDENTIFIERS: Table = Identifier.__table__  # type: ignore[assignment]
_LINKS: Table = IdentityLink.__table__  # type: ignore[assignment]
_ENTRIES: Table = IdentityEntry.__table__  # type: ignore[assignment]

_NODE = ("kind", "value", "customer_id", "source", "other_sources", "rule", "first_at",
         "is_shadowed")  # fmt: skip
_LINK = ("left_kind", "left_value", "right_kind", "right_value", "rule", "source", "first_at",
         "cut_at")  # fmt: skip
_CHANGED = (
    update(_IDENTIFIERS)
    .where(
        _IDENTIFIERS.c.value == bindparam("of_value"), _IDENTIFIERS.c.kind == bindparam("of_kind")
    )
    .values(
        customer_id=bindparam("customer_id"), other_sources=bindparam("other_sources"),
        first_at=bindparam("first_at"), is_shadowed=bindparam("is_shadowed"),
    )
)  # fmt: skip
_CUT = (
    update(_LINKS)
    .where(
        _LINKS.c.left_value == bindparam("of_left_value"),
        _LINKS.c.left_kind == bindparam("of_left_kind"),
        _LINKS.c.right_value == bindparam("of_right_value"),
        _LINKS.c.right_kind == bindparam("of_right_kind"),
    )
    .values(cut_at=bindparam("cut_at"))
)


def keep(session: Session, changes: Changes) -> None:
    """Write down what changed, in the caller's transaction."""
    connection = session.connection()
    moment = plain_moment(session)
    insert_plain(session, Identifier, _NODE, [
        (*node.key, node.customer.name, node.source,
         "\n".join(node.other_sources), node.rule,
         moment(node.first_at), node.is_shadowed)
        for node in changes.added
    ])  # fmt: skip
    if changes.changed:
        connection.execute(_CHANGED, [_change(node) for node in changes.changed])
    insert_plain(session, IdentityLink, _LINK, [
        (*(one + other if one[::-1] < other[::-1] else other + one), link.rule, link.source,
         moment(link.first_at), None if link.cut_at is None else moment(link.cut_at))
        for one, other, link in changes.tied
    ])  # fmt: skip
    if cut := [_cut(*ends, link) for ends, link in changes.cut.items()]:
        connection.execute(_CUT, cut)
    if changes.entries:
        rows = [
            {"at": e.at, "action": e.action, "customer_id": e.customer_id, "other_id": e.other_id,
             "evidence": e.evidence, "actor": e.actor[:200]}
            for e in changes.entries
        ]  # fmt: skip
        connection.execute(insert(_ENTRIES), rows)
    keep_reviews(session, changes.reviews)
    if changes.blocked:
        rows = [
            {"kind": b.kind, "value": b.value, "reason": b.reason[:300], "at": b.at,
             "by": b.by[:200]}
            for b in changes.blocked
        ]  # fmt: skip
        insert_missing(session, IdentityBlock, rows, IdentityBlock.value)


def keep_reviews(
    session: Session, reviews: Iterable[Review], score: float | None = None
) -> set[str]:
    """Ask about pairs nobody was asked about yet, whatever the answer was; the ids of the new."""
    rows = [
        {
            "review_id": review_id(review.left, review.right),
            "left_kind": review.left[0], "left_value": review.left[1],
            "right_kind": review.right[0], "right_value": review.right[1],
            "reason": review.reason, "score": score, "evidence": review.evidence,
            "status": "open", "created_at": review.at, "decided_at": None, "decided_by": "",
        }
        for review in reviews
    ]  # fmt: skip
    return insert_missing(session, IdentityReview, rows, IdentityReview.review_id)


def review_id(left: Key, right: Key) -> str:
    """The id of the one review of two identifiers, in whichever order they are named."""
    return stable_id("identity-review", *min(left, right), *max(left, right))


def _change(node: Node) -> dict[str, Any]:
    return {
        "of_kind": node.key[0], "of_value": node.key[1], "customer_id": node.customer.name,
        "other_sources": "\n".join(node.other_sources), "first_at": node.first_at,
        "is_shadowed": node.is_shadowed,
    }  # fmt: skip


def _cut(one: Key, other: Key, link: Link) -> dict[str, Any]:
    left, right = sorted((one, other), key=lambda key: key[::-1])
    return {
        "of_left_kind": left[0], "of_left_value": left[1], "of_right_kind": right[0],
        "of_right_value": right[1], "cut_at": link.cut_at,
    }  # fmt: skip
