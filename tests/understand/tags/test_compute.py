"""The compiled query: equal to a plain reading of random definitions, and what is not measured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend
from tests.understand.incremental.definitions import Definitions
from tests.understand.incremental.events import CASES, PRODUCTS, STORES, rows_about
from tests.understand.tags.oracle import World, told

from limner.core.errors import Rejected, Unknown
from limner.core.tables import TABLES
from limner.core.words import Words
from limner.understand.tags.compute import compute
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import SOURCES, Facts
from limner.understand.tags.tag import Kind, Tag, catalogue
from limner.understand.tags.text import read_value
from limner.understand.tags.value import Measured

ZONE = "America/New_York"
AS_OF = date(2017, 11, 6)  # the clock changes the day before
END = datetime(2017, 11, 7, 5, tzinfo=UTC)  # midnight in New York, after the change
LONG = os.environ.get("LIMNER_TEST_PROFILE") == "long"


@pytest.fixture(scope="module")
def engine() -> Iterator[Backend]:
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'Asia/Shanghai'")  # not the business's: it must not matter
    yield backend
    backend.disconnect()


def a_tag(code: str, text: str, kind: Kind = "number") -> Tag:
    words = Words(code, code)
    return Tag(code, words, words, "basic", "", kind, read_value(text), "fact", "live")


def facts_of(events: list[dict[str, Any]], people: dict[str, str | None] | None = None) -> Facts:
    products = [
        {"product_id": code, "department": d, "category": c, "brand": b, "is_private_label": own}
        for code, (d, c, b, own) in PRODUCTS.items()
    ]
    stores = [{"store_id": s, "latitude": y, "longitude": x} for s, (y, x) in STORES.items()]
    given_people = people or {}
    return Facts(
        ibis.memtable(pa.Table.from_pylist(events, TABLES["events"].schema)),
        ibis.memtable(pa.Table.from_pylist(products, TABLES["products"].schema)),
        ibis.memtable(
            pa.table(
                {
                    "customer_id": pa.array(list(given_people), pa.string()),
                    "traits": pa.array(list(given_people.values()), pa.string()),
                }
            )
        ),
        stores=ibis.memtable(pa.Table.from_pylist(stores, TABLES["stores"].schema)),
    )


def test_every_measure_is_made_in_one_of_three_ways() -> None:
    for measure in TABLE.values():
        ways = (measure.fold, measure.tally, measure.gap)
        assert sum(way is not None for way in ways) == 1, measure.name
        assert measure.sources == frozenset(SOURCES), measure.name


@given(st.integers(0, 2**48))
@settings(
    max_examples=100 if LONG else 3, derandomize=not LONG, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_the_query_equals_a_plain_reading(engine: Backend, seed: int) -> None:
    random = Random(seed)
    zone, day = random.choice(CASES)
    draw = Definitions(random, lambda by: (day + timedelta(days=by)).isoformat())
    texts = [draw.measured(measure) for measure in TABLE] + [draw.measured() for _ in range(8)]
    texts += [draw.sequence(), draw.sequence(), draw.distance()]
    tags = [a_tag(f"t{at}", text) for at, text in enumerate(dict.fromkeys(texts))]
    rows = rows_about(random, zone, day + timedelta(days=2), 60)
    events = [
        {name: row.get(name) for name in TABLES["events"].schema.names}
        | {"customer_id": row["identifier"]}
        for row in rows
    ]
    found = engine.to_pyarrow(compute(tags, facts_of(events), day, zone)).to_pylist()
    assert {row["customer_id"] for row in found} <= {row["identifier"] for row in rows}
    for seen in found:
        mine = [event for event in events if event["customer_id"] == seen["customer_id"]]
        world = World(mine, PRODUCTS, STORES, ZoneInfo(zone))
        for tag in tags:
            meant = told(tag.value, world, day)
            assert seen[tag.code] == meant, (tag.text, zone, day, seen["customer_id"])
            assert type(seen[tag.code]) is type(meant), (tag.text, seen[tag.code], meant)


def an_order(time: datetime, customer: str = "a", **more: Any) -> dict[str, Any]:
    return {"event_id": str(time), "event": "Order Completed", "time": time, "customer_id": customer,
            "revenue": 1.0, **more}  # fmt: skip


def row_of(engine: Backend, facts: Facts, *tags: Tag) -> dict[str, Any]:
    (row,) = engine.to_pyarrow(compute(tags, facts, AS_OF, ZONE)).to_pylist()
    return row


def test_windows_begin_and_end_at_the_business_midnight(engine: Backend) -> None:
    first = datetime(2017, 11, 5, 4, tzinfo=UTC)  # midnight of the 5th, before the clock changed
    events = [
        an_order(moment)
        for moment in (
            first - timedelta(microseconds=1), first,
            END - timedelta(microseconds=1), END,
        )
    ]  # fmt: skip
    two_days = a_tag("orders_2d", "count(orders in last 2 days)")
    assert row_of(engine, facts_of(events), two_days)["orders_2d"] == 2


def test_nothing_is_zero_for_counts_and_missing_for_the_rest(engine: Backend) -> None:
    tags = [tag for tag in catalogue() if isinstance(tag.value, Measured)]
    facts = facts_of([an_order(END - timedelta(days=1))], {"nobody": None})
    table = engine.to_pyarrow(compute(tags, facts, AS_OF, ZONE))
    rows = {row["customer_id"]: row for row in table.to_pylist()}
    assert set(rows) == {"a", "nobody"}
    for tag in tags:
        assert isinstance(tag.value, Measured)
        empty = 0 if tag.value.measure in ("count", "sum", "distinct") else None
        assert rows["nobody"][tag.code] == empty, tag.code


def test_amounts_of_any_size_are_added_to_the_last_digit(engine: Backend) -> None:
    day = END - timedelta(days=1)
    amounts = [1e13, 0.1, 0.2, 9e12, -9e12, float("nan"), float("inf")]
    events = [an_order(day + timedelta(seconds=n), revenue=x) for n, x in enumerate(amounts)]
    row = row_of(engine, facts_of(events), a_tag("s", "sum(revenue of orders)"),
                 a_tag("m", "mean(revenue of orders)"))  # fmt: skip
    assert row["s"] == 0.3  # what fits no 64 bits, and what is no number, is no amount
    assert row["m"] == 0.3 / 4


def test_what_has_no_type_of_its_own_becomes_what_the_kind_says(engine: Backend) -> None:
    said = {
        "note": ('{"x": 2.50}', "2.5"), "truth": ('{"x": "true"}', True), "count": ('{"x": "12"}', 12),
        "half": ('{"x": 12.5}', None), "number": ('{"x": "1e3"}', 1000.0), "day": ('{"x": "2017-02-03"}', date(2017, 2, 3)),
        "no_day": ('{"x": "2017-02-30"}', None), "null": ('{"x": null}', None), "none": (None, None),
        "word": ('{"x": " 5"}', None),
    }  # fmt: skip
    kinds: dict[str, Kind] = {
        "note": "text", "truth": "truth", "count": "count", "half": "count", "number": "money", "day": "day",
        "no_day": "day", "null": "text", "none": "text", "word": "number",
    }  # fmt: skip
    for name, (traits, meant) in said.items():
        row = row_of(engine, facts_of([], {"a": traits}), a_tag("x", "traits.x", kinds[name]))
        assert row["x"] == meant, name
        assert type(row["x"]) is type(meant), name


def test_what_people_set_stands_and_what_reads_it_follows(engine: Backend) -> None:
    rows = [
        {"tag": "vip", "customer_id": "a", "value": '"gold"'},
        {"tag": "orders", "customer_id": "a", "value": "7"},
        {"tag": "spent", "customer_id": "a", "value": "null"},
    ]
    facts = replace(
        facts_of([an_order(END - timedelta(days=1))], {"b": None}),
        by_hand=ibis.memtable(pa.Table.from_pylist(rows)),
        corrected=frozenset({"orders", "spent"}),
    )
    tags = [
        a_tag("twice", "orders * 2"), a_tag("vip", "by hand", "text"),
        a_tag("orders", "count(orders)", "count"), a_tag("spent", "sum(revenue of orders)", "money"),
    ]  # fmt: skip
    found = engine.to_pyarrow(compute(tags, facts, AS_OF, ZONE).order_by("customer_id"))
    assert found.to_pylist() == [
        {"customer_id": "a", "twice": 14, "vip": "gold", "orders": 7, "spent": None},
        {"customer_id": "b", "twice": 0, "vip": None, "orders": 0, "spent": 0.0},
    ]


def test_scores_are_of_one_subject_or_the_mean_of_all(engine: Backend) -> None:
    scores = pa.table(
        {
            "model": ["m", "m", "other"], "subject": ["x", "y", "x"], "customer_id": ["a", "a", "a"],
            "score": [0.25, 0.5, 0.9],
        }
    )  # fmt: skip
    tags = [a_tag("one", "score('m', 'y')"), a_tag("all", "score('m')")]
    with pytest.raises(Rejected, match="run limner build"):
        compute(tags, facts_of([], {"a": None}), AS_OF, ZONE)
    facts = replace(facts_of([], {"a": None}), scores=ibis.memtable(scores))
    assert row_of(engine, facts, *tags) == {"customer_id": "a", "one": 0.5, "all": 0.375}


def test_tags_that_are_read_need_not_be_asked_for(engine: Backend) -> None:
    facts = facts_of([an_order(END - timedelta(days=1))])
    asked, read = a_tag("twice", "orders * 2"), a_tag("orders", "count(orders)")
    (row,) = engine.to_pyarrow(compute([asked], facts, AS_OF, ZONE, known=[read])).to_pylist()
    assert row == {"customer_id": "a", "twice": 2}
    with pytest.raises(Unknown, match="orders"):
        compute([asked], facts, AS_OF, ZONE)
    with pytest.raises(Rejected, match="twice -> thrice -> twice"):
        compute([a_tag("twice", "thrice * 2"), a_tag("thrice", "twice * 3")], facts, AS_OF, ZONE)


def test_a_favourite_of_a_window_ignores_what_was_bought_before(engine: Backend) -> None:
    line = {"product_id": "p1", "quantity": 1.0, "revenue": 1.0}
    facts = facts_of([an_order(END - timedelta(days=9), products=[line])])
    recent = a_tag("brand_top", "top(brand of lines in last 4 days)")
    assert row_of(engine, facts, recent)["brand_top"] is None


def test_a_refund_counts_against_revenue_but_is_no_order(engine: Backend) -> None:
    refund = an_order(END - timedelta(hours=2), event="Order Refunded", revenue=0.25)
    facts = facts_of([an_order(END - timedelta(days=1, hours=1)), refund])
    tags = [tag for tag in catalogue() if tag.code in ("orders_30d", "revenue_30d", "recency_days")]
    row = row_of(engine, facts, *tags)
    assert (row["orders_30d"], row["revenue_30d"], row["recency_days"]) == (1, 0.75, 1)
