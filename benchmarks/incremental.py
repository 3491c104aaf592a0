"""The stream reader: every tag of the catalogue and thirty segments, live, at each event, on one core.

`python -m benchmarks.incremental [HOME]` reads the retail year from a home that has it (or imports it),
turns it to a stream in the order of time, and folds each event into its customer's state; after each,
the values that changed and the segments entered and left are known.  A web shop's stream is made by
chance: visits of pages, views, carts and orders.  Beside it, in the same run:

* reading a customer's tags anew from its kept rows at every event, which is what one writes first;
* nothing but a count of each customer's events: what no stream in Python can be faster than.
"""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, print_figures
from benchmarks.tags import TIMEZONE, fill
from limner.core.rule import parse
from limner.lake import Lake
from limner.understand.incremental.local import LocalTime, microseconds
from limner.understand.incremental.membership import Memberships, terms_as_tags
from limner.understand.incremental.program import Product
from limner.understand.incremental.reader import Reader
from limner.understand.incremental.state import State
from limner.understand.segments.term import terms
from limner.understand.tags.tag import Tag, catalogue

Row = dict[str, Any]
AIM = 10_000.0  # events a second
HOUSEHOLDS, VISITORS, VISITS = 400, 1_500, 6_000
FEW = 400  # events of the slow rival

