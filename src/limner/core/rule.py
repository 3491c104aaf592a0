"""The rule language: a condition on one row, written as people write SQL conditions.

    lifecycle_stage = 'slipping' and revenue_365d > 500
    department_top in ('GROCERY', 'DELI') and not (coupon_share is null)

A rule is a small frozen tree.  It means the same in Python (`holds`) and in an engine (`where`),
with SQL's three values: a comparison with a missing value is neither true nor false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce

import ibis

from limner.core.rule_kind import fitted, kind_of, kind_of_type
from limner.core.rule_text import parse, to_text
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
    columns_of,
    unknown,
)

__all__ = [
    "And", "Between", "Compare", "Contains", "In", "IsNull", "Like", "Not", "Or", "Rule", "Value",
    "columns_of", "holds", "parse", "to_text", "where",
]  # fmt: skip


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
            shape = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
            return re.fullmatch(shape, str(seen), re.DOTALL) is not None
        case Contains(column, piece):
            return str(fitted(column, kind, piece)) in str(seen)


def where(rule: Rule, table: ibis.Table) -> ibis.expr.types.BooleanValue:
    """The rule as an Ibis condition on a table: true exactly for the rows for which it `holds`.

    Raises: `Unknown` for a column the table does not have, `Malformed` for a value of another type.
    """
    match rule:
        case And(rules):
            return reduce(lambda a, b: a & b, [where(part, table) for part in rules])
        case Or(rules):
            return reduce(lambda a, b: a | b, [where(part, table) for part in rules])
        case Not(inner):
            return ~where(inner, table)
    if rule.column not in table.columns:
        raise unknown(rule.column, table.columns)
    seen = table[rule.column]
    kind = kind_of_type(seen.type())
    match rule:
        case IsNull():
            return seen.isnull()
        case Compare(column, operator, value):
            return _compared_in_engine(seen, operator, ibis.literal(fitted(column, kind, value)))
        case In(column, values):
            return seen.isin([fitted(column, kind, value) for value in values])
        case Between(column, low, high):
            return seen.between(fitted(column, kind, low), fitted(column, kind, high))
        case Like(column, pattern):
            return seen.like(fitted(column, kind, pattern))
        case Contains(column, piece):
            return seen.contains(fitted(column, kind, piece))


def _all(values: Iterable[bool | None]) -> bool | None:
    seen = list(values)
    if False in seen:
        return False
    return None if None in seen else True


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _compared(seen: object, operator: Operator, value: Value) -> bool:
    assert isinstance(seen, str | int | float | date)  # noqa: S101  _fitted has refused the rest
    if operator in ("=", "<>"):
        return (seen == value) == (operator == "=")
    if operator in ("<", ">="):
        return (seen < value) == (operator == "<")  # type: ignore[operator]
    return (seen > value) == (operator == ">")  # type: ignore[operator]


def _compared_in_engine(
    seen: ibis.expr.types.Column, operator: Operator, value: ibis.expr.types.Scalar
) -> ibis.expr.types.BooleanValue:
    return {
        "=": seen == value, "<>": seen != value, "<": seen < value,
        "<=": seen <= value, ">": seen > value, ">=": seen >= value,
    }[operator]  # fmt: skip
