"""Why a tag has its value: the rows told are the rows counted, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from tests.small_shop import send, work

from limner.app import Limner, identity
from limner.app.sources import add_source
from limner.app.tag_history import closure
from limner.app.why import Why, course, why
from limner.core.tables import table
from limner.understand.tags.tag import Tag, read_tag

DAY = datetime(2026, 3, 10, 15, tzinfo=UTC)
AS_OF = date(2026, 3, 10)


def event(place: int, days_ago: int, name: str = "Order Completed", **more: Any) -> dict[str, Any]:
    at = DAY - timedelta(days=days_ago)
    return {
        "event_id": f"e{place}", "type": "track", "event": name, "time": at, "date": at.date(),
        "customer_id": "u1", "user_id": "u1", **more,
    }  # fmt: skip


def line(product: str, revenue: float) -> dict[str, Any]:
    return {"product_id": product, "revenue": revenue, "quantity": 1.0}


@pytest.fixture
def shop(limner: Limner) -> Limner:
    limner.lake.append("products", pa.Table.from_pylist([
        {"product_id": "p1", "name": "Mug", "category": "Cups"},
        {"product_id": "p2", "name": "Green tea", "category": "Tea"},
    ]))  # fmt: skip
    limner.lake.append("events", pa.Table.from_pylist([
        event(1, 2, revenue=30.0, store_id="17", products=[line("p1", 10.0), line("p2", 20.0)]),
        event(2, 40, revenue=8.0, store_id="4", products=[line("p1", 8.0)]),
        event(3, 1, "Order Refunded", revenue=5.0),
        event(4, 200, revenue=99.0, store_id="17", products=[line("p2", 99.0)]),
        event(5, 3, "Feedback Received", properties=json.dumps({"score": 4, "text": "good"})),
        event(6, 4, "Feedback Received", properties=json.dumps({"score": "five"})),
        event(7, -1, revenue=1000.0),  # after the day asked about
        {**event(8, 1, revenue=77.0), "customer_id": "u2", "user_id": "u2"},
    ], schema=table("events").schema))  # fmt: skip
    limner.lake.replace("identities", pa.Table.from_pylist([
        {"kind": "user_id", "value": "u1", "customer_id": "u1", "source": "t", "rule": "own"},
    ]))  # fmt: skip
    limner.lake.replace("profiles", pa.Table.from_pylist([{"customer_id": "u1", "traits": "{}"}]))
    return limner


def made(value: str, kind: str = "number", code: str = "asked", known: tuple[str, ...] = ()) -> Tag:
    words = {"en": "asked", "zh": "所问"}
    entry = {"code": code, "name": words, "description": words, "category": "value", "kind": kind, "value": value}  # fmt: skip
    return read_tag(entry, known)


def asked(shop: Limner, value: str) -> Why:
    kind = "text" if value.startswith(("first(", "top(")) else "number"
    return why(shop, "u1", made(value, kind), AS_OF)


@pytest.mark.parametrize(
    ("value", "events", "values"),
    [
        ("count(orders in last 90 days)", ["e1", "e2"], [None, None]),
        ("count(orders)", ["e1", "e2", "e4"], [None, None, None]),
        ("sum(revenue of sales in last 90 days)", ["e3", "e1", "e2"], [-5.0, 30.0, 8.0]),
        ("sum(revenue of orders where store_id = '17')", ["e1", "e4"], [30.0, 99.0]),
        ("count('Feedback Received' where properties.score > 3)", ["e5"], [None]),
        ("time_since_last(orders)", ["e1"], [None]),
        ("first(store_id of orders)", ["e4"], ["17"]),
        ("sequence(orders then 'Order Refunded' within 3 days)", ["e3", "e1", "e2", "e4"], [None] * 4),
        ("by hand", [], []),
        ("traits.age", [], []),
    ],
)  # fmt: skip
def test_the_rows_behind_a_value_are_told_newest_first(
    shop: Limner, value: str, events: list[str], values: list[object]
) -> None:
    found = asked(shop, value)
    assert [one.event["event_id"] for one in found.counted] == events
    assert [one.value for one in found.counted] == values
    assert found.total == len(events)


def test_lines_carry_the_catalogues_words_and_a_favourite_its_tally(shop: Limner) -> None:
    found = asked(shop, "top(category by revenue of lines in last 365 days)")
    assert found.tally == (("Tea", 119.0), ("Cups", 18.0))
    assert {one.line["name"] for one in found.counted if one.line} == {"Mug", "Green tea"}


def test_a_share_says_which_rows_are_in_its_part(shop: Limner) -> None:
    found = asked(shop, "share(by revenue of lines part category = 'Tea' in last 90 days)")
    assert sorted((one.value, one.is_part) for one in found.counted) == [
        (8.0, False), (10.0, False), (20.0, True),
    ]  # fmt: skip


def test_only_the_newest_rows_are_told_but_all_are_counted(shop: Limner) -> None:
    found = why(shop, "u1", made("count(orders)"), AS_OF, most=1)
    assert ([one.event["event_id"] for one in found.counted], found.total) == (["e1"], 3)


def test_an_expression_tells_its_parts_and_is_followed_through_the_months(shop: Limner) -> None:
    orders = made("count(orders in last 90 days)", code="orders_90d")
    spent = made("sum(revenue of orders in last 90 days)", code="revenue_90d")
    basket = made("revenue_90d / orders_90d", code="basket_90d", known=("orders_90d", "revenue_90d"))  # fmt: skip
    tags = (basket, spent, orders)
    assert set(why(shop, "u1", basket, AS_OF).parts) == {"orders_90d", "revenue_90d"}
    assert closure(basket, tags)[-1] is basket
    points = course(shop, "u1", basket, tags, AS_OF, months=3)
    assert [point.day for point in points] == [
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), AS_OF,
    ]  # fmt: skip
    assert [point.value for point in points] == [None, 8.0, 8.0, 19.0]
    assert course(shop, "u1", made("traits.age"), tags, AS_OF) == []


def test_of_whom_no_build_knows_the_events_as_the_stream_has_them_are_told(limner: Limner) -> None:
    add_source(limner, "till", "http", {"channel": "pos"}, "ann", DAY)
    send(limner, "till", [
        {"type": "track", "event": "Order Completed", "userId": "u9", "messageId": f"m{at}",
         "timestamp": (DAY - timedelta(days=at)).isoformat(),
         "properties": {"order_id": str(at), "revenue": 5.0, "products": [
             {"product_id": "p1", "price": 5.0, "quantity": 1}]}}
        for at in (3, 1)
    ], DAY)  # fmt: skip
    work(limner)
    anchors = identity.anchors(limner, "u9")
    for value in ("sum(revenue of orders)", "sum(revenue of lines where product_id = 'p1')"):
        found = why(limner, "u9", made(value), AS_OF, anchors=anchors)
        assert [(one.event["order_id"], one.value) for one in found.counted] == [("1", 5.0), ("3", 5.0)]  # fmt: skip
    assert why(limner, "u9", made("count(orders)"), AS_OF - timedelta(days=2), anchors=anchors).total == 1  # fmt: skip
    assert why(limner, "u9", made("count(orders)"), AS_OF).total == 0, "no build knows them"
