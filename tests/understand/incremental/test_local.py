from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.understand.incremental.local import LocalTime, microseconds

ZONES = (
    "Europe/Berlin",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
)


@pytest.mark.parametrize("zone", ZONES)
@given(st.integers(0, 60 * 366 * 24 * 60))
def test_day_hour_and_weekday_are_those_of_the_clock_on_the_wall(zone: str, minutes: int) -> None:
    moment = datetime(1971, 1, 1, tzinfo=UTC) + timedelta(
        minutes=minutes, microseconds=minutes % 3 - 1
    )
    wall = moment.astimezone(ZoneInfo(zone))
    found = LocalTime(zone).at(microseconds(moment))
    assert found == (wall.date().toordinal(), wall.hour, wall.weekday())
