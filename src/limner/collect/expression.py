"""Expressions in a mapping: computed from the columns of one row, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from limner.collect.values import number_of_text
from limner.core.errors import Malformed

_ARITHMETIC = (exp.Mul, exp.Div, exp.Sub, exp.Add, exp.Mod, exp.IntDiv, exp.Neg)
_FORBIDDEN = (
    exp.Query, exp.Table, exp.Window, exp.AggFunc, exp.UDTF, exp.Command, exp.DDL, exp.Placeholder,
    exp.Parameter, exp.Star, exp.Semicolon,
)  # fmt: skip
# Functions of one row's values alone; sqlglot knows the rest of the scalar functions by type.
_KNOWN = {
    "regexp_matches", "regexp_full_match", "strip_accents", "list_extract", "md5", "format",
    "printf", "try_strptime", "strptime", "strftime", "trunc", "even", "make_date", "make_time",
    "make_timestamp", "lpad", "rpad", "ltrim", "rtrim", "replace", "translate", "reverse", "chr",
    "bar", "isfinite", "isnan", "nfc_normalize", "split_part", "string_split", "prefix", "suffix",
    "contains", "json_extract", "json_extract_string", "epoch_ms", "to_timestamp", "hash",
}  # fmt: skip


def check_expression(text: str, where: str) -> tuple[str, ...]:
    """The columns that an expression reads.

    Raises: `Malformed` when it cannot be parsed or does more than compute from one row.
    """
    tree = _parse(text, where)
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def compile_expression(
    text: str, types: Mapping[str, str], where: str, is_decimal_comma: bool = False
) -> str:
    """An expression as DuckDB SQL that is NULL, not an error, for a value that does not fit.

    `types` gives each column's DuckDB type: columns of text are read as numbers where they are
    computed with.
    Raises: `Malformed` as `check_expression` does.
    """

    def safe(node: exp.Expression) -> exp.Expression:
        if type(node) is exp.Cast:
            return exp.TryCast(this=node.this, to=node.to)
        if isinstance(node, exp.Column):
            parent = node.parent
            while isinstance(parent, exp.Paren):
                parent = parent.parent
            quoted = exp.column(exp.to_identifier(node.name, quoted=True))
            with_interval = isinstance(parent, exp.Binary) and parent.find(exp.Interval) is not None
            if (
                isinstance(parent, _ARITHMETIC)
                and types.get(node.name) == "VARCHAR"
                and not with_interval
            ):
                number = number_of_text(quoted.sql(dialect="duckdb"), is_decimal_comma)
                return exp.Paren(this=sqlglot.parse_one(number, dialect="duckdb"))
            return quoted
        return node

    return _parse(text, where).transform(safe).sql(dialect="duckdb")


def _parse(text: str, where: str) -> exp.Expression:
    try:
        trees = sqlglot.parse(f"SELECT {text}", dialect="duckdb")
    except SqlglotError as error:
        seen = str(error).split("\n")[0]
        raise Malformed(
            "expression-malformed", f"{where}: {text!r} is not an expression: {seen}"
        ) from error
    tree = trees[0]
    extra = (
        [key for key, value in tree.args.items() if value and key != "expressions"] if tree else []
    )
    if len(trees) != 1 or not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or extra:
        raise Malformed(
            "expression-malformed", f"{where}: {text!r} is not one expression over columns"
        )
    found: exp.Expression = tree.expressions[0]
    if isinstance(found, exp.Alias):
        raise Malformed(
            "expression-malformed", f"{where}: {text!r} names its result; leave out `as`"
        )
    for node in found.walk():
        if isinstance(node, _FORBIDDEN):
            raise Malformed(
                "expression-refused",
                f"{where}: {text!r} holds {node.sql(dialect='duckdb')!r}; only columns of the same row,"
                " literals and scalar functions are allowed",
            )
        if isinstance(node, exp.Anonymous) and node.name.lower() not in _KNOWN:
            raise Malformed(
                "expression-refused",
                f"{where}: function {node.name!r} may not be used in a mapping",
            )
    return found
