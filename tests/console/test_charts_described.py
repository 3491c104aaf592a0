"""Pictures of who they are and who moved: right figures, and no data that turns into script."""

from __future__ import annotations

from typing import Any

from limner.console import charts_described, charts_movement
from limner.console.charts import Look

EN = Look("en", "USD")
EVIL = "</script><img src=x onerror=alert(1)>"


def scripts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [s for k, v in value.items() for s in ([v] if k.startswith(":") else scripts(v))]
    return [s for one in value for s in scripts(one)] if isinstance(value, list) else []


def test_an_index_is_drawn_from_100_and_told_as_it_is() -> None:
    drawn = charts_described.indexes([EVIL, "b", "c"], [150.0, 60.0, None], [True, False, True], EN)
    data = drawn["series"][0]["data"]
    assert [(one["value"], one["told"]) for one in data] == [(50.0, 150), (-40.0, 60), (0, None)]
    assert len({one["itemStyle"]["color"] for one in data[:2]}) == 2
    assert not [s for s in scripts(drawn) if "onerror" in s]
    assert (
        charts_described.indexes(["a"], [9000.0], [True], EN)["series"][0]["data"][0]["value"]
        == 300
    )


def test_flows_join_a_left_and_a_right_side_and_keep_their_customers() -> None:
    flows = [{"from": "a", "to": "b", "customers": 3}, {"from": "b", "to": "b", "customers": 5}]
    drawn = charts_movement.sankey(flows, {"a": EVIL, "b": "B", "c": "C"}, EN)
    series = drawn["series"][0]
    assert [node["name"] for node in series["data"]] == ["from:a", "from:b", "to:b"]
    assert [(one["source"], one["target"], one["value"]) for one in series["links"]] == [
        ("from:a", "to:b", 3), ("from:b", "to:b", 5),
    ]  # fmt: skip
    assert not [s for s in scripts(drawn) if "onerror" in s]


def test_who_went_is_drawn_below_the_line() -> None:
    rows = [{"entered": None, "left": None}, {"entered": 4, "left": 9}]
    came, went = charts_movement.came_and_went(rows, ["Feb"], EN)["series"]
    assert (came["data"], went["data"]) == ([4], [-9])


def test_hours_with_hardly_an_order_are_not_coloured() -> None:
    rows = [
        {"weekday": 0, "hour": 9, "tgi": 180.0, "share_base": 0.02},
        {"weekday": 6, "hour": 3, "tgi": 900.0, "share_base": 0.0},
    ]
    assert charts_described.week(rows, EN)["series"][0]["data"] == [[0, 6, 180.0]]
    assert charts_described.week([], EN)["series"][0]["data"] == []
