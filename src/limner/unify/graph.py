"""The identity graph: which identifiers are one person, sighting by sighting."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

Key = tuple[str, str]  # kind, value


class Sighting(NamedTuple):
    """Identifiers (kind, value) that were seen together, in normal form, the surest first.

    `at`: when it happened (an event's time).  `rule`: record | event.
    """

    identifiers: tuple[Key, ...]
    source: str
    at: datetime
    rule: str = "event"
