"""When something happened, by the server's clock, whatever the sender's clock shows.

    time = received_at - (sent_at - original_timestamp)

Both of the sender's times come from one clock, so its error falls out.  Retries send a new
`sentAt`, so the formula stays right for them.
Source: Segment spec, common fields, "Timestamps".
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Shops bring the history of years; before this there was no trade on the web to bring.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST_MILLISECOND = 253_402_300_800_000  # the end of the year 9999


def from_micros(micros: int) -> datetime:
    """The moment so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=micros)


def read_moment(written: object) -> datetime | None:
    """A time as senders write it: ISO 8601 (UTC where no offset is said), or a number of seconds
    or milliseconds since 1970; None when it is neither.

    >>> read_moment("2026-03-01T10:00:00.250+08:00"), read_moment(1772330400), read_moment("soon")
    (datetime.datetime(2026, 3, 1, 2, 0, 0, 250000, tzinfo=datetime.timezone.utc), datetime.datetime(2026, 3, 1, 2, 0, tzinfo=datetime.timezone.utc), None)
    """
    try:
        if isinstance(written, str):
            if written.isascii() and written.replace(".", "", 1).isdigit() and len(written) >= 10:
                return _of_number(float(written))
            moment = datetime.fromisoformat(written.strip())
            if moment.tzinfo is UTC:
                return moment
            if moment.tzinfo is None:
                return moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC)
        if isinstance(written, int | float) and not isinstance(written, bool):
            return _of_number(written)
    except (ValueError, OverflowError):
        pass
    return None


def _of_number(number: int | float) -> datetime | None:
    """Seconds since 1970 as ten digits write them, milliseconds as more do."""
    if not 0 <= number < _LATEST_MILLISECOND:
        return None
    seconds = number / 1000 if number >= 100_000_000_000 else number
    return EPOCH + timedelta(seconds=seconds)


def corrected(
    original: datetime | None, sent_at: datetime | None, received_at: datetime
) -> datetime:
    """When it happened by the server's clock; never after it was received.

    Without `sent_at` the original time stands as it is; without any it happened when received.
    Raises: `OverflowError` when the times are further apart than the calendar reaches.
    """
    if original is None:
        return received_at
    time = original if sent_at is None else received_at - (sent_at - original)
    return time if time <= received_at else received_at
