from __future__ import annotations

import json
from datetime import UTC, date, datetime

import ibis
import pyarrow as pa
import pytest

from limner.core.tables import TABLES
from limner.understand.behaviour.overview import overview, overview_queries
from limner.understand.tags.source import Facts

ZONE, AS_OF = "Asia/Shanghai", date(2017, 3, 31)


def order(
    number: int, customer: str, time: datetime, product: str, revenue: float
) -> dict[str, object]:
    line = {"product_id": product, "quantity": 1.0, "revenue": revenue, "discount": 0.0}
    return {"event_id": str(number), "event": "Order Completed", "type": "track", "time": time,
            "customer_id": customer, "order_id": f"o{number}", "revenue": revenue,
            "currency": "CNY", "products": [line]}  # fmt: skip


@pytest.fixture
def facts() -> Facts:
    rows = [
        order(1, "a", datetime(2017, 1, 31, 16, tzinfo=UTC), "p1", 10.0),  # 1 February in Shanghai
        order(2, "a", datetime(2017, 3, 31, 15, 59, tzinfo=UTC), "p2", 30.0),  # the last minute
        order(3, "b", datetime(2017, 2, 10, tzinfo=UTC), "p1", 60.0),
        order(4, "b", datetime(2017, 3, 31, 16, tzinfo=UTC), "p1", 99.0),  # already 1 April
        {**order(5, "b", datetime(2017, 2, 11, tzinfo=UTC), "p1", 5.0), "event": "Order Refunded"},
    ]
    products = [
        {"product_id": "p1", "department": "Tea", "name": "Oolong"},
        {"product_id": "p2", "department": "Cups"},
    ]
    people = pa.table({"customer_id": ["a", "b"], "traits": pa.array([None, None], pa.string())})
    return Facts(
        ibis.memtable(pa.Table.from_pylist(rows, TABLES["events"].schema)),
        ibis.memtable(pa.Table.from_pylist(products, TABLES["products"].schema)),
        ibis.memtable(people),
    )


def fetch(table: ibis.Table) -> pa.Table:
    return ibis.duckdb.connect().to_pyarrow(table)


def test_the_overview_counts_in_business_days_and_takes_refunds_off(facts: Facts) -> None:
    queries = overview_queries(facts, AS_OF, ZONE)
    profiles = pa.table(
        {
            "shopping_days": [2, 1, 0], "orders_90d": [2, 1, 0], "recency_days": [0, 20, None],
            "revenue_365d": [40.0, 55.0, 0.0], "lifecycle_stage": ["loyal", "slipping", None],
        }
    )  # fmt: skip
    found = overview(
        profiles, fetch(queries.months), fetch(queries.departments), fetch(queries.weekday_hour),
        AS_OF, "CNY",
    )  # fmt: skip
    assert found["months"] == [
        {"month": "2017-02", "sales": 65.0, "orders": 2, "customers": 2, "new_customers": 2},
        {"month": "2017-03", "sales": 30.0, "orders": 1, "customers": 1, "new_customers": 0},
    ]
    assert (found["customers"], found["orders"], found["sales"]) == (2, 3, 95.0)
    assert found["repeat_rate"] == 0.5
    assert found["departments"][0] == {"name": "Tea", "sales": 70.0, "share": 0.7}
    assert {"weekday": 4, "hour": 23, "orders": 1} in found["weekday_hour"]
    assert found["slipped_this_month"] == {"customers": 1, "revenue_365d": 55.0}
    json.dumps(found, allow_nan=False)
