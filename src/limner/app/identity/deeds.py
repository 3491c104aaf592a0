"""What people decide about who is who; each deed stands in the identity log and in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from limner.app.identity.book import Book
from limner.app.identity.reading import JOINING, resolve_texts
from limner.app.limner import Limner
from limner.core.errors import Malformed, Rejected, Unknown
from limner.govern import audit
from limner.store.models import (
    Identifier,
    IdentityBlock,
    IdentityEntry,
    IdentityLink,
    IdentityReview,
)
from limner.unify import verdict
from limner.unify.limits import KINDS
from limner.unify.nodes import Block, Entry, Key, Link, Node
from limner.unify.normalise import KINDS as NORMAL

DECISIONS = ("same", "different", "unsure")


def merge(limner: Limner, left: str, right: str, by: str, at: datetime) -> int:
    """Make two customers (each named by any identifier) one; the entry that can be un-merged.

    Raises: `Unknown` for somebody nobody knows, `Rejected` when they are one already, or known by
    blocked identifiers only.
    """
    found = resolve_texts(limner, [left, right])
    keys = []
    for text in (left, right):
        named = found[text]
        if named is None:
            raise Unknown(
                "identity-unknown",
                f"nobody is known as {text!r}; name a customer by any identifier it was seen with",
            )
        keys.append(named[0])
    book = Book(limner)
    with book.writing() as session:
        book.load(session, keys)
        _join(book, keys[0], keys[1], by, at, {})
        _note(session, "customers.merged", keys[0], by, at, {"with": list(keys[1])})
        book.keep(session)
        return session.scalars(select(func.max(IdentityEntry.entry_id))).one() or 0


def unmerge(limner: Limner, entry_id: int, by: str, at: datetime) -> list[str]:
    """Take apart what an entry joined; the names of the customers there are now.

    What each side had goes with it again; later identifiers go with the side that they hang on.
    The same evidence joins the two no more: when it is seen again, somebody is asked.
    Raises: `Unknown` for an entry that is not there, `Rejected` when it joined nothing that is
    still together.
    """
    book = Book(limner)
    with book.writing() as session:
        entry = session.get(IdentityEntry, entry_id)
        if entry is None:
            raise Unknown(
                "identity-entry-unknown",
                f"the identity log has no entry {entry_id}; `limner identity log` lists them",
            )
        left, right = (_keys(entry.evidence.get(side, ())) for side in ("left", "right"))
        if entry.action not in JOINING or not left or not right:
            raise Rejected(
                "identity-not-a-merge", f"entry {entry_id} is {entry.action}; it merged nobody"
            )
        book.load(session, {*left, *right})
        parts = verdict.unmerge(book.graph, left, right, at, by, entry_id)
        if not parts:
            raise Rejected(
                "identity-not-together", f"what entry {entry_id} merged is apart already"
            )
        _note(session, "customers.unmerged", left[0], by, at, {"entry": entry_id})
        return [part.name for part in parts]


def decide_review(
    limner: Limner, review_id: str, decision: str, by: str, at: datetime
) -> str | None:
    """Say of two customers `same`, `different` or `unsure`; the customer they are, when the same.

    `different` keeps them apart: no evidence merges them silently any more; if something has
    merged them meanwhile, they are taken apart.  `unsure` may be decided again.
    Raises: `Unknown` for a review that is not there, `Malformed` for another decision, `Rejected`
    when one side is known by blocked identifiers only.
    """
    if decision not in DECISIONS:
        raise Malformed(
            "review-decision", f"{decision!r} is no decision; say {', '.join(DECISIONS)}"
        )
    book = Book(limner)
    with book.writing() as session:
        review = session.get(IdentityReview, review_id)
        if review is None:
            raise Unknown(
                "review-unknown",
                f"there is no review {review_id!r}; `limner identity review` lists them",
            )
        left: Key = (review.left_kind, review.left_value)
        right: Key = (review.right_kind, review.right_value)
        book.load(session, {left, right})
        nodes = book.graph.nodes
        if missing := next((key for key in (left, right) if key not in nodes), None):
            raise Unknown(
                "review-gone", f"{missing[0]} {missing[1]!r} is not in the graph any more"
            )
        name = None
        if decision == "same":
            if nodes[left].customer is not nodes[right].customer:
                _join(book, left, right, by, at, {"review": review_id})
            name = nodes[left].customer.name
        elif decision == "different":
            _keep_apart(book, nodes[left], nodes[right], by, at, review_id)
        review.status, review.decided_at, review.decided_by = decision, at, by[:200]
        _note(session, "review.decided", left, by, at, {"with": list(right), "decision": decision})
    return name


def block(limner: Limner, kind: str, value: str, reason: str, by: str, at: datetime) -> list[str]:
    """Let an identifier (`value` may end in `*`) join nobody; who is apart now because only it joined them.

    Raises: `Malformed` for a kind that is not there, an empty value or no reason.
    """
    if kind not in KINDS:
        raise Malformed("identity-kind", f"{kind!r} is no kind of identifier: {', '.join(KINDS)}")
    value = value.strip()
    if not value.endswith("*") and kind in NORMAL:
        value = NORMAL[kind](value) or value
    if not value or not reason.strip():
        raise Malformed(
            "identity-block",
            "name an identifier, or its beginning and *, and say why it is blocked",
        )
    book = Book(limner)
    with book.writing() as session:
        book.load(session, _matching(session, kind, value))
        parts = book.graph.block(Block(kind, value, reason, at, by))
        _note(session, "identifier.blocked", (kind, value), by, at, {"apart": len(parts)})
        return [part.name for part in parts]


def unblock(limner: Limner, kind: str, value: str, by: str, at: datetime) -> None:
    """Let an identifier join people again; what it had joined comes together again where limits allow.

    Raises: `Unknown` when it is not blocked.
    """
    book = Book(limner)
    with book.writing() as session:
        found = session.get(IdentityBlock, (kind, value))
        if found is None:
            raise Unknown(
                "identity-not-blocked",
                f"{kind} {value!r} is not blocked; `limner identity block --list` says what is",
            )
        session.delete(found)
        session.flush()
        keys = _matching(session, kind, value)
        book.load(session, {*keys, *_linked(session, keys)})
        book.graph.unblock(kind, value, by, at)
        _note(session, "identifier.unblocked", (kind, value), by, at, {})


def _join(book: Book, left: Key, right: Key, by: str, at: datetime, why: dict[str, Any]) -> None:
    nodes = book.graph.nodes
    if nodes[left].customer is nodes[right].customer:
        raise Rejected(
            "identity-one-already", f"{left[1]!r} and {right[1]!r} are one customer already"
        )
    if verdict.merge(book.graph, nodes[left], nodes[right], at, by, why) is None:
        raise Rejected(
            "identity-blocked",
            "one of the two is known by blocked identifiers only, which join nobody; unblock them first",
        )


def _keep_apart(book: Book, left: Node, right: Node, by: str, at: datetime, review_id: str) -> None:
    """Take two apart who are one, or see to it that they do not become one silently."""
    graph = book.graph
    if left.customer is right.customer:
        verdict.unmerge(graph, [left.key], [right.key], at, by, 0)
    elif right.key not in left.links:
        graph.tie(left, right, Link("hand", by[:80], at, at))
    elif left.links[right.key].cut_at is None:  # it joins nobody, since one of them is blocked
        left.links[right.key].cut_at = at
        graph.changes.cut[left.key, right.key] = left.links[right.key]
    evidence = {"review": review_id, "link": [list(left.key), list(right.key)]}
    names = left.customer.name, right.customer.name
    graph.changes.entries.append(Entry(at, "kept_apart", *names, evidence, by))


def _matching(session: Session, kind: str, value: str) -> set[Key]:
    """The identifiers that a block means."""
    wanted = select(Identifier.value).where(Identifier.kind == kind)
    if value.endswith("*"):
        wanted = wanted.where(Identifier.value.startswith(value[:-1], autoescape=True))
    else:
        wanted = wanted.where(Identifier.value == value)
    return {(kind, found) for found in session.scalars(wanted)}


def _linked(session: Session, keys: set[Key]) -> set[Key]:
    """What is linked with some identifiers."""
    found: set[Key] = set()
    for kind, value in keys:
        for mine, theirs in (("left", "right"), ("right", "left")):
            columns = [getattr(IdentityLink, f"{theirs}_{name}") for name in ("kind", "value")]
            rows = session.execute(
                select(*columns).where(
                    getattr(IdentityLink, f"{mine}_value") == value,
                    getattr(IdentityLink, f"{mine}_kind") == kind,
                )
            )
            found |= {(of, other) for of, other in rows}
    return found


def _keys(pairs: Any) -> list[Key]:
    return [(kind, value) for kind, value in pairs]


def _note(
    session: Session, action: str, key: Key, by: str, at: datetime, detail: dict[str, Any]
) -> None:
    session.add(audit.entry(by, action, f"{key[0]} {key[1]}", detail, at))
