from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.backends.duckdb import Backend
from tests.understand.tags.oracle import oracle

from limner.core.rule import parse
from limner.core.tables import TABLES
from limner.core.words import Words
from limner.understand.tags.compute import compute
from limner.understand.tags.measure import TABLE
from limner.understand.tags.source import Facts
from limner.understand.tags.tag import Tag, catalogue

ZONE = "America/New_York"
AS_OF = date(2017, 11, 6)  # the clock changes the day before
PRODUCTS = {
    "p1": {"department": "A", "category": "x", "brand": "1", "is_private_label": True},
    "p2": {"department": "A", "category": "y", "brand": "2", "is_private_label": False},
    "p3": {"department": "B", "category": None, "brand": "2", "is_private_label": None},
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Backend]:
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'Asia/Shanghai'")  # not the business's: it must not matter
    yield backend
    backend.disconnect()


def a_tag(code: str, reads: str, measure: str, **more: Any) -> Tag:
    rules = {name: parse(more.pop(name)) for name in ("where", "part") if name in more}
    return Tag(
        code,
        Words(code, code),
        Words("", ""),
        "money",
        "",
        "number",
        reads,
        measure,
        **more,
        **rules,
    )


TAGS = (
    a_tag("order_count", "orders", "count", days=3),
    a_tag("big_count", "orders", "count", where="revenue >= 2 or channel is null"),
    a_tag("order_sum", "orders", "sum", of="revenue", days=1),
    a_tag("sales_sum", "sales", "sum", of="revenue"),
    a_tag("order_mean", "orders", "mean", of="revenue", days=4),
    a_tag("order_min", "sales", "min", of="revenue"),
    a_tag("order_max", "orders", "max", of="revenue", where="weekday >= 5"),
    a_tag("channel_first", "orders", "first", of="channel"),
    a_tag("store_last", "orders", "last", of="store_id", days=5),
    a_tag("stores", "orders", "distinct", of="store_id"),
    a_tag("hour_top", "orders", "top", of="hour"),
    a_tag("store_top", "sales", "top", of="store_id", by="revenue"),
    a_tag("evening", "orders", "share", part="hour >= 18"),
    a_tag("pos_money", "orders", "share", by="revenue", part="channel = 'pos'", days=6),
    a_tag("since_last", "orders", "time_since_last"),
    a_tag("since_first", "redemptions", "time_since_first"),
    a_tag("trend", "sales", "trend", of="revenue", days=2),
    a_tag("gap_mean", "orders", "gap_mean"),
    a_tag("gap_cv", "orders", "gap_cv", where="hour < 20"),
    a_tag("line_count", "lines", "count", days=3),
    a_tag("own_count", "lines", "count", where="is_private_label and quantity < 3"),
    a_tag("line_sum", "lines", "sum", of="quantity", where="quantity <= 2", days=4),
    a_tag("line_mean", "lines", "mean", of="revenue", where="department = 'A'"),
    a_tag("line_min", "lines", "min", of="discount"),
    a_tag("line_max", "lines", "max", of="revenue", days=2),
    a_tag("products", "lines", "distinct", of="product_id", where="hour >= 6"),
    a_tag("categories", "lines", "distinct", of="category"),
    a_tag("category_top", "lines", "top", of="category", by="revenue"),
    a_tag("brand_top", "lines", "top", of="brand", days=4),
    a_tag("own_share", "lines", "share", by="revenue", part="is_private_label"),
    a_tag("discount", "lines", "ratio", of="discount", by="list_price"),
    a_tag("units_trend", "lines", "trend", of="quantity", days=2),
)

CENTS = st.sampled_from([0.01, 0.1, 0.99, 1.0, 2.0, 2.5, 19.99])
LINE = st.fixed_dictionaries(
    {
        "product_id": st.sampled_from(["p1", "p2", "p3", "p4", None]),
        "category": st.sampled_from([None, "own"]),
        "brand": st.sampled_from([None, "0"]),
        "quantity": st.none() | st.sampled_from([1.0, 2.0, 3.0]),
        "discount": st.none() | CENTS,
        "coupon_discount": st.none() | CENTS,
        "revenue": st.none() | CENTS,
    }
)
END = datetime(2017, 11, 7, 5, tzinfo=UTC)  # midnight in New York, after the change
MOMENTS = st.one_of(
    st.integers(0, 9 * 24 * 60).map(lambda minutes: END - timedelta(minutes=minutes)),
    # The edges of days, a moment before and after: 5 o'clock UTC in winter, 4 before the change.
    st.builds(
        lambda days, hour, nudge: END - timedelta(days=days, hours=hour, microseconds=nudge),
        st.integers(0, 8), st.integers(0, 1), st.integers(-1, 1),
    ),
)  # fmt: skip
EVENT = st.fixed_dictionaries(
    {
        "event": st.sampled_from(
            ["Order Completed"] * 4 + ["Order Refunded", "Coupon Redeemed", "Page Viewed"]
        ),
        "time": MOMENTS,
        "customer_id": st.sampled_from(["a", "b", "c"]),
        "revenue": st.none() | CENTS,
        "store_id": st.sampled_from(["s1", "s2", None]),
        "channel": st.sampled_from(["pos", "web", None]),
        "products": st.none() | st.lists(LINE, max_size=4),
    }
)


