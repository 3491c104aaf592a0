"""Who is who, now: the book that the worker writes, and what pages and commands ask of it."""

from limner.app.identity.book import Book, Person
from limner.app.identity.deeds import (
    block,
    decide_review,
    merge,
    unblock,
    unmerge,
)
from limner.app.identity.feeding import blocked_by_limner, feed, feed_records, open_reviews
from limner.app.identity.reading import (
    BlockCard,
    EntryCard,
    IdentifierCard,
    ReviewCard,
    anchors,
    blocks,
    entries,
    identifiers_of,
    merges_of,
    resolve,
    resolve_all,
    resolve_text,
    resolve_texts,
    reviews,
)
from limner.app.identity.trust import TrustCard, clear_trust, set_trust, trust_in_force, trust_rules
from limner.unify.nodes import Sighting

__all__ = [
    "BlockCard",
    "Book",
    "EntryCard",
    "IdentifierCard",
    "Person",
    "ReviewCard",
    "Sighting",
    "TrustCard",
    "anchors",
    "block",
    "blocked_by_limner",
    "blocks",
    "clear_trust",
    "decide_review",
    "entries",
    "feed",
    "feed_records",
    "identifiers_of",
    "merge",
    "merges_of",
    "open_reviews",
    "resolve",
    "resolve_all",
    "resolve_text",
    "resolve_texts",
    "reviews",
    "set_trust",
    "trust_in_force",
    "trust_rules",
    "unblock",
    "unmerge",
]