SEGMENTS: Mapping[str, str] = {
    "new": "tenure_days <= 30", "vip": "revenue_365d >= 2000 and orders_365d > 20",
    "asleep": "recency_days > 90", "slipping": "recency_days between 30 and 90 and orders_total >= 3",
    "frequent": "orders_30d >= 4", "one_and_gone": "orders_total = 1 and recency_days > 30",
    "weekend": "weekend_share > 0.5 and orders_total >= 5", "evening": "evening_share >= 0.4",
    "own_brand": "private_label_share > 0.3", "bargain": "discount_share > 0.2",
    "coupon_lovers": "coupons_redeemed_365d >= 2", "rising": "revenue_trend > 0.3",
    "falling": "revenue_trend < -0.3", "big_baskets": "basket_mean > 50 or basket_max > 200",
    "regular": "gap_days_cv < 0.5 and orders_total >= 5", "wide": "departments_count >= 8",
    "grocery": "department_top = 'GROCERY'", "no_returns": "count('Order Refunded' in last 365 days) = 0",
    "meat": "count(lines where category like '%MEAT%' in last 90 days) >= 3",
    "recent_lines": "count(lines where quantity >= 2 in last 30 days) > 5",
    "big_month": "sum(revenue of sales in this month) > 300",
    "browsers": "count('Product Viewed' in last 7 days) >= 3 and orders_30d = 0",
    "abandoned": "count('Product Added' in last 3 days) > 0 and count(orders in last 3 days) = 0",
    "bought_after_view": "sequence('Product Viewed' then 'Order Completed' within 3 days in last 30 days) > 0",
    "readers": "count(pages in last 30 days) > 20", "quick": "sequence('Product Added' then 'Order Completed' "
    "within 30 minutes without 'Product Removed' in last 30 days) > 0",
    "vip_asleep": "segment('vip') and not segment('frequent')", "loyal": "segment('regular') or segment('vip')",
    "mobile": "share(pages part device = 'mobile' in last 30 days) > 0.5",
    "two_stores": "stores_count >= 2 and store_top is not null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What a stream came to: seconds for so many events, and the bytes of the kept states."""

    events: int
    seconds: float
    moves: int = 0
    bytes: int = 0

    @property
    def microseconds(self) -> float:
        """For one event."""
        return 1e6 * self.seconds / self.events


def readers(products: Mapping[str, Product], timezone: str) -> tuple[Reader, Memberships]:
    """The catalogue's tags and the segments, made ready."""
    rules = {code: parse(text, terms=terms()) for code, text in SEGMENTS.items()}
    tags: tuple[Tag, ...] = (*catalogue(), *terms_as_tags(rules.values(), catalogue()))
    return Reader(tags, products, {}, timezone), Memberships(rules, tags)


def live(
    reader: Reader, memberships: Memberships, rows: Sequence[Row], timezone: str,
    encoded_every: int = 0,
) -> Run:  # fmt: skip
    """Fold events and read what changed after each; `encoded_every`: store changed states after so many."""
    states: dict[str, State] = {}
    members: dict[str, set[str]] = {}
    local, outside, moves, size = LocalTime(timezone), dict[str, Any](), 0, 0
    waiting: dict[str, State] = {}
    gc.collect()
    gc.freeze()
    start = time.process_time()
    for number, row in enumerate(rows, 1):
        customer = row["customer_id"]
        state = states.get(customer)
        if state is None:
            state = states[customer] = reader.new()
            members[customer] = set(memberships.of({}))
        reader.fold(state, row)
        today = date.fromordinal(local.at(microseconds(row["time"]))[0])
        changes = reader.update(state, today, outside)
        moved = memberships.update(members[customer], state.values, changes)
        moves += len(moved.entered) + len(moved.left)
        if encoded_every:
            waiting[customer] = state
            if number % encoded_every == 0:
                size = sum(len(reader.encode(each)) for each in waiting.values())
                waiting.clear()
    seconds = time.process_time() - start
    gc.unfreeze()
    size = sum(len(reader.encode(each)) for each in states.values())
    return Run(len(rows), seconds, moves, size // max(1, len(states)))


def anew(reader: Reader, memberships: Memberships, rows: Sequence[Row], timezone: str) -> Run:
    """The last events of a stream, each customer's tags read anew from its kept rows at each."""
    kept: dict[str, list[Row]] = {}
    local = LocalTime(timezone)
    for row in rows[:-FEW]:
        kept.setdefault(row["customer_id"], []).append(row)
    start = time.process_time()
    for row in rows[-FEW:]:
        mine = kept.setdefault(row["customer_id"], [])
        mine.append(row)
        state = reader.new()
        for each in mine:
            reader.fold(state, each)
        today = date.fromordinal(local.at(microseconds(row["time"]))[0])
        memberships.of(reader.values(state, today))
    return Run(min(FEW, len(rows)), time.process_time() - start)


def counted(rows: Sequence[Row]) -> Run:
    """Nothing but the number of each customer's events."""
    counts: dict[str, int] = {}
    start = time.process_time()
    for row in rows:
        customer = row["customer_id"]
        counts[customer] = counts.get(customer, 0) + 1
    return Run(len(rows), time.process_time() - start)


def retail(lake: Lake) -> tuple[list[Row], dict[str, Product]]:
    """The retail year of some households in the order of time, and the catalogue."""
    view, products = (lake.view(name, lake.version(name)) for name in ("events", "products"))
    cursor = lake.cursor()
    chosen = f"""SELECT * FROM {view} WHERE customer_id IN (
        SELECT DISTINCT customer_id FROM {view} WHERE event = 'Order Completed'
        ORDER BY hash(customer_id) LIMIT {HOUSEHOLDS})
        AND event IN ('Order Completed', 'Order Refunded', 'Coupon Redeemed') ORDER BY time, event_id"""
    rows = cursor.sql(chosen).to_arrow_table().to_pylist()
    known = cursor.sql(
        f"SELECT product_id, department, category, brand, is_private_label FROM {products}"
    ).fetchall()
    for row in rows:
        row["received_at"] = row["time"]  # as if it had come live
    return rows, {row[0]: tuple(row[1:]) for row in known}


def web(products: Sequence[str], seed: int = 7) -> list[Row]:
    """Visits of a web shop over ninety days: pages, views, carts and orders."""
    rng = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    columns = ("revenue", "store_id", "order_id", "products", "campaign_id", "city", "properties",
               "utm_source", "utm_medium", "utm_campaign", "currency", "latitude", "longitude")  # fmt: skip
    rows: list[Row] = []
    for visit in range(VISITS):
        who = f"v{int(VISITORS * rng.random() ** 2)}"  # few come often
        at = start + timedelta(seconds=rng.randrange(90 * 86_400))
        device = rng.choice(("mobile", "mobile", "desktop"))

        def add(kind: str, event: str | None, **more: Any) -> None:
            nonlocal at
            at += timedelta(seconds=rng.randrange(5, 90))
            row = {
                **dict.fromkeys(columns), "event_id": f"{visit}-{len(rows)}", "type": kind,  # noqa: B023
                "event": event, "time": at, "received_at": at, "customer_id": who,  # noqa: B023
                "source": "site", "channel": "web", "session_id": str(visit), "device": device,  # noqa: B023
                "traffic_channel": "direct", "page_url": "https://shop.example/p", "referrer": None,
            }  # fmt: skip
            rows.append(row | more)

        for _ in range(rng.randrange(2, 9)):
            add("page", None)
            if rng.random() < 0.7:
                line = _line(rng.choice(products), rng)
                add("track", "Product Viewed", products=[line], properties='{"list": "search"}')
                if rng.random() < 0.25:
                    add("track", "Product Added", products=[line])
        if rng.random() < 0.15:
            lines = [_line(rng.choice(products), rng) for _ in range(rng.randrange(1, 4))]
            add("track", "Checkout Started", products=lines)
            add("track", "Order Completed", products=lines, revenue=sum(x["revenue"] for x in lines),
                order_id=f"o{visit}", currency="EUR")  # fmt: skip
    return sorted(rows, key=lambda row: (row["time"], row["event_id"]))


def _line(product: str, rng: random.Random) -> Row:
    price = round(rng.uniform(2, 80), 2)
    return {
        "product_id": product, "name": None, "category": None, "brand": None, "price": price,
        "quantity": 1.0, "discount": 0.0, "coupon_discount": None, "revenue": price,
    }  # fmt: skip


def run(home: Path | None = None) -> list[Figure]:
    """Microseconds an event on both streams, beside the aim, the plain way and the limit."""
    if home is None:
        with tempfile.TemporaryDirectory() as scratch:
            rows, products = retail(fill(Path(scratch) / "home"))
    else:
        rows, products = retail(Lake(str(home / "lake"), TIMEZONE))
    reader, memberships = readers(products, TIMEZONE)
    figures = []
    for name, stream in (("retail year", rows), ("web shop", web(list(products)[:2_000]))):
        ours = live(reader, memberships, stream, TIMEZONE)
        stored = live(reader, memberships, stream, TIMEZONE, encoded_every=1_000)
        what = (
            f"{name}, {ours.events:,} events, {len(catalogue())} tags and {len(SEGMENTS)} segments"
        )
        rate = f"{ours.events / ours.seconds:,.0f} events/s"
        figures += [
            Figure(f"{what} ({rate})", ours.microseconds, 1e6 / AIM, "the aim of 10,000 events/s", "µs"),
            Figure(f"{name}, an event", ours.microseconds, anew(reader, memberships, stream, TIMEZONE).microseconds,
                   "the customer's rows read anew", "µs"),
            Figure(f"{name}, an event", ours.microseconds, counted(stream).microseconds, "only a count", "µs"),
            Figure(f"{name}, with changed states encoded every 1,000 events", stored.microseconds, 1e6 / AIM,
                   "the aim of 10,000 events/s", "µs"),
            Figure(f"{name}, a state at the end", ours.bytes / 1024, 64.0, "the aim of 64 KiB", "KiB"),
        ]  # fmt: skip
    return figures


if __name__ == "__main__":
    print_figures("Live tags and segments", run(Path(sys.argv[1]) if sys.argv[1:] else None))
