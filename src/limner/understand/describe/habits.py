"""When, where, by which channel and for what a group of customers buys, beside others.

An order counts once; a share of orders is of the group's own orders, so a group of frequent buyers
does not look at home everywhere.  Whether a difference can be chance is asked of customers, not of
orders, because the orders of one customer are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from limner.core.clock import end_of
from limner.core.event import ORDER_COMPLETED
from limner.understand.describe.significance import (
    NOMINAL,
    benjamini_hochberg,
    counts_differ,
    tgi,
)
from limner.understand.tags.source import Facts, event_rows, line_rows, with_products

Document = dict[str, Any]
DAYS = 365
_SHOWN = 12


PARTS = ("region", "city", "store", "channel", "category", "week")


def habit_query(facts: Facts, stores: Table, parties: Table, as_of: date, timezone: str) -> Table:
    """What `habits` is written from, as one expression over the last 365 days.

    `parties` has `customer_id` and `party` (in or out).  Columns: `part` (one of `PARTS`), `party`,
    `value` (of a week: weekday and hour, 0 is Monday), `orders`, `revenue`, `customers`.
    """
    since = end_of(as_of - timedelta(days=DAYS), timezone)
    wanted = ["revenue", "weekday", "hour", "store_id", "channel", "city"]
    rows = event_rows(facts, (ORDER_COMPLETED,), wanted, as_of, timezone)
    rows = rows.filter(rows.time >= since).inner_join(parties, "customer_id")
    places = stores.select(
        place_id="store_id", place_name="name", place_region="region", place_city="city"
    )
    rows = rows.left_join(places, rows.store_id == places.place_id)
    rows = rows.select(
        "customer_id", "party", "revenue", "channel", weight=ibis.literal(1, "int64"),
        region=rows.place_region, city=ibis.coalesce(rows.city, rows.place_city),
        store=ibis.coalesce(rows.place_name, rows.store_id),
        week=rows.weekday.cast("string") + "-" + rows.hour.cast("string"),
    ).alias("limner_habits")  # fmt: skip
    lines = line_rows(facts, ["revenue", "category"], as_of, timezone)
    lines = lines.filter(lines.time >= since)
    own = [column for column in lines.columns if column.startswith("line_")]
    cells = lines.group_by(["customer_id", "product_id", *own]).aggregate(
        revenue=lines.revenue.sum(), weight=lines.count()
    )
    cells = with_products(cells, facts, ["department", "category"])
    cells = cells.inner_join(parties, "customer_id")
    cells = cells.mutate(category=ibis.coalesce(cells.department, cells.category))
    return ibis.union(
        *(_by(cells if part == "category" else rows, part) for part in PARTS), distinct=False
    )


def _by(rows: Table, part: str) -> Table:
    known = rows.filter(rows[part].notnull())
    grouped = known.group_by(["party", part]).aggregate(
        orders=known.weight.sum(),
        revenue=known.revenue.sum(),
        customers=known.customer_id.nunique(),
    )
    return grouped.select(
        "party", "orders", "revenue", "customers",
        part=ibis.literal(part), value=grouped[part].cast("string"),
    )  # fmt: skip


def habits(fetched: pa.Table, members: int, others: int, is_of_all: bool = True) -> Document:
    """The document `habits`: places, channels, categories and the week, the group beside the base.

    `fetched`: the rows of `habit_query`.  With `is_of_all` the base is everybody, else
    the others.  Categories are weighed by revenue, the rest by orders.
    """
    parts: dict[str, list[Document]] = {part: [] for part in PARTS}
    for row in fetched.to_pylist():
        parts[row["part"]].append(row)
    level = next(
        (n for n in ("region", "city") if len({row["value"] for row in parts[n]}) > 1), "store"
    )
    sizes = (members, others)
    return {
        "days": DAYS, "place_level": level,
        "places": _beside(parts[level], "orders", sizes, is_of_all),
        "channels": _beside(parts["channel"], "orders", sizes, is_of_all),
        "categories": _beside(parts["category"], "revenue", sizes, is_of_all),
        "week": _week(parts["week"], is_of_all),
    }  # fmt: skip


def _beside(rows: pa.Table, weight: str, sizes: tuple[int, int], is_of_all: bool) -> list[Document]:
    """Each value's share, index and reach; the values that matter most in either first."""
    by: dict[str, dict[str, Document]] = {}
    for row in rows:
        by.setdefault(str(row["value"]), {})[row["party"]] = row
    nothing = {"orders": 0, "revenue": 0.0, "customers": 0}
    totals = {
        party: sum(max(found.get(party, nothing)[weight] or 0, 0) for found in by.values())
        for party in ("in", "out")
    }
    base_total = totals["in"] + totals["out"] if is_of_all else totals["out"]
    base_size = sum(sizes) if is_of_all else sizes[1]
    shown = []
    for value, found in by.items():
        ours, theirs = found.get("in", nothing), found.get("out", nothing)
        base = {k: (ours[k] or 0) * is_of_all + (theirs[k] or 0) for k in nothing}
        share = max(ours[weight] or 0, 0) / totals["in"] if totals["in"] else 0.0
        of_base = max(base[weight], 0) / base_total if base_total else 0.0
        known = counts_differ(
            [ours["customers"], max(sizes[0] - ours["customers"], 0)],
            [theirs["customers"], max(sizes[1] - theirs["customers"], 0)],
        )
        shown.append({
            "value": value, "orders": int(ours["orders"]), "revenue": round(float(ours["revenue"] or 0), 2),
            "customers": int(ours["customers"]), "share": share, "share_base": of_base,
            "tgi": tgi(share, of_base),
            "reach": ours["customers"] / max(sizes[0], 1), "reach_base": base["customers"] / max(base_size, 1),
            "p": known.p,
        })  # fmt: skip
    for row, q in zip(shown, benjamini_hochberg([row["p"] for row in shown]), strict=True):
        row["q"], row["is_significant"] = q, q is not None and q < NOMINAL
    shown.sort(key=lambda row: (-max(row["share"], row["share_base"]), row["value"]))
    return shown[:_SHOWN]


def _week(rows: Sequence[Document], is_of_all: bool) -> list[Document]:
    counted: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        weekday, _, hour = row["value"].partition("-")
        cell = counted.setdefault((int(weekday), int(hour)), [0, 0])
        cell[0 if row["party"] == "in" else 1] += row["orders"]
    ours, theirs = (sum(cell[side] for cell in counted.values()) for side in (0, 1))
    base = ours + theirs if is_of_all else theirs
    found = []
    for (weekday, hour), (mine, others) in sorted(counted.items()):
        share = mine / ours if ours else 0.0
        of_base = (mine * is_of_all + others) / base if base else 0.0
        found.append({
            "weekday": weekday, "hour": hour, "orders": mine, "share": share,
            "share_base": of_base, "tgi": tgi(share, of_base),
        })  # fmt: skip
    return found


def evening_and_weekend(week: Sequence[Document]) -> Document:
    """The group's share of orders from six in the evening on, and at weekends, beside the base's."""

    def both(chosen: Sequence[Document]) -> Document:
        return {
            "share": sum(cell["share"] for cell in chosen),
            "share_base": sum(cell["share_base"] for cell in chosen),
        }

    return {
        "evening": both([cell for cell in week if cell["hour"] >= 18]),
        "weekend": both([cell for cell in week if cell["weekday"] >= 5]),
    }
