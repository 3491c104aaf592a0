from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.small_shop import send, work

from limner.app import Limner
from limner.app.build import build_for_decision
from limner.app.sources import add_source
from limner.app.tags import set_tag
from limner.understand.tags.tag import CATEGORIES, NATURES, TEMPOS, catalogue
from limner.understand.tags.value import ByHand, Expression

AT = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
MUG = {"product_id": "p1", "name": "Mug", "category": "Kitchen", "brand": "Acme", "price": 40.0, "quantity": 1}  # fmt: skip
PAGE = {"url": "https://shop.example/mugs?utm_campaign=spring", "path": "/mugs"}
SHIRTS = {"url": "https://shop.example/shirts", "path": "/shirts"}
WHERE = {"page": PAGE, "location": {"city": "Hangzhou", "latitude": 30.3, "longitude": 120.2}}


def told(event: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": "u1", "properties": properties}


MORNING: list[dict[str, Any]] = [
    {"type": "identify", "userId": "u1",
     "traits": {"language": "zh-CN", "member_level": "gold", "points": 1250}},
    {"type": "page", "userId": "u1", "properties": PAGE, "context": WHERE},
    {"type": "page", "userId": "u1", "properties": SHIRTS, "context": {"page": SHIRTS}},
    told("Products Searched", query="blue mug"),
    told("Product Viewed", **MUG),
    told("Product Added", **MUG),
    told("Checkout Started", order_id="o1", value=40.0),
    told("Coupon Applied", coupon="TEN"),
    told("Order Completed", order_id="o1", revenue=40.0, currency="USD", products=[MUG]),
    told("Order Refunded", order_id="o1", total=10.0, currency="USD"),
    told("Email Opened"), told("Email Opened"), told("Email Link Clicked"),
    told("Email Bounced"), told("Unsubscribed"),
    told("Product Reviewed", product_id="p1", rating=4), told("Product Shared", share_via="email"),
    told("Feedback Received", type="complaint", topic="delivery"),
    told("Feedback Received", type="praise", topic="service"),
]  # fmt: skip
# What that morning makes of the tags of which receipts say nothing.
LIVE: dict[str, dict[str, Any]] = {
    "basic": {"language": "zh-CN"},
    "consumption": {"checkouts_30d": 1, "checkouts_completed_30d": 1},
    "taste": {"category_viewed": "Kitchen", "category_carted": "Kitchen", "search_last": "blue mug"},
    "price": {"coupons_applied_30d": 1},
    "channel": {
        "online_share": 1.0, "device_top": "mobile", "mobile_share": 1.0,
        "utm_campaign_last": "spring", "pages_30d": 2, "visits_30d": 1, "pages_per_visit": 2.0,
        "traffic_channel_top": "direct",
    },
    "place": {"city_last": "Hangzhou", "browsing_hour_top": 18},
    "risk": {
        "refunds_365d": 1, "refund_amount_365d": 10.0, "return_rate": 0.25, "complaints_365d": 1,
        "emails_bounced_90d": 1, "unsubscribes_365d": 1, "risk_hold": True,
    },
    "service": {
        "emails_opened_30d": 2, "emails_clicked_30d": 1, "email_click_rate": 0.5,
        "email_hour_top": 18, "reviews_365d": 1, "rating_mean": 4.0, "shares_365d": 1,
        "feedback_365d": 2, "feedback_topic_last": "service",
    },
    "membership": {"member_level": "gold", "points_balance": 1250.0, "vip_care": "priority"},
}  # fmt: skip
# What the retail year cannot say: it has one channel, no coupon of a second kind, nobody returns.
STEADY = {"online_share", "refund_amount_365d", "return_rate"}


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The portrait of somebody after a morning on a site, built from what the tracker sent."""
    limner = Limner.open(tmp_path_factory.mktemp("morning") / "home")
    add_source(limner, "shop", "http", {}, "ann", AT)
    for place, event in enumerate(MORNING):  # one after the other, so that last means the last
        send(limner, "shop", [event], AT + timedelta(seconds=place))
    work(limner, is_settled=True)
    set_tag(limner, "risk_hold", "u1", "true", "ann", AT)
    set_tag(limner, "vip_care", "u1", "priority", "ann", AT)
    build_for_decision(limner, AT.date())
    rows = limner.lake.fetch(limner.lake.table("profiles")).to_pylist()
    assert [row["customer_id"] for row in rows] == ["u1"]
    return dict(rows[0])


def test_there_are_120_tags_of_every_category_nature_and_tempo() -> None:
    tags = catalogue()
    assert len({tag.code for tag in tags}) == len(tags) == 120
    assert {tag.category for tag in tags} == set(CATEGORIES)
    assert {tag.nature for tag in tags} == set(NATURES)
    assert {tag.tempo for tag in tags} == set(TEMPOS)


def test_every_tag_stands_behind_those_it_reads() -> None:
    seen: set[str] = set()
    for tag in catalogue():
        if isinstance(tag.value, Expression):
            assert seen.issuperset(tag.value.reads)
        seen.add(tag.code)


@pytest.mark.parametrize("category", LIVE)
def test_live_events_make_what_receipts_cannot(morning: dict[str, Any], category: str) -> None:
    assert {code: morning[code] for code in LIVE[category]} == LIVE[category]


def test_the_retail_year_fills_every_tag_that_a_morning_on_a_site_does_not(
    retail_home: Path,
) -> None:
    limner = Limner.open(retail_home)
    rows = limner.lake.fetch(limner.lake.table("profiles"))
    live = {code for said in LIVE.values() for code in said}
    for tag in catalogue():
        if isinstance(tag.value, ByHand) or (tag.code in live and tag.code not in STEADY):
            continue
        known = rows[tag.code].drop_null()
        assert len(known) > 400, tag.code
        is_steady = tag.code in STEADY or tag.code in (
            "channel_first",
            "channel_last",
            "channel_top",
        )
        assert is_steady or len(known.unique()) > 1, tag.code


def test_the_money_of_a_refund_counts_against(morning: dict[str, Any]) -> None:
    assert (morning["gross_365d"], morning["revenue_365d"]) == (40.0, 30.0)
    assert morning["first_order_on"] == date(2026, 3, 10)
