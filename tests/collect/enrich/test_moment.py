"""Times: the sender's clock falls out, the server's decides."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.enrich.moment import corrected, from_micros, read_moment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AWAY = st.timedeltas(timedelta(days=-9000), timedelta(days=9000))


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000+00:00", "2026-03-01T20:00:00+08:00",
        "2026-03-01 12:00:00", "2026-03-01T12:00:00.000000+00:00", "20260301T120000Z",
        " 2026-03-01T12:00:00Z ", 1772366400, 1772366400000, 1772366400.0, "1772366400", "1772366400000",
    ],
)  # fmt: skip
def test_one_moment_in_many_spellings(written: object) -> None:
    assert read_moment(written) == NOON


@pytest.mark.parametrize("written", [None, "", "soon", True, [], {}, -1, 1e300, "9" * 40, "2026-13-01", float("nan")])  # fmt: skip
def test_what_is_no_time(written: object) -> None:
    assert read_moment(written) is None


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)), st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(seconds=60)))  # fmt: skip
def test_a_wrong_clock_changes_nothing(
    skew: timedelta, waited: timedelta, travelled: timedelta
) -> None:
    happened = NOON - waited - travelled
    time = corrected(happened + skew, NOON - travelled + skew, NOON)
    assert time == happened + travelled  # all that cannot be known is how long it travelled


@given(AWAY, st.none() | AWAY)
def test_nothing_happens_after_it_was_received(ago: timedelta, sent: timedelta | None) -> None:
    sent_at = None if sent is None else NOON + sent
    assert corrected(NOON + ago, sent_at, NOON) <= NOON


def test_without_any_time_it_happened_when_received() -> None:
    assert corrected(None, NOON, NOON) == NOON
    assert corrected(NOON - timedelta(days=400), None, NOON) == NOON - timedelta(days=400)


def test_microseconds_are_exact() -> None:
    assert from_micros(1_772_366_400_123_457).microsecond == 123_457
