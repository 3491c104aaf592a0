"""What a file is and what its columns mean, guessed from their names and values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from limner.collect.fields import KINDS, WHO, Field, Kind, Type, kind
from limner.collect.importer import workplace
from limner.collect.mapping import From, Mapping
from limner.collect.readers import Rows, reader_of
from limner.collect.values import blank, named, only_row, parsed
from limner.core.errors import Malformed
from limner.lake import Lake

SAMPLE_ROWS = 2000
_SHOWN_ROWS = 5
# What a column must be able to do for a field of a type: the share of its values that can be read.
_FITS = 0.8
# A table of things names each once; a table of what happened does not.
_KEYS = {
    "customers": WHO, "products": ("product_id",), "stores": ("store_id",), "campaigns": ("campaign_id",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A field, the column taken for it, how sure that is (0..1), and why."""

    field: str
    column: str
    confidence: float
    why: Literal["name", "part of the name", "values"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A guessed mapping, with what it rests on and the first rows of the source."""

    mapping: Mapping
    matches: tuple[Match, ...]
    sample: pa.Table

    @property
    def confidence(self) -> float:
        """How sure the least sure of the needed columns is, in 0..1."""
        needed = {
            *self.mapping.of.required,
            *(name for group in self.mapping.of.any_of for name in group),
        }
        sure = [match.confidence for match in self.matches if match.field in needed]
        return min(sure, default=0.0)


@dataclass(frozen=True, slots=True)
class _Column:
    """What the values of a column look like; shares are of the rows that say something."""

    said: int
    distinct: float
    reads: MappingOf[Type, float]
    emails: float
    phones: float
    is_day_first: bool
    is_yuan: bool
    order_numbers: float
    commas: int
    points: int


def guess_file(
    lake: Lake,
    location: str | Path,
    source: str,
    timezone: str,
    currency: str,
    table: str | None = None,
    wanted: str | None = None,
) -> Guess:
    """The likeliest mapping of a file or table; `wanted` is its kind where that is known.

    Raises: `Malformed` when the source cannot be read, or no kind fits (saying what is missing).
    """
    with workplace(lake) as (cursor, scratch):
        rows = reader_of(str(location)).open(str(location), table, cursor, scratch)
        return guess(cursor, rows, source, timezone, currency, wanted)


def guess(
    cursor: duckdb.DuckDBPyConnection,
    rows: Rows,
    source: str,
    timezone: str,
    currency: str,
    wanted: str | None = None,
) -> Guess:
    """The likeliest mapping of opened rows.

    Raises: `Malformed` when there are no rows, or no kind fits.
    """
    names = ", ".join(named(name) for name in rows.types)
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE guessed AS SELECT _line, {names} FROM ({rows.select})"
        f" WHERE _broken IS NULL LIMIT {SAMPLE_ROWS}"
    )
    sample = cursor.sql(
        f"SELECT {names} FROM guessed ORDER BY _line LIMIT {_SHOWN_ROWS}"
    ).to_arrow_table()
    if sample.num_rows == 0:
        raise Malformed(
            "file-empty", f"{rows.file} has no rows that can be read; nothing was imported"
        )
    columns = {name: _look(cursor, name, type_) for name, type_ in rows.types.items()}
    candidates = [kind(wanted)] if wanted else list(KINDS.values())
    tried = [(each, _match(each, columns)) for each in candidates]
    # A table of things that names them again and again is a table of something else.
    fitting = [
        (_score(each, found, columns), each, found)
        for each, found in tried
        if not _lacking(each, found) and (wanted or _is_list(each, found, columns))
    ]
    if not fitting or max(score for score, _, _ in fitting) <= 0:
        raise _cannot(rows, tried)
    _, chosen, matches = max(fitting, key=lambda each: each[0])
    matches = _with_order_total(cursor, matches) if chosen.name == "order_lines" else matches
    mapped = {match.column for match in matches}
    numbers = [column for column in columns.values() if column.reads["number"] >= _FITS]
    keeps_rest = chosen.name in ("customers", "events")
    mapping = Mapping(
        kind=chosen.name,
        source=source,
        columns=_origins(chosen, matches, columns),
        timezone=timezone,
        currency="CNY" if any(column.is_yuan for column in columns.values()) else currency,
        traits={n: n for n, c in columns.items() if keeps_rest and n not in mapped and c.said},
        repeats=_repeats(cursor, chosen, matches, names),
        day_first=any(column.is_day_first for column in columns.values()),
        decimal_comma=any(c.commas for c in numbers) and not any(c.points for c in numbers),
    )
    return Guess(mapping, tuple(matches), sample)


def _repeats(
    cursor: duckdb.DuckDBPyConnection, chosen: Kind, matches: list[Match], names: str
) -> Literal["keep", "drop"]:
    """Whether rows that say exactly the same are one.

    An order line that has a quantity and stands twice to the letter was exported twice; without a
    quantity every scan is a line of its own.  Where lines are alike in all that is taken but not in
    the rest (a line number), they are different lines.
    """
    if chosen.name != "order_lines":
        return "drop"
    if "quantity" not in {match.field for match in matches}:
        return "keep"
    taken = ", ".join(sorted({named(match.column) for match in matches}))
    alike, same = only_row(
        cursor, f"SELECT count(DISTINCT ({taken})), count(DISTINCT ({names})) FROM guessed"
    )
    return "drop" if alike == same else "keep"


def _origins(
    chosen: Kind, matches: list[Match], columns: MappingOf[str, _Column]
) -> dict[str, From]:
    """Where each field comes from; a call without an event name, such as identify, is named by its type."""
    found = {match.field: From(column=match.column) for match in matches}
    event, call = (found.get(name) for name in ("event", "type"))
    if chosen.name != "events" or not (event and event.column and call and call.column):
        return found
    if columns[event.column].said < columns[call.column].said:
        found["event"] = From(sql=f"coalesce({named(event.column)}, {named(call.column)})")
    return found


def _with_order_total(cursor: duckdb.DuckDBPyConnection, matches: list[Match]) -> list[Match]:
    """The matches, with the revenue taken for the order's total where the lines show that it is.

    It is when in every order of several lines only one amount is said, although its lines differ in
    what they should bring, or say nothing but once.
    """
    found = {match.field: match for match in matches}
    if not {"order_id", "revenue", "price"} <= found.keys():
        return matches
    order, total, price = (named(found[name].column) for name in ("order_id", "revenue", "price"))
    quantity = named(found["quantity"].column) if "quantity" in found else "1"
    orders, single, telling = only_row(
        cursor,
        f"SELECT count(*), count(*) FILTER (totals = 1), count(*) FILTER (amounts > 1 OR said < lines)"
        f" FROM (SELECT count(*) AS lines, count(DISTINCT nullif(trim({total}::VARCHAR), '')) AS totals,"
        f" count(nullif(trim({total}::VARCHAR), '')) AS said, count(DISTINCT ({price}, {quantity})) AS amounts"
        f" FROM guessed WHERE {order} IS NOT NULL GROUP BY {order} HAVING count(*) > 1)",
    )
    if not orders or single < orders or not telling:
        return matches
    return [replace(m, field="order_total") if m.field == "revenue" else m for m in matches]


def _plain(name: str) -> str:
    """A name without case, width, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).lower())


