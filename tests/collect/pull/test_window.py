from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.pull.window import Window, before, decoded, digest, encoded, place


@pytest.mark.parametrize(
    ("value", "overlap", "wanted"),
    [
        (datetime(2024, 3, 1, tzinfo=UTC), 60, datetime(2024, 2, 29, 23, 59, tzinfo=UTC)),
        (date(2024, 3, 1), 300, date(2024, 2, 29)),
        (1000, 10, 990), (Decimal("10.5"), 1, Decimal("9.5")), ("1000", 10, "990"),
        ("2024-03-01 10:00:00", 60, "2024-03-01 09:59:00"), ("2024-03-01", 60, "2024-02-29"),
        ("2024-03-01T10:00:00+08:00", 60, "2024-03-01T09:59:00+08:00"), ("A17", 60, "A17"), (7, 0, 7),
    ],
)  # fmt: skip
def test_some_way_before(value: object, overlap: float, wanted: object) -> None:
    assert before(value, overlap) == wanted
    assert place(str(before(value, overlap))) <= place(str(value))


@pytest.mark.parametrize(
    "value", [datetime(2024, 3, 1, 1, 2, 3, 4, UTC), date(2024, 3, 1), 7, -7, 1.5, "x"]
)
def test_a_value_comes_back_from_json(value: object) -> None:
    assert decoded(encoded(value)) == value


def test_what_has_no_order_is_refused() -> None:
    with pytest.raises(TypeError):
        encoded(b"x")


rows = st.lists(st.sampled_from("abc"), max_size=12)


@given(rows, rows)
def test_of_rows_alike_only_those_beyond_the_seen_are_new(
    first: list[str], more: list[str]
) -> None:
    window = Window()
    assert [window.is_new(key, 0) for key in first] == [True] * len(first)
    again = Window(window.held)
    new = Counter(key for key in first + more if again.is_new(key, 0))
    assert new == Counter(more)


def test_a_digest_tells_nothing_from_empty() -> None:
    assert digest({"a": None}) != digest({"a": ""}) != digest({"a": "v"})
