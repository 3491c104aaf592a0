"""What a cleaning rule is: read from a mapping, checked, and turned into SQL over one column.

A column's rules work in four steps, whatever the order in which they are written: its values are
rewritten row by row, amounts are brought into one currency, outliers are found, and what is missing
is filled.  Only the last two look at the whole file, and at what its rows themselves say: neither
a filled value nor a capped one makes a group or a fence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from limner.collect.values import number_of_text
from limner.core.errors import Malformed
from limner.core.words import Words

# What a rule learned from the whole file, as JSON can hold it; a replay is given it again.
Found = Mapping[str, Any]
NOTHING: Found = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """How the mapping reads what a file says."""

    currency: str = "USD"
    is_day_first: bool = False
    is_decimal_comma: bool = False

    def number(self, x: str) -> str:
        """SQL of the number that a text says; NULL when it says none."""
        return number_of_text(x, self.is_decimal_comma)

    def shown(self, n: str) -> str:
        """SQL of a number as a text that is read as that number again."""
        mark = "," if self.is_decimal_comma else "."
        return let(
            n,
            "CASE WHEN {v} = trunc({v}) AND abs({v}) < 1e15 THEN {v}::BIGINT::VARCHAR"
            f" ELSE replace({{v}}::VARCHAR, '.', '{mark}') END",
        )


def let(value: str, body: str) -> str:
    """SQL of a body in which `{v}` is a value that is computed once."""
    return f"list_transform([{value}], lambda v: {body.format(v='v')})[1]"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A new value from the value of the same row.

    `write(x, reading, found)`: SQL of the new text.  `refuses(x, reading, found)`: SQL of when a
    value cannot be taken, for which `code` and `reason` stand in the quarantine.  `look(x)`: SQL of
    a struct of what the rule wants to know of the whole file first, `told` that in a sentence.
    `results`: what the rule itself may write.  `is_settled`: whether it leaves alone what it wrote.
    """

    write: Callable[[str, Reading, Found], str]
    refuses: Callable[[str, Reading, Found], str] | None = None
    code: str = ""
    reason: str = ""
    look: Callable[[str], str] | None = None
    told: Callable[[Found, Reading], str] | None = None
    results: tuple[str, ...] = ()
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """Amounts of a row brought into one currency, by the rates that the rule gives.

    The rule stands with the column of currency codes.  `rates`: how much of `to` one unit is worth.
    """

    to: str
    rates: Mapping[str, float]
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """Where a column's outliers begin, and what becomes of them.

    `how`: `range` (from `low` to `high`), `iqr` (so many interquartile ranges beyond the quartiles)
    or `mad` (so many median absolute deviations from the median), the last two per group of `by`.
    """

    how: Literal["range", "iqr", "mad"]
    then: Literal["flag", "cap", "quarantine"]
    low: float | None = None
    high: float | None = None
    width: float = 0.0
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """What stands in for a missing value.

    `how`: `leave`, `default` (the `value`), `median` or `mode` (of the column, per group of `by`), or
    `column` (what column `by` says in the same row).
    """

    how: Literal["leave", "default", "median", "mode", "column"]
    value: str = ""
    by: str | None = None


Step = Rewrite | Exchange | Fence | Fill


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of rule: its name in a mapping, and how its argument is read.

    `read(argument, where)` raises `Malformed` for an argument that says nothing.  `example`: an
    argument that a mapping may give.
    """

    name: str
    words: Words
    example: object
    read: Callable[[object, str], Step]


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule for one column, with its argument as it is written."""

    column: str
    rule: str
    argument: object
    step: Step = field(compare=False, repr=False)

    def as_plain(self) -> object:
        """The clause as it stands in a mapping."""
        return self.rule if self.argument is None else {self.rule: self.argument}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the clause speaks of."""
        if isinstance(self.step, Exchange):
            return (self.column, *self.step.amounts)
        if isinstance(self.step, Fence | Fill) and self.step.by is not None:
            return (self.column, self.step.by)
        return (self.column,)

    @property
    def is_guessing(self) -> bool:
        """Whether it may put a value into a row that the row does not say."""
        if isinstance(self.step, Fill):
            return self.step.how != "leave"
        return isinstance(self.step, Fence) and self.step.then == "cap"


def wrong(where: str, seen: object, wanted: str) -> Malformed:
    """The error for a rule's argument, naming where it stands, what it is and what it may be."""
    return Malformed("clean-rule", f"{where} is {seen!r}; {wanted}")


def only_keys(argument: object, known: tuple[str, ...], where: str) -> dict[str, object]:
    """A rule's argument with named parts, of which none is unknown.

    Raises: `Malformed` naming the part.
    """
    if not isinstance(argument, dict):
        raise wrong(where, argument, f"write its parts, of {', '.join(known)}")
    for key in argument:
        if key not in known:
            raise Malformed("clean-rule", f"{where} has {key!r}; it may have {', '.join(known)}")
    return argument


def number(value: object, where: str, wanted: str) -> float:
    """A number of a rule's argument.

    Raises: `Malformed` when it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise wrong(where, value, wanted)
    return float(value)
