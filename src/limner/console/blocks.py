"""A segment's rule as blocks that one edits: a tree of groups and conditions, also half filled in.

Every block says the rule it stands for, or nothing while something is still missing; `blocks_of`
makes the blocks of a rule, all of it: what no editor can show stays in its place, as text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

from limner.console.block_parts import (
    Asked,
    Filter,
    Joint,
    What,
    When,
    asked_of,
    filters_of,
    joined,
    what_of,
    when_of,
)  # fmt: skip
from limner.core.rule import And, Compare, Not, Or, Rule
from limner.understand.segments.term import (
    Best,
    InList,
    InSegment,
    Lookalike,
    TagTerm,
    read_term,
    write_term,
)  # fmt: skip
from limner.understand.tags.measure import TABLE
from limner.understand.tags.value import Distance, Measured, Step, Trait
from limner.understand.tags.value import Sequence as Sequel

UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}


@dataclass
class Attribute:
    """A tag, a trait or another column of the portrait."""

    column: str = ""
    test: Asked = field(default_factory=Asked)

    def rule(self) -> Rule | None:
        """The rule; None while something is missing."""
        return self.test.rule(self.column) if self.column else None


@dataclass
class Behaviour:
    """A measure of events: how often, how much, the average, how long ago."""

    measure: str = "count"
    what: What = field(default_factory=What)
    of: str = ""
    n: int | None = None
    by: str = ""
    part: list[Filter] = field(default_factory=list)
    when: When = field(default_factory=When)
    test: Asked = field(default_factory=lambda: Asked(">=", [1]))

    def term(self) -> str | None:
        """The measure as rules name it; None while something is missing."""
        rows, span, takes = self.what.rows(), self.when.span(), TABLE[self.measure].takes
        part = joined("and", [one.rule() for one in self.part]) if "part" in takes else None
        if rows is None or span is None:
            return None
        value = Measured(
            self.measure, rows, (self.of or None) if "of" in takes else None,
            self.n if "n" in takes else None, (self.by or None) if "by" in takes else None,
            self.what.where(), part, span,
        )  # fmt: skip
        given = {"of": value.of, "by": value.by, "n": value.n, "part": part,
                 "span": span if span.moves else None}  # fmt: skip
        if any(given[need] is None for need in TABLE[self.measure].needs):
            return None
        return write_term(value)

    def rule(self) -> Rule | None:
        """The rule; None while something is missing."""
        term = self.term()
        return self.test.rule(term) if term else None


@dataclass
class Path:
    """Steps one after the other, each within a time; nothing of `without` between them."""

    steps: list[What] = field(default_factory=lambda: [What("events"), What("orders")])
    withins: list[tuple[int | None, str]] = field(default_factory=lambda: [(3, "days")])
    without: What | None = None
    when: When = field(default_factory=When)
    test: Asked = field(default_factory=lambda: Asked(">=", [1]))

    def rule(self) -> Rule | None:
        """The rule; None while something is missing."""
        rows, span = [step.rows() for step in self.steps], self.when.span()
        known = [step for step in rows if step is not None]
        if len(known) < len(rows) or span is None or any(not many for many, _ in self.withins):
            return None
        steps = tuple(Step(row, step.where()) for row, step in zip(known, self.steps, strict=True))
        withins = tuple((many or 1) * UNITS[unit] for many, unit in self.withins)
        between = self.without.rows() if self.without else None
        if self.without is not None and between is None:
            return None
        without = Step(between, self.without.where()) if self.without and between else None
        return self.test.rule(write_term(Sequel(steps, withins, without, span)))


@dataclass
class Belongs:
    """In a segment, or on a list, or not."""

    kind: Literal["segment", "list"] = "segment"
    code: str = ""
    is_in: bool = True

    def rule(self) -> Rule | None:
        """The rule; None while nothing is chosen."""
        if not self.code:
            return None
        term = InSegment(self.code) if self.kind == "segment" else InList(self.code)
        return Compare(write_term(term), "=", self.is_in)


@dataclass
class Ranked:
    """Among the best or the worst by a figure: so many customers, or a share of them in per cent."""

    by: str = ""
    many: float | None = 10
    is_share: bool = True
    is_worst: bool = False
    is_in: bool = True

    def rule(self) -> Rule | None:
        """The rule; None while something is missing."""
        amount = _amount(self.many, self.is_share)
        if not self.by or amount is None:
            return None
        return Compare(write_term(Best(*amount, self.by, self.is_worst)), "=", self.is_in)


@dataclass
class Alike:
    """Like the members of a segment: so many customers, or a share of all in per cent."""

    seed: str = ""
    many: float | None = 5
    is_share: bool = True
    is_in: bool = True

    def rule(self) -> Rule | None:
        """The rule; None while something is missing."""
        amount = _amount(self.many, self.is_share)
        if not self.seed or amount is None:
            return None
        return Compare(write_term(Lookalike(self.seed, *amount)), "=", self.is_in)


@dataclass
class Near:
    """So far from a store, or from a point on the map, when last seen."""

    store: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_point: bool = False
    test: Asked = field(default_factory=lambda: Asked("<=", [5]))

    def rule(self) -> Rule | None:
        """The rule; None while something is missing."""
        if not self.is_point:
            return self.test.rule(write_term(Distance(store=self.store))) if self.store else None
        if self.latitude is None or self.longitude is None:
            return None
        place = Distance(latitude=float(self.latitude), longitude=float(self.longitude))
        return self.test.rule(write_term(place))


@dataclass
class AsText:
    """A part of a rule that only the text can show."""

    said: Rule

    def rule(self) -> Rule | None:
        """The rule."""
        return self.said


@dataclass
class Group:
    """Blocks of which all (`and`) or one (`or`) must hold; `is_not` turns it round."""

    joint: Joint = "and"
    parts: list[Block] = field(default_factory=list)
    is_not: bool = False

    def rule(self) -> Rule | None:
        """The rule of the parts that are filled in; None while none is."""
        found = joined(self.joint, [part.rule() for part in self.parts])
        return Not(found) if found is not None and self.is_not else found

    def is_whole(self) -> bool:
        """Whether no part of it is half filled in."""
        return all(
            part.is_whole() if isinstance(part, Group) else part.rule() is not None
            for part in self.parts
        )


Condition: TypeAlias = Attribute | Behaviour | Path | Belongs | Ranked | Alike | Near | AsText
Block: TypeAlias = Condition | Group


def blocks_of(rule: Rule | None) -> Group:
    """The blocks of a rule; its outermost group."""
    if rule is None:
        return Group()
    block = _block(rule)
    return block if isinstance(block, Group) else Group("and", [block])


def _block(rule: Rule) -> Block:
    match rule:
        case And(rules):
            return Group("and", [_block(part) for part in rules])
        case Or(rules):
            return Group("or", [_block(part) for part in rules])
    found = asked_of(rule)
    if found is None and isinstance(rule, Not):
        inside = _block(rule.rule)
        if isinstance(inside, Group) and not inside.is_not:
            return Group(inside.joint, inside.parts, is_not=True)
        return Group("and", [inside], is_not=True)
    block = _condition(*found) if found else None
    return block if block is not None and block.rule() == rule else AsText(rule)


def _condition(column: str, test: Asked) -> Condition | None:
    """The block of one condition; None for what no editor shows."""
    term = read_term(column)
    is_true = test.operator == "=" and test.values[:1] == [True]
    is_truth = is_true or (test.operator == "=" and test.values[:1] == [False])
    match term:
        case TagTerm() | Trait():
            return Attribute(column, test)
        case Measured():
            return Behaviour(
                term.measure, what_of(term.rows, term.where), term.of or "", term.n, term.by or "",
                filters_of(term.part), when_of(term.span), test,
            )  # fmt: skip
        case Sequel():
            steps = [what_of(step.rows, step.where) for step in term.steps]
            without = what_of(term.without.rows, term.without.where) if term.without else None
            withins = [_within(time) for time in term.withins]
            return Path(steps, withins, without, when_of(term.span), test)
        case Distance(store, latitude, longitude):
            return Near(store or "", latitude, longitude, store is None, test)
        case InSegment(code) if is_truth:
            return Belongs("segment", code, is_true)
        case InList(name) if is_truth:
            return Belongs("list", name, is_true)
        case Best(n, share, by, is_worst) if is_truth:
            return Ranked(by, _many(n, share), share is not None, is_worst, is_true)
        case Lookalike(seed, n, share) if is_truth:
            return Alike(seed, _many(n, share), share is not None, is_true)
    return None


def _within(time: timedelta) -> tuple[int | None, str]:
    unit = next(unit for unit, one in UNITS.items() if time % one == timedelta(0))
    return time // UNITS[unit], unit


def _amount(many: float | None, is_share: bool) -> tuple[int | None, float | None] | None:
    if many is None or many <= 0:
        return None
    if not is_share:
        return int(many), None
    return (None, round(many / 100, 8)) if many <= 100 else None


def _many(n: int | None, share: float | None) -> float:
    return float(n) if n is not None else round((share or 0.0) * 100, 6)


# What can be added, in the order in which it is offered.
NEW: dict[str, Callable[[], Block]] = {
    "attribute": Attribute,
    "behaviour": Behaviour,
    "path": Path,
    "segment": Belongs,
    "list": lambda: Belongs("list"),
    "ranked": Ranked,
    "alike": Alike,
    "near": Near,
    "group": lambda: Group("or", [Attribute(), Attribute()]),
}
