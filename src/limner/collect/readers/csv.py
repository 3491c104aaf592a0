"""CSV: delimiter, quotes and header found in the file; a broken row costs that row alone.

The physical lines are numbered first, then split, so a row's number is the one an editor shows,
also after blank lines, broken rows and values that span lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from limner.collect.readers.source import Reader, Rows
from limner.collect.readers.text import open_text
from limner.collect.values import named, only_row, quoted
from limner.core.errors import Malformed

_DELIMITERS = (",", "\t", ";", "|", "，", "\x01", "^")
_SPAN = 1000  # a quoted value of more lines than this is taken for a broken quote


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written; `first` is the line of the first row, `columns` its header."""

    delimiter: str
    quote: str
    columns: tuple[str, ...]
    first: int

    @property
    def field(self) -> str:
        """A regular expression of one field, quoted or not; a stray quote inside is a character."""
        d, q = re.escape(self.delimiter), re.escape(self.quote)
        return f" *{q}(?:[^{q}]|{q}{q})*{q} *|[^{q}{d}][^{d}]*|"

    @property
    def row(self) -> str:
        """A regular expression of a whole row."""
        return f"(?:{self.field})(?:{re.escape(self.delimiter)}(?:{self.field}))*"


def open_csv(
    location: str, table: str | None, cursor: duckdb.DuckDBPyConnection, scratch: Path
) -> Rows:
    """The rows of a CSV file.

    Raises: `Malformed` when it is missing, empty, not text, or has no rows.
    """
    file = open_text(location, "a CSV file", scratch)
    dialect = find_dialect(file.sample, location)
    has_spans = _find_spans(cursor, file.lines, dialect)
    return Rows(
        _select(file.lines, dialect, has_spans),
        dict.fromkeys(dialect.columns, "VARCHAR"),
        file.digest,
        Path(location).name,
        file.path.stat().st_size,
    )


