"""Tags computed from other tags of the same customer, written as SQL: `revenue_90d / orders_90d`.

It means the same in Python and in an engine.  A missing value makes what is computed with it
missing, and so does a division by zero.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import ibis
import sqlglot
from ibis.expr.types import Table
from ibis.expr.types import Value as Column
from sqlglot import exp

from limner.core.errors import Malformed
from limner.core.rule_tree import unknown
from limner.understand.tags.value import Expression


def read_expression(text: str, tags: Collection[str] | None = None) -> Expression:
    """The expression that a text says, in its one spelling.

    Raises: `Malformed` when it cannot be read or says what an expression cannot, `Unknown` for a
    word that is none of `tags`.
    """
    tree = _parse(text)
    reads = tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))
    for name in reads:
        if tags is not None and name not in tags:
            raise unknown(name, tags)
    return Expression(tree.sql(dialect="duckdb"), reads)


def in_engine(expression: Expression, table: Table) -> Column:
    """The expression as an Ibis column of a table that has the tags it reads."""
    return _ibis(_parse(expression.text), table)


def _parse(text: str) -> exp.Expression:
    try:
        return cast(exp.Expression, sqlglot.parse_one(text, into=exp.Condition, dialect="duckdb"))
    except sqlglot.errors.SqlglotError as error:
        told = str(error).splitlines()[0]
        raise Malformed("tag-expression", f"cannot read the expression {text!r}: {told}") from error


def _ibis(node: exp.Expression, table: Table) -> Column:
    match node:
        case exp.Paren():
            return _ibis(node.this, table)
        case exp.Column():
            return table[node.name]
        case exp.Literal():
            return ibis.literal(node.this if node.is_string else float(node.this))
        case exp.Div():
            return _ibis(node.this, table) / _ibis(node.expression, table).nullif(0)
        case exp.Add():
            return _ibis(node.this, table) + _ibis(node.expression, table)
        case exp.Sub():
            return _ibis(node.this, table) - _ibis(node.expression, table)
        case exp.Mul():
            return _ibis(node.this, table) * _ibis(node.expression, table)
    raise Malformed("tag-expression", f"{node.sql()!r} is not something an expression can say")
