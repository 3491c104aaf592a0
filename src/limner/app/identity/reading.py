"""What pages and commands ask about who is who."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from limner.app.limner import Limner

Key = tuple[str, str]  # kind, value


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
    raise NotImplementedError


def resolve_all(limner: Limner, keys: Collection[Key]) -> dict[Key, str]:
    """Today's customers of many identifiers (kind, value) in normal form; unknown ones are left out."""
    raise NotImplementedError


def resolve_text(limner: Limner, written: str) -> str | None:
    """Today's customer whom a text names: any name ever given, any identifier in any spelling."""
    raise NotImplementedError


def identifiers_of(limner: Limner, customer_id: str) -> list[IdentifierCard]:
    """The identifiers of a customer (named by any name ever given), the surest first."""
    raise NotImplementedError


def anchors(limner: Limner, customer_id: str) -> list[Key]:
    """Under which identifiers (kind, value) the events of a customer may stand, the surest first."""
    raise NotImplementedError


def merges_of(limner: Limner, customer_id: str) -> list[EntryCard]:
    """The log of one customer, whatever it was called, the newest first."""
    raise NotImplementedError


def entries(
    limner: Limner, action: str | None = None, before: int | None = None, most: int = 100
) -> list[EntryCard]:
    """The newest entries of the log; `before` is the id to go on from to the next page."""
    raise NotImplementedError


def reviews(limner: Limner, status: str | None = "open", most: int = 100) -> list[ReviewCard]:
    """What waits for somebody to say, the oldest first; `status` None for all."""
    raise NotImplementedError


def blocks(limner: Limner) -> list[BlockCard]:
    """The identifiers that join nobody, the newest first."""
    raise NotImplementedError
