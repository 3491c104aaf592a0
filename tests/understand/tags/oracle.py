"""The tag language again, slowly and row by row in plain Python: what the compiled query must equal.

Read from the definitions' own page (the head of `understand.tags.measure`), not from either reader.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from limner.core.rule import Rule, holds
from limner.core.rule_kind import kind_of
from limner.understand.tags import value as nodes
from limner.understand.tags.source import SOURCES

Row = dict[str, Any]
WHOLE = {"count": 0, "sum": 0.0, "distinct": 0}
COUNTING = ("sum", "mean", "min", "max", "ratio", "trend")


@dataclass(frozen=True)
class World:
    """What there is to read: events of one customer, the catalogue, the stores, and the zone."""

    events: Sequence[Row]
    products: Mapping[str, tuple[Any, ...]]
    stores: Mapping[str, tuple[float, float]]
    zone: ZoneInfo


def told(value: nodes.Value, world: World, as_of: date) -> Any:
    """A measure call's value for the customer at the end of a day."""
    match value:
        case nodes.Measured():
            rows = _rows(value.rows, value.span.bounds(as_of), world)
            rows = [row for row in rows if _true(value.where, row)]
            before: list[Row] = []
            if value.span.moves:
                before = _rows(value.rows, value.span.before(as_of), world)
                before = [row for row in before if _true(value.where, row)]
            return _measured(value, rows, before, as_of)
        case nodes.Sequence():
            return _completed(value, world, as_of)
        case nodes.Distance():
            return _kilometres(value, world, as_of)
    raise AssertionError(value)


def _rows(which: nodes.Rows, bounds: tuple[date | None, date], world: World) -> list[Row]:
    """The rows within some business days, in time."""
    source = SOURCES[which.source]
    found = []
    for event in sorted(world.events, key=lambda e: (e["time"], e["event_id"])):
        names, types = which.events or source.events, source.types
        local = event["time"].astimezone(world.zone)
        if (names and event["event"] not in names) or (types and event["type"] not in types):
            continue
        if local.date() > bounds[1] or (bounds[0] is not None and local.date() < bounds[0]):
            continue
        row = {**event, "day": local.date(), "hour": local.hour, "weekday": local.weekday()}
        if event["event"] == "Order Refunded" and event["revenue"] is not None:
            row["revenue"] = -abs(event["revenue"])
        if source.grain == "event":
            said = json.loads(event["properties"] or "{}")
            row |= {f"properties.{k}": v for k, v in said.items() if kind_of(v) is not None}
            found.append(row)
            continue
        found += [_line(row, line, world) for line in event["products"] or []]
    return found


def _line(row: Row, line: Row, world: World) -> Row:
    department, category, brand, own = world.products.get(line["product_id"], (None,) * 4)
    revenue, discount = line["revenue"], line["discount"]
    return {
        **row, **line, "department": department, "is_private_label": own,
        "category": line["category"] if category is None else category,
        "brand": line["brand"] if brand is None else brand,
        "list_price": None if revenue is None else revenue + (discount or 0.0),
    }  # fmt: skip


def _true(rule: Rule | None, row: Row) -> bool:
    class Said(dict[str, Any]):
        def __missing__(self, name: str) -> None:
            assert name.startswith("properties.")

        def __contains__(self, name: object) -> bool:
            return True

    return rule is None or holds(rule, Said(row)) is True


