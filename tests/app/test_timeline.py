"""One customer's timeline: each event once, filtered, and never older than the last event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.small_shop import RECEIPT, fill, send, work

from limner.app import Limner, identity, person
from limner.app.timeline import Choice, Timeline, kinds_of


@pytest.fixture
def shop(limner: Limner) -> Limner:
    fill(limner)
    return limner


def told(shop: Limner, **choice: object) -> list[str]:
    rows = Timeline(shop, "u1", choice=Choice(**choice)).read()  # type: ignore[arg-type]
    return sorted(row["event"] or row["type"] for row in rows)


def test_the_timeline_holds_visit_sign_in_purchase_and_receipt_once(shop: Limner) -> None:
    timeline = Timeline(shop, "u1")
    rows = timeline.read()
    said = [(row["event"] or row["type"], row["source"]) for row in rows]
    assert said.count(("Order Completed", "till")) == 1
    assert {"page", "identify", "Product Viewed"} <= {name for name, _ in said}
    assert [row["time"] for row in rows] == sorted((row["time"] for row in rows), reverse=True)
    work(shop, is_settled=True)  # now they are in the lake too
    again = Timeline(shop, "u1").read()
    assert sorted(row["event_id"] for row in again) == sorted(row["event_id"] for row in rows)


def test_an_open_timeline_notices_what_comes_and_nothing_else(shop: Limner) -> None:
    timeline = Timeline(shop, "u1")
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
    version = timeline.version()
    told = {"type": "track", "event": "Segment Entered", "userId": "u1", "messageId": "s1",
            "properties": {"segment": "vip", "name": "VIP", "name_zh": "VIP", "version": 1}}  # fmt: skip
    send(shop, "limner", [told])
    work(shop)
    assert timeline.version() != version  # it is nothing the customer did, and yet to be shown


def test_an_unmerge_takes_the_visits_off_the_timeline(shop: Limner) -> None:
    timeline = Timeline(shop, "u1")
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


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_choice_asks_the_same_of_the_lake_and_of_what_just_arrived(
    shop: Limner, is_settled: bool
) -> None:
    work(shop, is_settled=is_settled)
    assert told(shop, names=("page", "identify")) == ["identify", "page"]
    assert "page" not in told(shop, but=("page",))
    assert told(shop, channel="pos") == ["Order Completed"]
    assert told(shop, source="till") == ["Order Completed"]
    assert told(shop, text="BLUE MUG", source="till") == ["Order Completed"]
    assert told(shop, text="o1") == ["Order Completed"]
    today = datetime.now(UTC).date()
    assert told(shop, until=today - timedelta(days=2)) == []
    assert told(shop, since=today - timedelta(days=2)) == told(shop)


def test_a_text_inside_what_an_event_says_is_found_by_eyes_that_may_see_it(shop: Limner) -> None:
    assert told(shop, text="ann.li@shop", sees_personal=False) == []
    assert told(shop, text="mugs and cups", sees_personal=False) == []
    assert "page" in told(shop, text="mugs and cups", sees_personal=True)


def test_the_kinds_that_a_customer_has_are_counted(shop: Limner) -> None:
    work(shop, is_settled=True)
    kinds = kinds_of(shop, identity.anchors(shop, "u1"))
    assert kinds.events["Order Completed"] == 2
    assert kinds.sources == ("shop", "till")
