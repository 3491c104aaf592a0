"""A tag's value as one text, and back.

    value    := call | 'traits' '.' NAME | 'score' '(' 'model' [',' 'subject'] ')' | 'by' 'hand' | expression
    call     := MEASURE '(' [[COLUMN [',' n] ['by' COLUMN] 'of'] rows ['where' rule] ['part' rule] [span] ')'
              | 'sequence' '(' step ('then' step 'within' n UNIT)+ ['without' step] [span] ')'
              | 'distance' '(' 'store' 'ID' | latitude ',' longitude ')'
    step     := rows ['where' rule]          rows := SOURCE | 'Event Name' (',' 'Event Name')*

`write_value(read_value(text))` is the one spelling of a text, and the name of its column.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from difflib import get_close_matches

from limner.core.errors import Malformed, Unknown
from limner.core.rule import Rule
from limner.core.rule_text import read_rule, to_text, written
from limner.core.rule_tree import literal
from limner.core.rule_words import Cursor, Word
from limner.understand.tags.expression import read_expression
from limner.understand.tags.expression_text import Tags
from limner.understand.tags.kind import column_kind, counts_as
from limner.understand.tags.measure import TABLE, Measure
from limner.understand.tags.source import SOURCES, has_column
from limner.understand.tags.span import EVER, read_span
from limner.understand.tags.value import (
    ByHand,
    Distance,
    Expression,
    Measured,
    Rows,
    Score,
    Sequence,
    Step,
    Trait,
    Value,
)

_UNITS: dict[str, timedelta] = {
    "minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1),
    "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1),
}  # fmt: skip
CALLS = frozenset(TABLE) | {"sequence", "distance"}


def read_value(text: str, tags: Tags | None = None) -> Value:
    """The value that a text says; with `tags`, an expression may read no others.

    Raises: `Malformed` or `Unknown` at the word that is wrong.

    >>> read_value("count(orders in last 90 days)").span.days
    90
    """
    cursor = Cursor(text, "the definition")
    value = _read(cursor, text, tags)
    if cursor.word.kind != "end":
        cursor.fail("the definition was over before this")
    return value


def _read(cursor: Cursor, text: str, tags: Tags | None) -> Value:
    if cursor.took("by", "hand"):
        return ByHand()
    if cursor.word.says("traits") and cursor.ahead().says("."):
        return read_trait(cursor)
    if cursor.word.says("score") and cursor.ahead().says("("):
        cursor.take()
        cursor.take()
        model = cursor.string()
        subject = cursor.string() if cursor.took(",") else None
        cursor.want(")", "the model's name")
        return Score(model, subject)
    if begins_call(cursor) and _is_alone(cursor):
        return read_call(cursor)
    expression = read_expression(text, tags, CALLS)
    while cursor.word.kind != "end":
        cursor.take()
    return expression


def check_store(value: Value, text: str, stores: Collection[str]) -> None:
    """Refuse a distance to a store that there is not.

    Raises: `Unknown` at the store's id in the definition's text.
    """
    if isinstance(value, Distance) and value.store is not None and value.store not in stores:
        named = re.search(r"'(?:[^']|'')*'|\"[^\"]*\"", text)
        listed = ", ".join(sorted(stores)[:12]) or "none yet"
        raise Unknown(
            "store-unknown", f"there is no store {value.store!r}; there are {listed}", "value",
            named.span() if named else None,
        )  # fmt: skip


def begins_call(cursor: Cursor) -> bool:
    """Whether a measure call begins at a cursor."""
    return cursor.word.kind == "name" and cursor.word.says(*CALLS) and cursor.ahead().says("(")


def _is_alone(cursor: Cursor) -> bool:
    """Whether the call that begins here is all there is; `max(a, b)`, of tags, is an expression's."""
    if cursor.word.says("max", "min") and not _has_column(cursor, 2):
        return False
    depth, at = 0, 1
    while (word := cursor.ahead(at)).kind != "end":
        depth += word.says("(") - word.says(")")
        at += 1
        if depth == 0:
            return cursor.ahead(at).kind == "end"
    return True


def read_trait(cursor: Cursor) -> Trait:
    """The trait that begins at a cursor: `traits.NAME`; a name may hold points.

    Raises: `Malformed` when no name follows.
    """
    cursor.take()
    cursor.want(".", "traits")
    return Trait(dotted_name(cursor, "the trait's name"))


