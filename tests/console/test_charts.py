"""Documents become ECharts options: right figures, right order, no data that turns into script."""

from __future__ import annotations

import json
from typing import Any

import pytest

from limner.console import charts, charts_customer, charts_learn, charts_overview
from limner.console.charts import Look

EN, ZH = Look("en", "USD"), Look("zh", "CNY")
EVIL = "</script><img src=x onerror=alert(1)>"


def scripts(value: Any) -> list[str]:
    """All strings that the browser evaluates: those under a key that begins with a colon."""
    if isinstance(value, dict):
        return [s for k, v in value.items() for s in ([v] if k.startswith(":") else scripts(v))]
    if isinstance(value, list):
        return [s for one in value for s in scripts(one)]
    return []


def test_months_have_sales_and_customers_on_their_own_axes() -> None:
    rows = [
        {"month": "2017-01", "sales": 10.0, "customers": 3},
        {"month": "2017-02", "sales": 20.0, "customers": 4},
    ]
    options = charts_overview.months(rows, ZH)
    assert options["xAxis"]["data"] == ["2017年1月", "2月"]
    assert [s["data"] for s in options["series"]] == [[10.0, 20.0], [3, 4]]
    assert options["series"][1]["yAxisIndex"] == 1
    assert "CNY" in json.dumps(options)


def test_the_week_has_monday_on_top_and_every_hour_between_the_first_and_the_last() -> None:
    rows = [{"weekday": 0, "hour": 8, "orders": 5}, {"weekday": 6, "hour": 10, "orders": 7}]
    options = charts_overview.week(rows, EN)
    assert options["xAxis"]["data"] == ["08", "09", "10"]
    assert options["yAxis"]["data"][-1] == "Mon"  # the last category is drawn at the top
    assert [p["value"] for p in options["series"][0]["data"]] == [[0, 6, 5], [2, 0, 7]]
    assert options["visualMap"]["max"] == 7


def test_an_empty_week_is_an_empty_picture() -> None:
    assert charts_overview.week([], EN)["series"][0]["data"] == []


def test_the_rfm_map_puts_the_best_in_the_upper_right() -> None:
    cells = [
        {"recency": 5, "frequency": 5, "customers": 9},
        {"recency": 1, "frequency": 1, "customers": 2},
    ]
    points = charts_overview.rfm_map(cells, EN)["series"][0]["data"]
    assert [p["value"] for p in points] == [[4, 4, 9], [0, 0, 2]]


def test_the_curve_marks_who_brings_eighty_percent() -> None:
    document = {
        "curve": [
            {"share_of_customers": 0, "share_of_sales": 0},
            {"share_of_customers": 1, "share_of_sales": 1},
        ],
        "share_of_customers_for_80": 0.42,
    }
    series = charts_overview.concentration(document, EN)["series"]
    assert series[0]["markPoint"]["data"] == [{"coord": [0.42, 0.8]}]
    assert "42%" in series[0]["markPoint"]["label"]["formatter"]


def test_whiskers_are_pieces_of_a_line_that_do_not_touch() -> None:
    assert charts.whiskers([(0, 0.1, 0.3, True), (1, 0.2, 0.4, True)]) == [
        [0.1, 0], [0.3, 0], ["-", "-"], [0.2, 1], [0.4, 1], ["-", "-"],
    ]  # fmt: skip


def test_intervals_leave_out_what_is_not_known() -> None:
    options = charts_learn.intervals(["a", "b"], [0.2, None], [[0.1, 0.3], None], EN)
    line, points = options["series"]
    assert points["data"] == [[0.2, 0]]
    assert line["data"] == [[0.1, 0], [0.3, 0], ["-", "-"]]


def test_reliability_draws_both_axes_alike() -> None:
    rows = [{"predicted": 0.1, "observed": 0.12, "low": 0.05, "high": 0.2, "n": 100}]
    options = charts_learn.reliability(rows, EN)
    assert options["xAxis"]["max"] == options["yAxis"]["max"] == 0.2
    assert options["series"][2]["data"] == [[0.1, 0.12]]


def test_a_month_without_orders_is_a_zero_and_not_left_out() -> None:
    rows = [{"month": "2016-12", "sales": 5.0}, {"month": "2017-02", "sales": 6.0}]
    assert charts_customer.every_month("2016-12", "2017-02") == ["2016-12", "2017-01", "2017-02"]
    assert charts_customer.months(rows, EN)["series"][0]["data"] == [5.0, 0, 6.0]


def test_reasons_are_up_in_one_colour_and_down_in_another() -> None:
    bars = charts_customer.reasons(["a", "b"], [0.5, -0.25], EN)["series"][0]["data"]
    assert [b["value"] for b in bars] == [0.5, -0.25]
    assert bars[0]["itemStyle"]["color"] != bars[1]["itemStyle"]["color"]


@pytest.mark.parametrize(
    "options",
    [
        charts_overview.bars([EVIL], [1.0], EN),
        charts_learn.intervals([EVIL], [0.1], [[0.0, 0.2]], EN),
        charts_learn.balance([{"name_en": EVIL, "before": 0.1, "after": 0.0}], EN),
        charts_learn.before_after([EVIL], [0.1], [0.2], EN),
        charts_learn.sizes([EVIL], [0.1], [0.2], EN),
        charts_customer.reasons([EVIL], [0.1], EN),
    ],
)
def test_no_name_from_the_data_becomes_script(options: dict[str, Any]) -> None:
    assert EVIL in json.dumps(options)
    assert not any("onerror" in script for script in scripts(options))


def test_a_tooltip_that_a_function_writes_escapes_names() -> None:
    options = charts_learn.intervals(["x"], [0.1], [[0.0, 0.2]], EN)
    assert charts.ESCAPED in options["series"][1]["tooltip"][":formatter"]
