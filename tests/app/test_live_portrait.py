"""A customer as of this second is what the lake would say, by the definitions that are in force."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from tests.small_shop import send

from limner import unify
from limner.app import Limner, identity
from limner.app.drafting import save_segment
from limner.app.in_force import make_judge
from limner.app.live_portrait import entries, live_portrait, membership_changes
from limner.app.sources import add_source
from limner.app.tags import tags_in_force
from limner.app.worker import Worker
from limner.core.errors import Broken, Malformed
from limner.core.tables import table
from limner.understand.tags.compute import compute
from limner.understand.tags.source import Facts

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = date(2026, 3, 10)
MUG = {"product_id": "p1", "name": "Mug", "price": 12.5, "quantity": 2}
PRODUCTS = [
    dict.fromkeys(table("products").schema.names)
    | {"product_id": "p1", "category": "Mugs", "department": "Home", "brand": "Own", "is_private_label": True}
]  # fmt: skip


@pytest.fixture
def limner(tmp_path: Path) -> Iterator[Limner]:
    limner = Limner.open(tmp_path / "home")
    add_source(limner, "web", "http", {}, "ann", NOW)
    limner.lake.append("products", pa.Table.from_pylist(PRODUCTS, table("products").schema))
    yield limner
    limner.lake.close()


def work(limner: Limner, now: datetime = NOW, is_settled: bool = True) -> None:
    worker = Worker(limner, now=lambda: now)
    while worker.step() or worker.send_changes() or worker.turn():
        pass
    if is_settled:
        worker.settle_all()
    worker.close()


def order(number: int, days_ago: float, **who: Any) -> dict[str, Any]:
    return {
        "type": "track", "event": "Order Completed", "messageId": f"o{number}", **who,
        "timestamp": (NOW - timedelta(days=days_ago)).isoformat(),
        "properties": {"order_id": str(number), "revenue": 25.1 + number, "products": [MUG]},
    }  # fmt: skip


EVENTS = [
    order(1, 200, userId="u1"), order(2, 40, anonymousId="d1"), order(3, 3, userId="u1"),
    order(4, 0.1, userId="u2"),
    {"type": "page", "anonymousId": "d1", "messageId": "p", "context": {"page": {"url": "https://x.example/"}}},
    {"type": "track", "event": "Product Viewed", "anonymousId": "d1", "messageId": "v", "properties": MUG},
    {"type": "identify", "userId": "u1", "anonymousId": "d1", "messageId": "i", "traits": {"city": "Paris", "member_level": "gold"}},
]  # fmt: skip


def of_lake(limner: Limner) -> dict[str, dict[str, Any]]:
    """All tags of everybody, as a build computes them."""
    lake = limner.lake
    customers = lake.fetch(lake.table("customers"))
    carried = lake.fetch(unify.carried(lake.table("events")))
    identities = identity.feed(limner, customers, carried, NOW)
    golden = unify.golden(customers, identities, identity.trust_in_force(limner))
    facts = Facts(
        unify.attribute(lake.table("events"), identities), lake.table("products"),
        ibis.memtable(golden), stores=lake.table("stores"), scores=lake.table("scores"),
    )  # fmt: skip
    found = lake.fetch(compute(tags_in_force(limner), facts, TODAY, "UTC"))
    return {row.pop("customer_id"): row for row in found.to_pylist()}


def test_it_says_what_the_lake_says(limner: Limner) -> None:
    """Whether the worker keeps it alive, or it is made when somebody looks."""
    save_segment(limner, "Buyers", "orders_90d >= 1", "ann", NOW)
    send(limner, "web", EVENTS, NOW)
    work(limner)
    expected = of_lake(limner)
    for is_kept in (True, False):
        for name in ("u1", "u2"):
            found = live_portrait(limner, name, NOW)
            assert found is not None
            assert found.is_kept is is_kept
            assert found.values == expected[name]
        with sqlite3.connect(limner.settings.home / "live.db") as db:
            for kept in ("portraits", "judged"):
                db.execute(f"DELETE FROM {kept}")
    assert expected["u1"]["orders_total"] == 3  # there is something to say


def test_who_is_known_by_any_identifier_is_found_and_who_is_not_is_none(limner: Limner) -> None:
    send(limner, "web", EVENTS, NOW)
    work(limner, is_settled=False)
    by_device, by_user = (live_portrait(limner, name, NOW) for name in ("d1", "u1"))
    assert by_device == by_user
    assert live_portrait(limner, "nobody", NOW) is None


def test_memberships_come_with_the_moment_of_entering(limner: Limner) -> None:
    save_segment(limner, "Buyers", "orders_90d >= 1", "ann", NOW)
    save_segment(limner, "Lookers", "count('Product Viewed' in last 7 days) >= 1", "ann", NOW)
    send(limner, "web", EVENTS, NOW)
    work(limner)
    found = live_portrait(limner, "u1", NOW)
    assert found is not None
    assert {"buyers", "lookers"} <= set(found.segments)
    assert found.segments["lookers"] == NOW
    later = live_portrait(limner, "u1", NOW + timedelta(days=8))
    assert later is not None
    assert "lookers" not in later.segments


def test_changes_are_read_where_they_are_and_counted_by_day(limner: Limner) -> None:
    save_segment(limner, "Buyers", "orders_30d >= 1", "ann", NOW)
    send(limner, "web", EVENTS, NOW)
    work(limner, is_settled=False)
    told = membership_changes(limner, "buyers")
    assert {(one.customer_id, one.is_entered) for one in told} == {("u1", True), ("u2", True)}
    work(limner, NOW + timedelta(days=35))  # now in the lake; and time has passed
    told = membership_changes(limner, "buyers")
    assert [one.is_entered for one in told] == [False, False, True, True]
    assert [one.is_entered for one in membership_changes(limner, customer_id="d1", most=1)] == [
        False
    ]
    by_day = entries(limner, "buyers", 40, NOW + timedelta(days=35))
    counted = {day: (entered, left) for day, entered, left in by_day}
    assert sum(e for e, _ in counted.values()) == sum(left for _, left in counted.values()) == 2
    assert counted[TODAY + timedelta(days=30)] == (0, 1)


def test_counting_the_last_days_reads_no_other_day(limner: Limner) -> None:
    """The file of a day before is damaged, and nobody notices who does not ask for it."""
    save_segment(limner, "Buyers", "orders_30d >= 1", "ann", NOW)
    send(limner, "web", EVENTS, NOW)
    work(limner)
    old = TODAY - timedelta(days=40)  # the first file of all tells the columns, this one nothing
    for part in (limner.settings.home / "lake" / "events" / f"date={old}").glob("*.parquet"):
        part.write_bytes(b"of no use to anybody")
    assert entries(limner, "buyers", 14, NOW)[-1] == (TODAY, 2, 0)
    lately = membership_changes(limner, "buyers", since=NOW - timedelta(days=14), now=NOW)
    assert {one.customer_id for one in lately} == {"u1", "u2"}
    assert len(membership_changes(limner, "buyers", most=2, now=NOW)) == 2  # there are enough
    with pytest.raises(Broken):
        membership_changes(limner, "buyers", most=3, now=NOW)
    for days in (0, -1, 10**9):
        with pytest.raises(Malformed, match="days"):
            entries(limner, "buyers", days, NOW)


def test_segments_that_no_event_can_change_keep_nothing_alive(limner: Limner) -> None:
    judge, faults = make_judge(limner)
    assert judge is None
    assert faults == {}


def test_a_segment_that_cannot_be_read_is_told_and_the_others_go_on(limner: Limner) -> None:
    from limner.store.models import Segment

    save_segment(limner, "Buyers", "orders_30d >= 1", "ann", NOW)
    with limner.store.session() as session:
        session.add(
            Segment(segment="odd", name_en="Odd", name_zh="Odd", rule="no_such_tag > 1",
                    created_at=NOW, created_by="ann")
        )  # fmt: skip
    judge, faults = make_judge(limner)
    assert judge is not None
    assert "buyers" in judge.segments
    assert "no_such_tag" in faults["segment odd"]
