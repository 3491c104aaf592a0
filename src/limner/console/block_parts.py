"""The parts that conditions are edited in: what is asked of a column, which days, which rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from limner.core.rule import And, Between, Compare, Contains, In, IsNull, Like, Not, Or, Rule, Value
from limner.core.rule_tree import Operator
from limner.understand.tags.span import EVER, Span, Unit
from limner.understand.tags.value import Rows

Joint = Literal["and", "or"]
COMPARED: dict[str, Operator] = {
    "=": "=", "<>": "<>", ">=": ">=", ">": ">", "<=": "<=", "<": "<",
}  # fmt: skip


@dataclass
class Asked:
    """What is asked of a column: an operator and the values it wants.

    `operator`: a key of `COMPARED`, or between, in, not in, contains, lacks, starts, like, known,
    unknown.  A value that is still wanted is None in its place.
    """

    operator: str = ">="
    values: list[Value | None] = field(default_factory=list)

    def rule(self, column: str) -> Rule | None:
        """The condition on a column; None while a value is missing."""
        values = [value for value in self.values if value is not None]
        if self.operator in ("known", "unknown"):
            absent = IsNull(column)
            return absent if self.operator == "unknown" else Not(absent)
        if not values or (self.values[0] is None and self.operator not in ("in", "not in")):
            return None
        if self.operator == "between":
            return Between(column, values[0], values[1]) if len(values) > 1 else None
        if self.operator in ("in", "not in"):
            several = In(column, tuple(values))
            return several if self.operator == "in" else Not(several)
        if self.operator in ("contains", "lacks"):
            piece = Contains(column, str(values[0]))
            return piece if self.operator == "contains" else Not(piece)
        if self.operator in ("starts", "like"):
            return Like(column, str(values[0]) + ("%" if self.operator == "starts" else ""))
        return Compare(column, COMPARED[self.operator], values[0])


def asked_of(rule: Rule) -> tuple[str, Asked] | None:
    """The column of a condition and what is asked of it; None for what no field shows."""
    found = _asked(rule)
    # A field that is empty stands for a value that is missing, so that empty text has no field.
    return None if found is None or "" in found[1].values else found


def _asked(rule: Rule) -> tuple[str, Asked] | None:
    match rule:
        case Compare(column, operator, value):
            return column, Asked(operator, [value])
        case Between(column, low, high):
            return column, Asked("between", [low, high])
        case In(column, values):
            return column, Asked("in", list(values))
        case Not(In(column, values)):
            return column, Asked("not in", list(values))
        case Contains(column, piece):
            return column, Asked("contains", [piece])
        case Not(Contains(column, piece)):
            return column, Asked("lacks", [piece])
        case Like(column, pattern) if pattern[-1:] == "%" and not set("%_") & set(pattern[:-1]):
            return column, Asked("starts", [pattern[:-1]])
        case Like(column, pattern):
            return column, Asked("like", [pattern])
        case IsNull(column):
            return column, Asked("unknown")
        case Not(IsNull(column)):
            return column, Asked("known")
    return None


@dataclass
class When:
    """The days that count: `kind` is ever, days, since, between, today, yesterday, or `this month`."""

    kind: str = "days"
    days: int | None = 90
    since: date | None = None
    until: date | None = None

    def span(self) -> Span | None:
        """The span; None while a number or a day is missing."""
        if self.kind == "ever":
            return EVER
        if self.kind == "days":
            return Span(days=self.days) if self.days and self.days >= 1 else None
        if self.kind == "since":
            return Span(since=self.since) if self.since else None
        if self.kind == "between":
            if self.since is None or self.until is None or self.until < self.since:
                return None
            return Span(since=self.since, until=self.until)
        if self.kind in ("today", "yesterday"):
            return Span(unit="day", back=int(self.kind == "yesterday"))
        which, _, unit = self.kind.partition(" ")
        named: Unit = unit  # type: ignore[assignment]
        return Span(unit=named, back=int(which == "last"))


def when_of(span: Span) -> When:
    """The editable form of a span."""
    if span.days is not None:
        return When("days", span.days)
    if span.unit == "day":
        return When("yesterday" if span.back else "today")
    if span.unit is not None:
        return When(f"{'last' if span.back else 'this'} {span.unit}")
    if span.since is None:
        return When("ever")
    return When("since" if span.until is None else "between", None, span.since, span.until)


@dataclass
class Filter:
    """One condition on the rows that count; `said`: one that no fields show, as it is written."""

    column: str = ""
    test: Asked = field(default_factory=lambda: Asked("="))
    said: Rule | None = None

    def rule(self) -> Rule | None:
        """The condition; None while something is missing."""
        if self.said is not None:
            return self.said
        return self.test.rule(self.column) if self.column else None


@dataclass
class What:
    """Rows that count: a source, or events by name, and the conditions on them, all of which hold."""

    source: str = "orders"
    events: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)

    def rows(self) -> Rows | None:
        """Which rows; None while no event is named."""
        if self.source != "events":
            return Rows(self.source)
        return Rows("events", tuple(self.events)) if self.events else None

    def where(self) -> Rule | None:
        """The conditions that are filled in, as one."""
        return joined("and", [one.rule() for one in self.filters])


def what_of(rows: Rows, where: Rule | None) -> What:
    """The editable form of rows and of the conditions on them."""
    return What(rows.source, list(rows.events), filters_of(where))


def filters_of(where: Rule | None) -> list[Filter]:
    """The editable form of conditions on rows."""
    parts = where.rules if isinstance(where, And) else () if where is None else (where,)
    return [_filter(part) for part in parts]


def _filter(rule: Rule) -> Filter:
    found = asked_of(rule)
    return Filter(*found) if found is not None else Filter(said=rule)


def joined(joint: Joint, rules: Sequence[Rule | None]) -> Rule | None:
    """Some rules as one; what is missing is left out."""
    known = [rule for rule in rules if rule is not None]
    if len(known) < 2:
        return known[0] if known else None
    return And(tuple(known)) if joint == "and" else Or(tuple(known))
