"""Rules as people write them: text to tree and back."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.tokens import Tokenizer

from limner.core.errors import Malformed
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
    day,
    literal,
    unknown,
)

_OPERATORS: dict[type[exp.Expression], Operator] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_FLIPPED: dict[Operator, Operator] = {
    "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip


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
        tree = cast(exp.Expression, sqlglot.parse_one(text, into=exp.Condition, dialect="duckdb"))
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
            raise unknown(name, self._columns, self._place(node))
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
            return day(self._string(node.this))
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
            return f"{_name(column)} {operator} {literal(value)}"
        case In(column, values):
            return f"{_name(column)} in ({', '.join(literal(value) for value in values)})"
        case Between(column, low, high):
            return f"{_name(column)} between {literal(low)} and {literal(high)}"
        case IsNull(column):
            return f"{_name(column)} is null"
        case Like(column, pattern):
            return f"{_name(column)} like {literal(pattern)}"
        case Contains(column, piece):
            return f"contains({_name(column)}, {literal(piece)})"


def _grouped(rule: Rule) -> str:
    return f"({to_text(rule)})" if isinstance(rule, And | Or) else to_text(rule)


def _name(column: str) -> str:
    tokens = Tokenizer(dialect="duckdb").tokenize(column) if column.isidentifier() else []
    if len(tokens) == 1 and tokens[0].token_type == TokenType.VAR:
        return column
    return '"' + column.replace('"', '""') + '"'
