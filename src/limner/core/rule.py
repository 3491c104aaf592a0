"""The rule language: a condition on one row, written as people write SQL conditions.

    lifecycle_stage = 'slipping' and revenue_365d > 500
    department_top in ('GROCERY', 'DELI') and not (coupon_share is null)

A rule is a small frozen tree.  It means the same in Python (`holds`) and in an engine (`where`),
with SQL's three values: a comparison with a missing value is neither true nor false.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import reduce
from typing import Literal, TypeAlias

import ibis
import sqlglot
from ibis.expr import datatypes as dt
from sqlglot import exp
from sqlglot.tokens import Tokenizer, TokenType

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

_OPERATORS: dict[type[exp.Expression], Operator] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_FLIPPED: dict[Operator, Operator] = {
    "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip

# ---- text to rule


def parse(text: str, columns: Collection[str] | None = None) -> Rule:
    """The rule that a text says; with `columns`, every word must be one of them.

    Raises: `Malformed` at the character where the text stops being a rule; `Unknown` for a word
    that is no column, with the closest names there are.

    >>> parse("orders_90d >= 3 and store_top is not null").rules[0]
    Compare(column='orders_90d', operator='>=', value=3)
    """
    if not text.strip():
        raise Malformed("rule-empty", "the rule is empty; write one such as orders_90d >= 3")
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition, dialect="duckdb")
    except sqlglot.errors.ParseError as error:
        seen = error.errors[0] if error.errors else {}
        where_ = f" at character {seen['col']}" if seen.get("col") else ""
        near = f", near {seen['highlight']!r}" if seen.get("highlight") else ""
        said = str(seen.get("description", error))
        if said.startswith("Required keyword"):
            said = "a column or a value is missing there"
        raise Malformed("rule-malformed", f"cannot read the rule{where_}{near}: {said}") from error
    except sqlglot.errors.TokenError as error:
        raise Malformed(
            "rule-malformed", f"cannot read the rule: {error}; is a quote left open?"
        ) from error
    return _Reader(columns).rule(tree)


class _Reader:
    """Turns sqlglot's tree into ours, refusing what a rule cannot say."""

    def __init__(self, columns: Collection[str] | None) -> None:
        self._columns = columns

    def rule(self, node: exp.Expression) -> Rule:
        if isinstance(node, exp.Paren):
            return self.rule(node.this)
        if isinstance(node, exp.And):
            return And(tuple(self.rule(part) for part in _chain(node, exp.And)))
        if isinstance(node, exp.Or):
            return Or(tuple(self.rule(part) for part in _chain(node, exp.Or)))
        if isinstance(node, exp.Not):
            return Not(self.rule(node.this))
        if type(node) in _OPERATORS:
            return self._compare(node, _OPERATORS[type(node)])
        if isinstance(node, exp.In) and node.expressions:
            return In(self._column(node.this), tuple(self._value(v) for v in node.expressions))
        if isinstance(node, exp.Between):
            low, high = self._value(node.args["low"]), self._value(node.args["high"])
            return Between(self._column(node.this), low, high)
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return IsNull(self._column(node.this))
        if isinstance(node, exp.Like):
            return Like(self._column(node.this), self._string(node.expression))
        if isinstance(node, exp.Contains):
            return Contains(self._column(node.this), self._string(node.expression))
        if isinstance(node, exp.Column):
            return Compare(self._column(node), "=", True)
        raise self._refused(node)

    def _compare(self, node: exp.Expression, operator: Operator) -> Rule:
        left, right = node.this, node.expression
        if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
            left, right, operator = right, left, _FLIPPED[operator]
        if isinstance(right, exp.Null):
            raise Malformed(
                "rule-null", f"nothing equals null; write {left.sql()} is null, or is not null"
            )
        return Compare(self._column(left), operator, self._value(right))

    def _column(self, node: exp.Expression) -> str:
        if not isinstance(node, exp.Column) or node.table:
            raise self._refused(node)
        name = str(node.name)
        if self._columns is not None and name not in self._columns:
            raise _unknown(name, self._columns, self._place(node))
        return name

    def _value(self, node: exp.Expression) -> Value:
        if isinstance(node, exp.Neg):
            number = self._value(node.this)
            if isinstance(number, int | float) and not isinstance(number, bool):
                return -number
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        if isinstance(node, exp.Literal):
            if node.is_string:
                return str(node.this)
            return int(node.this) if node.this.isdigit() else float(node.this)
        if isinstance(node, exp.Cast) and node.to.is_type("date"):
            return _day(self._string(node.this))
        if isinstance(node, exp.Column):
            raise Malformed(
                "rule-value",
                f"{node.name!r}{self._place(node)} stands where a value should; put text in 'single quotes'",
            )
        raise self._refused(node)

    def _string(self, node: exp.Expression) -> str:
        value = self._value(node)
        if not isinstance(value, str):
            raise Malformed("rule-value", f"{node.sql()} should be text in 'single quotes'")
        return value

    def _place(self, node: exp.Expression) -> str:
        start = node.this.meta.get("start") if isinstance(node.this, exp.Expression) else None
        return "" if start is None else f" at character {start + 1}"

    def _refused(self, node: exp.Expression) -> Malformed:
        place = self._place(node)
        return Malformed(
            "rule-refused",
            f"{node.sql()!r}{place} is not something a rule can say; use a column with =, <>, <, <=, >, "
            ">=, in, between, is null, like or contains, joined by and, or, not",
        )


