"""The operational state: small, transactional, and written one row at a time.

Every time is UTC.  What is large or analytical belongs in the lake, not here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from limner.store.record import Record as Record

# The states of a definition: only what is approved is computed for everybody.
STATES = ("draft", "review", "approved", "retired")


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
    """A segment of people's own: a name and a rule in the segment language, alive until dropped.

    `version` counts up when the rule changes.  `state`: a key of `STATES`.
    """

    __tablename__ = "segments"
    segment: Mapped[str] = mapped_column(String(80), primary_key=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    description_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    description_zh: Mapped[str] = mapped_column(Text, default="", server_default="")
    rule: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200), default="", server_default="")
    state: Mapped[str] = mapped_column(String(20), default="approved", server_default="approved")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime | None]
    updated_by: Mapped[str] = mapped_column(String(200), default="", server_default="")


class OwnTag(Record):
    """A tag of people's own, or their say about one of the catalogue's (its state, its owner).

    `body`: the definition as the catalogue writes it, without code and state; empty for a tag of
    the catalogue whose definition stands.  `version` counts up when the meaning changes.
    `state`: a key of `STATES`.
    """

    __tablename__ = "tags"
    tag: Mapped[str] = mapped_column(String(80), primary_key=True)
    body: Mapped[dict[str, Any]]
    owner: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(200))


class DefinitionVersion(Record):
    """What a tag or a segment said in each of its versions; rows are only ever added.

    `kind`: tag | segment | rfm (the rules of RFM groups).  `body`: the definition as `limner export` writes it.
    """

    __tablename__ = "definition_versions"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))


class TagValue(Record):
    """A tag's value that somebody set by hand for one customer.

    `value`: as JSON writes it, for every kind of tag.  For a tag that is computed this is a
    correction: `was` is what had been computed, and the correction stands until it is dropped.
    """

    __tablename__ = "tag_values"
    tag: Mapped[str] = mapped_column(String(80), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(330), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    was: Mapped[Any] = mapped_column(JSON, nullable=True)
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))


class CustomerList(Record):
    """A list of customers that somebody uploaded; its rows are in the lake's `lists`."""

    __tablename__ = "lists"
    list: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))  # of identifier, a key of `unify.KINDS`, or mixed
    rows: Mapped[int]
    known: Mapped[int]  # rows that are a customer's
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))


class Audience(Record):
    """A segment frozen at a moment, for sending and measuring; its members are in the lake.

    `rule`: what it was made of.  `making`: exclusions, split, sample and seed.  `parts`: how many
    customers each part has.
    """

    __tablename__ = "audiences"
    audience: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date]
    making: Mapped[dict[str, Any]]
    parts: Mapped[dict[str, Any]]
    size: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))


class Source(Record):
    """Where data comes from: a site, an app or a till that sends, or a place that is asked.

    `kind`: `http` for what sends to the tracking API, else a key of `collect.pull.TABLE`.
    `settings`: what the kind needs (address, mapping, interval) and how its events are treated.
    """

    __tablename__ = "sources"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    settings: Mapped[dict[str, Any]]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))


class WriteKey(Record):
    """A key by which a client names its source; it may write events and nothing else."""

    __tablename__ = "write_keys"
    write_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Pull(Record):
    """How far a scheduled source has been read, and how the last time went."""

    __tablename__ = "pulls"
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    cursor: Mapped[dict[str, Any]]
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")  # done | failed
    detail: Mapped[str] = mapped_column(Text, default="")


class PlannedEvent(Record):
    """What the tracking plan says of one event: its JSON Schema, and what a breach leads to.

    `source` is a source's name, or `*` for all; `event` an event's name, or a type such as
    `identify`.  `on_breach`: allow | warn | quarantine.
    """

    __tablename__ = "tracking_plan"
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    event: Mapped[str] = mapped_column(String(200), primary_key=True)
    json_schema: Mapped[dict[str, Any]]
    on_breach: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(200))


class Identifier(Record):
    """An identifier and the customer it belongs to now.

    `other_sources`: which sources besides the first know this account (user ids only), a line each.
    `rule`: what showed it first, record or event.  `is_shadowed`: an identifier of a surer kind
    has the same value, so that as a name it is written with its kind.
    """

    __tablename__ = "identifiers"
    value: Mapped[str] = mapped_column(String(300), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(330), index=True)
    source: Mapped[str] = mapped_column(String(80))
    other_sources: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(String(20))
    first_at: Mapped[datetime]
    is_shadowed: Mapped[bool] = mapped_column(default=False)


class IdentityLink(Record):
    """Two identifiers that something showed to be of one person.

    `cut_at`: since when it does not join them, because people took it back or a limit forbids it.
    The lower pair (value, kind) stands left.  `rule`: record | event | match | hand.
    """

    __tablename__ = "identity_links"
    left_value: Mapped[str] = mapped_column(String(300), primary_key=True)
    left_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    right_value: Mapped[str] = mapped_column(String(300), primary_key=True)
    right_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(80))
    first_at: Mapped[datetime]
    cut_at: Mapped[datetime | None]
    __table_args__ = (Index("identity_links_by_right", "right_value", "right_kind"),)


class IdentityVersion(Record):
    """One row that every change of who is who counts up, so that other processes notice."""

    __tablename__ = "identity_version"
    only: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


class IdentityEntry(Record):
    """One change of who is who; entries are only ever added.

    `action`: merged | unmerged | renamed | refused | blocked | unblocked | kept_apart.
    `evidence`: what led to it, and for a merge the identifiers that each side had.
    """

    __tablename__ = "identity_log"
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[str] = mapped_column(String(330), index=True)
    other_id: Mapped[str] = mapped_column(String(330), default="", index=True)
    evidence: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(String(200))


class IdentityReview(Record):
    """Two identifiers that may be of one person, for somebody to say.

    `reason`: the limit a silent merge would have passed, or `match` with its probability as score.
    `status`: open | same | different | unsure.
    """

    __tablename__ = "identity_reviews"
    review_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    left_kind: Mapped[str] = mapped_column(String(20))
    left_value: Mapped[str] = mapped_column(String(300))
    right_kind: Mapped[str] = mapped_column(String(20))
    right_value: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(40))
    score: Mapped[float | None]
    evidence: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(20), default="open", index=True)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")


class IdentityBlock(Record):
    """An identifier that says nothing about who someone is: a shared device, a staff card, `null`.

    `value` may end in `*`.
    """

    __tablename__ = "identity_blocks"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(300), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(200))


class TrustRule(Record):
    """Which source is believed for a trait; `*` is every trait without a rule of its own.

    `sources`: the most trusted first; `order`: what decides after trust, of recent and complete.
    """

    __tablename__ = "trust_rules"
    trait: Mapped[str] = mapped_column(String(80), primary_key=True)
    sources: Mapped[list[Any]]
    order: Mapped[list[Any]]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(200))
