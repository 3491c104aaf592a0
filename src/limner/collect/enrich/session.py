"""Visits: events of one device with no more than 30 minutes between them.

A visit ends by silence alone: neither midnight nor another campaign ends it, as in Google
Analytics 4 (Universal Analytics ended it at both).  It belongs to the device, not to the customer,
so that signing in half way does not cut it in two.  An event that comes late joins the visit it
fell in, if that is among the last few, else it makes a visit of its own in the past.

Source: Google Analytics Help, "About Analytics sessions" (answer 9191807).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from limner.core.touch import DIRECT, Touch, first_of, last_of

GAP = timedelta(minutes=30)
# Channels by which somebody is there in person with a device; a till or a server visits nothing.
VISITED = frozenset(["web", "app", "mini_program"])
_REMEMBERED = 8  # ended visits of a device that late events may still join


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One visit's name and extent; it is named by the event that began it."""

    session_id: str
    started_at: datetime
    last_at: datetime
    traffic_channel: str

    def holds(self, time: datetime) -> bool:
        """Whether an event of this time is of this visit."""
        return self.started_at - GAP <= time <= self.last_at + GAP

    def stretched(self, time: datetime) -> Span:
        """The visit with an event of this time in it."""
        if self.started_at <= time <= self.last_at:
            return self
        return Span(
            self.session_id, min(self.started_at, time), max(self.last_at, time), self.traffic_channel
        )  # fmt: skip


class Visit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a device's visits stand.

    `current`: the newest visit.  `of_row`: the visit that the event just taken in belongs to, for
    its row's `session_id` and `traffic_channel`; `is_start` when that event began it.
    `first_touch` and `last_touch`: what brought the device first, and last other than directly.
    """

    current: Span
    of_row: Span
    is_start: bool
    first_touch: Touch
    last_touch: Touch
    earlier: tuple[Span, ...] = ()

    def fill(self, row: dict[str, Any]) -> None:
        """Write the visit into the row that was just taken in."""
        row["session_id"] = self.of_row.session_id
        row["traffic_channel"] = self.of_row.traffic_channel


def visitor_of(row: Mapping[str, Any]) -> str | None:
    """Whose visits an event counts for: its device, else its customer; None if it is no visit's."""
    if row["channel"] not in VISITED:
        return None
    return row["anonymous_id"] or row["customer_id"]


def advance(previous: Visit | None, row: Mapping[str, Any]) -> Visit:
    """A device's visits after one more event, in whichever order they come.

    `row` is one of `Enriched`, whose `traffic_channel` is still the event's own.
    """
    time: datetime = row["time"]
    if previous is None:
        span, touch = _begun(row)
        return Visit(span, span, True, touch, touch)
    current = previous.current
    if current.holds(time):
        span = current.stretched(time)
        return Visit(span, span, False, previous.first_touch, previous.last_touch, previous.earlier)
    if time < current.started_at:
        return _late(previous, row, time)
    span, touch = _begun(row)
    earlier = (*previous.earlier, current)[-_REMEMBERED:]
    return _with_touch(previous, span, span, touch, earlier)


def _late(previous: Visit, row: Mapping[str, Any], time: datetime) -> Visit:
    """The visits when an event comes that is older than the newest of them."""
    for at, known in enumerate(previous.earlier):
        if known.holds(time):
            span = known.stretched(time)
            earlier = (*previous.earlier[:at], span, *previous.earlier[at + 1 :])
            return Visit(
                previous.current, span, False, previous.first_touch, previous.last_touch, earlier
            )
    span, touch = _begun(row)
    spans = sorted((*previous.earlier, span), key=lambda each: each.started_at)
    return _with_touch(previous, previous.current, span, touch, tuple(spans[-_REMEMBERED:]))


def _begun(row: Mapping[str, Any]) -> tuple[Span, Touch]:
    channel = row["traffic_channel"] or DIRECT
    time, name = row["time"], row["event_id"]
    touch = Touch(
        time, name, channel, row["utm_source"], row["utm_medium"], row["utm_campaign"],
        row["page_url"], row["referrer"],
    )  # fmt: skip
    return Span(name, time, time, channel), touch


def _with_touch(
    previous: Visit, current: Span, of_row: Span, touch: Touch, earlier: tuple[Span, ...]
) -> Visit:
    first = first_of(previous.first_touch, touch) or touch
    last = last_of(previous.last_touch, touch) or touch
    return Visit(current, of_row, True, first, last, earlier)