def _chain(node: exp.Expression, kind: type[exp.Binary]) -> list[exp.Expression]:
    """The parts of `a and b and c`, which sqlglot nests to the left."""
    if not isinstance(node, kind):
        return [node]
    return [*_chain(node.this, kind), *_chain(node.expression, kind)]


# ---- rule to text


def to_text(rule: Rule) -> str:
    """The rule as text that `parse` reads back to the same rule."""
    match rule:
        case And(rules):
            return " and ".join(_grouped(part) for part in rules)
        case Or(rules):
            return " or ".join(_grouped(part) for part in rules)
        case Not(inner):
            return f"not ({to_text(inner)})"
        case Compare(column, operator, value):
            return f"{_name(column)} {operator} {_literal(value)}"
        case In(column, values):
            return f"{_name(column)} in ({', '.join(_literal(value) for value in values)})"
        case Between(column, low, high):
            return f"{_name(column)} between {_literal(low)} and {_literal(high)}"
        case IsNull(column):
            return f"{_name(column)} is null"
        case Like(column, pattern):
            return f"{_name(column)} like {_literal(pattern)}"
        case Contains(column, piece):
            return f"contains({_name(column)}, {_literal(piece)})"


def _grouped(rule: Rule) -> str:
    return f"({to_text(rule)})" if isinstance(rule, And | Or) else to_text(rule)


def _name(column: str) -> str:
    tokens = Tokenizer(dialect="duckdb").tokenize(column) if column.isidentifier() else []
    if len(tokens) == 1 and tokens[0].token_type == TokenType.VAR:
        return column
    return '"' + column.replace('"', '""') + '"'


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


# ---- meaning


def columns_of(rule: Rule) -> frozenset[str]:
    """The columns a rule looks at."""
    match rule:
        case And(rules) | Or(rules):
            return frozenset().union(*(columns_of(part) for part in rules))
        case Not(inner):
            return columns_of(inner)
        case _:
            return frozenset({rule.column})


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
        raise _unknown(rule.column, row.keys())
    seen = row[rule.column]
    if isinstance(rule, IsNull):
        return seen is None
    if seen is None:
        return None
    kind = _kind_of(seen)
    match rule:
        case Compare(column, operator, value):
            return _compared(seen, operator, _fitted(column, kind, value))
        case In(column, values):
            return any([_compared(seen, "=", _fitted(column, kind, value)) for value in values])
        case Between(column, low, high):
            above = _compared(seen, ">=", _fitted(column, kind, low))
            return _compared(seen, "<=", _fitted(column, kind, high)) and above
        case Like(column, pattern):
            _fitted(column, kind, pattern)
            shape = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
            return re.fullmatch(shape, str(seen), re.DOTALL) is not None
        case Contains(column, piece):
            return str(_fitted(column, kind, piece)) in str(seen)


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
        raise _unknown(rule.column, table.columns)
    seen = table[rule.column]
    kind = _kind_of_type(rule.column, seen.type())
    match rule:
        case IsNull():
            return seen.isnull()
        case Compare(column, operator, value):
            return _compared_in_engine(seen, operator, ibis.literal(_fitted(column, kind, value)))
        case In(column, values):
            return seen.isin([_fitted(column, kind, value) for value in values])
        case Between(column, low, high):
            return seen.between(_fitted(column, kind, low), _fitted(column, kind, high))
        case Like(column, pattern):
            return seen.like(_fitted(column, kind, pattern))
        case Contains(column, piece):
            return seen.contains(_fitted(column, kind, piece))


def _all(values: Iterable[bool | None]) -> bool | None:
    seen = list(values)
    if False in seen:
        return False
    return None if None in seen else True


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


Kind = Literal["number", "text", "truth", "day"]


def _kind_of(value: object) -> Kind | None:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "day" if isinstance(value, date) and not isinstance(value, datetime) else None


def _kind_of_type(column: str, kind: dt.DataType) -> Kind | None:
    if kind.is_boolean():
        return "truth"
    if kind.is_numeric():
        return "number"
    if kind.is_string():
        return "text"
    return "day" if kind.is_date() else None


def _fitted(column: str, kind: Kind | None, value: Value) -> Value:
    """A rule's value as the column's kind."""
    if kind == "day" and isinstance(value, str):
        return _day(value)
    if kind is None or _kind_of(value) != kind:
        wanted = {"number": "a number", "text": "text in 'single quotes'", "truth": "true or false",
                  "day": "a day such as date '2017-12-31'", None: "is null only"}[kind]  # fmt: skip
        raise Malformed(
            "rule-type", f"{column} cannot be compared with {_literal(value)}; it wants {wanted}"
        )
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Malformed(
            "rule-date", f"{text!r} is not a day; write it as date '2017-12-31'"
        ) from error


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


def _unknown(name: str, columns: Iterable[str], place: str = "") -> Unknown:
    known = sorted(columns)
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known)}"
    return Unknown("rule-column", f"there is no {name!r}{place}; {hint}")