def read_call(cursor: Cursor) -> Measured | Sequence | Distance:
    """The measure call that begins at a cursor, which then stands behind its parenthesis.

    Raises: `Malformed` or `Unknown` at the word that is wrong.
    """
    head = cursor.take()
    cursor.want("(", "the measure")
    name = head.text.lower()
    if name == "sequence":
        found: Measured | Sequence | Distance = _sequence(cursor)
    elif name == "distance":
        found = _distance(cursor)
    else:
        found = _body(cursor, TABLE[name], head)
    cursor.want(")", "what is measured")
    return found


def read_counted(cursor: Cursor, head: Word) -> Measured:
    """What `count` takes, from a cursor up to the parenthesis: the rows of `did(...)`.

    Raises: as `read_call`.
    """
    return _body(cursor, TABLE["count"], head)


def _body(cursor: Cursor, measure: Measure, head: Word) -> Measured:
    of = by = n = None
    places: dict[str, Word] = {}
    if _has_column(cursor):
        if not cursor.word.says("by"):
            places["of"] = cursor.word
            of = _column(cursor)
            if cursor.took(","):
                n = cursor.whole("which one, or how many,")
        if cursor.took("by"):
            places["by"] = cursor.word
            by = _column(cursor)
        cursor.want("of", "the column")
    start = cursor.word
    rows = read_rows(cursor)
    if rows.source not in measure.sources:
        able = ", ".join(s for s in SOURCES if s in measure.sources)
        cursor.fail(f"{measure.name} is of {able}", start)
    if by is None and cursor.took("by"):  # share(lines by revenue part ...) reads as well
        places["by"] = cursor.word
        by = _column(cursor)
    for name, column in (("of", of), ("by", by)):
        if column is None:
            continue
        if not has_column(rows.source, column):
            raise _no_column(column, rows.source, places[name], cursor)
        if not counts_as(measure.name, name, column):
            cursor.fail(f"{column} is no number, which {measure.name} needs here", places[name])
    where = _rule(cursor, rows) if cursor.took("where") else None
    part = _rule(cursor, rows) if cursor.took("part") else None
    span = read_span(cursor)
    if not cursor.word.says(")"):
        cursor.want(")", "what is measured")
    given = {"of": of, "by": by, "part": part, "n": n, "span": span if span.moves else None}
    for need in measure.needs:
        if given[need] is None:
            wanted = {"of": "what is measured: COLUMN of ROWS", "by": "COLUMN by COLUMN of ROWS",
                      "part": "part RULE, which of the rows are the share", "n": "COLUMN, n of ROWS",
                      "span": "a span that has one before it, such as in last 90 days"}[need]  # fmt: skip
            cursor.fail(f"{measure.name} needs {wanted}", head)
    for name in ("of", "by", "part", "n"):
        if given[name] is not None and name not in measure.takes:
            cursor.fail(f"{measure.name} takes no {name}", places.get(name, head))
    return Measured(measure.name, rows, of, n, by, where, part, span)


def _has_column(cursor: Cursor, at: int = 0) -> bool:
    """Whether `COLUMN ... of` stands before the rows."""
    while (word := cursor.ahead(at)).kind != "end" and not word.says(
        ")", "where", "part", "in", "since", "between", "("
    ):
        if word.says("of"):
            return True
        at += 1
    return False


def _column(cursor: Cursor) -> str:
    return dotted_name(cursor, "a column")


def dotted_name(cursor: Cursor, what: str) -> str:
    """Read a name, and what follows it by points: `properties.colour`.

    Raises: `Malformed` when something else stands there.
    """
    name = cursor.name(what).text
    while cursor.word.says(".") and cursor.ahead().kind in ("name", "quoted"):
        cursor.take()
        name = f"{name}.{cursor.take().text}"
    return name


def read_rows(cursor: Cursor) -> Rows:
    """Which rows: a source's name, or names of events in single quotes.

    Raises: `Malformed` or `Unknown` at the word that is wrong.
    """
    word = cursor.word
    if word.kind == "text":
        names = [cursor.string()]
        while cursor.took(","):
            names.append(cursor.string())
        return Rows("events", tuple(dict.fromkeys(names)))
    name = cursor.name("rows such as orders, or the name of an event in 'single quotes',").text
    if name not in SOURCES:
        close = get_close_matches(name, SOURCES, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(SOURCES)}"
        raise Unknown(
            "rule-rows",
            f"there are no rows {name!r}{cursor.place(word)}; {hint} "
            "An event is named in 'single quotes'.",
            place=(word.start, word.end),
        )
    return Rows(name)


def _rule(cursor: Cursor, rows: Rows) -> Rule:
    try:
        return read_rule(cursor, _Columns(rows.source), kinds=column_kind)
    except Unknown as error:
        name = cursor.text[slice(*error.place)] if error.place else ""
        if name not in SOURCES["lines"].columns or SOURCES[rows.source].grain != "event":
            raise
        raise Unknown(
            error.code,
            f"{name} is a product's: rows by product are lines, viewed and carted; "
            f"what an event itself says is properties.{name}",
            place=error.place,
        ) from error


