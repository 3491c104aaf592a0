"""What expressions over tags can compute: each function in Python and in an engine, one meaning.

Every number is a double, as IEEE 754 has them, so that both compute the same digits; what is too
great for one is missing, and so is what is divided by zero.  A missing value makes what is computed
with it missing, but for `coalesce`, `least` and `greatest`, which pass over it, `is null`, and SQL's
and and or.

`round(x, n)` is half away from zero: `floor(|x| * 10^n + 0.5) / 10^n` with the sign of x.  One day less
another is the number of days between them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from math import floor, isfinite
from typing import Any, Literal

import ibis
from ibis.expr.types import Value as Column

from limner.core.rule_holds import is_like
from limner.core.rule_kind import Kind

# What a function takes, and so gives:
# numbers -> number; texts -> text; truths -> truth; days -> number; searched (texts) -> truth;
# alike (all of one kind) -> that kind; compared (all of one kind) -> truth; ordered: compared, but
# no truths; anything -> truth; difference: numbers, or days -> number.
Takes = Literal[
    "numbers", "texts", "truths", "days", "searched", "alike", "compared", "ordered", "anything",
    "difference",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Function:
    """A function or operator.

    `least` and `most`: how many values it takes (None: any number).  `constants`: how many of the
    last are written down, and given as they are.  `python`: of values none of which is missing, unless it is `open`,
    that is made for missing ones.  `engine`: of Ibis columns.
    """

    takes: Takes
    least: int
    most: int | None
    python: Callable[..., Any]
    engine: Callable[..., Column]
    constants: int = 0
    is_open: bool = False


@ibis.udf.scalar.builtin(name="floor")
def _floor(number: float) -> float:  # type: ignore[empty-body]
    """The engine's own function; Ibis's would make it a whole number of 64 bits."""


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


@ibis.udf.scalar.builtin(name="isfinite")
def _is_finite(number: float) -> bool:  # type: ignore[empty-body]
    """The engine's own function."""


def _finite_in_engine(number: Column) -> Column:
    """Names the number once: an engine writes out `nullif` and `case` with all that they name twice,
    so that a sum of ten tags would be longer than it can plan.
    """
    return ibis.array([number]).filter(_is_finite)[0]


def _subtracted(a: Any, b: Any) -> float | None:
    return float((a - b).days) if isinstance(a, date) else _finite(a - b)


def _subtracted_in_engine(a: Column, b: Column) -> Column:
    if a.type().is_date() or b.type().is_date():
        return a.delta(b, unit="day").cast("float64")
    return _finite_in_engine(a - b)


def _rounded(number: float, digits: int = 0) -> float | None:
    scale = 10.0**digits
    most = abs(number) * scale + 0.5
    if not isfinite(most):
        return None
    found = float(floor(most)) / scale
    return 0 - found if number < 0 else found


def _rounded_in_engine(number: Column, digits: int = 0) -> Column:
    scale = 10.0**digits
    found = _floor(_finite_in_engine(number.abs() * scale + 0.5)) / scale
    return 0 - (0 - number).sign() * found  # so that nothing becomes -0


def _every(*values: bool | None) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _either(*values: bool | None) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _between(value: Any, low: Any, high: Any) -> bool | None:
    if value is None:
        return None
    return _every(None if low is None else low <= value, None if high is None else value <= high)


