"""Visits: 30 minutes of silence end one, nothing else does; late events find theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from limner.collect.enrich.session import GAP, Visit, advance, visitor_of

T0 = datetime(2026, 3, 1, 23, 50, tzinfo=UTC)


def row(minute: float, channel: str | None = None, **said: Any) -> dict[str, Any]:
    return {
        "event_id": f"e{minute}", "time": T0 + timedelta(minutes=minute), "traffic_channel": channel,
        "utm_source": None, "utm_medium": None, "utm_campaign": None, "page_url": None, "referrer": None,
        **said,
    }  # fmt: skip


def sessions(*rows: dict[str, Any]) -> tuple[list[str], Visit]:
    visit, found = None, []
    for each in rows:
        visit = advance(visit, each)
        visit.fill(each)
        found.append(each["session_id"])
    assert visit is not None
    return found, visit


def test_half_an_hour_of_silence_ends_a_visit() -> None:
    found, _ = sessions(row(0), row(30), row(60), row(90.01))
    assert found == ["e0", "e0", "e0", "e90.01"]


def test_neither_midnight_nor_another_campaign_ends_one() -> None:
    start, next_day = row(0, "email"), row(20, "paid_search", utm_campaign="spring")
    found, visit = sessions(start, next_day)
    assert found == ["e0", "e0"]
    assert next_day["traffic_channel"] == "email"
    assert visit.last_touch.traffic_channel == "email"


def test_a_late_event_joins_the_visit_it_fell_in() -> None:
    found, visit = sessions(row(0), row(100), row(10), row(95), row(115))
    assert found == ["e0", "e100", "e0", "e100", "e100"]
    assert (visit.current.started_at, visit.current.last_at) == (
        T0 + timedelta(minutes=95), T0 + timedelta(minutes=115),
    )  # fmt: skip


def test_what_was_kept_offline_makes_one_visit_in_the_past() -> None:
    found, visit = sessions(row(1000), row(0, "email"), row(10), row(20), row(1001))
    assert found == ["e1000", "e0", "e0", "e0", "e1000"]
    assert visit.first_touch.session_id == "e0"
    assert visit.last_touch.traffic_channel == "email"


def test_the_first_touch_stays_and_the_last_is_not_direct() -> None:
    _, visit = sessions(row(0, "organic_social"), row(100, "email"), row(200), row(300))
    assert visit.first_touch.traffic_channel == "organic_social"
    assert visit.last_touch.traffic_channel == "email"
    assert visit.of_row.traffic_channel == "direct"


def test_a_till_visits_nothing_and_a_device_keeps_its_visit_through_sign_in() -> None:
    till = {"channel": "pos", "anonymous_id": None, "customer_id": "c1"}
    before = {"channel": "web", "anonymous_id": "anon", "customer_id": "anon"}
    after = {"channel": "web", "anonymous_id": "anon", "customer_id": "u1"}
    assert visitor_of(till) is None
    assert visitor_of(before) == visitor_of(after) == "anon"


@given(st.lists(st.integers(0, 600), min_size=1, max_size=12, unique=True))
def test_in_order_visits_are_what_the_gaps_say(minutes: list[int]) -> None:
    minutes.sort()
    found, _ = sessions(*(row(m) for m in minutes))
    expected, current = [], ""
    for at, minute in enumerate(minutes):
        if at == 0 or timedelta(minutes=minute - minutes[at - 1]) > GAP:
            current = f"e{minute}"
        expected.append(current)
    assert found == expected


@given(st.lists(st.integers(0, 600), min_size=1, max_size=12))
def test_in_any_order_every_event_has_a_visit_and_touches_are_ordered(minutes: list[int]) -> None:
    found, visit = sessions(*(row(m) | {"event_id": f"x{n}"} for n, m in enumerate(minutes)))
    assert all(found) and len(found) == len(minutes)
    assert visit.first_touch.at <= visit.last_touch.at
    assert visit.current.last_at == T0 + timedelta(minutes=max(minutes))
    assert len(visit.earlier) <= 8
