"""A segment as it lives: who entered and left it lately, and how many are known to be in it now."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from limner.app import live
from limner.app.limner import Limner
from limner.app.live import live_file
from limner.app.live_portrait import MembershipChange, entries, membership_changes
from limner.collect.live.file import reading_file
from limner.core.clock import end_of, zone
from limner.core.event import OWN_SOURCE

_PORTRAITS = 2  # the version of live.db that has members


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment on the business day `today`.

    `kept`: how many of those who did something since the worker keeps portraits alive are in it.
    `days`: how many entered and left on each of the last days, oldest first.  `changes`: the newest
    of them, newest first.
    """

    today: date
    kept: int
    days: list[tuple[date, int, int]]
    changes: list[MembershipChange]


def live_segment(
    limner: Limner, segment: str, now: datetime, days: int = 14, most: int = 20
) -> LiveSegment:
    """What happened in a segment in the last days, by its code; `now` is the present moment."""
    counted = entries(limner, segment, days, now)
    since = end_of(counted[0][0] - timedelta(days=1), limner.settings.timezone)
    return LiveSegment(
        now.astimezone(zone(limner.settings.timezone)).date(), _kept(limner, segment), counted,
        membership_changes(limner, segment, most, since=since, now=now),
    )  # fmt: skip


def live_version(limner: Limner, segment: str, now: datetime) -> Hashable:
    """What tells cheaply that `live_segment` would say something else by now."""
    newest = live.recent_events(limner, source=OWN_SOURCE, most=1)
    position = newest[0]["position"] if newest else None
    today = now.astimezone(zone(limner.settings.timezone)).date()
    return position, _kept(limner, segment), today


def _kept(limner: Limner, segment: str) -> int:
    with reading_file(live_file(limner)) as connection:
        if connection is None:
            return 0
        if int(connection.execute("PRAGMA user_version").fetchone()[0]) < _PORTRAITS:
            return 0
        asked = "SELECT count(*) FROM members WHERE segment = ?"
        return int(connection.execute(asked, (segment,)).fetchone()[0])
