import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from limner.core.tables import TABLES
from limner.lake import Lake
from limner.learn import Terms, campaign_document, campaign_facts

ZONE = "America/New_York"
TABLES_NEEDED = ("events", "campaigns", "coupons", "exposures", "messages", "profiles")


def document(lake: Lake, as_of: date, terms: Terms | None = None) -> dict:
    facts = campaign_facts(
        *(lake.table(name) for name in TABLES_NEEDED), as_of=as_of, timezone=ZONE
    )
    fetched = {name: lake.fetch(expression) for name, expression in facts.items()}
    extra = {} if terms is None else {"terms": terms}
    made = campaign_document(fetched, as_of=as_of, timezone=ZONE, **extra)
    json.dumps(made, allow_nan=False)
    return made


def put(lake: Lake, name: str, rows: list[dict]) -> None:
    lake.append(name, pa.Table.from_pylist(rows, schema=TABLES[name].schema))


@pytest.fixture
def shop(lake: Lake) -> Lake:
    """Sixty customers buying weekly; ten get a leaflet, four of them use its coupon."""
    start = datetime(2024, 1, 1, 17, tzinfo=UTC)
    events = []
    for week in range(20):
        for customer in range(60):
            time = start + timedelta(days=7 * week)
            off = 1.0 if week == 12 and customer < 4 else 0.0
            products = [{"product_id": "milk", "revenue": 10.0 + customer, "coupon_discount": off}]
            events.append(
                {
                    "date": time.date(), "event_id": f"{week}-{customer}", "type": "track",
                    "event": "Order Completed", "time": time, "customer_id": str(customer),
                    "revenue": 10.0 + customer, "products": products,
                }
            )  # fmt: skip
            if off:
                events.append(
                    events[-1]
                    | {"event_id": f"r{customer}", "event": "Coupon Redeemed", "revenue": None,
                       "campaign_id": "leaflet", "products": None}
                )  # fmt: skip
    put(lake, "events", events)
    begins = datetime(2024, 3, 18, 4, tzinfo=UTC)
    put(
        lake,
        "campaigns",
        [
            {"campaign_id": "leaflet", "name": "Leaflet", "type": "A", "channel": "mail",
             "starts_at": begins, "ends_at": begins + timedelta(days=28), "is_randomised": False},
            {"campaign_id": "early", "name": "Early", "type": "A", "is_randomised": False,
             "starts_at": begins - timedelta(days=200), "ends_at": begins + timedelta(days=200)},
            {"campaign_id": "lots", "name": "Lots", "is_randomised": True, "control_share": 0.5,
             "starts_at": begins, "ends_at": begins + timedelta(days=28), "margin": 0.5,
             "cost_per_contact": 2.0},
        ],
    )  # fmt: skip
    put(lake, "coupons", [{"coupon_id": "c", "campaign_id": "leaflet", "product_id": "milk"}])
    put(
        lake,
        "exposures",
        [{"campaign_id": "leaflet", "customer_id": str(i), "arm": "treated"} for i in range(10)]
        + [
            {"campaign_id": "lots", "customer_id": str(i), "propensity": 0.5,
             "arm": "treated" if i % 2 else "control"}
            for i in range(60)
        ],
    )  # fmt: skip
    put(
        lake,
        "messages",
        [
            {"message_id": str(i), "campaign_id": "lots", "customer_id": str(i),
             "status": "sent" if i > 9 else "held"}
            for i in range(1, 60, 2)
        ],
    )  # fmt: skip
    return lake