READER = Reader("csv", (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"), open_csv)


def find_dialect(sample: str, location: str) -> Dialect:
    """The dialect of the first lines of a file.

    A lone title above the header is stepped over.  A first line that holds values and no names is
    a row: the columns are then `column_1`, `column_2` and so on.
    Raises: `Malformed` when there is no header.
    """
    lines = re.split(r"\r\n|\r|\n", sample)
    quote = _quote(lines)
    delimiter, width = _delimiter([line for line in lines if line.strip()][:200], quote)
    for number, line in enumerate(lines, 1):
        if not line.strip(f"{delimiter} \t\r"):
            continue
        names = [_unquoted(field, quote) for field in split(line, delimiter, quote)]
        if sum(bool(name) for name in names) == 1 and width >= 3:
            continue  # a title
        if any(_is_value(name) for name in names):
            return Dialect(delimiter, quote, tuple(f"column_{i + 1}" for i in range(width)), number)
        while len(names) > 1 and not names[-1] and len(names) > width:
            names.pop()
        return Dialect(delimiter, quote, _distinct(names), number + 1)
    raise Malformed("file-empty", f"{location} has no header and no rows; nothing was imported")


def split(line: str, delimiter: str, quote: str) -> list[str]:
    """The fields of one line as they stand, quotes included."""
    pattern = Dialect(delimiter, quote, (), 1).field
    return re.findall(f"(?:^|{re.escape(delimiter)})({pattern})", line)


def _unquoted(field: str, quote: str) -> str:
    bare = field.strip()
    if len(bare) >= 2 and bare[0] == quote == bare[-1]:
        return bare[1:-1].replace(quote * 2, quote).strip()
    return bare


def _quote(lines: list[str]) -> str:
    text = "\n".join(lines[:200])
    return (
        "'"
        if '"' not in text and re.search(r"(^|[,;\t|])'[^'\n]*'([,;\t|]|$)", text, re.M)
        else '"'
    )


def _delimiter(lines: list[str], quote: str) -> tuple[str, int]:
    """The delimiter by which most lines have the same number of fields, and that number."""
    best = (0.0, 1, ",")
    for delimiter in _DELIMITERS:
        widths = Counter(len(split(line, delimiter, quote)) for line in lines)
        width, lines_of_width = widths.most_common(1)[0]
        if width > 1 and (score := lines_of_width / len(lines)) > best[0]:
            best = (score, width, delimiter)
    return best[2], best[1]


def _is_value(name: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[0-9][0-9.,:/ T年月日-]*|[^@\s]+@[^@\s]+\.[a-z]+", name))


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Every column under a name of its own: blank ones by position, repeated ones numbered."""
    seen: Counter[str] = Counter()
    distinct = []
    for position, name in enumerate(names, 1):
        wanted = name or f"column_{position}"
        key = wanted.lower()  # DuckDB's names are the same in both cases
        seen[key] += 1
        distinct.append(wanted if seen[key] == 1 else f"{wanted}_{seen[key]}")
    return tuple(distinct)


def _find_spans(cursor: duckdb.DuckDBPyConnection, lines: str, dialect: Dialect) -> bool:
    """Put the rows whose quoted values span lines into a table; False when there are none.

    A row that opens a quote goes on to the first line that closes one.  It is taken for such a
    row only if the whole reads as one row of the right width and no line inside does so alone;
    else its quote is broken, and the lines after it are rows of their own.
    """
    quote, row, field = quoted(dialect.quote), quoted(dialect.row), dialect.field
    q, d = re.escape(dialect.quote), re.escape(dialect.delimiter)
    opens = quoted(f"^(?:(?:{field}){d})* *{q}(?:[^{q}]|{q}{q})*$")
    closes = quoted(f"^(?:[^{q}]|{q}{q})*{q} *(?:{d}(?:{field}))*$")
    width = len(dialect.columns)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE quote_lines AS SELECT n,"
        f" regexp_matches(raw, {opens}) AS opens, regexp_matches(raw, {closes}) AS closes"
        f" FROM ({lines}) WHERE n >= {dialect.first} AND contains(raw, {quote})"
        f" AND NOT regexp_full_match(raw, {row}) OR (n >= {dialect.first} AND contains(raw, {quote})"
        f" AND regexp_matches(raw, {closes}))"
    )
    if only_row(cursor, "SELECT count(*) FROM quote_lines WHERE opens") == (0,):
        return False
    # Every opened quote with the next line that closes one.
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE reaches AS SELECT n AS o, e FROM (SELECT n, opens,"
        " min(CASE WHEN closes THEN n END) OVER (ORDER BY n ROWS BETWEEN 1 FOLLOWING AND"
        f" UNBOUNDED FOLLOWING) AS e FROM quote_lines) WHERE opens AND e - n < {_SPAN}"
    )
    inside = _width_of("l.raw", dialect)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE spans AS SELECT o, e, text FROM ("
        " SELECT o, e, string_agg(coalesce(l.raw, ''), chr(10) ORDER BY l.n) AS text,"
        f" coalesce(bool_or(l.n > o AND l.n < e AND {width} > 1 AND {inside} = {width}), false) AS holds_rows"
        f" FROM reaches JOIN ({lines}) l ON l.n BETWEEN o AND e GROUP BY o, e)"
        f" WHERE NOT holds_rows AND {_width_of('text', dialect)} = {width}"
        " QUALIFY row_number() OVER (PARTITION BY e ORDER BY o) = 1"
    )
    return True


def _width_of(text: str, dialect: Dialect) -> str:
    """SQL of the number of fields of a whole row; NULL when its quotes are broken."""
    return f"len({_fields(text, dialect)})"


def _fields(text: str, dialect: Dialect) -> str:
    """SQL of the list of a row's fields, quotes included; NULL when its quotes are broken."""
    delimiter = quoted(dialect.delimiter)
    pattern = quoted(f"(?:^|{re.escape(dialect.delimiter)})({dialect.field})")
    return (
        f"CASE WHEN NOT contains({text}, {quoted(dialect.quote)}) THEN string_split({text}, {delimiter})"
        f" WHEN regexp_full_match({text}, {quoted(dialect.row)}) THEN regexp_extract_all({text}, {pattern}, 1) END"
    )


def _select(lines: str, dialect: Dialect, has_spans: bool) -> str:
    q, width = quoted(dialect.quote), len(dialect.columns)
    blanks = quoted(f"{dialect.delimiter} \t")
    rows = f"SELECT n, raw FROM ({lines}) WHERE n >= {dialect.first} AND trim(raw, {blanks}) <> ''"
    if has_spans:
        rows = (
            f"SELECT n, raw FROM ({rows}) WHERE NOT EXISTS (SELECT 1 FROM spans WHERE n BETWEEN o AND e)"
            " UNION ALL SELECT o, text FROM spans"
        )
    bare = f"trim(f[{{i}}], ' {chr(9)}{chr(13)}')"
    value = (
        f"CASE WHEN starts_with({bare}, {q}) AND length({bare}) > 1"
        f" THEN replace({bare}[2:-2], {q} || {q}, {q}) ELSE f[{{i}}] END"
    )
    columns = ", ".join(
        f"{value.format(i=i)} AS {named(name)}" for i, name in enumerate(dialect.columns, 1)
    )
    broken = (
        f"CASE WHEN f IS NULL THEN 'quote-broken' WHEN len(f) < {width} THEN 'columns-missing'"
        f" WHEN len(f) > {width} AND trim(array_to_string(f[{width + 1}:], ''), {blanks}) <> '' THEN 'columns-extra' END"
    )
    return (
        f"SELECT n AS _line, {broken} AS _broken, CASE WHEN ({broken}) IS NOT NULL THEN raw END AS _text,"
        f" {columns} FROM (SELECT n, raw, {_fields('raw', dialect)} AS f FROM ({rows}))"
    )
