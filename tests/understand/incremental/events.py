"""Random events of a few identifiers: late, of days to come, at one moment, with much missing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from limner.core.tables import TABLES

Row = dict[str, Any]
IDENTIFIERS = ("a", "b", "c", "d")
# The days about which everything happens: clocks change, and years and quarters end.
CASES = (
    ("Europe/Berlin", date(2024, 3, 31)),
    ("Europe/Berlin", date(2024, 10, 27)),
    ("Asia/Shanghai", date(2024, 1, 1)),
    ("America/New_York", date(2023, 11, 5)),
    ("Australia/Lord_Howe", date(2024, 4, 7)),
)
PRODUCTS: dict[str, tuple[str | None, str | None, str | None, bool | None]] = {
    "p1": ("A", "x", "1", True), "p2": ("A", "y", "2", False), "p3": ("B", None, None, None),
}  # fmt: skip
STORES = {"17": (31.23, 121.47), "18": (-33.45, -70.66)}
AMOUNTS = (None, 0.0, -0.0, 1.0, 19.99, 0.1, 0.2, -5.5, 0.1234565, 1 / 3, 2.0000005, 1e-7, 123456789.123456, 1e14, -2.5e-7)  # fmt: skip
COLUMNS = list(TABLES["events"].schema.names)


def rows_about(random: Random, zone: str, day: date, count: int) -> list[Row]:
    """Events about a day, each with the identifier it came with under `identifier`."""
    return [_row(random, ZoneInfo(zone), day, number) for number in range(count)]


def _row(random: Random, zone: ZoneInfo, day: date, number: int) -> Row:
    choose = random.choice
    back = choose((0, 0, 1, 1, 2, 3, 6, 7, 8, 30, 40, 80, 95, 200, 370, 500))
    midnight = datetime.combine(day - timedelta(days=back), time(), tzinfo=zone).astimezone(UTC)
    moment = midnight + choose((
        timedelta(0), timedelta(microseconds=-1), timedelta(hours=2), timedelta(hours=2, minutes=30),
        timedelta(hours=24, microseconds=-1), timedelta(hours=3), timedelta(minutes=random.randrange(1500)),
        timedelta(hours=1, minutes=58), timedelta(hours=12),
    ))  # fmt: skip
    late = choose((0, 0, 0, 0, 1, 3, 50, 1500, 3000, -60, -1500, -4500))
    name = choose(("Order Completed",) * 5 + ("Order Refunded", "Order Refunded", "Coupon Redeemed",
                  "Product Viewed", "Product Clicked", "Product Added", "Email Opened", "Odd 'one'",
                  "Odd 'one'", None, "Never named"))  # fmt: skip
    properties = choose((None, "{}", _properties(random), _properties(random)))
    row: Row = dict.fromkeys(COLUMNS)
    row |= {
        "date": moment.date(), "event_id": f"{random.randrange(16**6):06x}-{number}",
        "type": choose(("page", "screen")) if name is None else "track", "event": name, "time": moment,
        "received_at": moment + timedelta(minutes=late), "source": "shop",
        "channel": choose((None, "web", "pos", "")), "store_id": choose((None, "17", "18")),
        "order_id": choose((None, "o1", "o2")), "revenue": choose(AMOUNTS),
        "city": choose((None, "上海", "Ab", "早")), "device": choose((None, "mobile")),
        "latitude": choose((None, 31.2, -33.4, 0.0, 52.52)),
        "longitude": choose((None, 121.4, 179.9, 13.4)), "properties": properties,
        "products": choose((None, [], *([_line(random) for _ in range(random.randrange(5))],) * 4)),
        "identifier": choose(IDENTIFIERS),
    }  # fmt: skip
    return row


def _line(random: Random) -> Row:
    choose = random.choice
    return {
        "product_id": choose(("p1", "p2", "p3", "p4", None)), "name": None,
        "category": choose((None, "own", "x")), "brand": choose((None, "0")), "price": None,
        "quantity": choose((None, 1.0, 2.0, 0.5)), "discount": choose(AMOUNTS),
        "coupon_discount": choose(AMOUNTS), "revenue": choose(AMOUNTS),
    }  # fmt: skip


def _properties(random: Random) -> str:
    """Numbers, texts, truths and what is none of these, under the same names."""
    values = ("a", "", "2", "true", "早b", 0, 2, 2.5, -3, 1e-7, True, False, None, [1], {"y": 1})
    said = {name: random.choice(values) for name in ("x", "n", "s", "t") if random.random() < 0.7}
    return json.dumps(said, ensure_ascii=random.choice((True, False)))
