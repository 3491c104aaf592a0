"""Members beside others, from orders counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import ibis
import pyarrow as pa
import pytest

from limner.core.tables import table
from limner.understand.division.membership import membership, membership_query
from limner.understand.tags.source import Facts


def test_shares_indexes_and_months_are_as_counted() -> None:
    rows = [
        {"event_id": str(at), "type": "track", "event": "Order Completed", "customer_id": who,
         "time": datetime(2024, month, 2, tzinfo=UTC), "received_at": datetime(2024, month, 2, tzinfo=UTC),
         "revenue": amount}
        for at, (who, month, amount) in enumerate(
            [("gold", 5, 60.0), ("gold", 6, 40.0), ("silver", 6, 20.0), ("none", 6, 80.0)]
        )
    ]  # fmt: skip
    events = ibis.memtable(pa.Table.from_pylist(rows, schema=table("events").schema))
    products = ibis.memtable(table("products").schema.empty_table())
    people = pa.table({"customer_id": ["gold", "silver", "none", "idle"],
                       "level": pa.array(["G", "S", None, None], pa.string())})  # fmt: skip
    facts = Facts(events, products, ibis.memtable(people.select(["customer_id"]).append_column(
        "traits", pa.array(["{}"] * 4))))  # fmt: skip
    query = membership_query(facts, ibis.memtable(people), date(2024, 6, 30), "UTC")
    fetched = ibis.duckdb.connect().to_pyarrow(query)
    found = membership(fetched, [("G", 1), ("S", 1), (None, 2)], order=("S", "G"))
    assert [row["level"] for row in found["levels"]] == ["S", "G", None]
    assert (found["members"], found["share_of_customers"]) == (2, 0.5)
    assert found["share_of_sales"] == pytest.approx(0.6)
    assert (found["penetration"], found["share_of_active"]) == (0.75, pytest.approx(2 / 3))
    assert (found["basket_members"], found["basket_others"]) == (40.0, 80.0)
    silver, gold, others = found["levels"]
    assert gold["index"] == pytest.approx(200)
    assert (gold["basket"], gold["revenue_per_customer"], gold["orders_per_customer"]) == (
        50.0,
        100.0,
        2.0,
    )
    assert (others["active"], others["customers"]) == (1, 2)
    assert silver["share_of_orders"] == 0.25
    assert [(m["month"], m["share_of_sales"]) for m in found["months"]] == [
        ("2024-05", 1.0), ("2024-06", pytest.approx(60 / 140)),
    ]  # fmt: skip


def test_nobody_a_member_and_no_orders_are_unknown_not_zero() -> None:
    empty = pa.table({"month": pa.array([], pa.string()), "level": pa.array([], pa.string()),
                      "orders": pa.array([], pa.int64()), "revenue": pa.array([], pa.float64()),
                      "customers": pa.array([], pa.int64())})  # fmt: skip
    found = membership(empty, [(None, 3)])
    assert (found["share_of_sales"], found["penetration"], found["basket_members"]) == (
        None,
        None,
        None,
    )
    assert found["share_of_customers"] == 0