def _measured(value: nodes.Measured, rows: list[Row], before: list[Row], as_of: date) -> Any:
    measure, of, by = value.measure, value.of, value.by
    kind = "number" if measure in COUNTING else "text"
    known = partial(_known, kind=kind)
    days = sorted({row["day"] for row in rows})
    gaps = [(b - a).days for a, b in pairwise(days)]
    match measure:
        case "count":
            return len(rows)
        case "sum":
            return _total(rows, of) or 0.0
        case "mean":
            amounts = _amounts(rows, of)
            return _total(rows, of) / len(amounts) if amounts else None
        case "min" | "max":
            return (min if measure == "min" else max)(known(rows, of), default=None)
        case "first" | "last" | "nth":
            at = {"first": 1, "last": 0, "nth": value.n}[measure]
            values = known(rows, of)
            return values[at - 1] if len(values) >= at and values else None
        case "distinct":
            return len(set(known(rows, of)))
        case "top" | "list":
            weights: dict[Any, int] = {}
            for row in rows:
                weight = 1 if by is None else _amount(_of(row, by, "number"))
                if (seen := _of(row, of, kind)) is not None and weight is not None:
                    weights[seen] = weights.get(seen, 0) + weight
            ranked = sorted(weights, key=lambda seen: (-weights[seen], seen))
            if measure == "top":
                return ranked[0] if ranked else None
            return ", ".join(_text(seen) for seen in ranked[: value.n or 10]) or (
                "" if ranked else None
            )
        case "share":
            part = [row for row in rows if _true(value.part, row)]
            if by is None:
                return len(part) / len(rows) if rows else None
            return (_total(part, by) or 0.0) / _total(rows, by) if _total(rows, by) else None
        case "ratio":
            if _total(rows, of) is None or not _total(rows, by):
                return None
            return _total(rows, of) / _total(rows, by)
        case "trend":
            a, b = _total(rows, of) or 0.0, _total(before, of) or 0.0
            return (a - b) / (abs(a) + abs(b)) if abs(a) + abs(b) else None
        case "time_since_last" | "time_since_first":
            return (as_of - days[-1 if measure == "time_since_last" else 0]).days if days else None
        case "gap_mean":
            return sum(gaps) / len(gaps) if gaps else None
        case "gap_cv":
            if len(gaps) < 2:
                return None
            mean = sum(gaps) / len(gaps)
            spread = (sum(gap * gap for gap in gaps) - sum(gaps) * mean) / (len(gaps) - 1)
            return math.sqrt(max(0.0, spread)) / mean
    raise AssertionError(measure)


def _of(row: Row, column: str | None, kind: str) -> Any:
    """What a row has in a column; a property only where it is of the kind that is wanted."""
    assert column is not None
    seen = row.get(column)
    if column.startswith("properties."):
        return (float(seen) if kind == "number" else seen) if kind_of(seen) == kind else None
    return seen


def _known(rows: list[Row], column: str | None, kind: str) -> list[Any]:
    return [seen for row in rows if (seen := _of(row, column, kind)) is not None]


def _amount(seen: Any) -> int | None:
    if seen is None:
        return None
    millionths = math.floor(seen * 1e6 + 0.5)
    return millionths if -(2**63) <= millionths < 2**63 else None


def _amounts(rows: list[Row], column: str | None) -> list[int]:
    found = [_amount(_of(row, column, "number")) for row in rows]
    return [amount for amount in found if amount is not None]


def _total(rows: list[Row], column: str | None) -> float | None:
    amounts = _amounts(rows, column)
    return sum(amounts) / 1e6 if amounts else None


def _text(seen: Any) -> str:
    return {True: "true", False: "false"}[seen] if isinstance(seen, bool) else str(seen)


def _completed(value: nodes.Sequence, world: World, as_of: date) -> int:
    """Every chain of events that keeps the rules is looked for; last events are counted once."""
    bounds = value.span.bounds(as_of)

    def of(step: nodes.Step) -> list[Row]:
        return [row for row in _rows(step.rows, bounds, world) if _true(step.where, row)]

    def at(row: Row) -> tuple[datetime, str]:
        return row["time"], row["event_id"]

    broken = [at(row) for row in of(value.without)] if value.without is not None else []
    done = of(value.steps[0])
    for step, within in zip(value.steps[1:], value.withins, strict=True):
        done = [
            row
            for row in of(step)
            if any(
                at(one) < at(row)
                and row["time"] - one["time"] <= within
                and not any(at(one) < moment < at(row) for moment in broken)
                for one in done
            )
        ]
    return len(done)


def _kilometres(value: nodes.Distance, world: World, as_of: date) -> float | None:
    rows = _rows(nodes.Rows("events"), (None, as_of), world)
    seen = [row for row in rows if None not in (row["latitude"], row["longitude"])]
    place = world.stores.get(value.store) if value.store else (value.latitude, value.longitude)
    if not seen or place is None:
        return None
    lat1, lon1, lat2, lon2 = (
        x * math.pi / 180 for x in (seen[-1]["latitude"], seen[-1]["longitude"], *place)
    )
    a = math.sin((lat2 - lat1) / 2) ** 2
    a += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return math.floor(2 * 6371.0088 * math.asin(math.sqrt(min(1.0, a))) * 1000 + 0.5) / 1000
