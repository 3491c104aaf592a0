"""The one pass over a source: every value typed and checked, every bad row set aside with why.

Rows are staged in a DuckDB database of their own, in memory or (when they are many) on disk, so
what is read once can be counted, checked and grouped without reading the source again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from dataclasses import field as of_class
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from limner.collect.clean.cleaning import Cleaned, clean_rows
from limner.collect.clean.rule import Found
from limner.collect.expression import compile_expression
from limner.collect.fields import Field
from limner.collect.mapping import Mapping as ColumnMapping
from limner.collect.readers import Rows
from limner.collect.values import blank, named, only_row, parsed, quoted
from limner.core.errors import Malformed

_TYPES = {
    "text": "VARCHAR", "email": "VARCHAR", "number": "DOUBLE", "time": "TIMESTAMPTZ", "date": "DATE",
    "bool": "BOOLEAN",
}  # fmt: skip
_WANTED = {
    "number": "a number such as 1,234.50",
    "time": "a time such as 2024-03-31 18:05",
    "date": "a day such as 2024-03-31",
    "bool": "yes or no",
    "email": "an e-mail address",
    "text": "a text",
}
_SHAPES = {
    "quote-broken": "a quote is not closed or stands in the middle of a quoted value",
    "columns-missing": "the row has fewer columns than the header",
    "columns-extra": "the row has more columns than the header",
    "json-broken": "the line is not a JSON object",
}
# Moments that cannot lie ahead of now; a campaign's end or a shop's opening can.
_PAST = ("time", "created_at", "updated_at", "birth_date")


@dataclass(frozen=True, slots=True)
class Staged:
    """Staged rows: table `rows` holds `_line`, one typed column a field, and for a bad row `_bad`
    (column, value, code, reason), `_row` (the source's row as JSON) and `_invalid` (the fields that
    are wrong).

    Where the mapping has cleaning rules, `_filled` and `_outliers` name the values that were filled
    and lie far out; `said` gives each field that rules may fill or cap the column with what its row
    itself says.  `cleaning`: what each rule did.
    """

    cursor: duckdb.DuckDBPyConnection
    rows: str
    read: int
    bad: int
    said: Mapping[str, str] = of_class(default_factory=dict)
    cleaning: tuple[dict[str, object], ...] = ()


@contextmanager
def staging_area(
    cursor: duckdb.DuckDBPyConnection, name: str, directory: Path | None
) -> Iterator[str]:
    """A DuckDB database to stage in, gone afterwards; on disk in `directory`, else in memory."""
    where = ":memory:" if directory is None else str(directory / "staged.duckdb")
    cursor.execute(f"ATTACH {quoted(where)} AS {named(name)}")
    try:
        yield named(name)
    finally:
        with suppress(duckdb.Error):  # the connection may be the thing that broke
            cursor.execute(f"DETACH {named(name)}")


def stage(
    cursor: duckdb.DuckDBPyConnection,
    area: str,
    rows: Rows,
    mapping: ColumnMapping,
    now: datetime,
    remembered: Mapping[int, Found] | None = None,
) -> Staged:
    """Read a source once into `area`, cleaned by the mapping's rules, typed and checked.

    `remembered`: what the rules learned from the whole source, when only some of its rows come again.
    Raises: `Malformed` when the mapping's expressions do not fit the columns' types.
    """
    mapping.check_columns(list(rows.types), rows.file)
    cleaned = None
    if mapping.clean:
        cleaned = clean_rows(
            cursor, area, rows, mapping.clean, mapping.called, mapping.reading, remembered or {}
        )
        rows = cleaned.rows
    fields = [each for each in mapping.of.fields if each.name in mapping.columns]
    raw = {each.name: _raw(each.name, mapping, rows.types) for each in fields}
    source_types = _source_types(cursor, rows, raw)
    checks = list(_checks(fields, source_types, mapping, now, cleaned))
    number = " ".join(f"WHEN {c.fails} THEN {i}" for i, c in enumerate(checks))
    invalid = ", ".join(
        f"CASE WHEN {c.fails} THEN {quoted(c.field)} END" for c in checks if c.field
    )
    bad = " ".join(f"WHEN {i} THEN {c.bad}" for i, c in enumerate(checks))

    def read_as(f: Field, x: str) -> str:
        return parsed(
            x,
            source_types[f.name],
            f.type,
            mapping.timezone,
            mapping.day_first,
            mapping.decimal_comma,
        )

    typed = ", ".join(
        f"{read_as(f, named('r ' + f.name))} AS {named('f ' + f.name)}" for f in fields
    )
    unfilled = _unfilled(raw, cleaned)
    said = "".join(
        f", {read_as(f, unfilled[f.name])}::{_TYPES[f.type]} AS {named('said ' + f.name)}"
        for f in fields
        if f.name in unfilled
    )
    given = ", ".join(
        f"{named('f ' + f.name)}::{_TYPES[f.type]} AS {named(f.name)}" for f in fields
    )
    absent = "".join(
        f", NULL::{_TYPES[f.type]} AS {named(f.name)}"
        for f in mapping.of.fields
        if f.name not in mapping.columns
    )
    was = cleaned.was if cleaned else {}
    whole = ", ".join(f"{quoted(name)}: {named(was.get(name, name))}" for name in rows.types)
    notes = (
        f", _filled, _outliers, {_said_traits(mapping, rows, cleaned)} AS _said_traits{said}"
        if cleaned
        else ""
    )
    read = ", ".join(f"{expression} AS {named('r ' + name)}" for name, expression in raw.items())
    # Only a broken row carries its text; a correction of its columns makes it whole.
    cursor.execute(
        f"CREATE TABLE {area}.rows AS SELECT _line, {given}{absent},"
        f" {_traits(mapping.traits, rows.types)} AS _traits{notes},"
        f" CASE _check {bad} END AS _bad,"
        f" CASE WHEN _check IS NOT NULL THEN to_json({{'_text': _text, {whole}}})::VARCHAR END AS _row,"
        f" CASE WHEN _check IS NOT NULL THEN list_filter([{invalid or 'NULL'}], lambda x: x IS NOT NULL) END AS _invalid"
        f" FROM (SELECT *, CASE {number} END AS _check FROM (SELECT *, {typed} FROM"
        f" (SELECT *, {read} FROM ({rows.select}))))"
    )
    read_count, bad_count = only_row(cursor, f"SELECT count(*), count(_bad) FROM {area}.rows")
    return Staged(
        cursor, f"{area}.rows", read_count, bad_count,
        {name: "said " + name for name in unfilled}, cleaned.report if cleaned else (),
    )  # fmt: skip


def _unfilled(raw: Mapping[str, str], cleaned: Cleaned | None) -> dict[str, str]:
    """SQL of the fields that rules may fill or cap, as their rows themselves say them."""
    found = {}
    for name, expression in raw.items():
        plain = expression
        for column, said in (cleaned.said if cleaned else {}).items():
            plain = plain.replace(named(column), named(said))
        if plain != expression:
            found[name] = plain
    return found


def _said_traits(mapping: ColumnMapping, rows: Rows, cleaned: Cleaned) -> str:
    """SQL of the traits without what was filled or capped."""
    traits = {name: cleaned.said.get(column, column) for name, column in mapping.traits.items()}
    types = {**rows.types, **dict.fromkeys(cleaned.said.values(), "VARCHAR")}
    return _traits(traits, types)


@dataclass(frozen=True, slots=True)
class _Check:
    """When a row fails (SQL), which field says something wrong (none if it says nothing), and what is
    said of it (SQL of a struct).
    """

    fails: str
    field: str
    bad: str


def _checks(
    fields: list[Field],
    types: Mapping[str, str],
    mapping: ColumnMapping,
    now: datetime,
    cleaned: Cleaned | None,
) -> Iterator[_Check]:
    shapes = " ".join(
        f"WHEN {quoted(code)} THEN {quoted(words)}" for code, words in _SHAPES.items()
    )
    yield _Check(
        "_broken IS NOT NULL",
        "",
        f"{{'column': '', 'value': _text, 'code': _broken, 'reason': CASE _broken {shapes} END}}",
    )
    for refusal in cleaned.refusals if cleaned else ():
        called = mapping.called.get(refusal.column, "")
        value = f"{named(cleaned.was[refusal.column])}::VARCHAR" if cleaned else "NULL"
        words = quoted(f"” {refusal.reason}")
        yield _Check(
            named(refusal.flag),
            called if called in mapping.columns else "",
            f"{{'column': {quoted(refusal.column)}, 'value': {value}, 'code': {quoted(refusal.code)},"
            f" 'reason': {quoted(refusal.column + ': “')} || coalesce({value}, '') || {words}}}",
        )
    limit = quoted((now + timedelta(days=1)).isoformat())
    for field in fields:
        r, f = named("r " + field.name), named("f " + field.name)
        is_blank = blank(r, types[field.name])
        origin = mapping.columns[field.name]
        column = origin.column or field.name

        def bad(code: str, words: str, value: str = r, column: str = column) -> str:
            seen = f"coalesce({value}::VARCHAR, '')"
            reason = f"{quoted(column + ': ')} || {quoted('“')} || {seen} || {quoted('” ' + words)}"
            return f"{{'column': {quoted(column)}, 'value': {value}::VARCHAR, 'code': {quoted(code)}, 'reason': {reason}}}"

        if field.name in mapping.of.required:
            yield _Check(
                is_blank, "",
                f"{{'column': {quoted(column)}, 'value': {r}::VARCHAR, 'code': 'missing', 'reason': {quoted(f'{column}: is empty, but every row of {mapping.kind} needs it')}}}",
            )  # fmt: skip
        if field.type not in ("text", "email"):
            yield _Check(
                f"({f} IS NULL AND NOT {is_blank})", field.name, bad(f"{field.type}-malformed", f"is not {_WANTED[field.type]}")
            )  # fmt: skip
        if field.type == "email":
            yield _Check(
                f"NOT regexp_full_match({f}, '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')", field.name, bad("email-malformed", f"is not {_WANTED['email']}")
            )  # fmt: skip
        if field.lowest is not None or field.highest is not None:
            low, high = field.lowest, field.highest
            words = (
                f"lies outside {low:g} to {high:g}"
                if low is not None and high is not None
                else f"is below {low:g}"
            )
            beyond = [f"{f} < {low}"] if low is not None else []
            beyond += [f"{f} > {high}"] if high is not None else []
            yield _Check(f"({' OR '.join(beyond)})", field.name, bad("out-of-range", words))
        if field.name in _PAST:
            yield _Check(
                f"{f} > {limit}::{_TYPES[field.type]}",
                field.name,
                bad("in-the-future", "lies in the future"),
            )
            yield _Check(f"year({f}) < 1900", field.name, bad("too-old", "lies before 1900"))
    for group in mapping.of.any_of:
        mapped = [name for name in group if name in mapping.columns]
        columns = " / ".join(mapping.columns[name].column or name for name in mapped)
        yield _Check(
            "(" + " AND ".join(f"{named('f ' + name)} IS NULL" for name in mapped) + ")",
            "",
            f"{{'column': {quoted(columns)}, 'value': NULL::VARCHAR, 'code': 'missing', 'reason': {quoted(f'{columns}: is empty; a row of {mapping.kind} needs it')}}}",
        )


def _raw(name: str, mapping: ColumnMapping, types: Mapping[str, str]) -> str:
    origin = mapping.columns[name]
    if origin.column is not None:
        return named(origin.column)
    if origin.sql is not None:
        return compile_expression(origin.sql, types, f"columns.{name}", mapping.decimal_comma)
    return quoted(origin.value or "")


def _source_types(
    cursor: duckdb.DuckDBPyConnection, rows: Rows, raw: Mapping[str, str]
) -> dict[str, str]:
    """The DuckDB type of what each field is read from."""
    found = {}
    for name, expression in raw.items():
        try:
            described = cursor.execute(
                f"DESCRIBE SELECT {expression} FROM ({rows.select})"
            ).fetchall()
        except duckdb.Error as error:
            seen = str(error).split("\n")[0]
            raise Malformed(
                "expression-type", f"columns.{name} does not fit the columns of {rows.file}: {seen}"
            ) from error
        found[name] = described[0][1]
    return found


def _traits(traits: Mapping[str, str], types: Mapping[str, str]) -> str:
    """SQL of the JSON of some columns as text, blank ones left out; NULL when all are."""
    if not traits:
        return "NULL::VARCHAR"
    pairs = ", ".join(
        f"{quoted(name)}: {parsed(named(column), types[column], 'text', 'UTC', False)}"
        for name, column in traits.items()
    )
    return f"nullif(json_merge_patch('{{}}', to_json({{{pairs}}}))::VARCHAR, '{{}}')"
