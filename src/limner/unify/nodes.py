"""What the identity graph is made of: identifiers, the links between them, and customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from limner.unify.limits import KINDS, RANK

Key = tuple[str, str]  # kind, value
_PREFIXES = tuple(f"{kind}:" for kind in KINDS)


class Sighting(NamedTuple):
    """Identifiers (kind, value) that were seen together, in normal form, the surest first.

    `at`: when it happened (an event's time).  `rule`: record | event.
    """

    identifiers: tuple[Key, ...]
    source: str
    at: datetime
    rule: str = "event"


class Link:
    """What showed two identifiers to be of one person; since `cut_at` it joins them no more."""

    __slots__ = ("cut_at", "first_at", "rule", "source")

    def __init__(
        self, rule: str, source: str, first_at: datetime, cut_at: datetime | None = None
    ) -> None:
        self.rule = rule
        self.source = source
        self.first_at = first_at
        self.cut_at = cut_at


class Node:
    """An identifier, with all its links by the other end's key."""

    __slots__ = (
        "customer", "first_at", "is_shadowed", "key", "links", "other_sources", "rank", "rule",
        "source",
    )  # fmt: skip

    def __init__(
        self,
        key: Key,
        source: str,
        rule: str,
        first_at: datetime,
        other_sources: Iterable[str] = (),
        is_shadowed: bool = False,
    ) -> None:
        self.key = key
        self.rank = RANK[key[0]]
        self.source = source
        self.rule = rule
        self.first_at = first_at
        self.other_sources = tuple(other_sources)
        self.is_shadowed = is_shadowed
        self.links: dict[Key, Link] = {}
        self.customer: Customer

    @property
    def name(self) -> str:
        """What a customer is called whose surest identifier this is."""
        return name_of(self.key, self.is_shadowed)

    @property
    def order(self) -> tuple[int, datetime, str]:
        """The lowest in a customer names it: the surest kind, then the earliest, then by value."""
        return self.rank, self.first_at, self.key[1]


def name_of(key: Key, is_shadowed: bool) -> str:
    """The value; with its kind where a surer kind has the same value, so that names are unique."""
    kind, value = key
    return f"{kind}:{value}" if is_shadowed or value.startswith(_PREFIXES) else value


class Customer:
    """The identifiers of one person, named by the surest of them."""

    __slots__ = ("accounts", "best", "counts", "members", "name")

    def __init__(self, members: list[Node], name: str | None = None) -> None:
        self.members = members
        self.best = members[0] if len(members) == 1 else min(members, key=lambda n: n.order)
        self.name = self.best.name if name is None else name
        self.counts: dict[str, int] = {}
        self.accounts: dict[str, int] = {}
        for node in members:
            node.customer = self
            self.count(node)

    def count(self, node: Node) -> None:
        """Take a member into the counts by kind, and an account into those by source."""
        kind = node.key[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "user_id":
            for source in (node.source, *node.other_sources):
                self.accounts[source] = self.accounts.get(source, 0) + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of who is who, for the log."""

    at: datetime
    action: str
    customer_id: str
    other_id: str
    evidence: dict[str, Any]
    actor: str = "limner"


@dataclass(frozen=True, slots=True)
class Review:
    """Two identifiers whose customers may be one, for somebody to say."""

    left: Key
    right: Key
    reason: str
    evidence: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """An identifier that joins nobody; `value` may end in `*`."""

    kind: str
    value: str
    reason: str
    at: datetime
    by: str


@dataclass(slots=True)
class Changes:
    """What became of the graph since it was asked last."""

    added: list[Node] = field(default_factory=list)
    changed: set[Node] = field(default_factory=set)
    tied: list[tuple[Key, Key, Link]] = field(default_factory=list)
    cut: dict[tuple[Key, Key], Link] = field(default_factory=dict)  # cut, or joining again
    entries: list[Entry] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    blocked: list[Block] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(
            (
                self.added,
                self.changed,
                self.tied,
                self.cut,
                self.entries,
                self.reviews,
                self.blocked,
            )
        )


def as_json(keys: Iterable[Key]) -> list[list[str]]:
    """Identifiers as evidence holds them."""
    return sorted([kind, value] for kind, value in keys)
