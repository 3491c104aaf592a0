from __future__ import annotations

import pyarrow as pa

from limner.understand.portrait_quality.drift import Alarm, Before, alarms_of, moves_by_itself
from limner.understand.portrait_quality.statistics import statistics_of
from limner.understand.tags.tag import catalogue, tag

TAGS = {one.code: one for one in catalogue()}


def before_of(code: str, values: list[object]) -> Before:
    found = statistics_of(TAGS[code], pa.chunked_array([pa.array(values)]))
    return Before(found.customers, found.known, found.mean, found.shape)


def alarms(code: str, then: list[object], now: list[object]) -> list[Alarm]:
    before = before_of(code, then)
    found = statistics_of(TAGS[code], pa.chunked_array([pa.array(now)]), before.shape)
    return alarms_of(TAGS[code], found, before, TAGS)


def test_the_same_data_raises_nothing_and_the_first_build_neither() -> None:
    values: list[object] = [float(v) for v in range(1_000)]
    assert alarms("revenue_365d", values, values) == []
    found = statistics_of(TAGS["revenue_365d"], pa.chunked_array([pa.array(values)]))
    assert alarms_of(TAGS["revenue_365d"], found, None, TAGS) == []


def test_what_moved_is_said_in_both_languages() -> None:
    then: list[object] = [float(v) for v in range(1_000)]
    [alarm] = alarms("revenue_365d", then, [v * 2 for v in then])  # type: ignore[operator]
    assert alarm.kind == "drift"
    assert alarm.why.en == "The average went from 500 to 999, the middle customer from 500 to 999."
    assert "999" in alarm.why.zh
    [alarm] = alarms("channel_top", ["pos"] * 900 + ["web"] * 100, ["pos"] * 500 + ["web"] * 500)
    assert "from 90.0% to 50.0%" in alarm.why.en or "from 10.0% to 50.0%" in alarm.why.en


def test_lost_coverage_is_an_alarm_and_a_little_less_is_luck() -> None:
    then: list[object] = ["a"] * 900 + [None] * 100
    [alarm] = alarms("age_band", then, ["a"] * 600 + [None] * 400)
    assert (alarm.kind, round(alarm.size, 2)) == ("coverage", 0.3)
    assert "60.0%" in alarm.why.en and "90.0%" in alarm.why.zh
    assert alarms("age_band", then, ["a"] * 870 + [None] * 130) == []


def test_what_moves_as_time_goes_by_is_no_alarm() -> None:
    for code in ("tenure_days", "years_with_us", "revenue_this_month", "last_order_on", "is_new"):
        assert moves_by_itself(TAGS[code], TAGS), code
    for code in ("recency_days", "orders_90d", "overdue", "revenue_last_quarter", "first_order_on"):
        assert not moves_by_itself(tag(code), TAGS), code
    then: list[object] = list(range(1_000))
    assert alarms("tenure_days", then, [v + 400 for v in then]) == []  # type: ignore[operator]
