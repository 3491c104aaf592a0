"""How a value is read: DuckDB expressions that turn what a file says into a typed value.

Every expression is NULL for a value that cannot be read, never an error, so that one broken cell
costs one row.
"""

from __future__ import annotations

from typing import Any

import duckdb

from limner.collect.fields import Type

_BLANKS = "('', 'NULL', 'null', 'Null', '\\N', 'NaN', 'nan', 'N/A', 'n/a', '#N/A', 'NA', '<NA>')"
_DIGITS = "translate({x}, '０１２３４５６７８９．，－＋：／', '0123456789.,-+:/')"

# Tried in this order after ISO 8601; the day comes first or the month, as the column has it.
FORMATS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M", "%Y.%m.%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
    "%Y年%m月%d日%H时%M分%S秒", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%d %H:%M", "%Y%m%d",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d %b %Y %H:%M:%S", "%d %b %Y", "%b %d, %Y",
    "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
SLASHES = {
    True: ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %I:%M %p", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S",
           "%d-%m-%Y %H:%M", "%d-%m-%Y"),
    False: ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M", "%m/%d/%Y",
            "%m-%d-%Y %H:%M:%S", "%m-%d-%Y %H:%M", "%m-%d-%Y"),
}  # fmt: skip

_NUMERIC = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE",
}  # fmt: skip


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def is_numeric(source_type: str) -> bool:
    """Whether a DuckDB type holds numbers."""
    return source_type in _NUMERIC or source_type.startswith("DECIMAL")


def blank(x: str, source_type: str) -> str:
    """Whether a value says nothing: NULL, empty, or one of the usual spellings of nothing."""
    if source_type == "VARCHAR":
        return f"({x} IS NULL OR trim({x}) IN {_BLANKS})"
    if source_type in ("FLOAT", "DOUBLE"):
        return f"({x} IS NULL OR isnan({x}))"
    return f"({x} IS NULL)"


def parsed(
    x: str,
    source_type: str,
    wanted: Type,
    timezone: str,
    is_day_first: bool,
    is_decimal_comma: bool = False,
) -> str:
    """The typed value of an expression; NULL where it says nothing or cannot be read."""
    readers = {
        "text": _text,
        "email": _text,
        "number": lambda x, kind: _number(x, kind, is_decimal_comma),
        "time": lambda x, kind: _time(x, kind, timezone, is_day_first),
        "date": lambda x, kind: _date(x, kind, timezone, is_day_first),
        "bool": _bool,
    }
    return readers[wanted](x, source_type)


def _text(x: str, source_type: str) -> str:
    if source_type == "VARCHAR":
        return f"CASE WHEN NOT {blank(x, source_type)} THEN trim({x}) END"
    if source_type in ("FLOAT", "DOUBLE"):
        # An identifier that a spreadsheet or pandas kept as 123.0 is the identifier 123.
        return f"CASE WHEN isnan({x}) THEN NULL WHEN {x} = trunc({x}) AND abs({x}) < 1e15 THEN {x}::BIGINT::VARCHAR ELSE {x}::VARCHAR END"
    return f"{x}::VARCHAR"


def number_of_text(x: str, is_decimal_comma: bool = False) -> str:
    """A number written as text: thousand separators, currency signs and full-width digits read.

    With a decimal comma `1.000` is a thousand and `0,350` is less than one.
    """
    plain = f"regexp_replace({_DIGITS.format(x=x)}, '[\\s\u00a0\u202f''’]', '', 'g')"
    # Accountants write what is owed as (12.00) or 12.00-.
    signed = (
        f"regexp_replace(regexp_replace({plain}, '^\\((.*)\\)$', '-\\1'), '^([^-+].*)-$', '-\\1')"
    )
    bare = (
        f"regexp_replace(regexp_replace({signed}, '^([-+]?)(?:[¥￥$€£]|RMB|CNY|USD|EUR|HK\\$|US\\$)', '\\1', 'i'),"
        " '(?:元|圆|RMB|CNY|USD|EUR|[¥￥$€£])$', '', 'i')"
    )
    if is_decimal_comma:
        shape = "[-+]?([0-9]+|[0-9]{1,3}(\\.[0-9]{3})+)(,[0-9]*)?"
        read = (
            f"CASE WHEN regexp_full_match({bare}, '{shape}')"
            f" THEN replace(replace({bare}, '.', ''), ',', '.') ELSE {bare} END"
        )
        value = f"try_cast({read} AS DOUBLE)"
        return f"CASE WHEN NOT {blank(x, 'VARCHAR')} AND isfinite({value}) THEN {value} END"
    read = (
        f"CASE WHEN regexp_full_match({bare}, '[-+]?[0-9]{{1,3}}(,[0-9]{{3}})+(\\.[0-9]*)?')"
        f" THEN replace({bare}, ',', '')"
        f" WHEN regexp_full_match({bare}, '[-+]?[0-9]{{1,3}}(\\.[0-9]{{3}})*,[0-9]+')"
        f" THEN replace(replace({bare}, '.', ''), ',', '.') ELSE {bare} END"
    )
    value = f"coalesce(try_cast({x} AS DOUBLE), try_cast({read} AS DOUBLE))"
    return f"CASE WHEN NOT {blank(x, 'VARCHAR')} AND isfinite({value}) THEN {value} END"


