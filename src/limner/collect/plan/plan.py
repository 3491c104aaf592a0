"""The tracking plan: what each event must look like, as JSON Schema, and what a breach leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from limner.core.words import Words

OnBreach = Literal["allow", "warn", "quarantine"]
MODES: tuple[OnBreach, ...] = ("allow", "warn", "quarantine")


class Planned(Protocol):
    """A row of the plan, such as one of the store's `PlannedEvent`."""

    source: str
    event: str
    json_schema: dict[str, Any]
    on_breach: str
    version: int


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing about an event that is not as planned: where (`/products/0/price`), and what."""

    path: str
    message: Words


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the plan says of one event: the breaches, and what they lead to.

    `mode` is `allow` when there is none.  `is_planned` is False when no row is about such an event.
    """

    mode: OnBreach
    breaches: tuple[Breach, ...]
    is_planned: bool


class Plan:
    """The rows of a tracking plan, each schema compiled once.

    `unplanned`: what an event that no row is about leads to, by source; `allow` where it says none.
    """

    def __init__(self, unplanned: Mapping[str, OnBreach] | None = None) -> None:
        self._unplanned = dict(unplanned or {})

    @classmethod
    def load(cls, rows: Iterable[Planned], unplanned: Mapping[str, OnBreach] | None = None) -> Plan:
        """The plan of some rows.

        Raises: `Malformed` for a schema that is none, naming the place.
        """
        return cls(unplanned)

    def judge(self, source: str, type: str, event: str | None, body: bytes) -> Ruling:
        """What the plan says of an event as it came (`Enriched.body`).

        A row for the source goes before one for all (`*`); a `track` is looked up by its event's
        name, then as `track`; other types by their type.
        """
        return Ruling("allow", (), True)
