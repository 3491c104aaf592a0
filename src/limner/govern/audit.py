"""Who did what to what, and when: entries are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from limner.store import Store
from limner.store.models import AuditEntry


def record(
    store: Store,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    at: datetime,
) -> None:
    """Add one entry: `action` is a noun and a past participle (`customers.exported`).

    `detail` must hold no password and no personal data that the subject does not name.
    """
    with store.session() as session:
        session.add(entry(actor, action, subject, detail, at))


def entry(
    actor: str, action: str, subject: str, detail: Mapping[str, Any], at: datetime
) -> AuditEntry:
    """An entry to add within a transaction of the caller's, so that deed and entry stand together."""
    return AuditEntry(
        at=at, actor=actor[:200], action=action[:80], subject=subject[:300], detail=dict(detail)
    )


def entries(
    store: Store,
    actor: str | None = None,
    action: str | None = None,
    before: int | None = None,
    most: int = 100,
) -> list[AuditEntry]:
    """The newest entries, at most `most`; `before` is the id to go on from to the next page."""
    wanted = select(AuditEntry).order_by(AuditEntry.entry_id.desc()).limit(most)
    if actor is not None:
        wanted = wanted.where(AuditEntry.actor == actor)
    if action is not None:
        wanted = wanted.where(AuditEntry.action == action)
    if before is not None:
        wanted = wanted.where(AuditEntry.entry_id < before)
    with store.reading() as session:
        return list(session.scalars(wanted))
