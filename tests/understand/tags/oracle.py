"""The tags again, slowly and row by row in plain Python: what the compiled query must equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from limner.core.rule import holds
from limner.understand.tags.tag import Tag

Row = dict[str, Any]


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)


def rows_of(tag: Tag, event: Row, products: Mapping[str, Row], zone: ZoneInfo) -> list[Row]:
    local = event["time"].astimezone(zone)
    row = {**event, "day": local.date(), "hour": local.hour, "weekday": local.weekday()}
    if event["event"] == "Order Refunded" and event["revenue"] is not None:
        row["revenue"] = -abs(event["revenue"])
    if tag.source.grain == "event":
        return [row]
    lines = []
    for line in event["products"] or []:
        known = products.get(line["product_id"], {})
        lines.append(
            {
                **row,
                **{k: line[k] for k in ("product_id", "quantity", "revenue", "discount")},
                "coupon_discount": line["coupon_discount"],
                "list_price": None
                if line["revenue"] is None
                else line["revenue"] + (line["discount"] or 0),
                "department": known.get("department"),
                "category": known.get("category") or line["category"],
                "brand": known.get("brand") or line["brand"],
                "is_private_label": known.get("is_private_label"),
            }
        )
    return lines


def oracle(
    tag: Tag, events: Sequence[Row], products: Mapping[str, Row], as_of: date, timezone: str
) -> dict[str, Any]:
    """The tag's value by customer, for customers with any rows to speak of."""
    zone = ZoneInfo(timezone)
    end = midnight_after(as_of, zone)

    def rows(first: date | None, last: datetime) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for event in events:
            start = (
                None if first is None else datetime(first.year, first.month, first.day, tzinfo=zone)
            )
            if event["event"] not in tag.source.events or event["time"] >= last:
                continue
            if start is not None and event["time"] < start:
                continue
            for row in rows_of(tag, event, products, zone):
                if tag.where is None or holds(tag.where, row) is True:
                    found[event["customer_id"]].append(row)
        return found

    begin = None if tag.days is None else as_of + timedelta(days=1) - timedelta(days=tag.days)
    now = rows(begin, end)
    before: dict[str, list[Row]] = {}
    if tag.measure == "trend":
        assert begin is not None
        earlier = begin - timedelta(days=tag.days)
        before = rows(earlier, datetime(begin.year, begin.month, begin.day, tzinfo=zone))
    customers = {event["customer_id"] for event in events if event["time"] < end}
    return {
        customer: measure(tag, now.get(customer, []), before.get(customer, []), as_of)
        for customer in customers
    }


def measure(tag: Tag, rows: list[Row], before: list[Row], as_of: date) -> Any:
    def known(column: str | None, among: list[Row] = rows) -> list[Any]:
        return [row[column] for row in among if row[column] is not None]

    def total(column: str | None, among: list[Row] = rows) -> float:
        return round(sum(known(column, among)), 6)

    in_time = sorted(rows, key=lambda row: (row["time"], row["event_id"]))
    days = sorted({row["day"] for row in rows})
    gaps = [(b - a).days for a, b in pairwise(days)]
    mean = sum(gaps) / len(gaps) if gaps else None
    match tag.measure:
        case "count":
            return len(rows)
        case "sum":
            return total(tag.of)
        case "mean":
            return total(tag.of) / len(known(tag.of)) if known(tag.of) else None
        case "min":
            return min(known(tag.of), default=None)
        case "max":
            return max(known(tag.of), default=None)
        case "first":
            return next(iter(known(tag.of, in_time)), None)
        case "last":
            return next(iter(known(tag.of, in_time[::-1])), None)
        case "distinct":
            return len(set(known(tag.of)))
        case "top":
            weights: dict[Any, float] = defaultdict(float)
            for row in rows:
                if row[tag.of] is not None and (tag.by is None or row[tag.by] is not None):
                    weights[row[tag.of]] += 1 if tag.by is None else row[tag.by]
            return min(weights, key=lambda v: (-round(weights[v], 6), v), default=None)
        case "share":
            part = [row for row in rows if holds(tag.part, row) is True]
            if tag.by is None:
                return len(part) / len(rows) if rows else None
            return total(tag.by, part) / total(tag.by) if total(tag.by) else None
        case "ratio":
            if not total(tag.by) or not known(tag.of):
                return None
            return total(tag.of) / total(tag.by)
        case "trend":
            a, b = total(tag.of), total(tag.of, before)
            return (a - b) / (abs(a) + abs(b)) if abs(a) + abs(b) else None
        case "time_since_last":
            return (as_of - days[-1]).days if days else None
        case "time_since_first":
            return (as_of - days[0]).days if days else None
        case "gap_mean":
            return mean
        case "gap_cv":
            if mean is None or len(gaps) < 2:
                return None
            return sqrt(sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)) / mean
    raise AssertionError(tag.measure)
