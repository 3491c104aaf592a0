"""Moments and business days.  Nothing here asks the clock: `now` and `as_of` are arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limner.core.errors import Malformed

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as `Asia/Shanghai`.

    Raises: `Malformed` when there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Malformed(
            "timezone-unknown", f"time zone {name!r} is unknown; use a name such as Asia/Shanghai"
        ) from error


def end_of(day: date, timezone: str) -> datetime:
    """The first moment after a business day: what `as_of` a date means everywhere in Limner.

    Features use events with `time < end_of(as_of)`, labels those from there on.

    >>> end_of(date(2017, 12, 31), "America/New_York").isoformat()
    '2018-01-01T05:00:00+00:00'
    """
    local = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone(timezone))
    return local.astimezone(UTC)


def parse_day(text: str) -> date:
    """A day written as ISO 8601 (`2017-12-31`), of an age that windows can look back from.

    Raises: `Malformed` naming the text that was seen.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Malformed(
            "date-malformed", f"{text!r} is not a date; write it as 2017-12-31"
        ) from error
    if not _FIRST <= day <= _LAST:
        raise Malformed(
            "date-malformed", f"{text!r} is out of reach; write a day from {_FIRST} to {_LAST}"
        )
    return day