def _known(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _picked(pick: Callable[[Sequence[Any]], Any]) -> Callable[..., Any]:
    """The value picked among those that are not missing; missing when all are."""
    return lambda *values: pick(known) if (known := _known(values)) else None


def _nullif(value: Any, other: Any) -> Any:
    return None if value is not None and value == other else value


def _compared(compare: Callable[[Any, Any], Any]) -> Function:
    return Function("ordered", 2, 2, compare, compare)


FUNCTIONS: dict[str, Function] = {
    "+": Function("numbers", 2, 2, lambda a, b: _finite(a + b), lambda a, b: _finite_in_engine(a + b)),
    "-": Function("difference", 2, 2, _subtracted, _subtracted_in_engine),
    "*": Function("numbers", 2, 2, lambda a, b: _finite(a * b), lambda a, b: _finite_in_engine(a * b)),
    "/": Function(
        "numbers", 2, 2, lambda a, b: None if b == 0 else _finite(a / b),
        lambda a, b: _finite_in_engine(a / b),  # by zero it is infinite, or no number
    ),
    "||": Function("texts", 2, 2, operator.add, operator.add),
    "negative": Function("numbers", 1, 1, lambda a: 0 - a, lambda a: 0 - a),
    "abs": Function("numbers", 1, 1, abs, lambda a: a.abs()),
    "round": Function("numbers", 1, 2, _rounded, _rounded_in_engine, constants=1),
    "year": Function("days", 1, 1, lambda d: float(d.year), lambda d: d.year().cast("float64")),
    "month": Function("days", 1, 1, lambda d: float(d.month), lambda d: d.month().cast("float64")),
    "day": Function("days", 1, 1, lambda d: float(d.day), lambda d: d.day().cast("float64")),
    "=": Function("compared", 2, 2, operator.eq, operator.eq),
    "<>": Function("compared", 2, 2, operator.ne, operator.ne),
    "<": _compared(operator.lt),
    "<=": _compared(operator.le),
    ">": _compared(operator.gt),
    ">=": _compared(operator.ge),
    "between": Function(
        "ordered", 3, 3, _between, lambda a, low, high: a.between(low, high), is_open=True
    ),
    "in": Function("compared", 2, None, lambda a, *among: a in among, lambda a, *among: a.isin(among)),
    "like": Function("searched", 2, 2, is_like, lambda a, pattern: a.like(pattern), constants=1),
    "contains": Function("searched", 2, 2, lambda a, piece: piece in a, lambda a, piece: a.contains(piece)),
    "not": Function("truths", 1, 1, operator.not_, lambda a: ~a),
    "and": Function("truths", 2, None, _every, lambda *of: reduce(operator.and_, of), is_open=True),
    "or": Function("truths", 2, None, _either, lambda *of: reduce(operator.or_, of), is_open=True),
    "is null": Function("anything", 1, 1, lambda a: a is None, lambda a: a.isnull(), is_open=True),
    "coalesce": Function("alike", 2, None, _picked(lambda known: known[0]), ibis.coalesce, is_open=True),
    "nullif": Function("alike", 2, 2, _nullif, lambda a, b: a.nullif(b), is_open=True),
    "least": Function("alike", 2, None, _picked(min), ibis.least, is_open=True),
    "greatest": Function("alike", 2, None, _picked(max), ibis.greatest, is_open=True),
}  # fmt: skip


def kind_given(takes: Takes, kinds: Sequence[Kind | None]) -> Kind | None:
    """The kind that a function gives, of values of such kinds; None where that is not known yet."""
    if takes in ("numbers", "days", "difference"):
        return "number"
    if takes == "texts":
        return "text"
    if takes == "alike":
        return next((kind for kind in kinds if kind is not None), None)
    return "truth"


def kind_wanted(takes: Takes, kinds: Sequence[Kind | None], at: int) -> tuple[Kind, ...]:
    """The kinds that a function's value may be of, at a place among its values of such kinds."""
    fixed = _FIXED.get(takes)
    if fixed is not None:
        return fixed
    if takes == "anything":
        return _ALL
    first = next((kind for kind in kinds[:at] if kind is not None), None)
    return (first,) if first is not None else _FIRST.get(takes, _ALL)


_ALL: tuple[Kind, ...] = ("number", "text", "truth", "day")
_FIXED: dict[Takes, tuple[Kind, ...]] = {
    "numbers": ("number",), "texts": ("text",), "searched": ("text",), "truths": ("truth",),
    "days": ("day",),
}  # fmt: skip
_FIRST: dict[Takes, tuple[Kind, ...]] = {
    "ordered": ("number", "text", "day"), "difference": ("number", "day"),
}  # fmt: skip
