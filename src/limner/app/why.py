"""Why a customer has a tag's value: the rows behind it, and what it was at the end of each month."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from limner.app.limner import Limner
from limner.app.live import live_file
from limner.app.living.history import History, nothing_live
from limner.app.portrait import rows_of
from limner.app.tag_history import closure, month_ends
from limner.collect.live.file import reading_file
from limner.core.clock import end_of, zone
from limner.core.errors import Malformed, Unknown
from limner.core.event import ORDER_REFUNDED
from limner.core.rule import Rule, columns_of, holds
from limner.core.tables import table
from limner.understand.tags.compute import compute
from limner.understand.tags.source import PROPERTIES, SOURCES, Facts
from limner.understand.tags.span import EVER, Span
from limner.understand.tags.tag import Tag
from limner.understand.tags.value import (
    Distance,
    Expression,
    Measured,
    Rows,
    Step,
)
from limner.understand.tags.value import Sequence as Sequel
from limner.unify.limits import RECORD

Document = dict[str, Any]
ROWS_TOLD = 50
TALLIED = 5
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """One row that counts for a value: its event, and of a product line also the line.

    `value`: what the measure takes of it; None where it only counts rows.  `is_part`: whether it is
    in the part that a share asks for; None where there is no share.
    """

    event: Document
    line: Document | None
    value: Any
    is_part: bool | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """What a value rests on.

    `counted`: the newest rows, of `total` in all; `column`: what was measured of them.  `parts`:
    the other tags that it was worked out from.  `tally`: of a favourite, the first few values with
    the weight of each, the heaviest first.
    """

    counted: tuple[Counted, ...] = ()
    total: int = 0
    column: str | None = None
    parts: tuple[str, ...] = field(default=())
    tally: tuple[tuple[str, float], ...] = field(default=())


def why(
    limner: Limner, customer_id: str, tag: Tag, as_of: date, most: int = ROWS_TOLD,
    anchors: Sequence[tuple[str, str]] | None = None,
) -> Why:  # fmt: skip
    """The rows behind a tag's value at the end of a business day, the newest first.

    `customer_id`: as the last build calls the customer; of one whom no build knows `anchors`, the
    identifiers, whose events are read as the stream has them.  A trait, a score or what was set by
    hand has no rows.
    """
    value = tag.value
    if isinstance(value, Expression):
        return Why(parts=value.reads)
    if isinstance(value, Measured):
        steps, span, column = [Step(value.rows, value.where)], value.span, value.of or value.by
    elif isinstance(value, Sequel):
        steps, span, column = list(value.steps), value.span, None
    elif isinstance(value, Distance):
        steps, span, column = [Step(Rows("events"))], EVER, None
    else:
        return Why()
    timezone = limner.settings.timezone
    if anchors is None:
        events = _built_events(limner, customer_id)
    else:
        events = _live_events(limner, anchors)
    end = end_of(as_of, timezone)
    events = _with_products(limner, [event for event in events if event["time"] < end])
    found: list[Counted] = []
    tally: dict[str, float] = {}
    for event in events:
        for step in steps:
            rules = [step.where, value.part if isinstance(value, Measured) else None]
            for row, line in _rows(event, step.rows, rules, column, timezone):
                if not _within(row["day"], span, as_of) or not _true(step.where, row):
                    continue
                if isinstance(value, Distance) and row["latitude"] is None:
                    continue
                if isinstance(value, Measured) and value.of and row.get(value.of) is None:
                    continue  # what is missing is left out of every measure of a column
                part = value.part if isinstance(value, Measured) else None
                is_part = None if part is None else _true(part, row)
                taken = row.get(column) if column else None
                found.append(Counted(event, line, taken, is_part))
                if isinstance(value, Measured) and value.measure == "top" and taken is not None:
                    weight = 1.0 if value.by is None else row.get(value.by) or 0.0
                    tally[str(taken)] = tally.get(str(taken), 0.0) + weight
            if found and found[-1].event is event:
                break  # one event is told once, whichever step it was
    if isinstance(value, Distance):
        found = found[:1]
    if isinstance(value, Measured) and value.measure in ("last", "time_since_last"):
        found = found[:1]
    if isinstance(value, Measured) and value.measure in ("first", "time_since_first"):
        found = found[-1:]
    heaviest = sorted(tally.items(), key=lambda one: (-one[1], one[0]))[:TALLIED]
    return Why(tuple(found[:most]), len(found), column, tally=tuple(heaviest))


@dataclass(frozen=True, slots=True)
class Point:
    """A tag's value at the end of a day."""

    day: date
    value: Any


