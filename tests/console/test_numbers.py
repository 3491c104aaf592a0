"""Figures as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.console.numbers import NOTHING, Numbers

EN = Numbers("en", "USD", "America/New_York")
ZH = Numbers("zh", "CNY", "Asia/Shanghai")


def test_money_has_cents_below_a_thousand_and_none_from_there() -> None:
    assert EN.money(29.494) == "$29.49"
    assert EN.money(1234.56) == "$1,235"
    assert ZH.money(1234.56) == "¥1,235"
    assert EN.money(-5) == "-$5.00"
    assert Numbers("en", "JPY").money(500) == "¥500"


def test_headlines_count_in_millions_and_in_ten_thousands() -> None:
    assert EN.compact_money(4_593_000) == "$4.6M"
    assert ZH.compact_money(4_593_000) == "¥459.3万"
    assert EN.compact_money(950) == "$950.00"


def test_shares_intervals_and_signs() -> None:
    assert EN.share(0.1234) == "12.3%"
    assert EN.share(0.42, 0) == "42%"
    assert EN.signed_share(0.4, 0) == "+40%"
    assert EN.signed_share(-0.4, 0) == "-40%"
    assert EN.interval([0.1, 0.2]) == "10.0% to 20.0%"
    assert ZH.interval([1, 2], "money") == "¥1.00 至 ¥2.00"
    assert EN.interval([None, 0.2]) == EN.interval(None) == NOTHING


def test_days_months_and_moments_are_local() -> None:
    assert EN.day(date(2017, 12, 31)) == "Dec 31, 2017"
    assert ZH.day("2017-12-31") == "2017年12月31日"
    assert EN.month("2017-01", is_short=True) == "Jan 2017"
    assert EN.month("2017-02", is_short=True) == "Feb"
    assert ZH.month("2017-02", is_short=True) == "2月"
    moment = datetime(2018, 1, 1, 4, 30, tzinfo=UTC)
    assert EN.moment(moment) == "Dec 31, 2017, 23:30"
    assert ZH.moment(moment) == "2018年1月1日 12:30"
    assert EN.weekdays()[0] == "Mon"
    assert ZH.weekdays("wide")[6] == "星期日"


@pytest.mark.parametrize("numbers", [EN, ZH])
@pytest.mark.parametrize(
    "way",
    ["count", "decimal", "fixed", "money", "compact_money", "compact", "share", "signed_share"],
)
def test_what_is_not_known_is_a_dash_and_never_a_zero(numbers: Numbers, way: str) -> None:
    assert getattr(numbers, way)(None) == NOTHING


@given(st.integers(-(10**12), 10**12))
def test_counts_lose_no_digit(value: int) -> None:
    assert int(EN.count(value).replace(",", "")) == value
