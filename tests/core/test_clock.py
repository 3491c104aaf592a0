from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.clock import end_of, parse_day, zone
from limner.core.errors import Malformed

DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))
ZONES = st.sampled_from(sorted(available_timezones()))


@given(DAYS, ZONES)
def test_the_end_of_a_day_is_the_first_moment_of_the_next(day: date, name: str) -> None:
    end = end_of(day, name)
    assert end.tzinfo is UTC
    assert (end - timedelta(microseconds=1)).astimezone(zone(name)).date() == day
    assert end.astimezone(zone(name)).date() > day


@given(DAYS, ZONES)
def test_days_follow_one_another_without_gap(day: date, name: str) -> None:
    length = end_of(day + timedelta(days=1), name) - end_of(day, name)
    assert timedelta(0) <= length <= timedelta(hours=49)


def test_a_day_is_longer_when_clocks_are_set_back() -> None:
    day = date(2017, 11, 5)
    length = end_of(day, "America/New_York") - end_of(date(2017, 11, 4), "America/New_York")
    assert length == timedelta(hours=25)
    assert end_of(day, "Asia/Shanghai") == datetime(2017, 11, 5, 16, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "UTC; DROP"])
def test_a_zone_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(Malformed) as caught:
        zone(name)
    assert caught.value.code == "timezone-unknown"
    assert repr(name) in caught.value.message


@pytest.mark.parametrize("text", ["31.12.2017", "2017-02-30", "", "tomorrow"])
def test_a_day_that_is_none_is_named(text: str) -> None:
    with pytest.raises(Malformed, match="2017-12-31") as caught:
        parse_day(text)
    assert repr(text) in caught.value.message
    assert parse_day("2017-12-31") == date(2017, 12, 31)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_window_reaches_is_named(text: str) -> None:
    with pytest.raises(Malformed, match="1900-01-01 to 2199-12-31") as caught:
        parse_day(text)
    assert repr(text) in caught.value.message
