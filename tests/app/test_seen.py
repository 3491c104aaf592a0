"""Which kinds of events were seen, and which broke the plan."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.small_shop import fill, work

from limner.app import Limner
from limner.app.seen import seen_events


def test_kinds_of_events_are_counted_once_before_and_after_the_lake_has_them(
    limner: Limner,
) -> None:
    fill(limner)
    for is_settled in (False, True):
        work(limner, is_settled)
        seen = {(one.source, one.event): one for one in seen_events(limner, datetime.now(UTC))}
        assert seen["shop", "Order Completed"].events == 2, is_settled
        assert seen["till", "Order Completed"].events == 1
        assert seen["shop", "page"].events == 1
        coupon = seen["shop", "Coupon Applied"]
        assert (coupon.events, coupon.waiting) == (1, 1)
        assert "coupon" in coupon.notes[0]
        doubtful = seen["shop", "Order Completed"]
        assert doubtful.warned == 0 and any("revenue" in note for note in doubtful.notes)
