"""Which segments hold of a customer, kept up to date with the customer's values.

A segment's rule is a condition on tags and other terms; its terms that are no tags, such as
`count('Email Opened' in last 14 days)`, are read like tags that have no name (`terms_as_tags`).
Segments are asked in such an order that one comes after those it refers to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from limner.core.rule import Rule, Value, columns_of
from limner.core.rule_kind import Kind, is_loose, kind_of
from limner.core.rule_tree import day as read_day
from limner.core.words import Words
from limner.understand.incremental.condition import when_true
from limner.understand.segments.term import InSegment, read_term, terms_of, write_term
from limner.understand.tags.kind import call_kind
from limner.understand.tags.order import in_order
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import Distance, Measured
from limner.understand.tags.value import Sequence as Steps


@dataclass(frozen=True, slots=True)
class Moves:
    """The segments that a customer has come to be in, and those that are no longer theirs."""

    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


NONE = Moves()


def terms_as_tags(rules: Iterable[Rule], tags: Collection[Tag] = ()) -> tuple[Tag, ...]:
    """The measure calls that some rules name, each as a tag whose code is its text."""
    known = {tag.code for tag in tags}
    found: dict[str, Tag] = {}
    for rule in rules:
        for column in sorted(terms_of(rule)):
            term = read_term(column)
            if column not in known and isinstance(term, Measured | Steps | Distance):
                words, kind = Words(column, column), call_kind(term)
                found[column] = Tag(
                    column, words, words, "basic", "", kind, term, "statistical", "live"
                )
    return tuple(found.values())


class Memberships:
    """The rules of some segments, made into one function each.

    `rules`: by the segments' codes, over the names that values have: tags' codes, `traits.NAME`, and
    the spelling of every other term; what `list(...)`, `best(...)` and `lookalike(...)` say comes with
    the values.  A name that has no value is missing.
    Raises: `Rejected` naming the codes of a circle of segments.
    """

    def __init__(self, rules: Mapping[str, Rule], tags: Collection[Tag] = ()) -> None:
        refers = {
            code: [
                term.code for term in map(read_term, columns_of(rule)) if isinstance(term, InSegment)
            ]
            for code, rule in rules.items()
        }  # fmt: skip
        order = in_order(refers)
        days = frozenset(tag.code for tag in tags if tag.kind == "day")
        self.reads = {code: columns_of(rules[code]) for code in order}
        self._ask = {code: _function(rules[code], days) for code in order}
        self._place = {code: place for place, code in enumerate(order)}
        self._asked_by: dict[str, tuple[str, ...]] = {}
        for code in order:
            for column in self.reads[code]:
                self._asked_by[column] = (*self._asked_by.get(column, ()), code)
        self._names = {code: write_term(InSegment(code)) for code in order}

    @property
    def columns(self) -> frozenset[str]:
        """Every name that some rule reads."""
        return frozenset(self._asked_by)

    def of(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The segments that hold of a customer with these values."""
        members: set[str] = set()
        self._asked(values, self._ask, members)
        return frozenset(members)

    def update(self, members: set[str], values: Mapping[str, Any], changed: Iterable[str]) -> Moves:
        """Bring the segments a customer is in up to date, when the values of some names changed.

        `members`: what `of` said of the values before, as a set that may be changed.
        """
        asked_by = self._asked_by
        touched = {code for name in changed if name in asked_by for code in asked_by[name]}
        if not touched:
            return NONE
        return self._asked(values, sorted(touched, key=self._place.__getitem__), members)

    def _asked(self, values: Mapping[str, Any], codes: Iterable[str], members: set[str]) -> Moves:
        entered: list[str] = []
        left: list[str] = []
        queue = list(codes)
        for code in queue:
            try:
                holds = self._ask[code](values, members)
            except (
                TypeError
            ):  # a value from elsewhere is of another kind than the rule's: it is missing
                holds = False
            if holds is (code in members):
                continue
            (entered if holds else left).append(code)
            (members.add if holds else members.discard)(code)
            after = self._asked_by.get(self._names[code])
            if after:  # they come later in the order: none of them was asked too early
                place = self._place[code]
                rest = {*after, *(c for c in queue if self._place[c] > place)}
                done = [c for c in queue if self._place[c] <= place]
                queue[:] = [*done, *sorted(rest, key=self._place.__getitem__)]
        return Moves(tuple(entered), tuple(left)) if entered or left else NONE


class _Scope:
    """What a segment's rule reads: the values, and the segments the customer is in."""

    def __init__(self, days: Collection[str]) -> None:
        self._days = days
        self.names: dict[str, object] = {"as_kind": _as_kind}

    def read(self, column: str, kind: Kind | None = None) -> str:
        term = read_term(column)
        if isinstance(term, InSegment):
            return f"({self.bind(term.code)} in members)"
        found = f"get({self.bind(column)})"
        if is_loose(column) and kind is not None:
            return f"as_kind({found}, {kind!r})"
        return found

    def fit(self, column: str, value: Value) -> object:
        is_day = column in self._days or kind_of(value) == "day"
        return read_day(value) if is_day and isinstance(value, str) else value

    def bind(self, value: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name


def _function(
    rule: Rule, days: Collection[str]
) -> Callable[[Mapping[str, Any], Collection[str]], bool]:
    scope = _Scope(days)
    text = f"def holds(values, members):\n    get = values.get\n    return {when_true(rule, scope)}"
    exec(compile(text, "<segment>", "exec"), scope.names)  # noqa: S102  no word of it is anybody else's
    return scope.names["holds"]  # type: ignore[return-value]


def _as_kind(value: Any, kind: Kind) -> Any:
    return value if kind_of(value) == kind and not isinstance(value, date) else None
