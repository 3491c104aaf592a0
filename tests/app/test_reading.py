"""What the console reads: pages, masks, questions that must not tell, portraits."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from limner.app import Limner, reading
from limner.app.drafting import save_segment
from limner.app.portrait import ORDERS_SHOWN, months_of, portrait
from limner.app.reading import Ask
from limner.app.segments import drop_segment
from limner.core.errors import Malformed, Rejected, Unknown

NOW = datetime(2018, 1, 1, 3, tzinfo=UTC)


@pytest.fixture
def home(limner: Limner) -> Limner:
    """Thirty customers; number 0 is known by an address, number 1 has a Chinese name."""
    rows = [
        {
            "customer_id": "email:ann@shop.example" if n == 0 else f"c{n:02d}",
            "name": "王小明" if n == 1 else f"Name {n}",
            "email": "ann@shop.example" if n == 0 else f"n{n}@shop.example",
            "traits": '{"income": "35-49K"}', "provenance": '{"email": {"source": "till", "rule": "newest"}}',
            "revenue_365d": float(n * 10), "lifecycle_stage": "slipping" if n % 3 == 0 else "loyal",
        }
        for n in range(30)
    ]  # fmt: skip
    limner.lake.replace("profiles", pa.Table.from_pylist(rows))
    limner.lake.replace(
        "memberships",
        pa.Table.from_pylist(
            [
                {
                    "segment": f"stage:{r['lifecycle_stage']}",
                    "customer_id": r["customer_id"],
                    "as_of": date(2017, 12, 31),
                }
                for r in rows
            ]
        ),
    )
    line = {"product_id": "p1", "quantity": 2.0, "revenue": 5.0, "discount": 0.0}
    limner.lake.append(
        "events",
        pa.Table.from_pylist(
            [
                {
                    "date": (NOW - timedelta(days=n)).date(), "event_id": f"e{n}", "type": "track",
                    "event": "Order Completed", "time": NOW - timedelta(days=n), "received_at": NOW,
                    "customer_id": "c01", "source": "till", "order_id": f"o{n}", "revenue": 5.0,
                    "currency": "USD", "products": [line],
                }
                for n in range(40)
            ]
        ),
    )  # fmt: skip
    limner.lake.append(
        "products",
        pa.Table.from_pylist([{"product_id": "p1", "name": "Tea", "department": "GROCERY"}]),
    )
    return limner


def test_before_the_first_build_there_is_nothing_and_no_error(limner: Limner) -> None:
    assert reading.report(limner, "overview") is None
    assert reading.as_of(limner) is None
    assert reading.customers_page(limner, Ask()) is None
    assert portrait(limner, "c1") is None
    assert reading.segments(limner) == []
    assert reading.campaigns(limner) == {"campaigns": [], "own": []}
    assert reading.quality(limner).columns == []
    assert reading.quarantine_page(limner) == ([], 0)


def test_pages_cut_the_list_without_losing_or_repeating_anyone(home: Limner) -> None:
    pages = [reading.customers_page(home, Ask(), n, size=7) for n in range(1, 6)]
    seen = [row["customer_id"] for page in pages if page for row in page.rows]
    assert len(seen) == len(set(seen)) == 30
    assert pages[0] is not None
    assert pages[0].rows[0]["revenue_365d"] == 290
    assert (pages[0].total, pages[0].pages, pages[0].revenue_365d) == (30, 5, 4350)
    beyond = reading.customers_page(home, Ask(), 99, size=7)
    assert beyond is not None
    assert beyond.page == 5


def test_rule_search_segment_and_sort_work_together(home: Limner) -> None:
    ask = Ask("revenue_365d > 50", "NAME", "stage:slipping", "revenue_365d")
    page = reading.customers_page(home, ask, sees_personal=True)
    assert page is not None
    assert [row["revenue_365d"] for row in page.rows] == [60, 90, 120, 150, 180, 210, 240, 270]
    with pytest.raises(Rejected, match="lifecycle_stage"):
        reading.customers_page(home, Ask("lifecycle_stag = 'slipping'"))
    with pytest.raises(Malformed, match="nope"):
        reading.customers_page(home, Ask(sort="nope"))


def test_who_may_not_see_personal_data_cannot_ask_about_it_either(home: Limner) -> None:
    page = reading.customers_page(home, Ask(), size=100)
    assert page is not None
    assert not {"name", "email", "phone"} & set(page.columns)
    assert not [row for row in page.rows if "@" in row["customer_id"]]
    for question in ("email = 'ann@shop.example'", "name like 'A%'", "traits is null"):
        with pytest.raises(Rejected):
            reading.customers_page(home, Ask(question))
    with pytest.raises(Malformed):
        reading.customers_page(home, Ask(sort="email"))
    for needle in ("ann@", "Name 1", "王"):
        hidden = reading.customers_page(home, Ask(search=needle))
        open_ = reading.customers_page(home, Ask(search=needle), sees_personal=True)
        assert hidden is not None and open_ is not None
        assert (hidden.total, open_.total > 0) == (0, True)
    table = reading.customers_table(home, Ask())
    assert not {"name", "email", "traits", "provenance"} & set(table.column_names)
    assert "@" not in json.dumps(table.to_pylist(), default=str)


def test_a_customer_known_by_an_address_has_an_opaque_id_that_leads_to_the_portrait(
    home: Limner,
) -> None:
    page = reading.customers_page(home, Ask(), size=100)
    assert page is not None
    opaque = next(row["customer_id"] for row in page.rows if row["customer_id"].startswith("~"))
    found = portrait(home, opaque)
    assert found is not None
    assert "ann" not in json.dumps(found.profile, default=str).replace("name", "")
    assert portrait(home, "email:ann@shop.example") is None
    assert portrait(home, "email:ann@shop.example", sees_personal=True) is not None


def test_a_portrait_is_masked_unless_the_role_may_see(home: Limner) -> None:
    hidden, plain = portrait(home, "c01"), portrait(home, "c01", sees_personal=True)
    assert hidden is not None and plain is not None
    assert plain.profile["name"] == "王小明"
    assert plain.profile["traits"] == {"income": "35-49K"}
    assert plain.provenance["email"]["source"] == "till"
    assert hidden.profile["name"] == "王*"
    assert "35-49K" not in json.dumps(hidden.profile, default=str)


def test_a_portrait_has_orders_with_product_names_and_months_of_the_business_day(
    home: Limner,
) -> None:
    found = portrait(home, "c01", most=10)
    assert found is not None
    assert len(found.events) == 10
    assert found.events[0]["time"] > found.events[1]["time"]
    assert len(found.orders) == ORDERS_SHOWN
    assert found.orders[0]["products"][0]["name"] == "Tea"
    assert sum(month["orders"] for month in found.months) == 40
    # 03:00 UTC on 1 January is still 1 January in UTC, the zone of this installation
    assert found.months[-1] == {"month": "2018-01", "sales": 5.0, "orders": 1}


def test_the_months_can_be_read_alone_and_a_portrait_without_the_facts(home: Limner) -> None:
    whole, bare = portrait(home, "c01", most=1), portrait(home, "c01", most=0)
    assert whole is not None and bare is not None
    assert len(whole.events) == 1 and len(whole.orders) == ORDERS_SHOWN
    assert (bare.events, bare.orders, bare.months) == ([], [], [])
    assert bare.profile == whole.profile and bare.scores == whole.scores
    assert months_of(home, "c01") == whole.months != []


def test_a_saved_rule_is_a_segment_until_it_is_dropped(home: Limner) -> None:
    code = save_segment(
        home, "Slipping, big", "revenue_365d > 200 and lifecycle_stage = 'slipping'", "ann", NOW
    )
    assert code == "slipping_big"
    saved = next(s for s in reading.segments(home) if s["segment"] == code)
    assert (saved["customers"], saved["revenue"], saved["name_zh"]) == (3, 720.0, "Slipping, big")
    assert save_segment(home, "大客户", "revenue_365d > 100", "ann", NOW).startswith("segment_")
    with pytest.raises(Rejected):
        save_segment(home, "x", "nope > 1", "ann", NOW)
    with pytest.raises(Malformed):
        save_segment(home, " ", "revenue_365d > 1", "ann", NOW)
    drop_segment(home, code, "ann", NOW)
    with pytest.raises(Unknown):
        drop_segment(home, code, "ann", NOW)
    assert [e["action"] for e in reading.audit_trail(home)][:2] == [
        "segment.dropped",
        "segment.applied",
    ]


def test_a_saved_rule_whose_column_is_gone_is_empty_and_not_an_error(home: Limner) -> None:
    save_segment(home, "rich", "revenue_365d > 100", "ann", NOW)
    home.lake.replace("profiles", pa.Table.from_pylist([{"customer_id": "c1"}]))
    saved = next(s for s in reading.segments(home) if s["segment"] == "rich")
    assert saved["customers"] == 0
