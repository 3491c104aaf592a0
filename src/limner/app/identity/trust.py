"""Which source is believed for which trait: rules that people change and builds apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from limner.app.limner import Limner
from limner.core.errors import Malformed, Unknown
from limner.govern import audit
from limner.store.models import TrustRule
from limner.unify.golden import ANY_TRAIT, Trust

ORDER = ("recent", "complete")


@dataclass(frozen=True, slots=True)
class TrustCard:
    """For a trait (`*`: all without a rule of their own) the sources, the most trusted first.

    `order`: what decides after trust, of `recent` and `complete`.
    """

    trait: str
    sources: tuple[str, ...]
    order: tuple[str, ...]
    updated_at: datetime
    updated_by: str


def trust_rules(limner: Limner) -> list[TrustCard]:
    """The rules there are, `*` first."""
    with limner.store.reading() as session:
        rows = session.scalars(select(TrustRule)).all()
    return [
        TrustCard(row.trait, tuple(row.sources), tuple(row.order), row.updated_at, row.updated_by)
        for row in sorted(rows, key=lambda row: (row.trait != ANY_TRAIT, row.trait))
    ]


def trust_in_force(limner: Limner) -> dict[str, Trust]:
    """The rules as `unify.golden` takes them."""
    return {card.trait: Trust(card.sources, card.order) for card in trust_rules(limner)}


def set_trust(
    limner: Limner, trait: str, sources: Sequence[str], order: Sequence[str], by: str, at: datetime
) -> None:
    """Say which sources are believed for a trait; the next build applies it.

    `order` may be empty: the most recent record first, then the most complete.
    Raises: `Malformed` for a trait without a name, a source named twice, or an order of other
    words than recent and complete.
    """
    trait, order = trait.strip(), tuple(order) or ORDER
    if not trait or len(trait) > 80:
        raise Malformed("trust-trait", f"{trait!r} names no trait; give a column, a trait or *")
    if wrong := [word for word in order if word not in ORDER] or len(set(order)) < len(order):
        raise Malformed(
            "trust-order", f"the order {', '.join(order)} ({wrong}) is not of recent and complete"
        )
    named = [source.strip() for source in sources if source.strip()]
    if len(set(named)) < len(named):
        raise Malformed("trust-sources", f"a source stands twice in {', '.join(named)}")
    with limner.store.session() as session:
        rule = TrustRule(
            trait=trait, sources=named, order=list(order), updated_at=at, updated_by=by[:200]
        )
        session.merge(rule)
        detail = {"sources": named, "order": list(order)}
        session.add(audit.entry(by, "trust.changed", trait, detail, at))


def clear_trust(limner: Limner, trait: str, by: str, at: datetime) -> None:
    """Take a trait's rule away.

    Raises: `Unknown` when it has none.
    """
    with limner.store.session() as session:
        found = session.get(TrustRule, trait)
        if found is None:
            raise Unknown("trust-unknown", f"there is no rule of trust for {trait!r}")
        session.delete(found)
        session.add(audit.entry(by, "trust.cleared", trait, {}, at))
