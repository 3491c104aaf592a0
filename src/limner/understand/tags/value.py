"""What a tag's value is: the nodes of a definition.

Each is written as one text (`understand.tags.text`): `count(orders in last 90 days)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from limner.core.rule import Rule
from limner.understand.tags.span import EVER, Span


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows are looked at: those of a source, or all events of some names.

    `source`: a key of `SOURCES`.  `events`: names, where the source is `events`; none is every event.
    """

    source: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of rows: `sum(revenue of sales where store_id = '17' in last 90 days)`.

    `measure`: a key of the measures' `TABLE`.  `of`: the column that is measured; `n`: which or how
    many; `by`: what weighs it or divides it.  `where`: the rows that count; `part`: which of those
    a share counts.
    """

    measure: str
    rows: Rows
    of: str | None = None
    n: int | None = None
    by: str | None = None
    where: Rule | None = None
    part: Rule | None = None
    span: Span = EVER


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence: rows for which a rule holds."""

    rows: Rows
    where: Rule | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """How often steps were done one after the other, each within a time of the one before.

    `withins`: one for each step but the first; elapsed time, its end included.  `without`: what
    must not come between two steps.  All of it within the span.

    The count is of last steps: an event completes the sequence when some event that completed it up
    to the step before came earlier (by time, then event_id), not longer ago than `within`, with no
    `without` event between the two.
    """

    steps: tuple[Step, ...]
    withins: tuple[timedelta, ...]
    without: Step | None = None
    span: Span = EVER


@dataclass(frozen=True, slots=True)
class Distance:
    """How far from a place the customer was last seen, in km: the place is a store or a point.

    Great-circle distance on a sphere of 6371.0088 km (haversine), rounded to metres.
    """

    store: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Trait:
    """What the customer's record says under a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Score:
    """What a model of the last build expects; `subject` where it expects several things."""

    model: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """Whatever somebody set."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An SQL expression over other tags, in its one spelling; `reads`: the tags' codes."""

    text: str
    reads: tuple[str, ...]


Value: TypeAlias = Measured | Sequence | Distance | Trait | Score | ByHand | Expression