def facts_of(events: list[dict[str, Any]], customers: list[str]) -> Facts:
    schema = TABLES["events"].schema
    products = [{"product_id": code, **columns} for code, columns in PRODUCTS.items()]
    people = [{"customer_id": customer, "traits": None} for customer in customers]
    return Facts(
        ibis.memtable(pa.Table.from_pylist(events, schema)),
        ibis.memtable(pa.Table.from_pylist(products, TABLES["products"].schema)),
        ibis.memtable(
            pa.Table.from_pylist(
                people, pa.schema({"customer_id": pa.string(), "traits": pa.string()})
            )
        ),
    )


def test_every_measure_that_reads_rows_is_compared_below() -> None:
    assert {tag.measure for tag in TAGS} == set(TABLE) - {"value", "quotient"}


@pytest.fixture(scope="module")
def compiled(engine: Backend) -> str:
    """A view of all tags over tables of the engine: compiled once, run on many event sets."""
    nothing = facts_of([], [])
    for name, table in (
        ("events", nothing.events), ("products", nothing.products), ("customers", nothing.customers),
    ):  # fmt: skip
        engine.con.register("given_first", engine.to_pyarrow(table))
        engine.con.execute(f"CREATE TABLE {name} AS SELECT * FROM given_first")
    facts = Facts(*(engine.table(name) for name in ("events", "products", "customers")))
    engine.con.execute(
        f"CREATE VIEW all_tags AS {engine.compile(compute(TAGS, facts, AS_OF, ZONE))}"
    )
    return "SELECT * FROM all_tags"


@settings(max_examples=40, deadline=None)
@given(events=st.lists(EVENT, min_size=1, max_size=14))
def test_the_query_equals_the_oracle(
    engine: Backend, compiled: str, events: list[dict[str, Any]]
) -> None:
    numbered = [{"event_id": f"{i:03}", **event} for i, event in enumerate(events)]
    given_now = pa.Table.from_pylist(numbered, TABLES["events"].schema)
    engine.con.register("given_now", given_now)
    engine.con.execute("DELETE FROM events; INSERT INTO events SELECT * FROM given_now")
    found = engine.con.sql(compiled).to_arrow_table().to_pylist()
    rows = {row["customer_id"]: row for row in found}
    for tag in TAGS:
        expected = oracle(tag, numbered, PRODUCTS, AS_OF, ZONE)
        assert set(expected) == set(rows)
        for customer, value in expected.items():
            got = rows[customer][tag.code]
            if isinstance(value, float):
                assert got == pytest.approx(value, rel=1e-9, abs=1e-9), (tag.code, customer)
            else:
                assert got == value, (tag.code, customer)


def an_order(time: datetime, customer: str = "a", **more: Any) -> dict[str, Any]:
    return {"event_id": str(time), "event": "Order Completed", "time": time, "customer_id": customer,
            "revenue": 1.0, **more}  # fmt: skip


def test_windows_begin_and_end_at_the_business_midnight(engine: Backend) -> None:
    first = datetime(2017, 11, 5, 4, tzinfo=UTC)  # midnight of the 5th, before the clock changed
    events = [
        an_order(moment)
        for moment in (
            first - timedelta(microseconds=1), first,
            END - timedelta(microseconds=1), END,
        )
    ]  # fmt: skip
    two_days = a_tag("orders_2d", "orders", "count", days=2)
    found = engine.to_pyarrow(compute([two_days], facts_of(events, []), AS_OF, ZONE))
    assert found["orders_2d"].to_pylist() == [2]


def test_nothing_is_zero_for_counts_and_missing_for_the_rest(engine: Backend) -> None:
    table = compute(
        catalogue(), facts_of([an_order(END - timedelta(days=1))], ["nobody"]), AS_OF, ZONE
    )
    rows = {row["customer_id"]: row for row in engine.to_pyarrow(table).to_pylist()}
    assert set(rows) == {"a", "nobody"}
    for tag in catalogue():
        empty = 0 if tag.measure in ("count", "sum", "distinct") else None
        assert rows["nobody"][tag.code] == empty, tag.code


def test_traits_come_as_text_whatever_the_json_held(engine: Backend) -> None:
    customers = pa.table(
        {
            "customer_id": ["a", "b", "c", "d"],
            "traits": ['{"age": "45-54", "household_size": 2}', '{"age": null}', None, "{}"],
        }
    )
    facts = facts_of([], [])
    facts = Facts(facts.events, facts.products, ibis.memtable(customers))
    tags = [tag for tag in catalogue() if tag.reads == "trait"]
    found = engine.to_pyarrow(compute(tags, facts, AS_OF, ZONE).order_by("customer_id"))
    assert found["age_band"].to_pylist() == ["45-54", None, None, None]
    assert found["household_size"].to_pylist() == ["2", None, None, None]


def test_a_favourite_of_a_window_ignores_what_was_bought_before(engine: Backend) -> None:
    line = {"product_id": "p1", "quantity": 1.0, "revenue": 1.0}
    facts = facts_of([an_order(END - timedelta(days=9), products=[line])], [])
    recent = a_tag("brand_top", "lines", "top", of="brand", days=4)
    assert engine.to_pyarrow(compute([recent], facts, AS_OF, ZONE))["brand_top"].to_pylist() == [
        None
    ]


def test_a_refund_counts_against_revenue_but_is_no_order(engine: Backend) -> None:
    refund = an_order(END - timedelta(hours=2), event="Order Refunded", revenue=0.25)
    facts = facts_of([an_order(END - timedelta(days=1, hours=1)), refund], [])
    tags = [tag for tag in catalogue() if tag.code in ("orders_30d", "revenue_30d", "recency_days")]
    row = engine.to_pyarrow(compute(tags, facts, AS_OF, ZONE)).to_pylist()[0]
    assert (row["orders_30d"], row["revenue_30d"], row["recency_days"]) == (1, 0.75, 1)
