"""A segment as it lives: who came today, how many are in it, and by what one sees that this changed."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.small_shop import fill, send, work

from limner.app import Limner
from limner.app.drafting import keep_segment
from limner.app.live_members import live_segment, live_version
from limner.app.worker import Worker
from limner.core.words import Words

VIEW = {"type": "track", "event": "Product Viewed", "userId": "u1", "properties": {"product_id": "p1"}}  # fmt: skip


def test_who_enters_is_counted_and_told_and_the_version_moves(limner: Limner) -> None:
    now = datetime.now(UTC)
    fill(limner, now)
    rule = "count('Product Viewed' in last 7 days) >= 2"
    code = keep_segment(
        limner, "", Words("Lookers", "浏览者"), Words("", ""), rule, "ann", "ann", now
    )
    work(limner)
    before = live_version(limner, code, now)
    first = live_segment(limner, code, now)
    assert (first.kept, first.changes, sum(day[1] for day in first.days)) == (0, [], 0)
    assert len(first.days) == 14

    send(limner, "shop", [VIEW], now)
    work(limner)
    worker = Worker(limner)
    while worker.send_changes() or worker.step():  # what was found goes through the log as well
        pass
    worker.close()
    seen = live_segment(limner, code, now)
    assert live_version(limner, code, now) != before
    assert seen.kept == 1
    assert seen.days[-1] == (seen.today, 1, 0)
    assert [(one.is_entered, one.name_zh) for one in seen.changes] == [(True, "浏览者")]


def test_where_no_worker_ever_was_nobody_is_in_it(limner: Limner) -> None:
    seen = live_segment(limner, "nothing", datetime.now(UTC))
    assert seen.kept == 0
    assert seen.changes == []
