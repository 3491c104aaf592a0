"""What came from each source lately, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.small_shop import MORNING, fill, send, work

from limner.app import Limner
from limner.app.flow import MINUTES, flow, version


def test_every_event_is_counted_in_its_minute_and_for_its_source(limner: Limner) -> None:
    now = datetime.now(UTC)
    fill(limner, now)
    found = flow(limner, now)
    assert [one.name for one in found.sources] == ["shop", "till"]
    assert len(found.minutes) == MINUTES and found.minutes[-1] <= now
    assert sum(found.per_minute["shop"]) == len(MORNING)
    assert found.of("till").last_minute == 1
    assert found.of("shop").last_day == len(MORNING)
    assert found.of("nobody").last_day == 0 and found.of("nobody").last_at is None


def test_an_hour_later_the_day_still_knows_and_the_minute_does_not(limner: Limner) -> None:
    now = datetime.now(UTC)
    fill(limner, now)
    work(limner, is_settled=True)
    found = flow(limner, now + timedelta(hours=2))
    kept = len(MORNING) - 1  # the one in quarantine is not in the lake
    assert found.of("shop").last_minute == 0
    assert found.of("shop").last_day == kept
    last = found.of("shop").last_at
    assert last is not None and abs(last - now) < timedelta(seconds=2)


def test_what_nobody_worked_on_is_told_as_waiting(limner: Limner) -> None:
    fill(limner)
    before = version(limner)
    send(limner, "shop", [{"type": "page", "anonymousId": "anon-3", "properties": {"path": "/"}}])
    status = flow(limner, datetime.now(UTC)).status
    assert status.lag_events == 1 and not status.is_working
    assert version(limner) == before
    work(limner)
    assert version(limner) != before
