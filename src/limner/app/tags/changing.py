"""Changing tags: drafts, what comes into force, and what goes.

Who runs campaigns answers for them, and brings tags into force alone.  A definition of somebody who
only analyses is approved by somebody else, as long as there is one who may.  At the command line,
where one can do everything anyway, this is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from limner.app.limner import Limner
from limner.app.tags.keeping import (
    KIND,
    all_tags,
    forget,
    is_shipped,
    newest_version,
    reads_of,
    store_ids,
    tag_of,
)
from limner.app.tags.lineage import read_by
from limner.core.errors import Forbidden, Malformed, Rejected
from limner.core.tables import table
from limner.govern.audit import entry as audited
from limner.govern.roles import may
from limner.store.models import STATES, DefinitionVersion, OwnTag, User
from limner.understand.personas.alike import FEATURES as ALIKE
from limner.understand.personas.kmeans import FEATURES as KMEANS
from limner.understand.segments.vocabulary import PORTRAIT
from limner.understand.tags.kind import COMPARED
from limner.understand.tags.order import in_order
from limner.understand.tags.tag import Tag, kinds_of, read_tag, write_tag
from limner.understand.tags.text import check_store

EDIT = "tags.edit"
ANSWERS = "campaigns.edit"  # who has this approves alone
# What scores, stages and groups are made of: without these there is no portrait.
PAINTED = frozenset((
    "recency_days", "orders_90d", "orders_365d", "revenue_90d", "revenue_365d", "shopping_days",
    "gap_days_mean", "gap_days_cv", "revenue_trend", *KMEANS, *ALIKE,
))  # fmt: skip
_TAKEN = frozenset((*table("profiles").schema.names, *PORTRAIT))
_SAID = ("code", "owner", "state", "version")  # what stands beside a definition, not in it


def read_own(limner: Limner, entry: Mapping[str, Any]) -> Tag:
    """The tag that an entry defines, checked against all others; nothing is kept.

    Raises: `Malformed` or `Unknown` naming the field and the word that is wrong, `Rejected` where
    it would read itself in a circle.
    """
    code = str(entry.get("code", ""))
    if is_shipped(code):
        raise Malformed(
            "tag-shipped",
            f"{code!r} is a tag of the catalogue and keeps its meaning; give your own another code",
            "code",
        )
    if code in _TAKEN:
        raise Malformed(
            "tag-code-taken", f"{code!r} is a column of the portrait already; give another code", "code"
        )  # fmt: skip
    tags = {tag.code: tag for tag in all_tags(limner)}
    before = tags.pop(code, None)
    said = {name: value for name, value in entry.items() if name != "version"}
    tag = read_tag(said, kinds_of(tags.values()))
    check_store(tag.value, str(entry["value"]), store_ids(limner))
    if before is not None and COMPARED[before.kind] != COMPARED[tag.kind]:
        _check_unread(limner, code)
    in_order({**{name: reads_of(other) for name, other in tags.items()}, code: reads_of(tag)})
    return tag


def save_tag(limner: Limner, entry: Mapping[str, Any], by: str, at: datetime) -> Tag:
    """Keep a tag of one's own as an entry of the catalogue's form says, in the state it names.

    The version counts up when the meaning, value or kind, of what was in force changes.  While a
    change is a draft or in review, what was approved last stays in force.
    Raises: as `read_own`; `Forbidden` when the writer may not approve it alone.
    """
    tag = read_own(limner, entry)
    with limner.store.session() as session:
        row = session.get(OwnTag, tag.code)
        recorded = newest_version(session, tag.code)
        version = 1 if recorded is None else recorded.version + _is_new(recorded.body, tag)
        if tag.state == "approved" and (
            row is None or row.state != "approved" or row.body != _body(tag)
        ):
            check_approval(session, tag.code, by, by)
        before = None if row is None else row.body.get("value")
        if row is None:
            row = OwnTag(tag=tag.code, created_at=at, created_by=by)
            session.add(row)
        row.body, row.state, row.version = _body(tag), tag.state, version
        row.owner = tag.owner or row.owner or by
        row.updated_at, row.updated_by = at, by
        if tag.state == "approved":
            _record(session, row, by, at)
        detail = {"value": tag.text, "state": tag.state, "version": version, "was": before}
        session.add(audited(by, "tag.saved", tag.code, detail, at))
    return tag_of(limner, tag.code)


def set_state(limner: Limner, code: str, state: str, by: str, at: datetime) -> Tag:
    """Move a tag to another state: draft, review, approved or retired.

    Raises: `Unknown` for no such tag, `Malformed` for no such state, `Forbidden` when the writer
    may not approve it alone, `Rejected` when something reads a tag that is to be retired.
    """
    if state not in STATES:
        raise Malformed(
            "tag-state", f"state is {state!r}; wanted one of {', '.join(STATES)}", "state"
        )
    tag = tag_of(limner, code)
    if state == tag.state:
        return tag
    if is_shipped(code) and state not in ("approved", "retired"):
        raise Rejected(
            "tag-shipped-state", f"{code!r} is the catalogue's: it can be approved or retired"
        )
    if state == "retired":
        _check_unread(limner, code)
    if state == "approved":
        for read in reads_of(tag):
            if tag_of(limner, read).state != "approved":
                raise Rejected(
                    "tag-reads-draft", f"{code!r} reads {read!r}; approve that one first"
                )
    with limner.store.session() as session:
        row = session.get(OwnTag, code)
        if row is None:  # the catalogue's, of which nothing was said before
            row = OwnTag(
                tag=code, body={}, version=tag.version, owner=tag.owner, created_at=at, created_by=by,
                updated_by=by,
            )  # fmt: skip
            session.add(row)
        elif state == "approved" and not is_shipped(code):
            check_approval(session, code, by, row.updated_by)
        row.state, row.updated_at = state, at
        row.updated_by = row.updated_by or by  # who wrote the definition, not who moved it
        if state == "approved" and not is_shipped(code):
            _record(session, row, by, at)
        session.add(audited(by, _DEEDS[state], code, {"was": tag.state}, at))
    return tag_of(limner, code)


_DEEDS = {
    "draft": "tag.drafted", "review": "tag.submitted", "approved": "tag.approved",
    "retired": "tag.retired",
}  # fmt: skip


def retire_tag(limner: Limner, code: str, by: str, at: datetime) -> Tag:
    """Take a tag out of force; it keeps its versions and can be approved again.

    Raises: `Rejected` when something reads it.
    """
    return set_state(limner, code, "retired", by, at)


def drop_tag(limner: Limner, code: str, by: str, at: datetime) -> None:
    """Let a tag of one's own that is not in force go, with what was set by hand of it.

    Raises: `Rejected` for one of the catalogue's, one in force, or one that something reads.
    """
    tag = tag_of(limner, code)
    if is_shipped(code) or tag.state == "approved":
        raise Rejected("tag-in-force", f"{code!r} is in force; retire it first")
    _check_unread(limner, code)
    with limner.store.session() as session:
        forget(session, code)
        session.add(audited(by, "tag.dropped", code, {"value": tag.text}, at))


def may_approve(limner: Limner, code: str, by: str) -> bool:
    """Whether somebody may bring a tag into force as it stands now."""
    with limner.store.reading() as session:
        row = session.get(OwnTag, code)
        return row is None or row.updated_by != by or not _needs_another(session, by)


def check_approval(session: Session, code: str, by: str, author: str) -> None:
    """Refuse that somebody brings into force alone what somebody else should look at.

    Raises: `Forbidden` when `by` wrote it (`author`), may not approve alone, and another may.
    """
    if by == author and _needs_another(session, by):
        raise Forbidden(
            "tag-own-approval",
            f"{by} wrote tag {code!r}, so that somebody else approves it; save it for review "
            "(state: review)",
        )


def _needs_another(session: Session, by: str) -> bool:
    """Whether somebody who signs in does not approve alone, and there is another who may."""
    able = {user.name: user.role for user in session.scalars(select(User)) if may(user.role, EDIT)}
    return by in able and len(able) > 1 and not may(able[by], ANSWERS)


def _check_unread(limner: Limner, code: str) -> None:
    if code in PAINTED:
        raise Rejected(
            "tag-needed", f"stages, groups and RFM are made of {code!r}; it cannot be retired"
        )
    if readers := read_by(limner, code):
        raise Rejected(
            "tag-read", f"{code!r} is read by {', '.join(readers)}; change or retire those first"
        )


def _record(session: Session, row: OwnTag, by: str, at: datetime) -> None:
    if session.get(DefinitionVersion, (KIND, row.tag, row.version)) is None:
        body = {"code": row.tag, **row.body}
        session.add(
            DefinitionVersion(
                kind=KIND,
                code=row.tag,
                version=row.version,
                body=body,
                at=at,
                by=row.updated_by or by,
            )
        )


def _is_new(body: Mapping[str, Any], tag: Tag) -> bool:
    """Whether a tag means something else than a version that was recorded."""
    return body.get("value") != tag.text or body.get("kind") != tag.kind


def _body(tag: Tag) -> dict[str, Any]:
    return {name: value for name, value in write_tag(tag).items() if name not in _SAID}
