from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.understand.incremental.test_equality import a_tag

from limner.core.errors import Broken
from limner.understand.incremental.reader import Reader

ZONE = "Asia/Shanghai"
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
TODAY = date(2026, 3, 1)


def order(
    number: int, days: float = 0, revenue: float | None = 10.0, **more: Any
) -> dict[str, Any]:
    time = NOON + timedelta(days=days)
    return {
        "event_id": f"e{number}", "type": "track", "event": "Order Completed", "time": time,
        "received_at": time, "revenue": revenue, "products": None, **more,
    }  # fmt: skip


def reader(*texts: str, **more: Any) -> Reader:
    return Reader([a_tag(f"t{n}", text) for n, text in enumerate(texts)], {}, {}, ZONE, **more)


def test_an_event_of_a_day_to_come_counts_from_that_day_on() -> None:
    one = reader("count(orders)", "sum(revenue of orders in last 2 days)")
    state = one.new()
    one.fold(state, order(1))
    one.fold(state, order(2, days=1, received_at=NOON))
    state = one.join([one.decode(one.encode(state))])
    assert one.values(state, TODAY) == {"t0": 1, "t1": 10.0}
    assert one.next_change(state, TODAY) == date(2026, 3, 2)
    assert one.values(state, date(2026, 3, 2)) == {"t0": 2, "t1": 20.0}
    assert one.values(state, date(2026, 3, 3)) == {"t0": 2, "t1": 10.0}
    assert one.values(state, date(2026, 3, 4)) == {"t0": 2, "t1": 0.0}
    assert one.next_change(state, date(2026, 3, 4)) is None


def test_only_what_changed_is_told() -> None:
    one = reader("count(orders)", "count('Email Opened')", "t0 + t1")
    state = one.new()
    assert one.update(state, TODAY) == {"t0": 0, "t1": 0, "t2": 0}
    assert one.fold(state, order(1)) is True
    assert one.fold(state, order(2) | {"event": "Nobody asks"}) is False
    assert one.update(state, TODAY) == {"t0": 1, "t2": 1}
    assert one.update(state, TODAY) == {}


def test_what_somebody_corrected_stands_in_place_of_the_tags_own_value() -> None:
    one = reader("count(orders)", "t0 * 2", "by hand")
    state = one.new()
    one.fold(state, order(1))
    assert one.values(state, TODAY, {"t0": "7", "t2": 3}) == {"t0": 7.0, "t1": 14.0, "t2": 3.0}
    one.fold(state, order(2))
    assert one.values(state, TODAY, {"t0": "7", "t1": 5}) == {"t0": 7.0, "t1": 5.0, "t2": None}
    assert one.values(state, TODAY) == {"t0": 2, "t1": 4, "t2": None}


def test_states_know_the_definitions_that_they_were_kept_for() -> None:
    texts = ("count(orders in last 7 days)", "top(category of lines)", "t0 + 1")
    one = reader(*texts)
    state = one.encode(one.new())
    assert (
        reader(texts[1], texts[0]).signature == one.signature
    )  # order and expressions: the same cells
    others = (
        reader(texts[0]),
        reader(*texts, "max(revenue of orders)"),
        reader(*texts, edition="2"),
    )
    assert len({one.signature, *(other.signature for other in others)}) == 4
    with pytest.raises(Broken, match="other definitions"):
        others[0].decode(state)


def test_sums_that_64_bits_do_not_hold_are_stored_too() -> None:
    one = reader("sum(revenue of orders)", "sum(revenue of orders in last 7 days)")
    state = one.new()
    for number in range(3):
        one.fold(state, order(number, revenue=9e12))
    assert one.values(one.decode(one.encode(state)), TODAY) == {"t0": 2.7e13, "t1": 2.7e13}


def test_days_that_no_span_reaches_are_dropped() -> None:
    one = reader("count(orders in last 7 days)", "count(orders)")
    state = one.new()
    for number in range(100):
        one.fold(state, order(number, days=number))
        one.update(state, TODAY + timedelta(days=number))
    assert len(state.days) == 7
    one.fold(state, order(100, days=3))  # very late
    assert one.values(state, TODAY + timedelta(days=99)) == {"t0": 7, "t1": 101}
    assert len(state.days) == 7
