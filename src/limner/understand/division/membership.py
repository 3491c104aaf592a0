"""Membership analysis: what members are of the customers, of sales, of orders; by level and month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from limner.core.clock import end_of
from limner.core.event import ORDER_COMPLETED
from limner.understand.describe.significance import tgi
from limner.understand.tags.source import Facts, event_rows

Document = dict[str, Any]
DAYS = 365


def membership_query(facts: Facts, levels: Table, as_of: date, timezone: str) -> Table:
    """Orders of the last 365 days: month, level (null: no member), orders, revenue, customers.

    `levels` has `customer_id` and `level` for every customer.
    """
    rows = event_rows(facts, (ORDER_COMPLETED,), ["revenue", "day"], as_of, timezone)
    rows = rows.filter(rows.time >= end_of(as_of - timedelta(days=DAYS), timezone))
    named = levels.select(member_id="customer_id", level="level")
    rows = rows.left_join(named, rows.customer_id == named.member_id)
    rows = rows.mutate(month=rows.day.strftime("%Y-%m"))
    parts = [
        rows.group_by(keys).aggregate(
            orders=rows.count(), revenue=rows.revenue.sum(), customers=rows.customer_id.nunique()
        )
        for keys in (["month", "level"], ["level"])
    ]
    whole = parts[1].mutate(month=ibis.literal("", "string")).select(*parts[0].columns)
    return parts[0].union(whole, distinct=False)


def membership(
    fetched: pa.Table, customers: Sequence[tuple[str | None, int]], order: Sequence[str] = ()
) -> Document:
    """The document: members against others, level by level and month by month.

    `fetched`: rows of `membership_query`; `customers`: how many customers each level has (None: no
    members); `order`: the levels from lowest to highest, else by revenue per customer.
    """
    rows = fetched.to_pylist()
    whole = {row["level"]: row for row in rows if row["month"] == ""}
    sizes = dict(customers)
    everyone = sum(sizes.values())
    totals = {key: sum(float(row[key] or 0) for row in whole.values())
              for key in ("orders", "revenue", "customers")}  # fmt: skip
    found = [
        _level(level, whole.get(level), size, everyone, totals) for level, size in sizes.items()
    ]
    places = {level: place for place, level in enumerate(order)}
    found.sort(key=lambda row: (row["level"] is None, places.get(row["level"], 99),
                                row["revenue_per_customer"] or 0))  # fmt: skip
    members = {level: row for level, row in whole.items() if level is not None}
    of_members = {key: sum(float(row[key] or 0) for row in members.values()) for key in totals}
    size = sum(n for level, n in sizes.items() if level is not None)
    return {
        "days": DAYS, "customers": everyone, "members": size, "levels": found,
        "share_of_customers": size / everyone if everyone else None,
        "share_of_active": _share(of_members["customers"], totals["customers"]),
        "share_of_sales": _share(of_members["revenue"], totals["revenue"]),
        "penetration": _share(of_members["orders"], totals["orders"]),
        "basket_members": _ratio(of_members["revenue"], of_members["orders"]),
        "basket_others": _ratio(
            totals["revenue"] - of_members["revenue"], totals["orders"] - of_members["orders"]
        ),
        "months": _months(rows),
    }  # fmt: skip


def _level(
    level: str | None, row: Document | None, size: int, everyone: int, totals: Document
) -> Document:
    orders = int(row["orders"]) if row else 0
    revenue = float(row["revenue"] or 0) if row else 0.0
    of_customers, of_sales = _share(size, everyone) or 0.0, _share(revenue, totals["revenue"])
    return {
        "level": level, "customers": size, "active": int(row["customers"]) if row else 0,
        "orders": orders, "revenue": round(revenue, 2),
        "share_of_customers": of_customers, "share_of_sales": of_sales,
        "share_of_orders": _share(orders, totals["orders"]),
        "index": None if of_sales is None else tgi(of_sales, of_customers),
        "basket": _ratio(revenue, orders), "orders_per_customer": _ratio(orders, size),
        "revenue_per_customer": _ratio(revenue, size),
    }  # fmt: skip


def _months(rows: Sequence[Document]) -> list[Document]:
    by: dict[str, list[Document]] = {}
    for row in rows:
        if row["month"]:
            by.setdefault(row["month"], []).append(row)
    found = []
    for month, parts in sorted(by.items()):
        inside = [row for row in parts if row["level"] is not None]
        found.append({
            "month": month,
            "share_of_sales": _share(
                sum(r["revenue"] or 0 for r in inside), sum(r["revenue"] or 0 for r in parts)
            ),
            "penetration": _share(sum(r["orders"] for r in inside), sum(r["orders"] for r in parts)),
            "members": sum(r["customers"] for r in inside),
        })  # fmt: skip
    return found


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _ratio(amount: float, count: float) -> float | None:
    return amount / count if count else None
