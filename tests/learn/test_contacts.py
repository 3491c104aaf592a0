from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from limner.core.tables import TABLES
from limner.lake import Lake
from limner.learn.contacts import contacts, purchases

ZONE = "America/New_York"
AS_OF = date(2024, 3, 31)


def at(month: int, day: int, hour: int = 17) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


def order(customer: str, time: datetime, *lines: tuple[str, float, float]) -> dict:
    return {
        "date": time.date(),
        "event_id": f"{customer}{time.isoformat()}",
        "type": "track",
        "event": "Order Completed",
        "time": time,
        "customer_id": customer,
        "revenue": sum(revenue for _, revenue, _ in lines),
        "products": [
            {"product_id": product, "revenue": revenue, "coupon_discount": off, "discount": off}
            for product, revenue, off in lines
        ],
    }


def redemption(customer: str, time: datetime, campaign: str) -> dict:
    return {
        "date": time.date(),
        "event_id": f"r{customer}{time.isoformat()}",
        "type": "track",
        "event": "Coupon Redeemed",
        "time": time,
        "customer_id": customer,
        "campaign_id": campaign,
    }


def put(lake: Lake, name: str, rows: list[dict]) -> None:
    lake.append(name, pa.Table.from_pylist(rows, schema=TABLES[name].schema))


@pytest.fixture
def shop(lake: Lake) -> Lake:
    put(
        lake,
        "events",
        [
            order("a", at(2, 20), ("milk", 7.0, 0.0)),  # before the campaign
            order("a", at(3, 2), ("milk", 4.0, 1.0), ("bread", 3.0, 0.5)),
            order("a", at(3, 9), ("milk", 2.0, 0.0)),
            order("a", at(3, 20), ("milk", 90.0, 9.0)),  # after its end
            order("b", at(3, 3), ("bread", 5.0, 0.0)),
            order("c", at(3, 3), ("milk", 6.0, 2.0)),
            order("a", at(4, 2), ("milk", 50.0, 0.0)),  # after as_of
            redemption("a", at(3, 2), "spring"),
            redemption("a", at(3, 9), "spring"),
            redemption("c", at(3, 3), "other"),
        ],
    )
    put(
        lake,
        "campaigns",
        [
            {"campaign_id": "spring", "starts_at": at(3, 1, 5), "ends_at": at(3, 15, 4)},
            {"campaign_id": "open", "starts_at": at(3, 1, 5)},
        ],
    )
    put(
        lake,
        "coupons",
        [
            {"coupon_id": "1", "campaign_id": "spring", "product_id": "milk"},
            {"coupon_id": "2", "campaign_id": "spring", "product_id": "milk"},
        ],
    )
    put(
        lake,
        "exposures",
        [
            {"campaign_id": "spring", "customer_id": "a", "arm": "treated"},
            {"campaign_id": "spring", "customer_id": "b", "arm": "treated"},
            {"campaign_id": "spring", "customer_id": "c", "arm": "control"},
            {"campaign_id": "spring", "customer_id": "nobody", "arm": "control"},
            {"campaign_id": "open", "customer_id": "a", "arm": "treated"},
        ],
    )
    put(
        lake,
        "messages",
        [
            {"message_id": "1", "campaign_id": "spring", "customer_id": "a", "status": "sent"},
            {"message_id": "2", "campaign_id": "spring", "customer_id": "b", "status": "held"},
        ],
    )
    return lake


def rows_of(lake: Lake) -> dict[tuple[str, str], dict]:
    tables = [lake.table(n) for n in ("events", "campaigns", "coupons", "exposures", "messages")]
    found = lake.fetch(contacts(*tables, as_of=AS_OF, timezone=ZONE)).to_pylist()
    assert len(found) == 5
    return {(row["campaign_id"], row["customer_id"]): row for row in found}


def test_each_contact_has_what_followed_while_the_campaign_ran(shop: Lake) -> None:
    row = rows_of(shop)["spring", "a"]
    assert row["sales"] == 9.0
    assert row["orders"] == 2
    assert row["sales_before"] == 7.0
    assert row["coupon_sales"] == 6.0  # milk only, once, though two coupons are good for it
    assert row["sales_with_coupon"] == 4.0
    assert row["discount"] == 1.0
    assert row["redemptions"] == 2
    assert row["was_sent"] is True


def test_a_coupon_of_another_campaign_and_a_silent_customer_count_zero(shop: Lake) -> None:
    rows = rows_of(shop)
    assert rows["spring", "c"]["redemptions"] == 0
    assert rows["spring", "c"]["was_sent"] is None
    assert rows["spring", "b"]["was_sent"] is False
    assert rows["spring", "nobody"]["sales"] == 0.0


def test_a_campaign_without_an_end_runs_to_as_of(shop: Lake) -> None:
    assert rows_of(shop)["open", "a"]["sales"] == 99.0


def test_purchases_are_counted_on_business_days(shop: Lake) -> None:
    put(shop, "events", [order("d", datetime(2024, 3, 5, 2, tzinfo=UTC), ("milk", 1.0, 0.0))])
    days = shop.fetch(purchases(shop.table("events"), as_of=AS_OF, timezone=ZONE)).to_pylist()
    late = [day for day in days if day["customer_id"] == "d"]
    assert [day["day"] for day in late] == [date(2024, 3, 4)]  # nine in the evening in New York
    second = next(d for d in days if d["customer_id"] == "a" and d["day"] == date(2024, 3, 2))
    assert (second["sales"], second["orders"], second["redemptions"]) == (7.0, 1, 1)
    assert all(day["day"] <= AS_OF for day in days)
