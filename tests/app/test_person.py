"""A customer as known this second: by any identifier, on one timeline, without a build."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.small_shop import RECEIPT, fill, send, work

from limner.app import Limner, identity, person
from limner.understand.live import MILLION


@pytest.fixture
def shop(limner: Limner) -> Limner:
    fill(limner)
    return limner


def test_every_identifier_leads_to_todays_customer(shop: Limner) -> None:
    for asked in ("u1", "anon-1", "ann.li@shop.example", "138 0013 8000", "6222-0200-1234"):
        found = person.person(shop, asked, sees_personal=True)
        assert found is not None and found.customer_id == "u1", asked
    assert person.person(shop, "nobody", sees_personal=True) is None


def test_masked_eyes_neither_see_an_identifier_nor_find_somebody_by_it(shop: Limner) -> None:
    assert person.person(shop, "ann.li@shop.example") is None
    assert person.person(shop, "+8613800138000") is None
    assert person.person(shop, "622202001234") is None
    found = person.person(shop, "anon-1")
    assert found is not None
    told = str([card.value for card in found.identifiers])
    assert "ann.li" not in told and "13800138000" not in told and "622202001234" not in told
    assert person.search(shop, "ann.li") == []
    assert [one.shown_id for one in person.search(shop, "anon-1")] == ["u1"]


def test_what_holds_now_counts_all_devices_and_the_till(shop: Limner) -> None:
    found = person.person(shop, "u1", sees_personal=True)
    assert found is not None
    now = person.standing(shop, found.anchors, datetime.now(UTC))
    assert now.facts.orders == 2
    assert now.facts.revenue == {"USD": round(34.9 * MILLION)}
    assert "online" in {tag.tag for tag in now.tags}


def test_the_timeline_holds_visit_sign_in_purchase_and_receipt_once(shop: Limner) -> None:
    timeline = person.Timeline(shop, "u1")
    rows = timeline.read()
    said = [(row["event"] or row["type"], row["source"]) for row in rows]
    assert said.count(("Order Completed", "till")) == 1
    assert {"page", "identify", "Product Viewed"} <= {name for name, _ in said}
    assert [row["time"] for row in rows] == sorted((row["time"] for row in rows), reverse=True)
    work(shop, is_settled=True)  # now they are in the lake too
    again = person.Timeline(shop, "u1").read()
    assert sorted(row["event_id"] for row in again) == sorted(row["event_id"] for row in rows)


def test_an_open_timeline_notices_what_comes_and_nothing_else(shop: Limner) -> None:
    timeline = person.Timeline(shop, "u1")
    before = timeline.read()
    version = timeline.version()
    assert timeline.version() == version
    send(shop, "shop", [{"type": "page", "anonymousId": "somebody-else", "properties": {}}])
    send(shop, "till", [{**RECEIPT, "properties": {**RECEIPT["properties"], "order_id": "r2"}}])
    work(shop)
    assert timeline.version() != version
    after = timeline.read()
    assert len(after) == len(before) + 1
    assert after[0]["order_id"] == "r2"


def test_an_unmerge_takes_the_visits_off_the_timeline(shop: Limner) -> None:
    timeline = person.Timeline(shop, "u1")
    assert any(row["type"] == "page" for row in timeline.read())
    version = timeline.version()
    found = person.person(shop, "u1", sees_personal=True)
    assert found is not None
    entry = next(one for one in found.merges if one.can_unmerge)
    identity.unmerge(shop, entry.entry_id, "ann", datetime.now(UTC))
    assert timeline.version() != version
    assert not any(row["type"] == "page" for row in timeline.read())
    visitor = person.person(shop, "anon-1", sees_personal=True)
    assert visitor is not None and visitor.customer_id == "anon-1"


def test_search_and_the_newest_find_who_has_no_portrait(shop: Limner) -> None:
    assert {one.href_id for one in person.newest(shop, True)} >= {"u1", "u5", "u9"}
    (found,) = [one for one in person.search(shop, "ANN.LI", True) if one.href_id == "u1"]
    assert found.kind == "email"
    assert person.search(shop, "  ", True) == []
