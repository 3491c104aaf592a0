"""Where, when and for what a group buys, from orders that can be counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import ibis
import pyarrow as pa
import pytest

from limner.core.tables import table
from limner.understand.describe.habits import evening_and_weekend, habit_query, habits
from limner.understand.tags.source import Facts


def events() -> pa.Table:
    """Ann and Bo buy on Saturday evenings at the mall, Cy on Monday mornings at the port."""
    rows = []
    for who, store, when, category, amount in (
        ("ann", "mall", datetime(2024, 6, 1, 19, tzinfo=UTC), "wine", 30.0),
        ("ann", "mall", datetime(2024, 6, 8, 19, tzinfo=UTC), "wine", 10.0),
        ("bo", "mall", datetime(2024, 6, 8, 20, tzinfo=UTC), "bread", 20.0),
        ("cy", "port", datetime(2024, 6, 3, 9, tzinfo=UTC), "bread", 40.0),
        ("cy", "port", datetime(2020, 6, 3, 9, tzinfo=UTC), "bread", 999.0),  # too long ago
    ):
        rows.append({
            "event_id": f"{who}{when}", "type": "track", "event": "Order Completed", "time": when,
            "received_at": when, "customer_id": who, "channel": "pos", "store_id": store, "revenue": amount,
            "products": [{"product_id": category, "category": category, "revenue": amount, "quantity": 1.0}],
        })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=table("events").schema)


@pytest.fixture
def document() -> dict[str, object]:
    empty = {
        name: ibis.memtable(table(name).schema.empty_table()) for name in ("products", "stores")
    }
    facts = Facts(ibis.memtable(events()), empty["products"], ibis.memtable(
        pa.table({"customer_id": ["ann"], "traits": ["{}"]})))  # fmt: skip
    parties = pa.table(
        {"customer_id": ["ann", "bo", "cy", "di"], "party": ["in", "in", "out", "out"]}
    )
    query = habit_query(facts, empty["stores"], ibis.memtable(parties), date(2024, 6, 30), "UTC")
    return habits(ibis.duckdb.connect().to_pyarrow(query), 2, 2)


def test_shares_are_of_the_groups_own_orders_beside_everybodys(document: dict[str, object]) -> None:
    (mall, port) = document["places"]  # type: ignore[misc]
    assert (mall["value"], mall["share"], mall["share_base"]) == ("mall", 1.0, 0.75)
    assert mall["tgi"] == pytest.approx(100 / 0.75)
    assert (mall["reach"], mall["reach_base"]) == (1.0, 0.5)
    assert (port["share"], port["orders"], port["tgi"]) == (0.0, 0, 0.0)


def test_categories_are_weighed_by_money(document: dict[str, object]) -> None:
    found = {row["value"]: row for row in document["categories"]}  # type: ignore[union-attr]
    assert found["wine"]["share"] == pytest.approx(40 / 60)
    assert found["wine"]["share_base"] == pytest.approx(0.4)
    assert found["bread"]["revenue"] == 20.0


def test_the_week_knows_evenings_and_weekends(document: dict[str, object]) -> None:
    when = evening_and_weekend(document["week"])  # type: ignore[arg-type]
    assert when["evening"] == {"share": 1.0, "share_base": 0.75}
    assert when["weekend"] == {"share": 1.0, "share_base": 0.75}
