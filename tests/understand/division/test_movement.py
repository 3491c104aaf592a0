"""Every customer is in one flow, and who came less who went is how a group changed."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from limner.understand.division.movement import first_match, movement, over_time

STATES = ("new", "loyal", "lost")


def table(states: dict[str, str | None]) -> pa.Table:
    return pa.table({
        "customer_id": pa.array(list(states), pa.string()), "state": pa.array(list(states.values()), pa.string()),
        "value": pa.array([10.0] * len(states), pa.float64()),
    })  # fmt: skip


WHERE = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([*STATES, None]))


@given(WHERE, WHERE)
def test_flows_hold_everybody_once_and_add_up(
    before: dict[str, str | None], after: dict[str, str | None]
) -> None:
    found = movement(table(before), table(after), STATES)
    seen = {one for one in before.keys() | after.keys() if before.get(one) or after.get(one)}
    assert found["customers"] == len(seen)
    assert found["moved"] == sum(before.get(one) != after.get(one) for one in seen)
    for state in found["states"]:
        if state["code"] != "none":
            assert state["before"] == sum(was == state["code"] for was in before.values())
            assert state["after"] == sum(now == state["code"] for now in after.values())
        assert state["after"] - state["before"] == state["entered"] - state["left"]
    assert sum(row["value_after"] for row in found["flows"]) <= 10 * len(after)


def test_entries_and_exits_are_since_the_day_before() -> None:
    days = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
    steps = [
        table({"a": "new", "b": "new"}),
        table({"a": "loyal", "b": "new", "c": "new"}),
        table({"b": None}),
    ]
    rows = {
        (r["day"], r["state"]): r for r in over_time(list(zip(days, steps, strict=True)), STATES)
    }
    first = rows["2024-01-01", "new"]
    assert (first["customers"], first["entered"], first["left"]) == (2, None, None)
    second = rows["2024-02-01", "new"]
    assert (second["customers"], second["entered"], second["left"]) == (2, 1, 1)
    assert (rows["2024-03-01", "new"]["left"], rows["2024-03-01", "loyal"]["left"]) == (2, 1)


def test_who_is_in_several_segments_counts_in_the_first() -> None:
    segments = [("best", {"a", "b"}), ("city", {"b", "c"})]
    assert first_match(["a", "b", "c", "d"], segments) == ["best", "best", "city", None]