def course(
    limner: Limner, customer_id: str, tag: Tag, tags: Sequence[Tag], as_of: date,
    months: int = MONTHS,
) -> list[Point]:  # fmt: skip
    """What a tag was at the end of each of the last months and at `as_of`, oldest first.

    By today's definition over the events as they are known today; `tags`: all there are, because an
    expression reads others.  Empty for a tag that no events make.
    """
    wanted = closure(tag, tags)
    if not wanted or not any(isinstance(one.value, Measured | Sequel | Distance) for one in wanted):
        return []
    lake = limner.lake
    events = lake.fetch(rows_of(limner, "events", customer_id))
    events = events.set_column(
        events.column_names.index("customer_id"), "customer_id",
        pa.array([customer_id] * events.num_rows, pa.string()),
    )  # fmt: skip
    facts = Facts(
        ibis.memtable(events),
        ibis.memtable(lake.fetch(lake.table("products").filter(ibis._.product_id.isin(_bought(events["products"].to_pylist()))))),
        ibis.memtable(lake.fetch(
            lake.table("profiles").filter(ibis._.customer_id == customer_id).select("customer_id", "traits")
        )),
    )  # fmt: skip
    first = events["time"].to_pylist()
    begun = min(first).astimezone(zone(limner.settings.timezone)).date() if first else as_of
    points = []
    for day in month_ends(begun, as_of)[-months - 1 :]:
        rows = lake.fetch(compute(wanted, facts, day, limner.settings.timezone)).to_pylist()
        mine = [row for row in rows if row["customer_id"] == customer_id]
        points.append(Point(day, mine[0][tag.code] if mine else None))
    return points


def _bought(products: Iterable[Any]) -> list[str]:
    lines = [line for some in products for line in some or []]
    return sorted({line["product_id"] for line in lines if line["product_id"]}) or [""]


def _built_events(limner: Limner, customer_id: str) -> list[Document]:
    """All events of a customer of the last build, newest first."""
    rows = rows_of(limner, "events", customer_id)
    ordered = rows.order_by([ibis.desc("time"), ibis.desc("event_id")])
    return limner.lake.fetch(ordered).to_pylist()


def _live_events(limner: Limner, anchors: Sequence[tuple[str, str]]) -> list[Document]:
    """All events under some identifiers, in the lake and on their way there, newest first."""
    schema = table("events").schema
    empty = dict.fromkeys(schema.names)
    a_line = {field.name: None for field in schema.field("products").type.value_type}
    with reading_file(live_file(limner)) as connection:
        history = History(limner.lake, nothing_live() if connection is None else connection)
        asked = [f"{kind}:{value}" for kind, value in anchors if kind != RECORD]
        rows = [row for some in history.rows(asked, schema.names).values() for row in some]
    found = {row["event_id"]: {**empty, **row} for row in rows}
    for event in found.values():
        event["products"] = [{**a_line, **line} for line in event["products"] or []]
    return sorted(found.values(), key=lambda one: (one["time"], one["event_id"]), reverse=True)


def _with_products(limner: Limner, found: list[Document]) -> list[Document]:
    """The events with the catalogue's words in their lines."""
    products = limner.lake.table("products")
    wanted = products.filter(products.product_id.isin(_bought(one["products"] for one in found)))
    known = {row["product_id"]: row for row in limner.lake.fetch(wanted).to_pylist()}
    for event in found:
        for line in event["products"] or []:
            product = known.get(line["product_id"], {})
            line["department"] = product.get("department")
            line["is_private_label"] = product.get("is_private_label")
            for name in ("category", "brand"):  # the catalogue's word before the line's own
                line[name] = product.get(name) or line[name]
            line["name"] = line["name"] or product.get("name")
    return found


def _rows(
    event: Document, rows: Rows, rules: Sequence[Rule | None], column: str | None, timezone: str
) -> Iterator[tuple[Document, Document | None]]:
    """The rows of a source that an event gives, each with the columns that rules may name."""
    source = SOURCES[rows.source]
    names = rows.events or source.events
    if (names and event["event"] not in names) or (
        source.types and event["type"] not in source.types
    ):
        return
    local = event["time"].astimezone(zone(timezone))
    row = {**event, "day": local.date(), "hour": local.hour, "weekday": local.weekday()}
    if event["event"] == ORDER_REFUNDED and event["revenue"] is not None:
        row["revenue"] = -abs(event["revenue"])
    if source.grain == "event":
        yield row | _properties(event, rules, column), None
        return
    for line in event["products"] or []:
        paid = line["revenue"]
        full = None if paid is None else paid + (line["discount"] or 0.0)
        yield {**row, **line, "list_price": full}, line


def _properties(event: Document, rules: Sequence[Rule | None], column: str | None) -> Document:
    asked = {name for rule in rules if rule is not None for name in columns_of(rule)} | {column}
    wanted = [name for name in asked if name and name.startswith(f"{PROPERTIES}.")]
    if not wanted:
        return {}
    try:
        said = json.loads(event["properties"] or "{}")
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    values = {name: said.get(name.partition(".")[2]) for name in wanted}
    return {
        name: value if isinstance(value, str | int | float | bool) else None
        for name, value in values.items()
    }


def _true(rule: Rule | None, row: Document) -> bool:
    if rule is None:
        return True
    try:
        return holds(rule, row) is True
    except (Malformed, Unknown):  # a property of another kind says nothing
        return False


def _within(day: date, span: Span, as_of: date) -> bool:
    first, last = span.bounds(as_of)
    return (first is None or day >= first) and day <= last
