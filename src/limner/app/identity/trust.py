"""Which source is believed for which trait: rules that people change and builds apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from limner.app.limner import Limner


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
    raise NotImplementedError


def set_trust(
    limner: Limner, trait: str, sources: Sequence[str], order: Sequence[str], by: str, at: datetime
) -> None:
    """Say which sources are believed for a trait; the next build applies it.

    Raises: `Malformed` for an order of other words than recent and complete.
    """
    raise NotImplementedError


def clear_trust(limner: Limner, trait: str, by: str, at: datetime) -> None:
    """Take a trait's rule away.

    Raises: `Unknown` when it has none.
    """
    raise NotImplementedError