def test_what_happened_is_counted_and_the_formula_holds(shop: Lake) -> None:
    made = document(shop, date(2024, 5, 31), Terms(0.25, 0.5, is_assumed=True))
    entry = next(e for e in made["campaigns"] if e["campaign_id"] == "leaflet")
    weekly = sum(10.0 + customer for customer in range(10))
    assert entry["contacted"] == 10
    assert entry["redeemed_customers"] == entry["redemptions"] == 4
    assert entry["redemption_rate"] == 0.4
    assert entry["redemption_rate_interval"] == pytest.approx([0.1682, 0.6873], abs=5e-5)
    assert entry["sales"] == entry["coupon_sales"] == 4 * weekly
    assert entry["sales_with_coupon"] == 10.0 + 11.0 + 12.0 + 13.0
    assert entry["discount_cost"] == 4.0
    assert entry["contact_cost"] == 5.0
    assert entry["roi"] == pytest.approx((0.25 * (46.0 + 4.0) - 4.0 - 5.0) / 9.0)
    assert entry["is_assumed"]
    assert entry["starts_on"] == "2024-03-18"
    assert entry["ends_on"] == "2024-04-14"
    assert entry["is_complete"]


def test_segments_are_those_of_the_eve_and_add_up(shop: Lake) -> None:
    made = document(shop, date(2024, 5, 31))
    parts = next(e for e in made["campaigns"] if e["campaign_id"] == "leaflet")["by_segment"]
    for scheme in ("spend:", "order:"):
        mine = [part for part in parts if part["segment"].startswith(scheme)]
        assert sum(part["contacted"] for part in mine) == 10
        assert sum(part["redeemed"] for part in mine) == 4
    low = next(part for part in parts if part["segment"] == "spend:low")
    assert (low["contacted"], low["redeemed"]) == (10, 4)


def test_what_the_data_do_not_cover_is_said(shop: Lake) -> None:
    made = document(shop, date(2024, 5, 31))
    early = next(e for e in made["campaigns"] if e["campaign_id"] == "early")
    assert not early["is_complete"]
    assert "began before" in early["completeness_en"]
    assert "2024-05-31" in early["completeness_en"]
    assert early["contacted"] == 0
    assert early["redemption_rate"] is None
    assert early["comparison"]["status"] == "refused"


def test_a_campaign_that_drew_lots_is_an_experiment(shop: Lake) -> None:
    made = document(shop, date(2024, 5, 31))
    lots = next(e for e in made["campaigns"] if e["campaign_id"] == "lots")
    assert lots["contacted"] == 25  # five were held back
    assert lots["contact_cost"] == 50.0
    assert lots["comparison"]["is_causal"]
    assert lots["comparison"]["treated"] == lots["comparison"]["compared"] == 30
    assert lots["experiment"]["arms"]["treated"]["held"] == 5


def test_types_are_the_sums_of_their_campaigns(shop: Lake) -> None:
    made = document(shop, date(2024, 5, 31))
    (only,) = made["by_type"]
    mine = [e for e in made["campaigns"] if e["type"] == "A"]
    assert only["campaigns"] == 2
    for name in ("contacted", "sales", "discount_cost", "profit"):
        assert only[name] == pytest.approx(sum(e[name] for e in mine))


def test_an_empty_lake_makes_an_empty_report(lake: Lake) -> None:
    made = document(lake, date(2024, 5, 31))
    assert made["campaigns"] == made["by_type"] == []
    assert made["warning_en"] == ""


def test_the_retail_year_adds_up_to_its_known_facts(retail_home: Path) -> None:
    made = document(Lake(str(retail_home / "lake"), ZONE), date(2017, 12, 31))
    own = [entry for entry in made["campaigns"] if entry["source"] == "complete_journey"]
    assert len(own) == 27
    known = {"A": (4, 3647, 1718), "B": (17, 2368, 323), "C": (6, 574, 61)}
    found = {
        str(kind["type"])[-1]: (kind["campaigns"], kind["contacted"], kind["redemptions"])
        for kind in made["by_type"]
    }
    assert {letter: found[letter] for letter in known} == known
    assert not any(entry["comparison"]["is_causal"] for entry in own)
    biggest = next(entry for entry in own if entry["campaign_id"] == "18")
    comparison = biggest["comparison"]
    assert comparison["unadjusted_effect"] > 250  # what a naive report would have claimed
    assert abs(comparison["effect_per_customer"]) < 50
    assert comparison["status"] in {"cannot-say", "not-trusted"}
