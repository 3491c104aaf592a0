"""Whether a rule is true of a row, in Python: asked once, or made into a function for asking often.

Both mean the same, and what `limner.core.rule.where` means in an engine.
"""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from limner.core.errors import Malformed
from limner.core.rule_kind import Kind, fitted, is_loose, kind_of
from limner.core.rule_tree import (
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Like,
    Not,
    Operator,
    Or,
    Rule,
    Value,
    unknown,
)

Leaf: TypeAlias = Compare | In | Between | IsNull | Like | Contains
Verdict: TypeAlias = Callable[[Mapping[str, object]], bool | None]
Test: TypeAlias = Callable[[Any], bool]
_TYPES: dict[Kind, tuple[type, ...]] = {
    "number": (int, float), "text": (str,), "truth": (bool,), "day": (date,),
}  # fmt: skip
_OPERATORS: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": operators.eq, "<>": operators.ne, "<": operators.lt, "<=": operators.le,
    ">": operators.gt, ">=": operators.ge,
}  # fmt: skip


def holds(rule: Rule, row: Mapping[str, object]) -> bool | None:
    """Whether a rule is true of a row; None when missing values leave it open.

    Raises: `Unknown` for a column the row does not have, `Malformed` for a value of another type.
    """
    match rule:
        case And(rules):
            return _all(holds(part, row) for part in rules)
        case Or(rules):
            return _not(_all(_not(holds(part, row)) for part in rules))
        case Not(inner):
            return _not(holds(inner, row))
    if rule.column not in row:
        raise unknown(rule.column, row.keys())
    seen = row[rule.column]
    if isinstance(rule, IsNull):
        return seen is None
    if seen is None:
        return None
    kind = kind_of(seen)
    if is_loose(rule.column) and kind != beside_kind(rule):
        return None
    match rule:
        case Compare(column, operator, value):
            return _compared(seen, operator, fitted(column, kind, value))
        case In(column, values):
            compared = [_compared(seen, "=", fitted(column, kind, value)) for value in values]
            return any(compared)
        case Between(column, low, high):
            above = _compared(seen, ">=", fitted(column, kind, low))
            return _compared(seen, "<=", fitted(column, kind, high)) and above
        case Like(column, pattern):
            fitted(column, kind, pattern)
            return is_like(str(seen), pattern)
        case Contains(column, piece):
            return str(fitted(column, kind, piece)) in str(seen)


def compiled(rule: Rule) -> Verdict:
    """A rule as a function of a row that says what `holds` says, for asking often.

    It stops at the first part that settles it, and so may not come to a value of another type.
    Raises: nothing; the function raises as `holds`.
    """
    match rule:
        case And(rules):
            return _settled_by(False, [compiled(part) for part in rules])
        case Or(rules):
            return _settled_by(True, [compiled(part) for part in rules])
        case Not(inner):
            verdict = compiled(inner)
            return lambda row: None if (seen := verdict(row)) is None else not seen
        case IsNull(column):
            return _is_null(column)
    return _tested(rule, _tests(rule))


def beside_kind(rule: Leaf) -> Kind | None:
    """The kind of value that a column is compared with; all of one rule are of one kind."""
    values = _values(rule)
    return kind_of(values[0]) if values else None


def _settled_by(settling: bool, parts: list[Verdict]) -> Verdict:
    def verdict(row: Mapping[str, object]) -> bool | None:
        is_open = False
        for part in parts:
            seen = part(row)
            if seen is settling:
                return settling
            if seen is None:
                is_open = True
        return None if is_open else not settling

    return verdict


def _is_null(column: str) -> Verdict:
    def verdict(row: Mapping[str, object]) -> bool | None:
        try:
            return row[column] is None
        except KeyError:
            raise unknown(column, row.keys()) from None

    return verdict


def _tested(rule: Leaf, tests: Mapping[type, Test]) -> Verdict:
    column = rule.column

    def verdict(row: Mapping[str, object]) -> bool | None:
        try:
            seen = row[column]
        except KeyError:
            raise unknown(column, row.keys()) from None
        if seen is None:
            return None
        test = tests.get(type(seen))
        return holds(rule, row) if test is None else test(seen)

    return verdict


def _tests(rule: Leaf) -> dict[type, Test]:
    """What is asked of a value, by its type; a type that is not here is left to `holds`."""
    kinds = {kind_of(value) for value in _values(rule)}
    if len(kinds) == 1:
        kind = kinds.pop()
        assert kind is not None  # noqa: S101  the tree has no other values
        tests = dict.fromkeys(_TYPES[kind], _test(rule, lambda value: value))
    else:
        tests = {}
    if date not in tests and not isinstance(rule, Like | Contains) and not is_loose(rule.column):
        with suppress(Malformed):  # a value that is no day: `holds` says so when a day comes
            tests[date] = _test(rule, lambda value: fitted(rule.column, "day", value))
    return tests


def _values(rule: Leaf) -> tuple[Value, ...]:
    match rule:
        case Compare(_, _, value):
            return (value,)
        case In(_, values):
            return values
        case Between(_, low, high):
            return low, high
        case Like(_, text) | Contains(_, text):
            return (text,)
    return ()


def _test(rule: Leaf, read: Callable[[Value], Value]) -> Test:
    match rule:
        case Compare(_, operator, value):
            compare, wanted = _OPERATORS[operator], read(value)
            return lambda seen: compare(seen, wanted)
        case In(_, values):
            among = frozenset(read(value) for value in values)
            return lambda seen: seen in among
        case Between(_, low, high):
            least, most = read(low), read(high)
            return lambda seen: least <= seen <= most
        case Like(_, pattern):
            shape = _shape(pattern)
            return lambda seen: shape.fullmatch(seen) is not None
        case Contains(_, piece):
            return lambda seen: piece in seen
    raise AssertionError(rule)


def is_like(text: str, pattern: str) -> bool:
    """Whether a text is of SQL's pattern: `%` any text, `_` one character; case matters."""
    return _shape(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _shape(pattern: str) -> re.Pattern[str]:
    shape = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
    return re.compile(shape, re.DOTALL)


def _all(values: Iterable[bool | None]) -> bool | None:
    seen = list(values)
    if False in seen:
        return False
    return None if None in seen else True


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _compared(seen: object, operator: Operator, value: Value) -> bool:
    return _OPERATORS[operator](seen, value)
