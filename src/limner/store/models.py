"""The operational state: small, transactional, and written one row at a time.

Every time is UTC.  What is large or analytical belongs in the lake, not here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC moment, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; a naive one is refused rather than guessed."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; store aware times only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as stored, aware again."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Record(DeclarativeBase):
    """A row of the store."""

    type_annotation_map: ClassVar = {datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON}


class User(Record):
    """Someone who signs in to the console; `role` is a key of `govern.roles.ROLES`."""

    __tablename__ = "users"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class AuditEntry(Record):
    """Who did what to what, and when; entries are only ever added."""

    __tablename__ = "audit"
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(300))
    detail: Mapped[dict[str, Any]]


class Consent(Record):
    """One grant or withdrawal for a purpose and channel; the newest one counts."""

    __tablename__ = "consents"
    consent_id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(40))
    is_granted: Mapped[bool]
    at: Mapped[datetime]
    proof: Mapped[str] = mapped_column(String(500))
    __table_args__ = (
        UniqueConstraint("customer_id", "purpose", "channel", "at", name="consents_once"),
        Index("consents_by_channel", "channel", "purpose"),
    )


class Suppression(Record):
    """An address that must never be written to again (complaint, hard bounce, request)."""

    __tablename__ = "suppressions"
    address: Mapped[str] = mapped_column(String(300), primary_key=True)
    reason: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class Campaign(Record):
    """A campaign of Limner's own; `plan` is `act.campaign.CampaignPlan` as JSON."""

    __tablename__ = "campaigns"
    campaign_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    status: Mapped[str] = mapped_column(String(20))  # draft | planned | sending | sent
    plan: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))


class Delivery(Record):
    """One message to one customer of one campaign by one channel: sending twice sends once."""

    __tablename__ = "deliveries"
    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(String(64), index=True)
    customer_id: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))  # claimed | sent | held
    reason: Mapped[str] = mapped_column(String(80), default="")
    receipt: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("campaign_id", "customer_id", "channel", name="deliveries_once"),
        Index("deliveries_by_customer", "customer_id", "at"),
    )


class ImportRun(Record):
    """One import of one file (by content digest) with the counts that must add up."""

    __tablename__ = "import_runs"
    run_id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    file: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    rows_read: Mapped[int]
    rows_kept: Mapped[int]
    rows_quarantined: Mapped[int]
    rows_duplicate: Mapped[int]
    seconds: Mapped[float]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("source", "digest", "kind", name="import_runs_once"),)


class Segment(Record):
    """A named rule over the portrait, alive: its members are computed by each build."""

    __tablename__ = "segments"
    segment: Mapped[str] = mapped_column(String(80), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