def _words(name: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return set(re.split(r"[\W_]+", unicodedata.normalize("NFKC", spaced).lower())) - {""}


def _look(cursor: duckdb.DuckDBPyConnection, name: str, type_: str) -> _Column:
    x = named(name)
    is_day_first = False
    if type_ == "VARCHAR":
        first = f"regexp_extract(trim({x}), '^([0-9]{{1,2}})[/-][0-9]{{1,2}}[/-][0-9]{{4}}', 1)"
        (above,) = only_row(cursor, f"SELECT max(try_cast({first} AS INTEGER)) FROM guessed")
        is_day_first = bool(above and 12 < above <= 31)
    types: tuple[Type, ...] = ("number", "time", "date", "bool")
    said = f"NOT {blank(x, type_)}"
    reads = ", ".join(
        f"count(*) FILTER ({said} AND ({parsed(x, type_, each, 'UTC', is_day_first)}) IS NOT NULL)"
        for each in types
    )
    text = f"trim({x}::VARCHAR)"
    found = cursor.execute(
        f"SELECT count(*) FILTER ({said}), count(DISTINCT {x}), {reads},"
        f" count(*) FILTER (regexp_full_match({text}, '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')),"
        f" count(*) FILTER (regexp_full_match({text}, '(\\+?86[- ]?)?1[3-9][0-9]{{9}}|\\+[0-9 ()-]{{8,18}}')),"
        f" count(*) FILTER (regexp_matches({text}, '^[¥￥]|元$')),"
        f" count(*) FILTER (regexp_full_match({text}, '#[0-9]+')),"
        f" count(*) FILTER (regexp_full_match({text}, '[^0-9.,]*([0-9]+|[0-9]{{1,3}}([.][0-9]{{3}})+),[0-9]{{1,2}}[^0-9.,]*')),"
        f" count(*) FILTER (regexp_full_match({text}, '[^0-9.,]*([0-9]+|[0-9]{{1,3}}(,[0-9]{{3}})+)[.][0-9]{{1,2}}[^0-9.,]*')) FROM guessed"
    ).fetchall()[0]
    count, distinct, *shares = found
    most = max(count, 1)
    return _Column(
        count, distinct / most, {each: n / most for each, n in zip(types, shares[:4], strict=True)},
        shares[4] / most, shares[5] / most, is_day_first, shares[6] > 0, shares[7] / most, shares[8],
        shares[9],
    )  # fmt: skip


def _match(chosen: Kind, columns: MappingOf[str, _Column]) -> list[Match]:
    """The best column for each field, each column used once; the surest pairs first."""
    pairs: list[tuple[float, int, Match]] = []
    for order, field in enumerate(chosen.fields):
        for name, column in columns.items():
            if (found := _compare(field, name, column)) is not None:
                pairs.append((found.confidence, -order, found))
    matches: dict[str, Match] = {}
    used: set[str] = set()
    for _, _, found in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if found.field not in matches and found.column not in used:
            matches[found.field] = found
            used.add(found.column)
    order_of = {field.name: i for i, field in enumerate(chosen.fields)}
    return sorted(matches.values(), key=lambda match: order_of[match.field])


def _compare(field: Field, name: str, column: _Column) -> Match | None:
    if column.said == 0:
        return None
    plain, words = _plain(name), _words(name)
    is_named = any(_plain(known) == plain for known in field.known_as)
    # A column with the very name may be half broken: its bad rows go to the quarantine.
    if field.type in column.reads and column.reads[field.type] < (0.5 if is_named else _FITS):
        return None
    if is_named:
        # Of two names that both fit the one that stands earlier in the field's list is surer.
        place = next(i for i, known in enumerate(field.known_as) if _plain(known) == plain)
        return Match(field.name, name, round(0.95 - place / 1000, 3), "name")
    for known in field.known_as:
        if known.isascii():
            if len(known) >= 4 and _words(known) <= words and len(words) <= len(_words(known)) + 1:
                return Match(field.name, name, 0.6, "part of the name")
        # A Chinese compound says last what it is: 客户手机号 is a number, 会员等级 no member.
        elif len(known) >= 2 and name.endswith(known):
            return Match(field.name, name, 0.6, "part of the name")
    if field.type == "email" and column.emails >= _FITS:
        return Match(field.name, name, 0.7, "values")
    if field.name == "order_id" and column.order_numbers >= _FITS:
        return Match(field.name, name, 0.7, "values")
    if field.name == "phone" and column.phones >= _FITS:
        return Match(field.name, name, 0.6, "values")
    if field.name == "time" and column.reads["number"] < 0.5 and column.reads["time"] >= 0.95:
        return Match(field.name, name, 0.5, "values")
    return None


def _lacking(chosen: Kind, matches: list[Match]) -> list[str]:
    """What a kind needs and no column gives, in the reader's words."""
    found = {match.field for match in matches}
    lacking = [_shown(chosen.field(name)) for name in chosen.required if name not in found]
    for group in chosen.any_of:
        if not found & set(group):
            lacking.append(" or ".join(_shown(chosen.field(name)) for name in group[:3]))
    return lacking


def _score(chosen: Kind, matches: list[Match], columns: MappingOf[str, _Column]) -> float:
    """How much of the file a kind explains; a table of things must name each thing once."""
    explained = sum(match.confidence for match in matches)
    needed = {*chosen.required, *(name for group in chosen.any_of for name in group)}
    explained += 0.5 * sum(match.confidence for match in matches if match.field in needed)
    if chosen.name in _KEYS:
        explained = explained + 0.5 if _is_list(chosen, matches, columns) else explained * 0.3
    return explained


def _is_list(chosen: Kind, matches: list[Match], columns: MappingOf[str, _Column]) -> bool:
    """Whether a table of things names each once; what is no table of things need not."""
    keys = _KEYS.get(chosen.name)
    key = next((match for match in matches if match.field in (keys or ())), None)
    return keys is None or (key is not None and columns[key.column].distinct >= 0.8)


def _shown(field: Field) -> str:
    return f"{field.words.en} ({field.words.zh})"


def _cannot(rows: Rows, tried: list[tuple[Kind, list[Match]]]) -> Malformed:
    nearest, matches = min(tried, key=lambda each: (len(_lacking(*each)), -len(each[1])))
    lacking = "; ".join(_lacking(nearest, matches)) or "a column that names each once"
    return Malformed(
        "guess-impossible",
        f"cannot tell what {rows.file} is: taken for {nearest.name} ({nearest.words.zh}) it lacks {lacking};"
        f" its columns are {', '.join(rows.types)}; write a mapping file and give it with --mapping",
    )
