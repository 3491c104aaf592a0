"""Cells: what is kept of a customer's events, shared by all definitions that ask the same.

A cell is an account of some column of some rows.  Of a span that never moves (all time, fixed
days) the cell keeps one sum for ever; of spans that move (the last 90 days, this month) it keeps a
sum for each business day, and a view of every span that is read, from which whole days are taken
out and to which they are added as the span moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from limner.core.rule import Rule
from limner.core.rule_kind import Kind
from limner.core.tables import TABLES
from limner.understand.incremental.account import Account, Edges, Extreme, Number
from limner.understand.incremental.course import ActiveDays, Chains
from limner.understand.incremental.ranking import Weights
from limner.understand.tags.source import SOURCES
from limner.understand.tags.span import Span
from limner.understand.tags.value import Rows

# count: rows.  total, known: amounts of a column, and how many there are.  The rest: see account.py.
Kept = Literal[
    "count", "total", "known", "lowest", "highest", "first", "last", "weights", "days", "chain", "seen",
]  # fmt: skip
PRODUCT = ("department", "category", "brand", "is_private_label")  # what the catalogue says of one
LINE = (*TABLES["events"].schema.field("products").type.value_type.names, "list_price", *PRODUCT)


@dataclass(frozen=True, slots=True)
class Pick:
    """Some rows of a source: those for which all rules hold, from a fixed day to another.

    `first`, `last`: proleptic Gregorian ordinals, both included.
    """

    rows: Rows
    rules: tuple[Rule, ...] = ()
    first: int | None = None
    last: int | None = None

    @property
    def is_of_lines(self) -> bool:
        """Whether a row is a line of an event."""
        return SOURCES[self.rows.source].grain == "line"

    @property
    def events(self) -> tuple[str, ...]:
        """The names of its events; none is every name."""
        return self.rows.events or SOURCES[self.rows.source].events

    @property
    def types(self) -> tuple[str, ...]:
        """The types of its events; none is every type."""
        return () if self.rows.events else SOURCES[self.rows.source].types


@dataclass(frozen=True, slots=True)
class Cell:
    """One account of one column of some rows.

    `of` with its kind: the column; `by`: the amount that weighs it, each row 1 without.
    `steps`: of a chain, which rows each of its steps is, then those that must not come between;
    `withins`: within how many microseconds each step but the first.
    """

    pick: Pick
    kept: Kept
    is_daily: bool
    of: str | None = None
    kind: Kind | None = None
    by: str | None = None
    steps: tuple[Pick, ...] = ()
    withins: tuple[int, ...] = ()

    def account(self, n: int) -> Account:
        """The account it keeps; `n`: how many values from the edge, or of the heaviest."""
        match self.kept:
            case "count" | "total" | "known":
                return Number()
            case "lowest" | "highest":
                return Extreme(self.kept == "highest")
            case "first" | "last" | "seen":
                return Edges(n, self.kept != "first")
            case "weights":
                return Weights(n, self.by is None)
            case "days":
                return ActiveDays()
            case "chain":
                return Chains(self.withins)


@dataclass(frozen=True, slots=True)
class Window:
    """The business days of a moving span, or those before them that a trend compares with."""

    span: Span
    is_before: bool = False

    def bounds(self, day: int) -> tuple[int, int]:
        """The first and the last day (ordinals) when it is the end of a day; the last included."""
        as_of = date.fromordinal(day)
        first, last = self.span.before(as_of) if self.is_before else self.span.bounds(as_of)
        assert first is not None  # noqa: S101  a span that moves has a first day
        return first.toordinal(), last.toordinal()

    def next_change(self, day: int, active: list[int]) -> int | None:
        """The next day at whose end another of the `active` days is within, or one is no more.

        Calendar periods are taken to change when they next begin: never too late, at times too early.
        """
        if not active:
            return None
        if self.span.days is not None:
            first, last = self.bounds(day)
            moves = [one + (day - last) for one in active if one > last]  # it comes to be within
            moves += [one - first + 1 + day for one in active if first <= one <= last]
            return min((one for one in moves if one > day), default=None)
        if active[-1] < self.bounds(day)[0]:
            return None
        return self._end(day) + 1

    def _end(self, day: int) -> int:
        """The last day of the calendar period that a day lies in."""
        first, end = self.bounds(day)[0], day
        while self.bounds(end + 1)[0] == first:
            end += 1
        return end
