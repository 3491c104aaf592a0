"""What clocks and calendars of the business show at a moment, quickly.

A day is its proleptic Gregorian ordinal, a moment its microseconds since 1970-01-01 in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from limner.core.clock import zone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()
_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND
_DAY = 24 * _HOUR
_MOST_KEPT = 50_000


def microseconds(moment: datetime) -> int:
    """The moment in microseconds; `moment` knows its time zone."""
    past = moment - _EPOCH
    return (past.days * 86_400 + past.seconds) * _SECOND + past.microseconds


class LocalTime:
    """The business's time zone; what it differs by is looked up once for each day of UTC."""

    def __init__(self, timezone: str) -> None:
        self._zone = zone(timezone)
        self._offsets: dict[int, int | None] = {}  # None: it changes on that day

    def at(self, moment: int) -> tuple[int, int, int]:
        """The business day of a moment, the hour 0..23 and the weekday (0 is Monday)."""
        utc_day = moment // _DAY
        try:
            offset = self._offsets[utc_day]
        except KeyError:
            offset = self._offset_of_day(utc_day)
        if offset is None:
            offset = self._offset(moment)
        local = moment + offset
        day = local // _DAY + _FIRST_DAY
        return day, local % _DAY // _HOUR, (day + 6) % 7

    def _offset_of_day(self, utc_day: int) -> int | None:
        edges = [self._offset(utc_day * _DAY + hour * _HOUR) for hour in range(0, 25, 6)]
        if len(self._offsets) >= _MOST_KEPT:
            self._offsets.clear()
        found = self._offsets[utc_day] = edges[0] if len(set(edges)) == 1 else None
        return found

    def _offset(self, moment: int) -> int:
        local = (_EPOCH + timedelta(microseconds=moment)).astimezone(self._zone).utcoffset()
        assert local is not None  # noqa: S101  it has a time zone
        return round(local.total_seconds()) * _SECOND
