from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from limner.core.tables import TABLES
from limner.understand.portrait_quality.agreement import (
    DAYS,
    agreement,
    bought,
    compared,
    counted,
    favourites,
    said_before,
)
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import catalogue, tag

AS_OF = date(2017, 12, 31)
KINDS = ["tea", "coffee", "milk", "bread"]


def order(customer: str, day: date, kind: str, place: int) -> dict[str, Any]:
    time = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    line = {"product_id": kind, "revenue": 5.0, "quantity": 1.0}
    return {
        "date": day, "event_id": f"{customer}-{place}", "type": "track", "event": "Order Completed",
        "time": time, "received_at": time, "customer_id": customer, "store_id": f"store {kind}",
        "revenue": 5.0, "products": [line],
    }  # fmt: skip


def facts_of(events: list[dict[str, Any]]) -> Facts:
    products = [{"product_id": kind, "category": kind, "department": "all"} for kind in KINDS]
    return Facts(
        ibis.memtable(pa.Table.from_pylist(events, TABLES["events"].schema)),
        ibis.memtable(pa.Table.from_pylist(products, TABLES["products"].schema)),
        ibis.memtable(pa.table({"customer_id": pa.array([], pa.string()), "traits": pa.array([], pa.string())})),
    )  # fmt: skip


def judged(code: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    tags, facts = [tag(code)], facts_of(events)
    said = ibis.memtable(said_before(tags, facts, AS_OF, "UTC").to_pyarrow())
    pairs = ibis.memtable(bought(tags, facts, AS_OF, "UTC").to_pyarrow())
    truths, values = (table.to_pyarrow() for table in compared(tags, said, pairs))
    return agreement(counted(tags[0], truths, values))


def shoppers(faithful: float, seed: int, count: int = 300) -> list[dict[str, Any]]:
    """Customers with a favourite, who buy it again each time with a probability, else anything."""
    rng = np.random.default_rng(seed)
    events = []
    for number in range(count):
        likes = KINDS[rng.integers(len(KINDS))]
        for place, back in enumerate((80, 70, 60, 45, 35, 20, 10)):
            kind = likes if rng.random() < faithful else KINDS[rng.integers(len(KINDS))]
            events.append(order(f"c{number}", AS_OF - timedelta(days=back), kind, place))
    return events


def test_which_tags_say_what_a_customer_likes() -> None:
    codes = {one.code for one in favourites(catalogue())}
    assert {"category_top", "store_top", "weekday_top", "hour_top", "product_top"} <= codes
    assert "category_viewed" not in codes  # looking is not buying


def test_a_planted_liking_is_found_and_none_is_not() -> None:
    liked = judged("category_top", shoppers(0.8, seed=1))
    assert liked["verdict"] == "better"
    assert liked["customers"] == 300
    assert liked["hit_rate"] > 0.9 > liked["popular"]
    assert liked["chance"] < 0.6
    assert liked["over_popular"][1] > 0.2
    # Everybody buys anything at random: what was bought before says nothing, whatever the seed.
    verdicts = [judged("category_top", shoppers(0.0, seed))["verdict"] for seed in range(2)]
    assert verdicts.count("better") == 0


def test_rates_are_counted_by_hand() -> None:
    day, later = AS_OF - timedelta(days=40), AS_OF - timedelta(days=5)
    events = [
        *(order(f"c{n}", day, "tea", 0) for n in range(6)),  # six like tea
        *(order(f"c{n}", day, "milk", 0) for n in range(6, 10)),  # four like milk
        *(order(f"c{n}", later, "tea", 1) for n in range(8)),  # eight buy tea
        order("c8", later, "milk", 1),
        order("stranger", later, "tea", 1),  # nothing was said of them
    ]  # c9 stayed away
    found = judged("store_top", events)
    assert found["customers"] == 9
    assert found["hit_rate"] == 7 / 9  # six of tea, one of milk
    assert found["popular"] == 8 / 9
    assert found["chance"] == 6 / 9 * 8 / 9 + 3 / 9 * 1 / 9
    assert found["verdict"] == "unknown"  # nine are too few to tell


def test_nothing_of_the_days_judged_reaches_the_favourite() -> None:
    start = AS_OF - timedelta(days=DAYS)
    last_day, first_day = (
        order("c", start, "tea", 0),
        order("c", start + timedelta(days=1), "milk", 1),
    )
    found = judged("store_top", [last_day, first_day])
    assert (found["customers"], found["hit_rate"]) == (1, 0.0)
    assert agreement(counted(tag("store_top"), *_nothing()))["hit_rate"] is None


def _nothing() -> tuple[pa.Table, pa.Table]:
    text = pa.array([], pa.string())
    return pa.table({"tag": text}), pa.table({"tag": text})
