"""The rule language: a condition on one row, written as people write SQL conditions.

    lifecycle_stage = 'slipping' and revenue_365d > 500
    department_top in ('GROCERY', 'DELI') and not (coupon_share is null)

A rule is a small frozen tree.  It means the same in Python (`holds`, `compiled`) and in an engine
(`where`), with SQL's three values: a comparison with a missing value is neither true nor false.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import and_, or_

import ibis

from limner.core.rule_holds import beside_kind, compiled, holds
from limner.core.rule_kind import Kind, fitted, is_loose, kind_of_type
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
    "columns_of", "compiled", "holds", "in_engine", "parse", "to_text", "where",
]  # fmt: skip


# How the engine is asked for a column, with the kind of value it is compared with (None where any
# will do, as for is null).
Columns = Callable[[str, "Kind | None"], ibis.expr.types.Column]


def where(
    rule: Rule, table: ibis.Table, columns: Columns | None = None
) -> ibis.expr.types.BooleanValue:
    """The rule as an Ibis condition on a table: true exactly for the rows for which it `holds`.

    `columns` gives the column of a term where it is not the table's own of that name: a property is
    another column beside text than beside a number.
    Raises: `Unknown` for a column the table does not have, `Malformed` for a value of another type.
    """
    match rule:
        case And(rules):
            return _joined(and_, [where(part, table, columns) for part in rules])
        case Or(rules):
            return _joined(or_, [where(part, table, columns) for part in rules])
        case Not(inner):
            return ~where(inner, table, columns)
    beside = beside_kind(rule)
    if columns is not None:
        seen = columns(rule.column, beside)
    elif rule.column not in table.columns:
        raise unknown(rule.column, table.columns)
    else:
        seen = table[rule.column]
    kind = kind_of_type(seen.type())
    if is_loose(rule.column) and beside is not None and kind != beside:
        return ibis.null("boolean")
    match rule:
        case IsNull():
            return seen.isnull()
        case Compare(column, operator, value):
            return _compared_in_engine(seen, operator, in_engine(fitted(column, kind, value)))
        case In(column, values):
            return seen.isin([in_engine(fitted(column, kind, value)) for value in values])
        case Between(column, low, high):
            ends = (in_engine(fitted(column, kind, value)) for value in (low, high))
            return seen.between(*ends)
        case Like(column, pattern):
            return seen.like(fitted(column, kind, pattern))
        case Contains(column, piece):
            return seen.contains(fitted(column, kind, piece))


def _joined(
    join: Callable[..., ibis.expr.types.BooleanValue],
    parts: Sequence[ibis.expr.types.BooleanValue],
) -> ibis.expr.types.BooleanValue:
    """Conditions joined pair by pair: thousands in a row are not nested thousands deep."""
    while len(parts) > 1:
        pairs = [join(*parts[at : at + 2]) for at in range(0, len(parts) - 1, 2)]
        parts = pairs + list(parts[len(pairs) * 2 :])
    return parts[0]


def in_engine(value: Value) -> ibis.expr.types.Scalar:
    """A value as an Ibis literal, the same to the last digit.

    A float goes as text: DuckDB reads 0.30000000000000004 as a decimal, which becomes another float.
    """
    return (
        ibis.literal(repr(value)).cast("float64") if type(value) is float else ibis.literal(value)
    )


def _compared_in_engine(
    seen: ibis.expr.types.Column, operator: Operator, value: ibis.expr.types.Scalar
) -> ibis.expr.types.BooleanValue:
    return {
        "=": seen == value, "<>": seen != value, "<": seen < value,
        "<=": seen <= value, ">": seen > value, ">=": seen >= value,
    }[operator]  # fmt: skip
