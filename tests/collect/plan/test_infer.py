"""A schema learned from events: they all hold to it, and it forbids what none of them did."""

from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from limner.collect.plan.infer import infer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4), max_size=6))
def test_every_event_seen_holds_to_it(documents: list[dict[str, Any]]) -> None:
    validator = jsonschema_rs.validator_for(infer(documents))
    assert all(validator.is_valid(document) for document in documents)


def test_it_forbids_what_none_did() -> None:
    schema = infer(
        [
            {"order_id": "1", "products": [{"price": 1.5}], "coupon": None},
            {"order_id": "2", "products": [], "coupon": "X"},
        ]
    )
    validator = jsonschema_rs.validator_for(schema)
    assert schema["required"] == ["coupon", "order_id", "products"]
    assert not validator.is_valid({"order_id": 3, "products": [], "coupon": None})
    assert not validator.is_valid({"order_id": "3", "products": [{}], "coupon": None})
    assert validator.is_valid({"order_id": "3", "products": [{"price": 2}], "coupon": None})


def test_nothing_seen_allows_everything() -> None:
    assert infer([]) == {"type": "object"}


def test_a_bottomless_document_ends() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep}
    assert jsonschema_rs.validator_for(infer([deep])).is_valid({"a": {}}) is False
