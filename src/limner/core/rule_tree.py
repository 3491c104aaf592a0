"""The tree of a rule: small frozen nodes, and what is said when a word or value does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal, TypeAlias

from limner.core.errors import Malformed, Unknown

Value: TypeAlias = bool | int | float | str | date
Operator = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class And:
    """True when all are; two rules or more."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True when one is; two rules or more."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class Compare:
    """A column beside a value."""

    column: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    """A column that is one of some values."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A column from `low` to `high`, both included."""

    column: str
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class IsNull:
    """A column that has no value."""

    column: str


@dataclass(frozen=True, slots=True)
class Like:
    """A text column in SQL's pattern: `%` any text, `_` one character; case matters."""

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Contains:
    """A text column that has a piece of text somewhere in it; case matters."""

    column: str
    piece: str


Rule: TypeAlias = And | Or | Not | Compare | In | Between | IsNull | Like | Contains


def columns_of(rule: Rule) -> frozenset[str]:
    """The columns a rule looks at."""
    match rule:
        case And(rules) | Or(rules):
            return frozenset().union(*(columns_of(part) for part in rules))
        case Not(inner):
            return columns_of(inner)
        case _:
            return frozenset({rule.column})


def literal(value: Value) -> str:
    """A value as a rule writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def day(text: str) -> date:
    """The day of an ISO 8601 text, or `Malformed`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Malformed(
            "rule-date", f"{text!r} is not a day; write it as date '2017-12-31'"
        ) from error


def unknown(name: str, columns: Iterable[str], place: str = "") -> Unknown:
    """The error for a word that is no column, with the closest names there are."""
    known = sorted(columns)
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    listed = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {listed}"
    return Unknown("rule-column", f"there is no {name!r}{place}; {hint}")
