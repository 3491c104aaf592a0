from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.values import parsed


def _read(text: str, wanted: str, is_day_first: bool = False) -> object:
    sql = parsed("x", "VARCHAR", wanted, "Asia/Shanghai", is_day_first)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.execute(f"SELECT {sql} FROM (SELECT ? AS x)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", 1234.5), ("¥1,200", 1200), ("￥１２.５", 12.5), ("12元", 12), ("-3", -3), ("(12.00)", -12),
        ("1.234,56", 1234.56), ("12,5", 12.5), ("$ 5", 5), ("1e3", 1000), ("12 500", 12500), ("RMB 8", 8),
        ("(¥12.00)", -12), ("12.00-", -12), ("-¥3", -3), ("1'234.50", 1234.5), ("1\u00a0234.5", 1234.5),
        ("two", None), ("", None), ("NULL", None), ("nan", None), ("inf", None), ("1.2.3", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, number: float | None) -> None:
    assert _read(text, "number") == number


@pytest.mark.parametrize(
    "text",
    ["2024-03-09 10:05", "2024/3/9 10:05", "2024-03-09T02:05:00Z", "2024-03-09T04:05:00+02:00", "2024年3月9日 10:05",
     "20240309 10:05", "2024-03-09 04:05:00 +0200", "45360.4201388889", "1709949900", "1709949900000", "03/09/2024 10:05", "09.03.2024 10:05", "２０２４-03-09 10:05"],
)  # fmt: skip
def test_times_as_people_write_them(text: str) -> None:
    found = _read(text, "time")
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == datetime(2024, 3, 9, 2, 5, tzinfo=UTC)


def test_the_day_may_come_first() -> None:
    assert _read("03/04/2024", "date", is_day_first=True) == date(2024, 4, 3)
    assert _read("03/04/2024", "date") == date(2024, 3, 4)
    assert _read("2024-02-30", "date") is None
    assert _read("31/12/2024", "date") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.000", 1000), ("0,350", 0.35), ("1.234,50 €", 1234.5), ("12.9", 12.9), ("-7", -7), ("1,2,3", None)],
)  # fmt: skip
def test_a_decimal_comma_makes_points_of_thousands(text: str, number: float | None) -> None:
    sql = parsed("x", "VARCHAR", "number", "UTC", False, is_decimal_comma=True)
    assert duckdb.execute(f"SELECT {sql} FROM (SELECT ? AS x)", [text]).fetchone()[0] == number


@pytest.mark.parametrize(("number", "day"), [(45360, date(2024, 3, 9)), (20240309, date(2024, 3, 9)), (7, None)])  # fmt: skip
def test_days_that_a_spreadsheet_counts(number: int, day: date | None) -> None:
    sql = parsed("x", "BIGINT", "date", "UTC", False)
    assert (
        duckdb.execute(f"SELECT {sql} FROM (SELECT ?::BIGINT AS x)", [number]).fetchone()[0] == day
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_that_python_writes_is_read(number: float) -> None:
    assert _read(repr(number), "number") == number


def test_yes_and_no_in_both_languages() -> None:
    assert [_read(x, "bool") for x in ("是", "Yes", "0", "否", "perhaps")] == [
        True,
        True,
        False,
        False,
        None,
    ]
