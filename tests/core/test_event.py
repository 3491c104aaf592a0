from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.core.event import Event, stable_id

PARTS = st.lists(st.text(), max_size=4)


@given(PARTS, PARTS)
def test_ids_are_equal_exactly_when_the_parts_are(one: list[str], other: list[str]) -> None:
    try:
        same = stable_id(*one) == stable_id(*other)
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert same == (one == other)


def test_an_id_is_the_same_for_ever() -> None:
    assert stable_id("till", "4711") == "ac34d17620937640d17c325d4cce33cf"


def test_an_event_does_not_change() -> None:
    event = Event("1", "track", datetime(2017, 1, 1, tzinfo=UTC), "Order Completed")
    with pytest.raises(AttributeError):
        event.event_id = "2"