def _number(x: str, source_type: str, is_decimal_comma: bool) -> str:
    if source_type == "VARCHAR":
        return number_of_text(x, is_decimal_comma)
    if source_type in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isfinite({x}) THEN {x}::DOUBLE END"
    return f"try_cast({x} AS DOUBLE)"


def _moment_of_text(x: str, is_day_first: bool) -> str:
    """A local time without zone, from text without zone."""
    formats = ", ".join(quoted(f) for f in (*SLASHES[is_day_first], *FORMATS))
    plain = f"trim({_DIGITS.format(x=x)})"
    serial = f"CASE WHEN regexp_full_match({plain}, '[2-7][0-9]{{4}}([.][0-9]+)?') THEN {_day_count(plain)} END"
    return (
        f"coalesce(try_cast(trim({x}) AS TIMESTAMP), try_strptime({plain}, [{formats}]), {serial})"
    )


def _day_count(x: str) -> str:
    """The local time of a spreadsheet's count of days since 1899-12-30, to the second."""
    return f"TIMESTAMP '1899-12-30' + to_seconds(round(try_cast({x} AS DOUBLE) * 86400)::BIGINT)"


def _moment_of_number(x: str) -> str:
    """A local time of a number: a spreadsheet's day count, or digits such as 20240309."""
    return (
        f"CASE WHEN {x} >= 20000 AND {x} < 80000 THEN {_day_count(x)}"
        f" WHEN {x} BETWEEN 19000101 AND 21001231 THEN try_strptime({x}::BIGINT::VARCHAR, '%Y%m%d') END"
    )


def _time(x: str, source_type: str, timezone: str, is_day_first: bool) -> str:
    zone = quoted(timezone)
    if source_type == "VARCHAR":
        plain = f"trim({x})"
        return (
            f"CASE WHEN {blank(x, source_type)} THEN NULL"
            f" WHEN regexp_full_match({plain}, '[0-9]{{10}}|[0-9]{{13}}')"
            f" THEN to_timestamp(try_cast({plain} AS DOUBLE) / CASE WHEN length({plain}) = 13 THEN 1000 ELSE 1 END)"
            f" WHEN regexp_matches({plain}, ':[0-9.]+ ?(Z|UTC|GMT|[-+][0-9]{{2}}:?([0-9]{{2}})?)$')"
            f" THEN try_cast(regexp_replace({plain}, ' ?([-+][0-9]{{2}}):?([0-9]{{2}})$', '\\1:\\2') AS TIMESTAMPTZ)"
            f" ELSE {_moment_of_text(x, is_day_first)} AT TIME ZONE {zone} END"
        )
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return x
    if is_numeric(source_type):
        seconds = f"{x} / CASE WHEN abs({x}) >= 1e11 THEN 1000.0 ELSE 1.0 END"
        return (
            f"CASE WHEN {x} BETWEEN 1e8 AND 1e14 THEN to_timestamp({seconds})"
            f" ELSE ({_moment_of_number(x)}) AT TIME ZONE {zone} END"
        )
    return f"try_cast({x} AS TIMESTAMP) AT TIME ZONE {zone}"


def _date(x: str, source_type: str, timezone: str, is_day_first: bool) -> str:
    if source_type == "VARCHAR":
        return f"CASE WHEN NOT {blank(x, source_type)} THEN {_moment_of_text(x, is_day_first)}::DATE END"
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return f"({x} AT TIME ZONE {quoted(timezone)})::DATE"
    if is_numeric(source_type):
        return f"({_moment_of_number(x)})::DATE"
    return f"try_cast({x} AS DATE)"


def _bool(x: str, source_type: str) -> str:
    if source_type == "BOOLEAN":
        return x
    said = f"lower(trim({x}::VARCHAR))"
    return (
        f"CASE WHEN {said} IN ('1', '1.0', 'true', 't', 'yes', 'y', '是', '有', '真', '√') THEN true"
        f" WHEN {said} IN ('0', '0.0', 'false', 'f', 'no', 'n', '否', '无', '假', '×') THEN false END"
    )


def only_row(cursor: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The one row of a query; read to its end, for an open result holds on to an old snapshot."""
    return cursor.execute(sql).fetchall()[0]
