"""Who a rule holds for on any day, through the doors that everything uses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from limner.app import Limner, reading
from limner.app.build import build
from limner.app.drafting import save_segment
from limner.app.reading import Ask
from limner.app.segments import count, select
from limner.core.errors import Rejected, Unknown

LAST = date(2017, 12, 31)
NOW = datetime(2018, 1, 1, 3, tzinfo=UTC)


@pytest.fixture
def home(limner: Limner) -> Limner:
    """Sixty customers: number n has bought n + 1 times, once a day, up to the last day of the year."""
    orders: list[dict[str, Any]] = []
    for who in range(60):
        for back in range(who + 1):
            time = datetime(2017, 12, 31, 15, tzinfo=UTC) - timedelta(days=back)
            orders.append(
                {
                    "date": time.date(), "event_id": f"{who}-{back}", "type": "track", "event": "Order Completed",
                    "time": time, "received_at": time, "customer_id": f"c{who:02}", "user_id": f"c{who:02}",
                    "source": "till", "order_id": f"{who}-{back}", "revenue": 10.0, "currency": "USD",
                }
            )  # fmt: skip
    limner.lake.append("events", pa.Table.from_pylist(orders))
    people = [
        {"source": "crm", "record_id": f"c{n:02}", "user_id": f"c{n:02}", "city": "Rome" if n % 2 else "Oslo",
         "email": f"n{n}@shop.example", "traits": '{"plan": "gold"}' if n > 55 else None, "updated_at": NOW}
        for n in range(60)
    ]  # fmt: skip
    limner.lake.append("customers", pa.Table.from_pylist(people))
    return limner


def ids(limner: Limner, text: str, as_of: date | None = None) -> list[str]:
    found = limner.lake.fetch(select(limner, text, as_of))
    assert found.column_names == ["customer_id"]
    return sorted(found["customer_id"].to_pylist())


def test_a_rule_is_asked_of_the_last_build_or_of_any_day(home: Limner) -> None:
    with pytest.raises(Unknown, match="run limner build"):
        ids(home, "orders_30d > 1")
    save_segment(home, "Top", "best(10% by orders_total)", "ann", NOW)
    save_segment(home, "Like them", "lookalike('top', 5)", "ann", NOW)
    summary = build(home)
    assert any("fewer than 50 members" in note for note in summary["notes"])
    assert any("segment like_them has no members" in note for note in summary["notes"])

    assert ids(home, "count(orders) >= 59") == ["c58", "c59"]
    assert ids(home, "count(orders in last 7 days) < 7") == [f"c{n:02}" for n in range(6)]
    earlier = LAST - timedelta(days=50)
    assert ids(home, "orders_total >= 9", earlier) == ["c58", "c59"]
    assert ids(home, "did(orders) and city = 'Rome'", earlier) == [
        "c51",
        "c53",
        "c55",
        "c57",
        "c59",
    ]
    assert ids(home, "segment('top')") == [f"c{n}" for n in range(54, 60)]
    assert ids(home, "segment('top') and traits.plan = 'gold'") == ["c56", "c57", "c58", "c59"]
    assert count(home, "rfm_recency = 5", earlier).customers == len(
        ids(home, "rfm_recency = 5", earlier)
    )
    assert count(home, "orders_total > 0", earlier).everyone == 60

    for text in ("cluster is null", "lookalike('stage:new', 3)"):
        with pytest.raises(Rejected, match="build"):
            ids(home, text, earlier)
    with pytest.raises(Rejected, match="not been scored"):
        ids(home, "lookalike('top', 3)")

    kept = home.lake.fetch(home.lake.table("memberships")).to_pylist()
    assert sorted(row["customer_id"] for row in kept if row["segment"] == "top") == [
        f"c{n}" for n in range(54, 60)
    ]
    boundary = (reading.report(home, "boundaries") or {})["best(10% by orders_total)"]
    assert boundary == {
        "by": "orders_total", "is_worst": False, "value": 55, "customer_id": "c54",
    }  # fmt: skip


def test_the_list_of_customers_takes_any_rule_but_tells_nothing_personal(limner: Limner) -> None:
    people = [
        {"customer_id": f"c{n}", "email": f"n{n}@shop.example", "city": "Rome", "visits": n}
        for n in range(4)
    ]
    limner.lake.replace("profiles", pa.Table.from_pylist(people))
    page = reading.customers_page(limner, Ask(rule_text="best(2 by visits)"))
    assert page is not None
    assert page.total == 2
    for text in ("email = 'n1@shop.example'", "traits.email is null", "best(3 by email)"):
        with pytest.raises(Rejected):
            reading.customers_page(limner, Ask(rule_text=text))
    ask = Ask(rule_text="email = 'n1@shop.example'")
    seen = reading.customers_page(limner, ask, sees_personal=True)
    assert seen is not None
    assert seen.total == 1
