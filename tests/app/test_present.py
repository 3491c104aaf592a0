"""As of now is what the stream reader says of everybody: who came live, who was merged, who is untouched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.small_shop import send

from limner.app import Limner
from limner.app.audiences import create_audience, customers_of, preview_audience
from limner.app.build import build
from limner.app.drafting import save_segment
from limner.app.groups import export_members, segment_list, size_of
from limner.app.hashed_export import export_audience
from limner.app.live_portrait import live_portrait
from limner.app.present import Present, newer, present, read_as_of
from limner.app.segments import count, rule_of, select
from limner.app.sources import add_source
from limner.app.worker import Worker
from limner.core.errors import Malformed, Rejected
from limner.govern.consent import ConsentChange, import_consents
from limner.understand.audiences import Making

NOW = datetime.now(UTC).replace(microsecond=0)
BUILT = (NOW - timedelta(days=2)).date()
RULES = {
    "Buyers": "orders_30d >= 2",
    "Lookers": "count('Product Viewed' in last 7 days) >= 1",
    "Parisians": "city = 'Paris'",
    "Gold": "traits.level = 'gold' and did(orders)",
    "Gone": "recency_days >= 20",
    "Champions": "rfm_recency >= 4 and orders_total >= 1",
    "Top": "best(3 by orders_total)",
    "Near": "segment('buyers') and not segment('lookers')",
    "New faces": "rfm_group is null",
}  # fmt: skip


def order(number: int, days_ago: float, **who: Any) -> dict[str, Any]:
    return {
        "type": "track", "event": "Order Completed", "messageId": f"o{number}", **who,
        "timestamp": (NOW - timedelta(days=days_ago)).isoformat(),
        "properties": {"order_id": str(number), "revenue": 20.0 + number, "currency": "USD"},
    }  # fmt: skip


def said(number: int, traits: dict[str, Any], **who: Any) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"type": "identify", "messageId": f"i{number}", "traits": traits, "timestamp": at, **who}


def seen(number: int, **who: Any) -> dict[str, Any]:
    return {
        "type": "track", "event": "Product Viewed", "messageId": f"v{number}", **who,
        "timestamp": NOW.isoformat(), "properties": {"product_id": "p1"},
    }  # fmt: skip


def work(limner: Limner, is_settled: bool) -> None:
    worker = Worker(limner, now=lambda: NOW)
    while worker.step() or worker.send_changes() or worker.turn():
        pass
    if is_settled:
        worker.settle_all()
    worker.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Limner]:
    """Twelve customers and two visitors before the build; then a day on which things happen live."""
    limner = Limner.open(tmp_path_factory.mktemp("present") / "home")
    add_source(limner, "web", "http", {}, "ann", NOW)
    orders = []
    for who in range(12):
        for back in range(who % 4 + 1):
            orders.append(order(100 * who + back, 2 + who * 3 + back, userId=f"u{who}"))
    orders += [order(9_000, 3, anonymousId="d1"), order(9_001, 2, anonymousId="d2")]
    send(limner, "web", [*orders, said(1, {"city": "Rome", "level": "gold"}, userId="u1")], NOW)
    work(limner, is_settled=True)
    build(limner, BUILT)
    for name, rule in RULES.items():
        save_segment(limner, name, rule, "ann", NOW)
    live = [
        order(1, 0.01, userId="u11"), order(2, 0.02, userId="u11"), order(3, 0.01, userId="u3"),
        seen(1, userId="u5"), seen(2, anonymousId="d3"),
        order(4, 0.01, userId="n1"), order(5, 0.01, userId="n1"), seen(3, userId="n1"),
        said(2, {"city": "Paris", "level": "gold", "email": "n1@x.example"}, userId="n1"),
        said(3, {"city": "Paris"}, userId="u1"),
        said(4, {}, userId="u2", anonymousId="d1"),
    ]  # fmt: skip
    work(limner, is_settled=True)
    send(limner, "web", live, datetime.now(UTC))
    work(limner, is_settled=False)
    yield limner
    limner.lake.close()


def ids(limner: Limner, rule: str, as_of: Any = None) -> set[str]:
    return set(limner.lake.fetch(select(limner, rule, as_of))["customer_id"].to_pylist())


CODES = [name.lower().replace(" ", "_") for name in RULES]
EVERYBODY = {f"u{n}" for n in range(12)} | {"d2", "d3", "n1"}  # d1 has become u2


def test_it_says_of_everybody_what_the_stream_reader_says(shop: Limner) -> None:
    told = {name: live_portrait(shop, name, NOW) for name in EVERYBODY}
    with sqlite3.connect(shop.settings.home / "live.db") as db:
        kept = {
            code: {name for (name,) in db.execute("SELECT customer_id FROM members WHERE segment = ?", (code,))}
            for code in CODES
        }  # fmt: skip
    now = present(shop, NOW)
    assert ids(shop, "customer_id is not null", now) == EVERYBODY
    for code in CODES:
        found = ids(shop, rule_of(shop, code), now)
        assert found == {name for name, one in told.items() if one and code in one.segments}, code
        assert kept[code] <= found, code  # nobody who entered live is lacking
    assert {code for code in CODES if kept[code]} >= {"buyers", "lookers", "parisians", "gold"}
    assert "n1" in ids(shop, rule_of(shop, "gold"), now) - ids(shop, rule_of(shop, "gold"))
    assert ids(shop, "orders_total >= 1 and recency_days < 1", now) == {"u11", "u3", "n1"}


def test_a_day_after_the_build_is_now_and_one_before_it_knows_no_groups(shop: Limner) -> None:
    rule = rule_of(shop, "champions")
    assert ids(shop, rule, present(shop, NOW).day) == ids(shop, rule, present(shop, NOW))
    assert ids(shop, "cluster is null", present(shop, NOW)) >= {"n1", "d3"}
    with pytest.raises(Rejected, match="before"):
        ids(shop, "cluster is null", BUILT - timedelta(days=1))


def test_counts_audiences_and_exports_take_it_and_the_build_stays_the_default(shop: Limner) -> None:
    now = present(shop, NOW)
    assert size_of(shop, "gold", now)["everyone"] == len(EVERYBODY)
    assert size_of(shop, "gold", now)["as_of"] == now.day
    assert count(shop, rule_of(shop, "gold")).as_of is None
    assert preview_audience(shop, "x", "gold", Making(), now).size == 2
    card = create_audience(shop, "Gold now", "gold", "ann", NOW, as_of=now)
    assert (card.size, card.as_of) == (2, now.day)
    assert create_audience(shop, "Gold now", "gold", "ann", NOW, as_of=now) == card
    assert set(shop.lake.fetch(customers_of(shop, "gold_now"))["customer_id"].to_pylist()) == {
        "u1",
        "n1",
    }

    consent = ConsentChange("n1", "marketing", "email", True, NOW, "form")
    import_consents(shop.store, [consent])
    with pytest.raises(Rejected, match="1 of 2 people"):  # n1's address is known; too few for Meta
        export_audience(shop, "gold_now", "meta", "ann", NOW)

    rows = export_members(shop, "gold", "ann", NOW, now, sees_personal=True).to_pylist()
    assert [(row["customer_id"], row["city"], row["orders_total"]) for row in rows] == [
        ("n1", "Paris", 2), ("u1", "Paris", 2),
    ]  # fmt: skip
    assert export_members(shop, "gold", "ann", NOW).num_rows == 1  # as of the build
    listed = {row["segment"]: row["customers"] for row in segment_list(shop, now)}
    assert listed["gold"] == 2
    assert listed["buyers"] == size_of(shop, "buyers", now)["customers"]


def test_what_people_write_is_a_day_or_now(shop: Limner) -> None:
    assert read_as_of(shop, "now", NOW) == Present(NOW.date())
    assert read_as_of(shop, "2020-02-29") == read_as_of(shop, datetime(2020, 2, 29).date())  # noqa: DTZ001
    assert read_as_of(shop, None) is None
    with pytest.raises(Malformed, match="or now"):
        read_as_of(shop, "today")


def test_it_tells_how_much_arrived_since_the_build(shop: Limner) -> None:
    told = newer(shop, NOW)
    assert told is not None
    assert (told.events, told.built, told.today) == (11, BUILT, NOW.date())