class _Columns(Collection[str]):
    """The columns that a rule on a source's rows may name: also every property of events."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and has_column(self._source, name)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(SOURCES[self._source].columns)

    def __len__(self) -> int:
        return len(SOURCES[self._source].columns)


def _no_column(name: str, source: str, word: Word, cursor: Cursor) -> Unknown:
    columns = SOURCES[source].columns
    close = get_close_matches(name, columns, n=2)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(columns)}"
    return Unknown(
        "rule-column",
        f"{source} have no {name!r}{cursor.place(word)}; {hint}",
        place=(word.start, word.end),
    )


def _step(cursor: Cursor) -> Step:
    rows = read_rows(cursor)
    return Step(rows, _rule(cursor, rows) if cursor.took("where") else None)


def _sequence(cursor: Cursor) -> Sequence:
    start = cursor.word
    steps, withins = [_step(cursor)], []
    while cursor.took("then"):
        steps.append(_step(cursor))
        cursor.want("within", "the step")
        amount = cursor.whole("the time")
        unit = cursor.take()
        if unit.text.lower() not in _UNITS:
            cursor.fail("write minutes, hours or days", unit)
        withins.append(amount * _UNITS[unit.text.lower()])
    if not withins:
        cursor.fail("a sequence has a second step: then 'Event' within 3 days", start)
    without = _step(cursor) if cursor.took("without") else None
    for step in (*steps, *((without,) if without else ())):
        if SOURCES[step.rows.source].grain != "event":
            cursor.fail(f"a sequence is of events, not of {step.rows.source}", start)
    return Sequence(tuple(steps), tuple(withins), without, read_span(cursor))


def _distance(cursor: Cursor) -> Distance:
    if cursor.took("store"):
        return Distance(store=cursor.string())
    start = cursor.word
    latitude = cursor.value()
    cursor.want(",", "the latitude")
    longitude = cursor.value()
    for value, most in ((latitude, 90), (longitude, 180)):
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > most:
            cursor.fail("write distance(store '17') or distance(LATITUDE, LONGITUDE)", start)
    return Distance(latitude=float(latitude), longitude=float(longitude))  # type: ignore[arg-type]


# ---- value to text


def write_value(value: Value) -> str:
    """The one spelling of a value, which `read_value` reads back to the same."""
    match value:
        case Measured():
            return _write_measured(value)
        case Sequence():
            return _write_sequence(value)
        case Distance(store, latitude, longitude):
            where = (
                f"store {literal(store)}" if store is not None else f"{latitude!r}, {longitude!r}"
            )
            return f"distance({where})"
        case Trait(name):
            return written(f"traits.{name}")
        case Score(model, subject):
            said = [model] if subject is None else [model, subject]
            return f"score({', '.join(literal(name) for name in said)})"
        case ByHand():
            return "by hand"
        case Expression(text):
            return text


def _write_measured(value: Measured) -> str:
    column = [] if value.of is None else [written(value.of)]
    if value.n is not None:
        column[-1] += f", {value.n}"
    if value.by is not None:
        column += ["by", written(value.by)]
    said = [
        *column,
        *(["of"] if column else []),
        _write_rows(value.rows),
        *_write_rule("where", value.where),
        *_write_rule("part", value.part),
        *([value.span.text] if value.span != EVER else []),
    ]
    return f"{value.measure}({' '.join(said)})"


def _write_sequence(value: Sequence) -> str:
    said = [_write_step(value.steps[0])]
    for step, within in zip(value.steps[1:], value.withins, strict=True):
        said.append(f"then {_write_step(step)} within {_write_time(within)}")
    if value.without is not None:
        said.append(f"without {_write_step(value.without)}")
    if value.span != EVER:
        said.append(value.span.text)
    return f"sequence({' '.join(said)})"


def _write_step(step: Step) -> str:
    return " ".join([_write_rows(step.rows), *_write_rule("where", step.where)])


def _write_rows(rows: Rows) -> str:
    return ", ".join(literal(name) for name in rows.events) if rows.events else rows.source


def _write_rule(word: str, rule: Rule | None) -> list[str]:
    return [] if rule is None else [word, to_text(rule)]


def _write_time(within: timedelta) -> str:
    for unit in ("days", "hours", "minutes"):
        if within % _UNITS[unit] == timedelta(0):
            return f"{within // _UNITS[unit]} {unit}"
    raise Malformed("sequence-within", f"{within} is no whole number of minutes")
